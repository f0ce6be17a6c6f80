"""Quoted-printable (RFC 2045, section 6.7), written so that nothing on the way has to change a byte.

Pure. Beyond the RFC: a line never begins with a dot, so SMTP has nothing to stuff (RFC 5321, section 4.5.2);
no two blanks stand together and none ends a line, so the text is its own relaxed form (RFC 6376, 3.4.4).
"""

from __future__ import annotations

import re

WIDTH = 76
"""Columns of a line at most, its soft line break included."""

SOFT_BREAK = b"=\r\n"

# What can't stand for itself, beside "=": other bytes, a blank after a blank, and one at the end.
_UNSAFE = re.compile(rb"[^ -~]|(?<= ) | \Z")

# The usual value: a link or a name without accents. It is its own encoding.
_USUAL = re.compile(rb"(?:[!-<>-~]+(?: [!-<>-~]+)*)?")


def encode_text(text: str) -> bytes:
    """Lines of text, ended by CRLF wherever `text` has a line feed; the last line is left open."""
    return b"\r\n".join(_encode_line(line.encode()) for line in text.split("\n"))


def encode_value(value: str) -> bytes:
    """One line's worth of text that stands between soft line breaks, however long it is."""
    data = value.encode()
    if not _USUAL.fullmatch(data):
        return _encode_line(data)
    if len(data) < WIDTH and data[:1] != b".":
        return data
    return _encode_line(data) if b" " in data else _cut(data)


def _encode_line(data: bytes) -> bytes:
    # HTML is full of "=" and has little else to encode.
    marked = data.replace(b"=", b"=3D")
    return _cut(_UNSAFE.sub(lambda match: b"=%02X" % match.group()[0], marked))


def _cut(data: bytes) -> bytes:
    """An encoded text in lines, with no dot at the start of one and no byte's figures torn apart."""
    lines: list[bytes] = []
    begin = 0
    while begin < len(data):
        dot = data[begin : begin + 1] == b"."
        end = begin + WIDTH - 1 - 2 * dot
        if end < len(data):
            end -= (2 - data[end - 2 : end].rfind(b"=")) % 3
        lines.append(b"=2E" + data[begin + 1 : end] if dot else data[begin:end])
        begin = end
    return SOFT_BREAK.join(lines)
