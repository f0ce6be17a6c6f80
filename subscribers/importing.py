"""Import a list: one transaction, all or nothing, and a report of what became of every line.

Reads the file and commits; must not know what a line changes.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, BinaryIO

from subscribers import erasures
from subscribers.enrolment import Enrolment
from subscribers.following import Follower, Tally
from subscribers.staging import staged
from subscribers.transfer import Listing, TransferError, read_listing, sniff_encoding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sqlalchemy import Connection

    from subscribers.database import Database
    from subscribers.erasures import Seal
    from subscribers.facets import Vocabulary
    from subscribers.merging import HeldBack
    from subscribers.rows import RowProblem

_READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a list. Every row is counted once.

    `rows` is the sum of added, updated, unchanged, merged, held_back_total and refused_rows.
    """

    source: str
    committed: bool
    rows: int
    added: int
    updated: int
    unchanged: int
    merged: int
    """Rows about an address that an earlier row was about; both were followed."""
    held_back_total: int
    held_back: tuple[HeldBack, ...]
    """The first thousand rows that were not followed: their person left, is suppressed or was erased."""
    withheld: int
    """Subscriptions not begun because the person had left that publication."""
    refused_rows: int
    problems_total: int
    problems: tuple[RowProblem, ...]
    """The first thousand of the problems, a row may have several."""
    ignored_columns: tuple[str, ...]
    seconds: float


def import_csv(  # noqa: PLR0913 - each is a choice of the person who imports
    database: Database,
    vocabulary: Vocabulary,
    source: Path | BinaryIO,
    *,
    default_publications: frozenset[str] = frozenset(),
    now: datetime,
    actor: str,
    dry_run: bool = False,
    skip_refused: bool = False,
    name: str = "",
    seal: Seal | None = None,
) -> ImportReport:
    """Merge a CSV file into the list, and report.

    Nothing is kept in a dry run, or when a row is refused and `skip_refused` is not set. `name`
    says where the rows came from when `source` has no name of its own. `seal` knows who was erased; it may be
    left out as long as nobody was. Raises `TransferError` when
    the file cannot be read as a list, `DatabaseError` when the database cannot be used.
    """
    started = monotonic()
    known_as = name or _name_of(source)
    with (
        _open_listing(source, known_as, vocabulary, default_publications) as listing,
        database.write() as connection,
    ):
        tally = _follow(connection, listing, f"import {known_as}", actor, now, seal)
        committed = not dry_run and (skip_refused or not tally.refused_rows)
        if not committed:
            connection.rollback()
    return ImportReport(
        source=known_as,
        committed=committed,
        rows=tally.rows,
        added=tally.added,
        updated=tally.updated,
        unchanged=tally.met - tally.updated,
        merged=tally.merged,
        held_back_total=tally.held_back_total,
        held_back=tuple(tally.held_back),
        withheld=tally.withheld,
        refused_rows=tally.refused_rows,
        problems_total=tally.problems_total,
        problems=tuple(tally.problems),
        ignored_columns=listing.header.ignored,
        seconds=monotonic() - started,
    )


def _follow(
    connection: Connection,
    listing: Listing,
    source: str,
    actor: str,
    now: datetime,
    seal: Seal | None,
) -> Tally:
    is_erased = _look_up_erased(connection, seal)
    with staged(connection, listing.profiles) as stage:
        enrolment = Enrolment(connection, stage, source=source, actor=actor, now=now)
        tally = Follower(listing, stage, enrolment, is_erased).follow()
        enrolment.close()
    return tally


def _look_up_erased(connection: Connection, seal: Seal | None) -> Callable[[str], bool] | None:
    erased = erasures.all_fingerprints(connection)
    if not erased:
        return None
    if seal is None:
        raise TransferError(
            "erasures-unreadable",
            "the list",
            "has people who were erased, and without the secret key nobody can tell who",
            "set BULLETIN_SECRET_KEY as it was",
        )
    return lambda key: not erased.isdisjoint(seal.fingerprints(key))


@contextmanager
def _open_listing(
    source: Path | BinaryIO, name: str, vocabulary: Vocabulary, defaults: frozenset[str]
) -> Iterator[Listing]:
    with _open_seekable(source, name) as file:
        encoding = sniff_encoding(iter(lambda: file.read(_READ_BYTES), b""))
        file.seek(0)
        # newline="" leaves line ends to the CSV reader, which knows a quoted one from a row's end.
        text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
        try:
            yield read_listing(text, name, vocabulary, defaults)
        finally:
            text.detach()


@contextmanager
def _open_seekable(source: Path | BinaryIO, name: str) -> Iterator[BinaryIO]:
    # The encoding can only be told from the whole file, so it is read twice: a pipe is kept on disk
    # first.
    if isinstance(source, Path):
        try:
            file = source.open("rb")
        except OSError as error:
            what = f"cannot be read: {error.strerror}"
            raise TransferError("file-unreadable", name, what, "check the path") from error
        with file:
            yield file
        return
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(source, copy, _READ_BYTES)
        copy.seek(0)
        yield copy


def _name_of(source: Path | BinaryIO) -> str:
    if isinstance(source, Path):
        return source.name
    given = getattr(source, "name", "")
    return Path(given).name if isinstance(given, str) and given else "the list"
