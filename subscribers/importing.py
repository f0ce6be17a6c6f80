"""Import a list: one transaction, all or nothing, and a report of what became of every line.

Reads the file and commits. While the database merges one chunk, the next is read: SQLite and
PostgreSQL both leave Python free meanwhile.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, BinaryIO

from subscribers import consent, store
from subscribers.consent import Event
from subscribers.lifecycle import EventKind, Status, after
from subscribers.merging import Change, HeldBack, hold_back, overlay, unite
from subscribers.rows import ImportRow, RefusedRow, RowProblem
from subscribers.staging import Known, Stage
from subscribers.transfer import Listing, TransferError, read_listing, sniff_encoding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Connection

    from subscribers.database import Database
    from subscribers.facets import Vocabulary

_CHUNK_ROWS = 20_000
_READ_BYTES = 1 << 20
_LISTED = 1_000

# What an import remembers of everybody who was on the list before it, in one byte each.
_MET, _REGIONS, _CHANGED = 1, 2, 4


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
    """The first thousand of the rows that were not followed: their person left, or is suppressed."""
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
) -> ImportReport:
    """Merge a CSV file into the list, and report.

    Nothing is kept in a dry run, or when a row is refused and `skip_refused` is not set. `name`
    says where the rows came from when `source` has no name of its own. Raises `TransferError` when
    the file cannot be read as a list, `DatabaseError` when the database cannot be used.
    """
    started = monotonic()
    known_as = name or _name_of(source)
    with _open_listing(source, known_as, vocabulary, default_publications) as listing:
        tally = _Tally()
        with database.write() as connection:
            stage = Stage(connection, source=f"import {known_as}", actor=actor, now=now)
            _Merge(connection, stage, tally, f"import {known_as}", actor, now).follow(listing)
            stage.close()
            committed = not dry_run and (skip_refused or not tally.refused_rows)
            if not committed:
                connection.rollback()
        return tally.report(known_as, listing, committed=committed, started=started)


@dataclass(slots=True)
class _Tally:
    """The counts of one import, as they grow."""

    added: int = 0
    updated: int = 0
    met: int = 0
    merged: int = 0
    withheld: int = 0
    held_back_total: int = 0
    refused_rows: int = 0
    problems_total: int = 0
    held_back: list[HeldBack] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)

    def hold_back(self, held: HeldBack) -> None:
        self.held_back_total += 1
        if len(self.held_back) < _LISTED:
            self.held_back.append(held)

    def refuse(self, row: RefusedRow) -> None:
        self.refused_rows += 1
        self.problems_total += len(row.problems)
        self.problems.extend(row.problems[: _LISTED - len(self.problems)])

    def report(
        self, source: str, listing: Listing, *, committed: bool, started: float
    ) -> ImportReport:
        followed = self.added + self.met + self.merged
        return ImportReport(
            source=source,
            committed=committed,
            rows=followed + self.held_back_total + self.refused_rows,
            added=self.added,
            updated=self.updated,
            unchanged=self.met - self.updated,
            merged=self.merged,
            held_back_total=self.held_back_total,
            held_back=tuple(self.held_back),
            withheld=self.withheld,
            refused_rows=self.refused_rows,
            problems_total=self.problems_total,
            problems=tuple(self.problems),
            ignored_columns=listing.header.ignored,
            seconds=monotonic() - started,
        )


class _Merge:
    """One import on its way through the database."""

    def __init__(
        self,
        connection: Connection,
        stage: Stage,
        tally: _Tally,
        source: str,
        actor: str,
        now: datetime,
    ) -> None:
        self._connection = connection
        self._stage = stage
        self._tally = tally
        self._source = source
        self._actor = actor
        self._now = now
        self._newest_before = stage.newest_id()
        self._marks = bytearray(self._newest_before + 1)

    def follow(self, listing: Listing) -> None:
        """Merge every row. One thread, one chunk ahead: the connection has one user at a time."""
        with ThreadPoolExecutor(1) as thread:
            pending: Future[int] | None = None
            while True:
                chunk = self._read_chunk(listing)
                if pending is not None:
                    self._tally.added += pending.result()
                if not chunk:
                    return
                known = self._stage.fill(chunk)
                for one in known:
                    self._meet(chunk[one.n - 1], one)
                pending = (
                    thread.submit(self._stage.add_unknown) if len(known) < len(chunk) else None
                )

    def _read_chunk(self, listing: Listing) -> list[ImportRow]:
        rows: dict[str, ImportRow] = {}
        for row in islice(listing.rows, _CHUNK_ROWS):
            if isinstance(row, RefusedRow):
                self._tally.refuse(row)
                continue
            key = row.mailbox.lower()
            if key in rows:
                self._tally.merged += 1
                rows[key] = unite(rows[key], row)
            else:
                rows[key] = row
        return list(rows.values())

    def _meet(self, row: ImportRow, known: Known) -> None:
        held = hold_back(row, known)
        if held is not None or known.id is None:
            self._tally.hold_back(held or HeldBack(row.line, row.mailbox, "left"))
            return
        add_regions = self._mark(known.id, row)
        facets = self._stage.facets[known.facet_set_id]
        change = overlay(row, known, facets, add_regions=add_regions)
        self._tally.withheld += len(change.withheld)
        if change.is_change:
            self._apply(known.id, known, change)

    def _mark(self, subscriber_id: int, row: ImportRow) -> bool:
        """Count the person as met; whether an earlier row of this list named regions for them."""
        if subscriber_id > self._newest_before:
            self._tally.merged += 1
            return True
        before = self._marks[subscriber_id]
        if before & _MET:
            self._tally.merged += 1
        else:
            self._tally.met += 1
        self._marks[subscriber_id] |= _MET | (_REGIONS if row.facets.regions else 0)
        return bool(before & _REGIONS)

    def _apply(self, subscriber_id: int, known: Known, change: Change) -> None:
        self._count_update(subscriber_id)
        connection, now = self._connection, self._now
        self._stage.facet_id(change.facets)
        store.update_person(
            connection, subscriber_id, change.name, change.organisation, change.facets, now
        )
        status = after(Status(known.status or ""), EventKind.IMPORTED, known.name)
        if status != known.status:
            store.set_status(connection, subscriber_id, status, now)
        for publication in sorted(change.publications):
            consent.subscribe(connection, subscriber_id, publication, self._source, now)
        consent.record(connection, subscriber_id, *self._events(change))

    def _events(self, change: Change) -> list[Event]:
        begun = [self._event(EventKind.IMPORTED, one) for one in sorted(change.publications)]
        return begun or [self._event(EventKind.CHANGED, None)]

    def _event(self, kind: EventKind, publication: str | None) -> Event:
        return Event(kind, publication, self._now, self._source, self._actor)

    def _count_update(self, subscriber_id: int) -> None:
        if subscriber_id > self._newest_before or self._marks[subscriber_id] & _CHANGED:
            return
        self._marks[subscriber_id] |= _CHANGED
        self._tally.updated += 1


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
