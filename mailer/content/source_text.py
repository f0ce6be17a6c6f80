"""A text file as a person saved it: its bytes become lines, or a problem that says why not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from mailer.content.problem import Findings

MAX_BYTES = 1_000_000

# Control characters have no place in a mail; rendering marks personal slots by private-use characters.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ue000-\uf8ff\ufffe\uffff]")


def read_text(path: Path, findings: Findings) -> str | None:
    """The text of a UTF-8 file with plain line ends; None when it can't be read at all."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        findings.error(
            0, "the file does not exist", "write it, or begin with `bulletin edition new`"
        )
        return None
    except OSError as error:
        findings.error(0, f"the file can't be read ({error.strerror})", "check its name and rights")
        return None
    return decode_text(data, findings)


def decode_text(data: bytes, findings: Findings) -> str | None:
    """The same for bytes at hand; characters that can't be mailed are reported where they stand."""
    if len(data) > MAX_BYTES:
        findings.error(0, f"the file has {len(data):,} bytes", f"keep it under {MAX_BYTES:,}")
        return None
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        findings.error(line, "the text is not UTF-8", 'save the file with the encoding "UTF-8"')
        return None
    for match in _FORBIDDEN.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        findings.error(line, f"character U+{ord(match.group()):04X} can't be mailed", "delete it")
    return text
