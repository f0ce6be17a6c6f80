"""Asks Mailman's flufl.bounce, which knows many old systems by their wording. Its only importer.

It raises on mails that real systems write, reads a deep nesting for minutes and a long line for seconds, and
knows no class: so it gets a small mail without depth, in lines as they are allowed, and answers with
addresses alone.
"""

from __future__ import annotations

import logging
from email import message_from_bytes
from typing import TYPE_CHECKING

from mailer.bounces.addresses import addresses_in
from mailer.bounces.naming import failed
from mailer.bounces.result import FailedRecipient, Reader
from mailer.bounces.returned import recipients_of

if TYPE_CHECKING:
    from mailer.bounces.mail import Mail
    from mailer.bounces.returned import Letter

_LARGEST = 1 << 14
_LONGEST_LINE = 998  # RFC 5322, section 2.1.1
# It logs every detector's exceptions, with a traceback each, before it raises them.
logging.getLogger("flufl.bounce").addHandler(logging.NullHandler())
logging.getLogger("flufl.bounce").propagate = False


def read_by_flufl(mail: Mail, letter: Letter) -> tuple[FailedRecipient, ...] | None:
    """Every recipient that flufl.bounce finds; None when it finds nobody."""
    known = {address.lower() for address in addresses_in(letter.notice)}
    known |= {address.lower() for address in recipients_of(letter.returned)}
    return failed([one for one in _found(mail) if one.lower() in known], letter, Reader.FLUFL)


def _found(mail: Mail) -> list[str]:
    from flufl.bounce import all_failures  # noqa: PLC0415 - slow to import, and seldom needed

    try:
        temporary, permanent = all_failures(message_from_bytes(_flat(mail)))
    except Exception:  # noqa: BLE001 - it raises whatever its guesses lead to, and promises nothing
        return []
    return sorted(_text(address) for address in {*temporary, *permanent})


def _text(address: bytes | str) -> str:
    return address.decode("utf-8", "replace") if isinstance(address, bytes) else address


def _flat(mail: Mail) -> bytes:
    shown = ("from", "subject", "return-path", "x-mailer")
    head = [f"{name}: {value}" for name in shown for value in mail.headers.get(name, [])[:1]]
    body = mail.parts[0].text if mail.parts else ""
    lines = [*head, "Content-Type: text/plain; charset=utf-8", "", *body[:_LARGEST].split("\n")]
    text = "\n".join(line[:_LONGEST_LINE] for line in lines)
    return text.encode("utf-8", "replace")[:_LARGEST]
