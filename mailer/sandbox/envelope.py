"""Mail as it lies in the inbox: values, and how the bytes of a mail become them.

Pure. Mail comes from anywhere, so nothing here raises: what can't be read is left out or shown as
it stands. Must not know where the bytes are kept.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message as ParsedMail
from email.parser import BytesHeaderParser
from email.utils import parseaddr
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

# Everything the standard library was seen to raise over a mail that somebody wrote by hand.
_UNREADABLE = (MessageError, LookupError, ValueError, TypeError, AttributeError, binascii.Error)

# The old policy keeps header values as they came; `policy.default` parses each into objects and
# raises IndexError or AttributeError over some of them.
_POLICY = policy.compat32

# A header's value from behind its colon, with the lines on which it goes on.
_VALUE = re.compile(rb".*(?:\r?\n[ \t].*)*")

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Summary:
    """One row of the list. `recipient` is the envelope's; `size` counts bytes as kept on disk."""

    id: str
    received: dt.datetime
    sender: str
    recipient: str
    subject: str
    size: int

    @property
    def sender_name(self) -> str:
        """The name people know the sender by, or the address when there is none."""
        name, address = parseaddr(self.sender)
        return name or address or self.sender

    def matches(self, words: Iterable[str]) -> bool:
        """Whether every word (in lower case) stands in one of the texts of the row."""
        haystack = f"{self.sender}\n{self.recipient}\n{self.subject}".casefold()
        return all(word in haystack for word in words)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is neither the HTML nor the text of the mail."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Message:
    """A whole mail: headers decoded, `source` as it came, a body that isn't there None."""

    id: str
    received: dt.datetime
    headers: tuple[tuple[str, str], ...]
    source: str = field(repr=False)
    html: str | None = field(repr=False)
    text: str | None = field(repr=False)
    attachments: tuple[Attachment, ...]
    size: int

    def header(self, name: str) -> str:
        """The first value of a header, or the empty string."""
        wanted = name.casefold()
        return next((value for key, value in self.headers if key.casefold() == wanted), "")


def summarise(id: str, received: dt.datetime, head: bytes, size: int) -> Summary:  # noqa: A002
    """The row of a mail, from the bytes it begins with: its headers, or as many as were read."""
    headers = _Headers(head)
    return Summary(
        id=id,
        received=received,
        sender=headers.first("From"),
        recipient=headers.first("X-Original-To") or headers.first("To"),
        subject=headers.first("Subject"),
        size=size,
    )


class _Headers:
    """Looks single headers up, for a search reads every mail: the parser takes ten times as long."""

    def __init__(self, head: bytes) -> None:
        breaks = (head.find(b"\r\n\r\n"), head.find(b"\n\n"))
        self._lines = b"\n" + head[: min((at for at in breaks if at >= 0), default=None)]
        self._lowered = self._lines.lower()

    def first(self, name: str) -> str:
        key = f"\n{name.lower()}:".encode()
        start = self._lowered.find(key)
        value = _VALUE.match(self._lines, start + len(key)) if start >= 0 else None
        return _decoded(value[0].decode("ascii", "surrogateescape")) if value else ""


def parse_message(id: str, received: dt.datetime, raw: bytes) -> Message:  # noqa: A002
    """The whole mail, as far as it can be read."""
    mail = _parsed(raw)
    bodies = _Bodies(_leaves(mail))
    return Message(
        id=id,
        received=received,
        headers=tuple((name, _decoded(str(value))) for name, value in mail.raw_items()),
        source=raw.decode("utf-8", "replace"),
        html=bodies.html,
        text=bodies.text,
        attachments=tuple(bodies.attachments),
        size=len(raw),
    )


def _parsed(raw: bytes) -> ParsedMail:
    try:
        return message_from_bytes(raw, policy=_POLICY)
    except (RecursionError, *_UNREADABLE):
        # Parts nested a thousand deep, or one that defeats the parser: the headers can be had.
        return BytesHeaderParser(policy=_POLICY).parsebytes(raw)


def _leaves(mail: ParsedMail) -> Iterator[ParsedMail]:
    # A loop, not `walk()`, which goes into enclosed mail too: its texts are not this mail's.
    waiting = [mail]
    while waiting:
        part = waiting.pop()
        inner = part.get_payload() if part.get_content_maintype() == "multipart" else None
        if isinstance(inner, list):
            waiting.extend(reversed([each for each in inner if isinstance(each, ParsedMail)]))
        else:
            yield part


class _Bodies:
    """The first HTML, the first plain text, and the rest."""

    def __init__(self, parts: Iterable[ParsedMail]) -> None:
        self.html: str | None = None
        self.text: str | None = None
        self.attachments: list[Attachment] = []
        for part in parts:
            self._sort(part)

    def _sort(self, part: ParsedMail) -> None:
        attached = part.get_content_disposition() == "attachment"
        media_type = part.get_content_type()
        if media_type == "text/html" and not attached and self.html is None:
            self.html = _text_of(part)
        elif media_type == "text/plain" and not attached and self.text is None:
            self.text = _text_of(part)
        else:
            self.attachments.append(Attachment(_name_of(part), media_type, _content_of(part)))


def _text_of(part: ParsedMail) -> str:
    content = _content_of(part)
    try:
        return content.decode(part.get_content_charset() or "utf-8", "replace")
    except _UNREADABLE:
        return content.decode("utf-8", "replace")


def _content_of(part: ParsedMail) -> bytes:
    try:
        inner = part.get_payload()
        if isinstance(inner, list):
            return b"\r\n".join(each.as_bytes() for each in inner if isinstance(each, ParsedMail))
        content = part.get_payload(decode=True)
    except (RecursionError, *_UNREADABLE):
        return b""
    return content if isinstance(content, bytes) else b""


def _name_of(part: ParsedMail) -> str:
    try:
        name = _clean(part.get_filename() or "")
    except _UNREADABLE:
        name = ""
    return name or "unnamed"


@lru_cache(maxsize=1024)  # The mails of one campaign share sender and subject.
def _decoded(raw: str) -> str:
    if "=?" not in raw:
        return " ".join(_clean(raw).split())
    try:
        words = str(make_header(decode_header(raw)))
    except _UNREADABLE:
        words = raw
    return " ".join(_clean(words).split())


def _clean(words: str) -> str:
    whole = words.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return _CONTROLS.sub("\ufffd", whole)
