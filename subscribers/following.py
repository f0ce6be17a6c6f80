"""Follow a list row by row: what each comes to for its person, and the count of it all.

While the database takes one chunk, the next is read: SQLite and PostgreSQL both leave Python free
meanwhile. Never commits; must not know files or SQL.
"""

from __future__ import annotations

import gc
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING

from subscribers.merging import HeldBack, has_left, overlay, unite
from subscribers.rows import ImportRow, RefusedRow, RowProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from subscribers.enrolment import Barred, Enrolment, Taken
    from subscribers.merging import Change, Known
    from subscribers.staging import Stage
    from subscribers.transfer import Listing

# The database is quicker with many rows at once; the first chunks are small, or it would wait for them.
_FIRST_ROWS, _MOST_ROWS = 12_500, 50_000
# Seconds. The database's thread asks for Python between its statements, and by default would be let
# in after ten times as long: a sixth of an import went by with waiting.
_SWITCH_INTERVAL = 0.000_5
_LISTED = 1_000

# What an import remembers of everybody who was on the list before it, in one byte each.
_MET, _REGIONS, _CHANGED = 1, 2, 4


@dataclass(slots=True)
class Tally:
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

    @property
    def rows(self) -> int:
        """Every row, each counted once."""
        followed = self.added + self.met + self.merged
        return followed + self.held_back_total + self.refused_rows

    def hold_back(self, held: HeldBack) -> None:
        """Count a row that is not followed."""
        self.held_back_total += 1
        if len(self.held_back) < _LISTED:
            self.held_back.append(held)

    def refuse(self, row: RefusedRow) -> None:
        """Count a row that cannot be read."""
        self.refused_rows += 1
        self.problems_total += len(row.problems)
        self.problems.extend(row.problems[: _LISTED - len(self.problems)])


@contextmanager
def _undisturbed() -> Iterator[None]:
    # The collector would go through a hundred thousand rows again and again, and find no cycle.
    interval, collects = sys.getswitchinterval(), gc.isenabled()
    sys.setswitchinterval(_SWITCH_INTERVAL)
    gc.disable()
    try:
        yield
    finally:
        sys.setswitchinterval(interval)
        if collects:
            gc.enable()


class Follower:
    """One list on its way through the database."""

    def __init__(
        self,
        listing: Listing,
        stage: Stage,
        enrolment: Enrolment,
        is_erased: Callable[[str], bool] | None,
    ) -> None:
        self._is_erased = is_erased
        self._listing = listing
        self._profiles = listing.profiles
        self._stage = stage
        self._enrolment = enrolment
        self._tally = Tally()
        self._chunk_rows = _FIRST_ROWS
        self._newest_before = enrolment.newest
        self._marks = bytearray(self._newest_before + 1)

    def follow(self) -> Tally:
        """Merge every row. One thread, one chunk ahead: the connection has one user at a time."""
        with ThreadPoolExecutor(1) as thread, _undisturbed():
            taking: Future[Taken] | None = None
            while rows := self._read_chunk():
                self._settle(taking)
                self._stage.fill(rows)
                taking = thread.submit(self._enrolment.take)
            self._settle(taking)
        return self._tally

    def _read_chunk(self) -> list[ImportRow]:
        rows: dict[str, ImportRow] = {}
        for row in self._listing.rows:
            if isinstance(row, RefusedRow):
                self._tally.refuse(row)
            elif self._is_erased and self._is_erased(row.key):
                self._tally.hold_back(HeldBack(row.line, row.mailbox, "was erased"))
            elif row.key in rows:
                rows[row.key] = unite(rows[row.key], row, self._profiles)
                self._tally.merged += 1
            else:
                rows[row.key] = row
                if len(rows) == self._chunk_rows:
                    break
        self._chunk_rows = min(2 * self._chunk_rows, _MOST_ROWS)
        # In the order of the index over addresses, whose pages are then met one after another.
        return [rows[key] for key in sorted(rows)]

    def _settle(self, taking: Future[Taken] | None) -> None:
        # Each row that the database hands out asks for Python anew, so this is not for its thread.
        if taking is None:
            return
        taken = taking.result()
        self._tally.added += taken.added
        for names_regions in (False, True):
            for known_id in self._enrolment.met(names_regions=names_regions):
                self._mark(known_id, names_regions=names_regions)
        different = self._enrolment.different()
        self._hold_back(taken.barred, [row for row, known in different if has_left(known)])
        followed = [(row, known) for row, known in different if not has_left(known)]
        changes = [self._overlay(row, known) for row, known in followed]
        self._enrolment.change([one for one in changes if one.is_change])

    def _hold_back(self, barred: list[Barred], left: list[ImportRow]) -> None:
        held = [HeldBack(one.line, one.address, f"suppressed: {one.reason}") for one in barred]
        held += [HeldBack(row.line, row.mailbox, "left") for row in left]
        for one in sorted(held, key=attrgetter("line")):
            self._tally.hold_back(one)

    def _overlay(self, row: ImportRow, known: Known) -> Change:
        said, held = self._profiles[row.profile], self._stage.facets[known.facet_set_id]
        add_regions = self._mark(known.id, names_regions=bool(said.facets.regions))
        change = overlay(row, said, known, held, add_regions=add_regions)
        self._tally.withheld += len(change.withheld)
        if change.is_change:
            self._count_update(known.id)
        return change

    def _mark(self, subscriber_id: int, *, names_regions: bool) -> bool:
        """Count the person as met; whether an earlier row of this list named regions for them."""
        if subscriber_id > self._newest_before:
            self._tally.merged += 1
            return True
        before = self._marks[subscriber_id]
        if before & _MET:
            self._tally.merged += 1
        else:
            self._tally.met += 1
        self._marks[subscriber_id] |= _MET | (_REGIONS if names_regions else 0)
        return bool(before & _REGIONS)

    def _count_update(self, subscriber_id: int) -> None:
        if subscriber_id > self._newest_before or self._marks[subscriber_id] & _CHANGED:
            return
        self._marks[subscriber_id] |= _CHANGED
        self._tally.updated += 1
