"""What is to come: the occurrences that a rule gives, those that somebody moved, and what holds them.

Reads, and never commits. Which regions a segment reaches is known upstairs, and handed in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from scheduler.blackouts import list_blackouts
from scheduler.schedule import ScheduleState
from scheduler.store import list_schedules, list_waiting, recorded
from scheduler.timetable import Due

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from scheduler.schedule import Occurrence, Schedule
    from scheduler.timetable import Blackout

SEPARATOR = "; "
"""Between the remarks on one occurrence."""

Reach = Callable[[str], frozenset[str]]
"""The regions that a segment reaches, by its name; none means all."""


@dataclass(frozen=True, slots=True)
class Upcoming:
    """An occurrence to come: when by its rule, in local time, when it was planned, and when it goes.

    `meant_for` is of the day for which it was unapproved, as `ended_at` of an occurrence that waits.
    """

    nominal: dt.datetime
    planned: Due
    due: Due
    meant_for: dt.datetime | None = None

    def dates(self, schedule: Schedule) -> tuple[dt.date, ...]:
        """The local dates by which that which goes out will be found."""
        local = schedule.timetable.local
        when = (self.due.at, self.meant_for)
        return (self.nominal.date(), *(local(each).date() for each in when if each))

    @property
    def is_held(self) -> bool:
        """Whether a blackout gave it another time."""
        return self.due.at != self.planned.at


class Periods:
    """The blackouts that may still hold something, sorted out by what they hold."""

    def __init__(self, blackouts: Sequence[Blackout], reach: Reach) -> None:
        self._blackouts = blackouts
        self._reach = reach

    @classmethod
    def read(cls, connection: Connection, reach: Reach) -> Periods:
        """All periods on record: what waits may have waited since long ago."""
        return cls(list_blackouts(connection), reach)

    def due(self, schedule: Schedule, planned: Due) -> Due:
        """When something planned goes out."""
        if not self._blackouts:
            return planned
        regions = self._reach(schedule.plan.segment)
        concerned = [period for period in self._blackouts if period.concerns(regions)]
        return schedule.timetable.hold(planned, concerned)


def as_planned(occurrence: Occurrence) -> Due:
    """When an occurrence on record was meant to go, with what is remarked of it."""
    return Due(occurrence.due_at, tuple(filter(None, occurrence.remark.split(SEPARATOR))))


def upcoming(
    connection: Connection, schedule: Schedule, reach: Reach, count: int
) -> list[Upcoming]:
    """The next occurrences, earliest first. Those of a paused schedule are what it would do."""
    if schedule.state is ScheduleState.REMOVED:
        return []
    periods = Periods.read(connection, reach)
    known = recorded(connection, schedule.id, schedule.settled_until)
    waiting = [
        Upcoming(
            each.nominal, as_planned(each), periods.due(schedule, as_planned(each)), each.ended_at
        )
        for each in list_waiting(connection, [schedule.id])
    ]
    planned = [
        Upcoming(each.nominal, each.due, periods.due(schedule, each.due))
        for each in islice(
            (p for p in schedule.timetable.after(schedule.settled_until) if p.nominal not in known),
            count,
        )
    ]
    return sorted([*waiting, *planned], key=lambda each: each.due.at)[:count]


def next_looks(connection: Connection, reach: Reach) -> Iterator[tuple[int, dt.datetime]]:
    """For each active schedule, when there is something to do next: an occurrence to fire or to hold."""
    for schedule in list_schedules(connection, ScheduleState.ACTIVE):
        following = upcoming(connection, schedule, reach, 1)
        planned = next(schedule.timetable.after(schedule.settled_until), None)
        times = [each.due.at for each in following] + ([planned.due.at] if planned else [])
        if times:
            yield schedule.id, min(times)
