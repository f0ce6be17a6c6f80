"""A scheduler that remembers what it was asked to fire, by a clock that the test sets."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scheduler.claiming import Claimant, Noted
from scheduler.firing import Fired, Watch
from scheduler.schedule import Occurrence, OccurrenceState, Schedule

if TYPE_CHECKING:
    from collections.abc import Callable

    from subscribers.database import Database

NOW = dt.datetime(2027, 1, 4, 9, 0, tzinfo=dt.UTC)


def reach(segment: str) -> frozenset[str]:
    """A segment is named after the one region that it reaches, or reaches all."""
    return frozenset() if segment == "everyone" else frozenset({segment})


@dataclass
class Scheduler:
    """A scheduler with a clock that the test sets. `gone` are processes that it knows to have ended."""

    database: Database
    name: str = "one"
    now: dt.datetime = NOW
    gone: set[str] = field(default_factory=set)
    fired: list[tuple[int, dt.datetime]] = field(default_factory=list)
    noted: list[Noted] = field(default_factory=list)
    answer: Callable[[Occurrence], Fired] = lambda _: Fired(OccurrenceState.DONE, "sent")

    @property
    def claimant(self) -> Claimant:
        return Claimant(self.name, self.gone.__contains__)

    @property
    def watch(self) -> Watch:
        return Watch(
            self.database, self.claimant, self._fire, reach, lambda: self.now, self.noted.append
        )

    def at(self, *parts: int) -> int:
        """Set the clock, in UTC, and fire what is due; gives how many that were."""
        self.now = dt.datetime(*parts, tzinfo=dt.UTC)  # type: ignore[misc] # mypy counts no star
        return self.watch.fire_due()

    def _fire(self, schedule: Schedule, occurrence: Occurrence) -> Fired:
        self.fired.append((schedule.id, occurrence.nominal))
        return self.answer(occurrence)

    def told(self, state: OccurrenceState) -> list[str]:
        """What was said of occurrences in a state."""
        return [each.occurrence.remark for each in self.noted if each.occurrence.state is state]
