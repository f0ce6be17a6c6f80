"""One recipient's mail, as bytes for the wire. Pure: no socket, no clock, no database.

Headers follow RFC 5322, RFC 2369, RFC 2919, RFC 3834 and RFC 8058. What all recipients of a variant share is
encoded once; what is left for each is a few lines and a join.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from email.header import Header
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

# A display name that is a phrase of atoms (RFC 5322, section 3.2.5) and short enough not to be folded.
_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/?^_`{|}~-]+)*")


_OWN_HEADERS = ("To", "Date", "Message-ID", "List-Unsubscribe")


_PLAIN_TEXT = re.compile(r"[!-~]+(?: [!-~]+)*")
_PLAIN_LENGTH = 60
_COLUMNS = 75

# A line that neither begins a header nor goes on with one, or a line break that is none on the wire.
_ROGUE_LINE = re.compile(rb"(?:^|\r\n)(?![A-Za-z-]+: ?|[ \t]+[!-~]|\Z)|\r(?!\n)|(?<!\r)\n|\x00")


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
        own = checked_head(
            f"To: {mailbox('To', recipient.name, recipient.address)}\r\n"
            f"Date: {format_datetime(now)}\r\n"
            f"Message-ID: {message_id(self.letterhead, recipient.delivery_id)}\r\n"
            f"List-Unsubscribe: <{values[Slot.UNSUBSCRIBE_URL]}>\r\n"
        )
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
        lines = (f"{name}: {value}\r\n" for name, value in self._shared_headers())
        return checked_head("".join(lines))

    def _shared_headers(self) -> list[tuple[str, str]]:
        head = self.letterhead
        return [
            ("From", mailbox("From", head.sender_name, head.sender_address)),
            ("Reply-To", head.reply_to),
            ("Subject", encode_words("Subject", self.rendered.subject)),
            ("List-Id", f"{_phrase(head.publication_name)}<{head.publication}.{head.domain}>"),
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


def message_id(head: Letterhead, delivery_id: int) -> str:
    """The same for every attempt of a delivery, so that a mail sent again is known as the same mail."""
    seed = f"{head.domain}/{head.publication}/{head.campaign_id}/{delivery_id}"
    return f"<{hashlib.blake2b(seed.encode(), digest_size=16).hexdigest()}@{head.domain}>"


def _phrase(name: str) -> str:
    """A name before an identifier (RFC 2919), where it can stand without being encoded."""
    return f"{name} " if _is_plain(name) else ""


def _is_plain(name: str) -> bool:
    return len(name) <= _PLAIN_LENGTH and "=?" not in name and bool(_PHRASE.fullmatch(name))


def mailbox(header: str, name: str, address: str) -> str:
    """A name and address as a header may hold them: a name that is not plain words is encoded."""
    words = " ".join(name.split())
    if not words:
        return address
    if not (_PHRASE.fullmatch(words) and "=?" not in words):
        return f"{_encoded(header, words)}\r\n <{address}>"
    if len(header) + len(words) + len(address) < _COLUMNS:
        return f"{words} <{address}>"
    return f"{encode_words(header, words)}\r\n <{address}>"


def encode_words(header: str, text: str) -> str:
    """Free text as a header may hold it, folded where it is long."""
    if _PLAIN_TEXT.fullmatch(text) and "=?" not in text and "  " not in text:
        return Header(text, "us-ascii", _COLUMNS, header).encode(linesep="\r\n")
    return _encoded(header, text)


def _encoded(header: str, text: str) -> str:
    # `EmailMessage` won't do: it decodes what looks encoded already (RFC 2047), and writes the result raw, so
    # that a name can bring headers, and an end of the mail, of its own.
    return Header(text, "utf-8", _COLUMNS, header).encode(linesep="\r\n")


def checked_head(text: str) -> bytes:
    """Headers as bytes; refuses what would end them, or the mail, before their time."""
    data = text.encode("ascii")
    if _ROGUE_LINE.search(data) or not data.endswith(b"\r\n"):
        msg = "a header has a line of its own making"
        raise ValueError(msg)
    return data
