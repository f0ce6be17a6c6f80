"""One recipient's mail, as bytes for the wire. Pure: no socket, no clock, no database.

Headers follow RFC 5322, RFC 2369, RFC 2919, RFC 3834 and RFC 8058. What all recipients of a variant share is
encoded once; what is left for each is a few lines and a join.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from mailer.delivery.dkim import MailSigner
from mailer.delivery.skeleton import Skeleton
from mailer.rendering.slots import NAMELESS, Slot

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from mailer.delivery.dkim import SigningKey
    from mailer.rendering.rendered import RenderedEmail

# The default policy folds at 78 and encodes a long List-Unsubscribe into what no mail program follows, so
# headers are folded at 76, and those that hold an address are written by hand in `Composer.compose`.
_HEADERS = policy.SMTP.clone(max_line_length=76)

# A display name that is a phrase of atoms (RFC 5322, section 3.2.5) and short enough not to be folded.
_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/?^_`{|}~-]+)*")


_OWN_HEADERS = ("To", "Date", "Message-ID", "List-Unsubscribe")


class Signer(Protocol):
    """Makes the opaque end of a link."""

    def sign(self, purpose: str, payload: str) -> str:
        """A URL-safe token that is good for one purpose."""


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
    def domain(self) -> str:
        """The sender's own domain: Message-ID and List-Id are named below it."""
        return self.sender_address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom one mail is for."""

    delivery_id: int
    address: str
    name: str


@dataclass(frozen=True)
class Composer:
    """Fills one rendered variant for one recipient after the other."""

    letterhead: Letterhead
    rendered: RenderedEmail
    signer: Signer
    keys: Sequence[SigningKey] = ()

    def compose(self, recipient: Recipient, now: dt.datetime) -> bytes:
        """The whole mail: CRLF, 7-bit, ready for DATA as it is, for no line begins with a dot."""
        values = self.slot_values(recipient)
        own = (
            f"To: {_mailbox(recipient.name, recipient.address)}\r\n"
            f"Date: {format_datetime(now)}\r\n"
            f"Message-ID: {message_id(self.letterhead, recipient.delivery_id)}\r\n"
            f"List-Unsubscribe: <{values[Slot.UNSUBSCRIBE_URL]}>\r\n"
        ).encode("ascii")
        body = self._skeleton.fill(values)
        signatures = self._mail_signer.sign(own, body, int(now.timestamp()))
        return b"".join((signatures, self._shared_head, own, b"\r\n", body))

    def slot_values(self, recipient: Recipient) -> Mapping[Slot, str]:
        """What stands in the personal places of this recipient's mail."""
        base, payload = self.letterhead.base_url, str(recipient.delivery_id)
        return {
            Slot.NAME: recipient.name or NAMELESS,
            Slot.ADDRESS: recipient.address,
            Slot.VIEW_URL: f"{base}/view/{self.signer.sign('view', payload)}",
            Slot.PREFERENCES_URL: f"{base}/preferences/{self.signer.sign('preferences', payload)}",
            Slot.UNSUBSCRIBE_URL: f"{base}/unsubscribe/{self.signer.sign('unsubscribe', payload)}",
        }

    @cached_property
    def _skeleton(self) -> Skeleton:
        return Skeleton.of(self.rendered)

    @cached_property
    def _mail_signer(self) -> MailSigner:
        return MailSigner(self.keys, self._shared_head, _OWN_HEADERS)

    @cached_property
    def _shared_head(self) -> bytes:
        message = EmailMessage(_HEADERS)
        for name, value in self._shared_headers():
            message[name] = value
        fixed = f"MIME-Version: 1.0\r\nContent-Type: {self._skeleton.content_type}\r\n"
        return message.as_bytes().removesuffix(b"\r\n") + fixed.encode("ascii")

    def _shared_headers(self) -> list[tuple[str, str | Address]]:
        head = self.letterhead
        return [
            ("From", Address(head.sender_name, addr_spec=head.sender_address)),
            ("Reply-To", Address(addr_spec=head.reply_to)),
            ("Subject", self.rendered.subject),
            ("List-Id", f"{_phrase(head.publication_name)}<{head.publication}.{head.domain}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
            ("List-Help", f"<mailto:{head.reply_to}>"),
            ("List-Owner", f"<mailto:{head.reply_to}>"),
            ("List-Archive", f"<{head.base_url}/>"),
            ("List-Post", "NO"),
            ("Feedback-ID", f"{head.campaign_id}:{head.publication}:edition:bulletin"),
            ("Auto-Submitted", "auto-generated"),
            ("X-Auto-Response-Suppress", "OOF, AutoReply"),
        ]


def message_id(head: Letterhead, delivery_id: int) -> str:
    """The same for every attempt of a delivery, so that a mail sent again is known as the same mail."""
    seed = f"{head.domain}/{head.publication}/{head.campaign_id}/{delivery_id}"
    return f"<{hashlib.blake2b(seed.encode(), digest_size=16).hexdigest()}@{head.domain}>"


def _phrase(name: str) -> str:
    """A name before an identifier (RFC 2919), where it can stand without being encoded."""
    return f"{name} " if _PHRASE.fullmatch(name) else ""


def _mailbox(name: str, address: str) -> str:
    """A name and address as a header may hold them; what is unusual, the standard library encodes."""
    if not name:
        return address
    if len(name) + len(address) < 66 and _PHRASE.fullmatch(name):
        return f"{name} <{address}>"
    message = EmailMessage(_HEADERS)
    message["To"] = Address(name, addr_spec=address)
    return message.as_string().removeprefix("To: ").rstrip("\r\n")
