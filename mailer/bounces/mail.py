"""Takes a mail apart: headers and parts, whatever the bytes, within bounds of size, depth and number.

The standard library's parser raises on some real bounces and takes minutes over hostile nesting, so this one
does less: it never fails, and it does not look into an attached mail. Knows nothing of bounces.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import quopri
import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from functools import cached_property
from html import unescape

LARGEST_MAIL = 1 << 20
"""Octets that are read. A returned copy may be larger; what it says of itself comes first."""
DEEPEST_PART = 6
MOST_PARTS = 64
LONGEST_HEADERS = 1 << 16
LONGEST_PART_TEXT = 1 << 16

Headers = dict[str, list[str]]
"""Values by lower-case name, unfolded, in the order in which they stand."""


@dataclass(frozen=True)
class Part:
    """One leaf of a mail: its headers and its body as it came, still encoded."""

    kind: str
    headers: Headers
    body: bytes

    @cached_property
    def text(self) -> str:
        """The body as text, decoded as its headers say and as far as it goes."""
        return _decode(self._octets(), _parameter(self.headers, "charset"))

    def _octets(self) -> bytes:
        encoding = first(self.headers, "content-transfer-encoding").lower()
        body = self.body[: 2 * LONGEST_PART_TEXT]
        if encoding == "quoted-printable":
            body = quopri.decodestring(body)
        elif encoding == "base64":
            body = _from_base64(body)
        return body[:LONGEST_PART_TEXT]


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail: its headers, its content type, and its leaves in the order in which they stand."""

    headers: Headers
    kind: str
    report_type: str
    parts: tuple[Part, ...]


def parse_mail(data: bytes) -> Mail:
    """Take a mail apart; whatever is no mail becomes one without headers."""
    lines = data[:LARGEST_MAIL].replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip(b"\n")
    headers, body = split_headers(lines)
    parts: list[Part] = []
    _collect(headers, body, parts, 0)
    report_type = _parameter(headers, "report-type").lower()
    return Mail(headers, _kind(headers), report_type, tuple(parts))


def parse_head(data: bytes) -> Headers:
    """The headers of a mail, whose content is not looked at."""
    lines = data[:LONGEST_HEADERS].replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip(b"\n")
    return split_headers(lines)[0]


def first(headers: Headers, name: str) -> str:
    """The first value of a header, or "" without it."""
    return headers.get(name, [""])[0]


def split_headers(block: bytes) -> tuple[Headers, bytes]:
    """The headers at the beginning of `block`, and what follows their blank line."""
    end = block.find(b"\n\n") if not block.startswith(b"\n") else 0
    head = block[:end] if end >= 0 else block
    body = block[end:].lstrip(b"\n") if end >= 0 else b""
    return parse_headers(_decode(head[:LONGEST_HEADERS], "")), body


_FIELD = re.compile(r"^([!-9;-~]{1,80})[ \t]*:[ \t]?(.*(?:\n[ \t].*)*)", re.MULTILINE)


def parse_headers(text: str) -> Headers:
    """Every `Name: value` line of a text, unfolded; other lines are passed over."""
    headers: Headers = {}
    for name, value in _FIELD.findall(text):
        headers.setdefault(name.lower(), []).append(" ".join(value.split()))
    return headers


def _collect(headers: Headers, body: bytes, parts: list[Part], depth: int) -> None:
    kind = _kind(headers)
    boundary = _parameter(headers, "boundary")
    pieces = _pieces(body, boundary) if kind.startswith("multipart/") and boundary else []
    if len(pieces) < 2 or depth >= DEEPEST_PART:
        _keep(Part(kind, headers, body), parts)
        return
    # What stands before the first boundary is for readers without MIME, and says the same to everybody.
    for piece in pieces[1:]:
        if len(parts) < MOST_PARTS:
            _collect(*split_headers(piece), parts, depth + 1)


def _keep(part: Part, parts: list[Part]) -> None:
    if len(parts) < MOST_PARTS:
        parts.append(part)


def _pieces(body: bytes, boundary: str) -> list[bytes]:
    # No pattern: compiling one for each mail's own boundary took longer than all else.
    mark = b"\n--" + boundary.encode()
    first_piece, *rest = (b"\n" + body).split(mark, 4 * MOST_PARTS)
    pieces = [first_piece]
    for piece in rest:
        line, _, after = piece.partition(b"\n")
        # One boundary may be the beginning of another.
        if line.strip() in {b"", b"--"}:
            pieces.append(after)
        else:
            pieces[-1] += mark + piece
    return pieces[: MOST_PARTS + 1]


