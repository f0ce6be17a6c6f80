"""When the occurrences of a schedule are due: its rule, its time zone, days off, and blackout periods.

Pure, and the same for every process that asks: two schedulers that compare notes have the same due times.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scheduler.local_time import local_time, moment, oddity
from scheduler.working_days import DayRule, move

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from zoneinfo import ZoneInfo

    from scheduler.recurrence import Rule
    from scheduler.working_days import DayOff


# So many occurrences left out one after another, and the rest will be too: every Sunday, but not on weekends.
_PATIENCE = 500


@dataclass(frozen=True, slots=True)
class Blackout:
    """Days on which nothing goes out, from `starts` to `ends`, both included. No regions means everywhere."""

    id: int
    starts: dt.date
    ends: dt.date
    regions: frozenset[str]
    reason: str

    def concerns(self, regions: frozenset[str]) -> bool:
        """Whether it holds what reaches these regions; something without regions reaches all of them."""
        return not self.regions or not regions or not self.regions.isdisjoint(regions)

    def covers(self, day: dt.date) -> bool:
        """Whether the day is one of its own."""
        return self.starts <= day <= self.ends


@dataclass(frozen=True, slots=True)
class Due:
    """When something goes out, in UTC, and in words why that is not when it was meant to."""

    at: dt.datetime
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """An occurrence by the rule. `nominal` is the rule's own local time, and its name for good."""

    nominal: dt.datetime
    due: Due


@dataclass(frozen=True, slots=True)
class Timetable:
    """A rule in a place: with a clock on the wall, and days on which nobody works."""

    rule: Rule
    zone: ZoneInfo
    days: DayRule
    day_off: DayOff

    def after(self, nominal: dt.datetime) -> Iterator[Planned]:
        """The occurrences after one, in order, without those that are left out for falling on a day off."""
        following, left_out = self.rule.after(nominal, self._works), 0
        while following is not None and left_out < _PATIENCE:
            planned = self._plan(following)
            left_out = 0 if planned else left_out + 1
            if planned:
                yield planned
            following = self.rule.after(following, self._works)

    def hold(self, due: Due, blackouts: Iterable[Blackout]) -> Due:
        """When it goes out with these blackouts: not before the first day outside of all of them."""
        local, notes, periods = local_time(due.at, self.zone), due.notes, tuple(blackouts)
        while period := next((each for each in periods if each.covers(local.date())), None):
            local = self._resume(local, period)
            words = held_in_words(period)
            notes = notes if words in notes else (*notes, words)
        at = moment(local, self.zone)
        return Due(at, notes) if at != due.at else due

    def moment(self, local: dt.datetime) -> dt.datetime:
        """The moment, in UTC, of a time on the clocks of the schedule's place."""
        return moment(local, self.zone)

    def local(self, at: dt.datetime) -> dt.datetime:
        """What the clocks of the schedule's place show at a moment."""
        return local_time(at, self.zone)

    def next_day_on(self, at: dt.datetime, usual: dt.time) -> dt.datetime:
        """`at`, unless its day is one off: then the `usual` time of the next day that isn't."""
        today = self.local(at).date()
        moved = None if self.days is DayRule.KEEP else move(today, DayRule.NEXT, self.day_off)
        if moved is None or moved.day == today:
            return at
        return self.moment(dt.datetime.combine(moved.day, usual))

    def _works(self, day: dt.date) -> bool:
        return not self.day_off(day)

    def _plan(self, nominal: dt.datetime) -> Planned | None:
        moved = move(nominal.date(), self.days, self.day_off)
        if moved is None:
            return None
        local = dt.datetime.combine(moved.day, nominal.time())
        notes = tuple(filter(None, (moved.why, oddity(local, self.zone))))
        return Planned(nominal, Due(moment(local, self.zone), notes))

    def _resume(self, local: dt.datetime, period: Blackout) -> dt.datetime:
        # Backwards would lead into the period again, and what a team would leave out on a holiday
        # it does not mean to leave out because it was held.
        rule = DayRule.KEEP if self.days is DayRule.KEEP else DayRule.NEXT
        moved = move(period.ends + dt.timedelta(days=1), rule, self.day_off)
        assert moved is not None  # noqa: S101 - neither rule leaves anything out
        return dt.datetime.combine(moved.day, local.time())


def held_in_words(period: Blackout) -> str:
    """Which period holds something, and how long."""
    return f"held by {period.reason} until {period.ends:%A %-d %B %Y}"
