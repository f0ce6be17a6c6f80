"""Free text as a header may hold it, and a last look that no header ends before its time. Pure (RFC 5322)."""

from __future__ import annotations

import re
from email.header import Header

# A display name that is a phrase of atoms (RFC 5322, section 3.2.5) and short enough not to be folded.
_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/?^_`{|}~-]+)*")
_PLAIN_TEXT = re.compile(r"[!-~]+(?: [!-~]+)*")
_PLAIN_LENGTH = 60
_COLUMNS = 75

# A line that neither begins a header nor goes on with one, or a line break that is none on the wire.
_ROGUE_LINE = re.compile(rb"(?:^|\r\n)(?![A-Za-z-]+: ?|[ \t]+[!-~]|\Z)|\r(?!\n)|(?<!\r)\n|\x00")


def phrase(name: str) -> str:
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
