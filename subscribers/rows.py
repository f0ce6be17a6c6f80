"""The cells of one row of a list: what they say of one person, or everything that is wrong with them.

Knows the vocabulary and the shape of a cell; must not know files, delimiters or who is on the list
already.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from subscribers.address import normalise
from subscribers.errors import BulletinError
from subscribers.facets import FacetSet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from subscribers.facets import Vocabulary

_MAX_TEXT = 300
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


class ImportRow(NamedTuple):
    """What one line of a list says of one person; an empty text or set says nothing.

    A named tuple and not a dataclass: a million are made in a few seconds.
    """

    line: int
    mailbox: str
    name: str
    organisation: str
    facets: FacetSet
    publications: frozenset[str]

    @property
    def key(self) -> str:
        """What tells the address from every other."""
        return self.mailbox.lower()


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


class RowParser:
    """Reads one row after another; what many rows have in common is worked out once."""

    def __init__(
        self, header: Header, vocabulary: Vocabulary, default_publications: frozenset[str]
    ) -> None:
        self._vocabulary = vocabulary
        self._defaults = default_publications
        self._titles = {column: header.titles[n] for column, n in header.columns.items()}
        self._width = len(header.titles)
        self._address = self._place(header, Column.ADDRESS)
        self._name = self._place(header, Column.NAME)
        self._parts = [self._place(header, c) for c in (Column.FIRST_NAME, Column.LAST_NAME)]
        self._organisation = self._place(header, Column.ORGANISATION)
        self._sector = self._place(header, Column.SECTOR)
        self._regions = self._place(header, Column.REGIONS)
        self._publications = self._place(header, Column.PUBLICATIONS)
        self._known_facets: dict[tuple[str, str], FacetSet] = {}
        self._known_publications: dict[str, frozenset[str]] = {}

    def _place(self, header: Header, column: Column) -> int:
        # A column that the list lacks is read from an empty cell that is put behind every row.
        return header.columns.get(column, self._width)

    def parse(self, line: int, cells: list[str]) -> ImportRow | RefusedRow:
        """The row that the cells make; `line` is where it starts."""
        if len(cells) != self._width:
            if any(cells[self._width :]):
                return RefusedRow((self._too_many(line, cells),))
            cells += [""] * (self._width - len(cells))
        cells.append("")
        try:
            return self._read(line, cells)
        except BulletinError:
            return RefusedRow(tuple(self._problems(line, cells)))

    def _read(self, line: int, cells: list[str]) -> ImportRow:
        values = (
            line,
            self._read_mailbox(cells),
            read_text(cells[self._name]) or self._join_name(cells),
            _read_shared_text(cells[self._organisation]),
            self._read_facets(cells),
            self._read_publications(cells),
        )
        # Twice as quick as calling the class, and a third of a row's cost was in that call.
        return tuple.__new__(ImportRow, values)

    def _problems(self, line: int, cells: list[str]) -> Iterator[RowProblem]:
        # The whole row is read again, cell by cell: a person wants to mend all of it at once.
        readers: tuple[tuple[Column, Callable[[list[str]], object]], ...] = (
            (Column.ADDRESS, self._read_mailbox),
            (Column.NAME, self._read_name),
            (Column.ORGANISATION, self._read_organisation),
            (Column.SECTOR, self._read_sector),
            (Column.REGIONS, self._read_regions),
            (Column.PUBLICATIONS, self._read_publications),
        )
        for column, read in readers:
            try:
                read(cells)
            except BulletinError as error:
                title = self._titles.get(column, column.value)
                yield RowProblem(line, title, error.subject, error.what, error.remedy)

    def _read_mailbox(self, cells: list[str]) -> str:
        return normalise(unguard(cells[self._address]))

    def _read_name(self, cells: list[str]) -> str:
        return read_text(cells[self._name]) or self._join_name(cells)

    def _join_name(self, cells: list[str]) -> str:
        return " ".join(filter(None, [read_text(cells[n]) for n in self._parts]))

    def _read_organisation(self, cells: list[str]) -> str:
        return read_text(cells[self._organisation])

    def _read_facets(self, cells: list[str]) -> FacetSet:
        written = (cells[self._sector], cells[self._regions])
        known = self._known_facets.get(written)
        if known is None:
            known = FacetSet(self._read_sector(cells), self._read_regions(cells))
            self._known_facets[written] = known
        return known

    def _read_sector(self, cells: list[str]) -> str:
        text = cells[self._sector].strip()
        return self._vocabulary.sector(text) if text else ""

    def _read_regions(self, cells: list[str]) -> frozenset[str]:
        parts = _split(cells[self._regions])
        return frozenset(self._vocabulary.region(part) for part in parts)

    def _read_publications(self, cells: list[str]) -> frozenset[str]:
        written = cells[self._publications]
        known = self._known_publications.get(written)
        if known is None:
            parts = _split(written)
            known = frozenset(self._vocabulary.publication(part) for part in parts)
            self._known_publications[written] = known = known or self._defaults
        if not known:
            raise BulletinError(
                "publication-missing",
                "",
                "no publication is named",
                "fill in the cell, or name a publication for the whole list",
            )
        return known

    def _too_many(self, line: int, cells: list[str]) -> RowProblem:
        return RowProblem(
            line,
            "",
            cells[self._width],
            f"has {len(cells)} cells where the first line has {self._width}",
            "put quotation marks around a value that holds the separator",
        )


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
    if len(text) > _MAX_TEXT:
        what = f"is {len(text)} characters long, and {_MAX_TEXT} are allowed"
        remedy = "shorten it, or look for a quotation mark that is never closed"
        raise TextError("text-too-long", f"{text[:40]}…", what, remedy)
    return text


# People of one organisation are many.
_read_shared_text = lru_cache(maxsize=8_192)(read_text)


def guard(cell: str) -> str:
    """The cell so that a spreadsheet takes it for text and never for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguard(cell: str) -> str:
    """The cell as it was before `guard`."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell


def _split(cell: str) -> list[str]:
    return [part.strip() for part in _SEVERAL.split(cell) if part.strip()]
