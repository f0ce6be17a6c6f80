"""Quoted-printable (RFC 2045, section 6.7), written so that nothing on the way has to change a byte.

Pure. Beyond the RFC: a line never begins with a dot, so SMTP has nothing to stuff (RFC 5321, section 4.5.2);
no two blanks stand together and none ends a line, so the text is its own relaxed form (RFC 6376, 3.4.4).
"""

from __future__ import annotations

import re

WIDTH = 76
"""Columns of a line at most, its soft line break included."""

SOFT_BREAK = b"=\r\n"

_HEX = tuple(f"={byte:02X}" for byte in range(256))
_PLAIN = frozenset(range(33, 127)) - {ord("=")}
_TABLE = tuple(chr(byte) if byte in _PLAIN else _HEX[byte] for byte in range(256))
_SPACE = ord(" ")

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


def _cut(data: bytes) -> bytes:
    """A long link, cut into lines; it is its own encoding but for a dot at the start of a line."""
    lines: list[bytes] = []
    begin = 0
    while begin < len(data):
        dot = data[begin : begin + 1] == b"."
        end = begin + WIDTH - 1 - 2 * dot
        lines.append(b"=2E" + data[begin + 1 : end] if dot else data[begin:end])
        begin = end
    return SOFT_BREAK.join(lines)


def _encode_line(data: bytes) -> bytes:
    lines: list[str] = []
    current: list[str] = []
    column, last = 0, len(data) - 1
    for index, byte in enumerate(data):
        cell = _TABLE[byte]
        if byte == _SPACE and index != last and data[index - 1 : index] != b" ":
            cell = " "
        if column + len(cell) > WIDTH - 1:
            lines.append("".join(current))
            current, column = [], 0
        if column == 0 and cell == ".":
            cell = "=2E"
        current.append(cell)
        column += len(cell)
    lines.append("".join(current))
    return "=\r\n".join(lines).encode("ascii")
