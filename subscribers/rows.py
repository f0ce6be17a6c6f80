"""What one line of a list is made of: its columns, its cells as text, and what it comes to.

Knows the shape of a cell; must not know the vocabulary, files, or who is on the list already.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from subscribers.facets import FacetSet

MAX_TEXT = 300
"""Characters that a name may have."""

_SEVERAL = re.compile(r"[;,|]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# What a spreadsheet takes for a formula, behind any apostrophes that are there already: each guard
# adds one more, so that taking one away always gives back what was written.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


class Column(StrEnum):
    """What a column of a list can hold; the value is how its header is written on export."""

    ADDRESS = "email"
    NAME = "name"
    FIRST_NAME = "first name"
    LAST_NAME = "last name"
    ORGANISATION = "organisation"
    SECTOR = "sector"
    REGIONS = "regions"
    PUBLICATIONS = "publications"


@dataclass(frozen=True, slots=True)
class Profile:
    """What many lines of a list have in common; an empty set says nothing."""

    facets: FacetSet
    publications: frozenset[str]


@dataclass(slots=True)
class Profiles:
    """The profiles of one list, each with a number: a few hundred, however many the lines are."""

    _numbers: dict[Profile, int] = field(default_factory=dict)
    _profiles: list[Profile] = field(default_factory=list)

    def number(self, profile: Profile) -> int:
        """The number of this profile, given when it is new: 0, 1, 2 …"""
        known = self._numbers.setdefault(profile, len(self._profiles))
        if known == len(self._profiles):
            self._profiles.append(profile)
        return known

    def __getitem__(self, number: int) -> Profile:
        return self._profiles[number]

    def since(self, number: int) -> list[tuple[int, Profile]]:
        """The profiles from this number on, with their numbers."""
        return list(enumerate(self._profiles[number:], start=number))


class ImportRow(NamedTuple):
    """What one line of a list says of one person; an empty text says nothing.

    A named tuple and not a dataclass: a million are made in a few seconds, and staged as they are.
    """

    key: str
    """What tells the address from every other."""
    line: int
    mailbox: str
    name: str
    organisation: str
    profile: int
    """The number that the list's `Profiles` gave."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a line is refused: which cell, what it holds, what is wrong and what to do.

    `line` counts the physical lines of the file from 1, as an editor does.
    """

    line: int
    column: str
    value: str
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A line that cannot be taken, with everything that is wrong with it."""

    problems: tuple[RowProblem, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a list: how its cells are divided and which column holds what."""

    delimiter: str
    titles: tuple[str, ...]
    columns: dict[Column, int]

    @property
    def ignored(self) -> tuple[str, ...]:
        """The titles of the columns that nothing is taken from."""
        used = self.columns.values()
        return tuple(title for n, title in enumerate(self.titles) if n not in used and title)


class TextError(BulletinError):
    """A name or an organisation that cannot be kept as it is."""


def read_text(cell: str) -> str:
    """A name as one line of text, without the guard that an export put before it.

    Raises `TextError` when it holds control characters or is longer than any name.
    """
    if not cell:
        return ""
    text = " ".join((unguard(cell) if cell[0] == "'" else cell).split())
    # Nearly every name is printable throughout, and that is asked quickly; a joiner inside a word
    # is not, and belongs to how some names are written.
    if not text.isprintable() and _CONTROL.search(text):
        shown = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)[:40]
        raise TextError("text-control", shown, "has control characters", "type it again")
    if len(text) > MAX_TEXT:
        what = f"is {len(text)} characters long, and {MAX_TEXT} are allowed"
        remedy = "shorten it, or look for a quotation mark that is never closed"
        raise TextError("text-too-long", f"{text[:40]}…", what, remedy)
    return text


# People of one organisation are many.
read_shared_text = lru_cache(maxsize=8_192)(read_text)


def guard(cell: str) -> str:
    """The cell so that a spreadsheet takes it for text and never for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguard(cell: str) -> str:
    """The cell as it was before `guard`."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell


def split(cell: str) -> list[str]:
    """The several values of one cell."""
    return [part.strip() for part in _SEVERAL.split(cell) if part.strip()]
