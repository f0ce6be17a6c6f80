"""What somebody may have meant by a name that is not there. Pure."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def suggest(written: str, known: Iterable[str], otherwise: str) -> str:
    """The remedy for a name that is not known: ask for the one that it is close to, in whatever case."""
    names = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(written.casefold(), names, n=1)
    return f'did you mean "{names[near[0]]}"?' if near else otherwise