def _kind(headers: Headers) -> str:
    kind = first(headers, "content-type").partition(";")[0].strip().lower()
    return kind if "/" in kind else "text/plain"


_PARAMETER = re.compile(r';\s*([\w*-]{1,40})\s*=\s*("([^"]*)"|[^\s;]+)')


def _parameter(headers: Headers, name: str) -> str:
    for key, value, quoted in _PARAMETER.findall(first(headers, "content-type")):
        if key.lower() == name:
            return str(quoted or value).strip('"')
    return ""


def _from_base64(body: bytes) -> bytes:
    # What is cut off still says something; what is no base64, in spite of its header, says it plainly.
    if _NOT_BASE64.search(body):
        return body
    whole = b"".join(body.split())
    try:
        return base64.b64decode(whole[: len(whole) // 4 * 4])
    except binascii.Error:
        return body


_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s]")


def _decode(octets: bytes, charset: str) -> str:
    if charset.lower() in _ASCII_ALIKE and octets.isascii():
        return octets.translate(_SPEAKABLE).decode("ascii")
    return without_controls(_as_text(octets, charset))


# What most mails are written in, and mostly in letters that are the same in all of these.
_ASCII_ALIKE = frozenset({"", "us-ascii", "utf-8", "iso-8859-1"})
_SPEAKABLE = bytes(
    0x20 if (octet < 0x20 and octet not in b"\t\n\r") or octet == 0x7F else octet
    for octet in range(256)
)


def without_controls(text: str) -> str:
    """A text without what no page can show and no database takes: NUL, other controls, halves of letters."""
    return _UNSPEAKABLE.sub(" ", text)


_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# No mail is written in these; some take seconds over a few kilobytes, others warn of what they read.
_NO_CHARSETS = frozenset({"punycode", "idna", "unicode-escape", "raw-unicode-escape", "undefined"})


def _as_text(octets: bytes, charset: str) -> str:
    declared = charset if _is_charset(charset) else ""
    for name in filter(None, (declared, "utf-8")):
        try:
            return octets.decode(name)
        except (LookupError, UnicodeError, ValueError):
            continue
    # A declared set with a few broken octets is still that set; an unknown one is Western.
    try:
        return octets.decode(declared or "cp1252", "replace")
    except (LookupError, UnicodeError, ValueError):
        return octets.decode("latin-1")


def _is_charset(name: str) -> bool:
    try:
        return codecs.lookup(name).name.replace("_", "-") not in _NO_CHARSETS
    except (LookupError, ValueError):
        return False


def plain_text(part: Part) -> str:
    """The text of a part as a person reads it: HTML without its tags."""
    return _without_tags(part.text) if part.kind == "text/html" else part.text


_HIDDEN = re.compile(r"<(?:(style|script|head|title)\b|!--)", re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/?p|/?div|/?tr|/?li|/?h\d|/?table|hr)\b[^<>]{0,2000}>", re.IGNORECASE)
# No letter has such a number, and one of thousands of digits is refused with an exception.
_ABSURD = re.compile(r"&#x?[0-9a-f]{8,}", re.IGNORECASE)
_CELL = re.compile(r"<[!/a-zA-Z][^<>]{0,2000}>")


def _without_tags(text: str) -> str:
    flowing = _without_hidden(text).replace("\n", " ")
    return unescape(_ABSURD.sub(" ", _CELL.sub(" ", _BREAK.sub("\n", flowing))))


def _without_hidden(text: str) -> str:
    # No lazy pattern from tag to tag: over a thousand openings without an end it takes a second.
    lowered = text.lower()
    kept: list[str] = []
    unclosed: set[str] = set()
    position = 0
    for opening in _HIDDEN.finditer(text):
        closing = f"</{opening[1].lower()}" if opening[1] else "-->"
        if opening.start() < position or closing in unclosed:
            continue
        end = lowered.find(closing, opening.end())
        if end < 0:
            unclosed.add(closing)
        else:
            kept.append(text[position : opening.start()])
            position = lowered.find(">", end) + 1
    return " ".join([*kept, text[position:]])


def decode_words(value: str) -> str:
    """A header's value with its encoded words (RFC 2047) read."""
    if "=?" not in value:
        return value
    try:
        pieces = decode_header(value[:2_000])
    except (HeaderParseError, ValueError, binascii.Error):
        return value
    return "".join(
        piece if isinstance(piece, str) else _decode(piece, charset or "")
        for piece, charset in pieces
    )
