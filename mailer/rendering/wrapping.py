"""Lines of plain text. Pure; a line keeps to the width except where an address can't be broken."""

from __future__ import annotations

import re
import textwrap

WIDTH = 72
"""Columns of a line."""

LEAST_WIDTH = 24
"""Columns that deeply nested text keeps, however far it is indented."""

_UNBROKEN = re.compile(r"://|@")


def wrap(text: str, first: str = "", rest: str | None = None, width: int = WIDTH) -> str:
    """`text` in lines of at most `width` columns: the first after `first`, the others after `rest`.

    `rest` is as many spaces as `first` is long unless it is given. A line break in `text` is kept.
    A web or mail address is never broken, any other word that is longer than a line is.
    """
    rest = " " * len(first) if rest is None else rest
    room = max(width - max(len(first), len(rest)), LEAST_WIDTH)
    lines = [line for part in text.split("\n") for line in _fold(part, room)]
    leads = [first, *[rest] * (len(lines) - 1)]
    return "\n".join((lead + line).rstrip() for lead, line in zip(leads, lines, strict=True))


def underline(title: str, stroke: str) -> str:
    """A heading: the words, wrapped, over a row of `stroke` as long as their longest line."""
    words = wrap(title)
    return f"{words}\n{stroke * max(len(line) for line in words.splitlines() or [''])}"


def _fold(line: str, room: int) -> list[str]:
    words = " ".join(piece for word in line.split() for piece in _pieces(word, room))
    return textwrap.wrap(words, room, break_long_words=False, break_on_hyphens=False) or [""]


def _pieces(word: str, room: int) -> list[str]:
    if len(word) <= room or _UNBROKEN.search(word):
        return [word]
    return [word[start : start + room] for start in range(0, len(word), room)]
