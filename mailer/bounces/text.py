"""Reads who failed from the words of a notice alone, for systems that write no report.

An address counts when the returned copy was for it, or by where it stands in the notice. Our own address, and
those of people to turn to, are passed over.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mailer.bounces.addresses import addresses_in
from mailer.bounces.naming import failed
from mailer.bounces.origin import is_from_daemon
from mailer.bounces.passage import sources_in
from mailer.bounces.result import FailedRecipient, Reader
from mailer.bounces.returned import recipients_of, senders_of

if TYPE_CHECKING:
    from mailer.bounces.mail import Mail
    from mailer.bounces.returned import Letter

_NOT_A_RECIPIENT = re.compile(
    r"\b(?:mail from|from|sender|contact|e-?mail|write to|forward|assistance|help|support|questions?|"
    r"id|envelope-from|message-id|reply to|by|postmaster at)\W{0,4}(?:<|\()?\s*$",
    re.IGNORECASE,
)
_OFFICIAL = re.compile(
    r"^(?:mailer-daemon|post_?master|abuse|support|help(?:desk)?|admin(?:istrator)?|no-?reply)@",
    re.IGNORECASE,
)
_LINK = re.compile(r"https?://[^\s<>]{1,2000}", re.IGNORECASE)
_ALONE = re.compile(r"^[\s<>*\-|\"'(\[]*$")


def read_text(mail: Mail, letter: Letter) -> tuple[FailedRecipient, ...] | None:
    """Every recipient that the words of a notice name; None when they name nobody."""
    if not letter.returned and not is_from_daemon(mail):
        return None
    return failed(_failed_in(mail, letter), letter, Reader.TEXT)


def read_addressee(letter: Letter) -> tuple[FailedRecipient, ...] | None:
    """Whom the returned copy was for: the last resort where a notice names nobody."""
    return failed(recipients_of(letter.returned)[:1], letter, Reader.TEXT)


def _failed_in(mail: Mail, letter: Letter) -> list[str]:
    sent_to = {address.lower() for address in recipients_of(letter.returned)}
    passed_over = (_ours(mail, letter) - sent_to) | sources_in(letter.notice)
    mentioned = addresses_in(_LINK.sub(" ", letter.notice))
    named = [address for address in mentioned if address.lower() not in passed_over]
    returned = [address for address in named if address.lower() in sent_to]
    return returned or [one for one in named if _stands_as_recipient(letter.notice, one)]


def _ours(mail: Mail, letter: Letter) -> set[str]:
    headers = ("from", "to", "cc", "return-path", "reply-to", "sender")
    report = addresses_in(
        " ".join(value for name in headers for value in mail.headers.get(name, []))
    )
    return {address.lower() for address in (*report, *senders_of(letter.returned))}


def _stands_as_recipient(notice: str, address: str) -> bool:
    position = notice.find(address)
    before = notice[max(0, position - 80) : position]
    if _OFFICIAL.match(address):
        return bool(_ALONE.match(before.rpartition("\n")[2]))
    return not _NOT_A_RECIPIENT.search(before)
