"""The cells of one row of a list: what they say of one person, or everything that is wrong with them.

Knows the vocabulary; must not know files, delimiters or who is on the list already.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from subscribers.address import normalise
from subscribers.errors import BulletinError
from subscribers.facets import FacetSet
from subscribers.rows import (
    Column,
    ImportRow,
    Profile,
    RefusedRow,
    RowProblem,
    read_shared_text,
    read_text,
    split,
    unguard,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from subscribers.facets import Vocabulary
    from subscribers.rows import Header, Profiles


class RowParser:
    """Reads one row after another; what many rows have in common is worked out once."""

    def __init__(
        self,
        header: Header,
        vocabulary: Vocabulary,
        default_publications: frozenset[str],
        profiles: Profiles,
    ) -> None:
        self._vocabulary = vocabulary
        self._defaults = default_publications
        self._profiles = profiles
        self._titles = {column: header.titles[n] for column, n in header.columns.items()}
        self._width = len(header.titles)
        self._address = self._place(header, Column.ADDRESS)
        self._name = self._place(header, Column.NAME)
        self._parts = [self._place(header, c) for c in (Column.FIRST_NAME, Column.LAST_NAME)]
        self._organisation = self._place(header, Column.ORGANISATION)
        self._sector = self._place(header, Column.SECTOR)
        self._regions = self._place(header, Column.REGIONS)
        self._publications = self._place(header, Column.PUBLICATIONS)
        self._profile_cells = itemgetter(self._sector, self._regions, self._publications)
        self._numbers: dict[tuple[str, ...], int] = {}

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
        mailbox = self._read_mailbox(cells)
        key = mailbox.lower()
        number = self._numbers.get(self._profile_cells(cells))
        values = (
            key,
            line,
            key if key == mailbox else mailbox,
            read_text(cells[self._name]) or self._join_name(cells),
            read_shared_text(cells[self._organisation]),
            self._read_profile(cells) if number is None else number,
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
        cell = cells[self._address]
        return normalise(unguard(cell) if cell[:1] == "'" else cell)

    def _read_name(self, cells: list[str]) -> str:
        return read_text(cells[self._name]) or self._join_name(cells)

    def _join_name(self, cells: list[str]) -> str:
        return " ".join(filter(None, [read_text(cells[n]) for n in self._parts]))

    def _read_organisation(self, cells: list[str]) -> str:
        return read_text(cells[self._organisation])

    def _read_profile(self, cells: list[str]) -> int:
        facets = FacetSet(self._read_sector(cells), self._read_regions(cells))
        number = self._profiles.number(Profile(facets, self._read_publications(cells)))
        self._numbers[self._profile_cells(cells)] = number
        return number

    def _read_sector(self, cells: list[str]) -> str:
        text = cells[self._sector].strip()
        return self._vocabulary.sector(text) if text else ""

    def _read_regions(self, cells: list[str]) -> frozenset[str]:
        parts = split(cells[self._regions])
        return frozenset(self._vocabulary.region(part) for part in parts)

    def _read_publications(self, cells: list[str]) -> frozenset[str]:
        parts = split(cells[self._publications])
        named = frozenset(self._vocabulary.publication(part) for part in parts) or self._defaults
        if not named:
            raise BulletinError(
                "publication-missing",
                "",
                "is empty",
                "fill in the cell, or name a publication for the whole list",
            )
        return named

    def _too_many(self, line: int, cells: list[str]) -> RowProblem:
        return RowProblem(
            line,
            "",
            cells[self._width],
            f"has {len(cells)} cells where the first line has {self._width}",
            "put quotation marks around a value that holds the separator",
        )
