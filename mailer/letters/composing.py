"""One letter as bytes for the wire: a mail like any other, but for its links and the headers of lists.

Pure: no socket, no clock, no database.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Protocol

from mailer.bounces.result import DELIVERY_HEADER
from mailer.delivery.dkim import MailSigner
from mailer.delivery.message import Composer
from mailer.letters.payload import read_payload
from mailer.rendering.slots import NAMELESS, Slot

if TYPE_CHECKING:
    import datetime as dt

    from mailer.delivery.message import Letterhead, Recipient
    from subscribers.letters import SignedLink

_OWN_HEADERS: Final = ("To", "Date", "Message-ID", DELIVERY_HEADER)
_OF_LISTS: Final = re.compile("List-|Feedback-ID$")


class LinkSigner(Protocol):
    """Makes the opaque end of a link, one that can grow too old where a moment is given."""

    def sign(self, purpose: str, payload: str, *, now: dt.datetime | None = None) -> str:
        """A URL-safe token that is good for one purpose."""


@dataclass(frozen=True)
class LetterComposer(Composer):
    """Fills one kind of letter for one recipient after the other."""

    signer: LinkSigner

    def _values(self, recipient: Recipient) -> dict[Slot, str]:
        return letter_values(self.letterhead, self.signer, recipient)

    def _list_lines(self, values: dict[Slot, str]) -> str:  # noqa: ARG002 - a letter is no list's
        return ""

    @cached_property
    def _mail_signer(self) -> MailSigner:
        return MailSigner(self.keys, self._shared_head, _OWN_HEADERS)

    def _shared_headers(self) -> list[tuple[str, str]]:
        return [pair for pair in super()._shared_headers() if not _OF_LISTS.match(pair[0])]


def letter_values(head: Letterhead, signer: LinkSigner, recipient: Recipient) -> dict[Slot, str]:
    """What stands in the personal places of a letter."""
    carried = read_payload(recipient.payload or "")
    return {
        Slot.NAME: recipient.name or NAMELESS,
        Slot.ADDRESS: recipient.address,
        Slot.DETAIL: carried.detail,
        Slot.LINK_URL: _url(head.base_url, signer, carried.link, recipient.delivery_id),
    }


def _url(base: str, signer: LinkSigner, link: SignedLink | None, delivery_id: int) -> str:
    if link is None:
        return f"{base}/subscribe"
    names = str(delivery_id) if link.names is None else link.names
    return f"{base}/{link.purpose}/{signer.sign(link.purpose, names, now=link.at)}"
