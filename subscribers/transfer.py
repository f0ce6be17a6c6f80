"""CSV text to rows and located problems, and back.

Knows what partners' spreadsheets look like; opens no file and asks no database: bytes and text in,
values out.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from subscribers.errors import BulletinError
from subscribers.parsing import RowParser
from subscribers.rows import (
    Column,
    Header,
    ImportRow,
    Profiles,
    RefusedRow,
    RowProblem,
    guard,
)

if TYPE_CHECKING:
    from _csv import Reader
    from collections.abc import Iterable, Iterator, Sequence

    from subscribers.facets import Vocabulary

_DELIMITERS = ",;\t"
_WRITE_CHARACTERS = 65_536


class TransferError(BulletinError):
    """A file that cannot be read as a list at all."""


_ALIASES = {
    "address": Column.ADDRESS,
    "e mail": Column.ADDRESS,
    "e mail address": Column.ADDRESS,
    "email address": Column.ADDRESS,
    "full name": Column.NAME,
    "forename": Column.FIRST_NAME,
    "given name": Column.FIRST_NAME,
    "surname": Column.LAST_NAME,
    "family name": Column.LAST_NAME,
    "organization": Column.ORGANISATION,
    "company": Column.ORGANISATION,
    "employer": Column.ORGANISATION,
    "region": Column.REGIONS,
    "region s": Column.REGIONS,
    "area": Column.REGIONS,
    "areas": Column.REGIONS,
    "publication": Column.PUBLICATIONS,
    "publication s": Column.PUBLICATIONS,
    "list": Column.PUBLICATIONS,
    "lists": Column.PUBLICATIONS,
} | {column.value: column for column in Column}

EXPORT_COLUMNS = (
    Column.ADDRESS,
    Column.NAME,
    Column.ORGANISATION,
    Column.SECTOR,
    Column.REGIONS,
    Column.PUBLICATIONS,
)


def sniff_encoding(chunks: Iterable[bytes]) -> str:
    """The encoding of a file read in chunks: UTF-8, UTF-16 by its mark, else Windows-1252."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    first = True
    try:
        for chunk in chunks:
            if first and chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                return "utf-16"
            decoder.decode(chunk)
            first = False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def decode(data: bytes) -> str:
    """The text of a whole file; a byte that Windows-1252 leaves undefined becomes U+FFFD."""
    return data.decode(sniff_encoding([data]), errors="replace")


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as text: its header, and its rows, which are read as they are asked for."""

    header: Header
    profiles: Profiles
    """Those of the rows read so far."""
    rows: Iterator[ImportRow | RefusedRow]


def read_listing(
    lines: Iterable[str],
    subject: str,
    vocabulary: Vocabulary,
    default_publications: frozenset[str] = frozenset(),
) -> Listing:
    """Read a list from its physical lines, ends included; `subject` names the file in errors.

    A row that names no publication takes the default ones, and is refused if there are none. Raises
    `TransferError` when the first line is no header; after that nothing is raised, and what cannot
    be read is a `RefusedRow`.
    """
    rest = iter(lines)
    blank, first = _skip_blank(rest)
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(chain([first], rest), delimiter=delimiter, strict=True)
    try:
        titles = tuple(title.strip() for title in next(reader, ()))
    except csv.Error as error:
        raise _no_header(subject, first) from error
    header = Header(delimiter, titles, _find_columns(titles, subject, first))
    profiles = Profiles()
    parser = RowParser(header, vocabulary, default_publications, profiles)
    return Listing(header, profiles, _read_rows(reader, parser, blank))


def _skip_blank(lines: Iterator[str]) -> tuple[int, str]:
    skipped = 0
    for line in lines:
        if line.strip():
            return skipped, line
        skipped += 1
    return skipped, ""


def _find_columns(titles: Sequence[str], subject: str, first: str) -> dict[Column, int]:
    columns: dict[Column, int] = {}
    for n, title in enumerate(titles):
        column = _ALIASES.get(_plain(title))
        if column is None:
            continue
        if column in columns:
            raise _column_twice(subject, titles[columns[column]], title)
        columns[column] = n
    if Column.ADDRESS not in columns:
        raise _no_header(subject, first)
    return columns


def _plain(title: str) -> str:
    return " ".join(re.sub(r"[-_()]", " ", title.casefold()).split())


def _no_header(subject: str, first: str) -> TransferError:
    return TransferError(
        "column-missing",
        subject,
        f"has no column of addresses; its first line is {first.strip()[:80]!r}",
        "name the columns in the first line: email, name, organisation, sector, regions",
    )


def _column_twice(subject: str, one: str, other: str) -> TransferError:
    what = f"has two columns that mean the same: {one!r} and {other!r}"
    return TransferError("column-twice", subject, what, "remove or rename one of them")


def _read_rows(reader: Reader, parser: RowParser, skipped: int) -> Iterator[ImportRow | RefusedRow]:
    line = reader.line_num + skipped + 1
    while True:
        try:
            for cells in reader:
                if any(cells):
                    yield parser.parse(line, cells)
                line = reader.line_num + skipped + 1
        except csv.Error as error:
            # The reader is sound again after the line at which it gave up.
            yield _unreadable(line, error)
            line = reader.line_num + skipped + 1
        else:
            return


def _unreadable(line: int, error: csv.Error) -> RefusedRow:
    remedy = "look for a quotation mark that is never closed, here or in a line above"
    return RefusedRow((RowProblem(line, "", "", f"cannot be read as CSV: {error}", remedy),))


def write_listing(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A list as CSV, a line or more at a time: the header, then a row of `EXPORT_COLUMNS` each.

    A cell that a spreadsheet would run as a formula gets an apostrophe before it; reading the list
    again takes it away.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(EXPORT_COLUMNS)
    for row in rows:
        writer.writerow([guard(cell) for cell in row])
        if buffer.tell() > _WRITE_CHARACTERS:
            yield _drain(buffer)
    yield _drain(buffer)


def _drain(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def join_several(slugs: Iterable[str]) -> str:
    """Several regions or publications as one cell, in the same order every time."""
    return ";".join(sorted(slugs))
