"""Names of files that are the same file on every system, in a ZIP and in an address. Pure.

What is allowed is little on purpose: a name that cannot be a path needs no list of the tricks with paths.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MAX_LENGTH: Final = 100

ALLOWED: Final = (
    "letters a to z, digits, dots, hyphens and underscores, with an ending such as .png"
)

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?\.[A-Za-z0-9]{2,5}")
# Windows gives these to devices, whatever the ending ("Naming files, paths, and namespaces", Win32).
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9])", re.IGNORECASE)


def name_fault(name: str) -> str | None:
    """Why this can't be the name of an asset's file, or None."""
    if "/" in name or "\\" in name:
        return "is a path"
    if _DEVICE.fullmatch(name.partition(".")[0]):
        return "is the name of a device on Windows"
    if len(name) > MAX_LENGTH:
        return f"is longer than {MAX_LENGTH} characters"
    if not _NAME.fullmatch(name):
        return "has characters that some systems can't have"
    return None


def suggest_name(name: str) -> str | None:
    """A name that would do in the place of one that doesn't; None when nothing is left of it."""
    last = re.split(r"[/\\]", name)[-1]
    plain = unicodedata.normalize("NFKD", last).encode("ascii", "ignore").decode()
    found = re.sub(r"[^A-Za-z0-9._]+", "-", plain).strip("-._")
    found = re.sub(r"-*\.[.-]*", ".", found)
    return found if name_fault(found) is None else None
