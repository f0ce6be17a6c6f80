"""A text file as a person saved it: its bytes become lines, or a problem that says why not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailer.content import rules

if TYPE_CHECKING:
    from pathlib import Path, PurePath

    from mailer.content.problem import Findings

MAX_BYTES = 1_000_000

# Control characters have no place in a mail; rendering marks personal slots by private-use characters.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ue000-\uf8ff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Source:
    """A file's text as its author wrote it, by the path that problems name."""

    path: PurePath
    text: str


def read_text(path: Path, findings: Findings, begun_by: str = "bulletin edition new") -> str | None:
    """The text of a UTF-8 file with plain line ends; None when it can't be read at all.

    `begun_by` is the command that makes such a file.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        findings.broken(
            rules.FILE_UNREADABLE,
            0,
            "the file does not exist",
            f"write it, or begin with `{begun_by}`",
        )
        return None
    except OSError as error:
        findings.broken(
            rules.FILE_UNREADABLE,
            0,
            f"the file can't be read ({error.strerror})",
            "check its name and rights",
        )
        return None
    return decode_text(data, findings)


def decode_text(data: bytes, findings: Findings) -> str | None:
    """The same for bytes at hand; characters that can't be mailed are reported where they stand."""
    if len(data) > MAX_BYTES:
        findings.broken(
            rules.FILE_UNREADABLE,
            0,
            f"the file has {len(data):,} bytes",
            f"keep it under {MAX_BYTES:,}",
        )
        return None
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        findings.broken(
            rules.TEXT_ENCODING,
            line,
            "the text is not UTF-8",
            'save the file with the encoding "UTF-8"',
        )
        return None
    for match in _FORBIDDEN.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        findings.broken(
            rules.TEXT_ENCODING,
            line,
            f"character U+{ord(match.group()):04X} can't be mailed",
            "delete it",
        )
    return text
