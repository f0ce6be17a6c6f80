"""One recipient's mail, as bytes for the wire. Pure: no socket, no clock, no database.

Headers follow RFC 5322, RFC 2369, RFC 2919, RFC 3834 and RFC 8058. What all recipients of a variant share is
encoded once; what is left for each is a few lines and a join.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import format_datetime
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from mailer.bounces.result import DELIVERY_HEADER
from mailer.delivery.dkim import MailSigner
from mailer.delivery.header import checked_head, encode_words, mailbox, phrase
from mailer.delivery.skeleton import Skeleton
from mailer.rendering.slots import NAMELESS, Slot

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from mailer.delivery.dkim import SigningKey
    from mailer.rendering.rendered import RenderedEmail

_OWN_HEADERS = ("To", "Date", "Message-ID", "List-Unsubscribe", DELIVERY_HEADER)


class Signer(Protocol):
    """Makes the opaque end of a link."""

    def sign(self, purpose: str, payload: str) -> str:
        """A URL-safe token that is good for one purpose."""


class Marks(Protocol):
    """Names a delivery in its mail, so that what comes back says itself which it was."""

    @property
    def domain(self) -> str:
        """Where returned mail goes; empty when the sender's own address takes it."""

    def mark(self, delivery_id: int, now: dt.datetime) -> str:
        """What stands in the return path and in the header."""

    def address(self, mark: str) -> str:
        """The return path."""

    def message_id(self, delivery_id: int, domain: str) -> str:
        """The same for every attempt of a delivery, so that a mail sent again is known as the same mail."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What every mail of a campaign has in common."""

    sender_name: str
    sender_address: str
    reply_to: str
    publication: str
    publication_name: str
    base_url: str
    campaign_id: int

    @property
    def sender(self) -> tuple[str, str, str, str]:
        """What a mail says of who sends it: name, address, where answers go, and where its links lead."""
        return self.sender_name, self.sender_address, self.reply_to, self.base_url

    @property
    def domain(self) -> str:
        """The sender's own domain: Message-ID and List-Id are named below it."""
        return self.sender_address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom one mail is for."""

    delivery_id: int
    address: str
    name: str
    payload: str | None = None
    """What the links of a letter to one person carry."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it goes over the wire, with the two addresses of its envelope."""

    sender: str
    recipient: str
    message: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail but for its signatures. `written_at` counts seconds since 1970."""

    sender: str
    recipient: str
    own: bytes
    body: bytes
    written_at: int


@dataclass(frozen=True)
class Composer:
    """Fills one rendered variant for one recipient after the other."""

    letterhead: Letterhead
    rendered: RenderedEmail
    signer: Signer
    marks: Marks
    keys: Sequence[SigningKey] = ()

    @property
    def signs(self) -> bool:
        """Whether a draft still needs a signature, which takes longer than all the rest."""
        return bool(self.keys)

    def compose(self, recipient: Recipient, now: dt.datetime) -> Mail:
        """The whole mail: CRLF, 7-bit, ready for DATA as it is, for no line begins with a dot."""
        return self.finish(self.draft(recipient, now))

    def draft(self, recipient: Recipient, now: dt.datetime) -> Draft:
        """What is the recipient's own in a mail."""
        values = self._values(recipient)
        mark = self.marks.mark(recipient.delivery_id, now)
        own = checked_head(
            f"To: {mailbox('To', recipient.name, recipient.address)}\r\n"
            f"Date: {format_datetime(now)}\r\n"
            f"Message-ID: {self.marks.message_id(recipient.delivery_id, self.letterhead.domain)}\r\n"
            f"{self._list_lines(values)}"
            f"{DELIVERY_HEADER}: {mark}\r\n"
        )
        return Draft(
            sender=return_path(self.letterhead, self.marks, mark),
            recipient=recipient.address,
            own=own,
            body=self._skeleton.fill(values),
            written_at=int(now.timestamp()),
        )

    def finish(self, draft: Draft) -> Mail:
        """A draft with its signatures. While they are made, other threads can run."""
        signatures = self._mail_signer.sign(draft.own, draft.body, draft.written_at)
        message = b"".join((signatures, self._shared_head, draft.own, b"\r\n", draft.body))
        return Mail(draft.sender, draft.recipient, message)

    def _values(self, recipient: Recipient) -> dict[Slot, str]:
        return personal_values(self.letterhead, self.signer, recipient)

    def _list_lines(self, values: dict[Slot, str]) -> str:
        """What belongs to this recipient of a mailing list."""
        return f"List-Unsubscribe: <{values[Slot.UNSUBSCRIBE_URL]}>\r\n"

    @cached_property
    def _skeleton(self) -> Skeleton:
        return Skeleton.of(self.rendered)

    @cached_property
    def _mail_signer(self) -> MailSigner:
        return MailSigner(self.keys, self._shared_head, _OWN_HEADERS)

    @cached_property
    def _shared_head(self) -> bytes:
        lines = (f"{name}: {value}\r\n" for name, value in self._shared_headers())
        return checked_head("".join(lines))

    def _shared_headers(self) -> list[tuple[str, str]]:
        head = self.letterhead
        return [
            ("From", mailbox("From", head.sender_name, head.sender_address)),
            ("Reply-To", head.reply_to),
            ("Subject", encode_words("Subject", self.rendered.subject)),
            ("List-Id", f"{phrase(head.publication_name)}<{head.publication}.{head.domain}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
            ("List-Help", f"<mailto:{head.reply_to}>"),
            ("List-Owner", f"<mailto:{head.reply_to}>"),
            ("List-Archive", f"<{head.base_url}/>"),
            ("List-Post", "NO"),
            ("Feedback-ID", f"{head.campaign_id}:{head.publication}:edition:bulletin"),
            ("Auto-Submitted", "auto-generated"),
            ("X-Auto-Response-Suppress", "OOF, AutoReply"),
            ("MIME-Version", "1.0"),
            ("Content-Type", self._skeleton.content_type),
        ]


def return_path(head: Letterhead, marks: Marks, mark: str) -> str:
    """The sender of the envelope: a path of its own for each delivery, where mail to it comes back to us."""
    return marks.address(mark) if marks.domain else head.sender_address


def personal_values(head: Letterhead, signer: Signer, recipient: Recipient) -> dict[Slot, str]:
    """What stands in the personal places of a mail to subscribers."""
    base, payload = head.base_url, str(recipient.delivery_id)
    return {
        Slot.NAME: recipient.name or NAMELESS,
        Slot.ADDRESS: recipient.address,
        Slot.VIEW_URL: f"{base}/view/{signer.sign('view', payload)}",
        Slot.PREFERENCES_URL: f"{base}/preferences/{signer.sign('preferences', payload)}",
        Slot.UNSUBSCRIBE_URL: f"{base}/unsubscribe/{signer.sign('unsubscribe', payload)}",
    }
