"""Schedules and their occurrences as values, and how words become a rule.

Knows what a schedule may say; must not know how it is stored, nor what happens when it falls due.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from scheduler.bank_holidays import Nation, days_off
from scheduler.cron import Cron
from scheduler.recurrence import Once, QuarterDay, Quarterly, Rule
from scheduler.timetable import Timetable
from scheduler.working_days import DayRule
from subscribers.errors import BulletinError

ZONE = "Europe/London"
GRACE = dt.timedelta(hours=24)

_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")
_TIME_ALLOWED = "give a time of the day such as 09:30"


class ScheduleError(BulletinError):
    """A schedule, an occurrence or a blackout that is not there, or not in a state for what was asked."""


class Kind(StrEnum):
    """How often."""

    ONCE = "once"
    QUARTERLY = "quarterly"
    CRON = "cron"


class ScheduleState(StrEnum):
    """Whether its occurrences fire. A removed one is kept for what it has done."""

    ACTIVE = "active"
    PAUSED = "paused"
    REMOVED = "removed"


class OccurrenceState(StrEnum):
    """What became of one due time. Those still to come by the rule alone are not on record at all."""

    WAITING = "waiting"
    """On record before it fires: moved by a person, or held."""
    FIRING = "firing"
    DONE = "done"
    NOTHING_TO_SEND = "nothing-to-send"
    UNAPPROVED = "unapproved"
    """It came to its time, and nothing approved was there. It is released when something is."""
    FAILED = "failed"
    MISSED = "missed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a person asks for: of which publication, to whom, and when."""

    publication: str
    segment: str
    kind: Kind
    rule: str
    """The words of the rule: a day of the quarter, five fields of cron, or a date with a time."""
    at: str = ""
    """The time of the day of a quarterly rule."""
    zone: str = ZONE
    days: DayRule = DayRule.NEXT
    nations: tuple[Nation, ...] = (Nation.ENGLAND,)
    grace: dt.timedelta = GRACE
    """How late an occurrence may still go out when no scheduler ran at its time."""

    @property
    def in_words(self) -> str:
        """The rule as a person would say it."""
        if self.kind is Kind.QUARTERLY:
            return f"each quarter, {self.rule} at {self.at}"
        return f"cron {self.rule}" if self.kind is Kind.CRON else f"once, {self.rule}"


@dataclass(frozen=True)
class Schedule:
    """A plan on record. Occurrences up to `settled_until`, a local time, are decided or on record."""

    id: int
    plan: Plan
    state: ScheduleState
    settled_until: dt.datetime
    actor: str
    created_at: dt.datetime

    @cached_property
    def timetable(self) -> Timetable:
        """When it falls due."""
        return timetable(self.plan)

    def dates(self, occurrence: Occurrence) -> tuple[dt.date, ...]:
        """The local dates by which that which goes out is found: by the rule, as moved, as it was held."""
        local = self.timetable.local
        when = (occurrence.due_at, occurrence.ended_at)
        return (occurrence.nominal.date(), *(local(each).date() for each in when if each))

    def __str__(self) -> str:
        return f"schedule {self.id}"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One due time on record. `due_at` is UTC and before any blackout, `nominal` the rule's local time.

    `ended_at` of one that waits is of the day for which it was unapproved.
    """

    id: int
    schedule_id: int
    nominal: dt.datetime
    due_at: dt.datetime
    state: OccurrenceState
    remark: str
    attempts: int
    holder: str | None
    held_until: dt.datetime | None
    ended_at: dt.datetime | None


def timetable(plan: Plan) -> Timetable:
    """When a plan falls due; raises ScheduleError for words that mean nothing."""
    return Timetable(_rule(plan), _zone(plan.zone), plan.days, days_off(plan.nations))


def _rule(plan: Plan) -> Rule:
    try:
        match plan.kind:
            case Kind.ONCE:
                return Once(parse_local(plan.rule))
            case Kind.QUARTERLY:
                return Quarterly(QuarterDay.parse(plan.rule), _time_of_day(plan.at))
            case Kind.CRON:
                return _cron(plan)
    except ValueError as error:
        raise ScheduleError(
            "schedule-rule", f'"{plan.rule}"', "is no rule for a schedule", str(error)
        ) from error


def _time_of_day(text: str) -> dt.time:
    try:
        return _parse_time(text)
    except ValueError as error:
        raise ScheduleError(
            "schedule-rule", f'"{text}"', "is no time of the day", str(error)
        ) from error


def _cron(plan: Plan) -> Cron:
    rule = Cron.parse(plan.rule)
    if plan.days in (DayRule.NEXT, DayRule.PREVIOUS) and not rule.is_daily:
        raise ValueError("give one time of the day, or keep or skip what falls on a day off")
    return rule


def parse_local(text: str) -> dt.datetime:
    """Read `2027-01-12 09:30`, with seconds if wanted; raises ValueError with what is allowed."""
    day, _, time = text.strip().replace("T", " ").partition(" ")
    try:
        return dt.datetime.combine(dt.date.fromisoformat(day), _parse_time(time))
    except ValueError as error:
        raise ValueError("give a date and a time as in 2027-01-12 09:30") from error


def _parse_time(text: str) -> dt.time:
    found = _TIME.fullmatch(text.strip())
    if not found:
        raise ValueError(_TIME_ALLOWED)
    return dt.time(int(found[1]), int(found[2]), int(found[3] or 0))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ScheduleError(
            "zone-unknown", f'"{name}"', "is no time zone", "name one such as Europe/London"
        ) from error
