"""Which day and hour a rule means: once, or a day of each quarter. Worked out without a clock.

Pure: takes local dates and times, gives local dates and times. Must not know time zones, nor which days are
holidays: who asks says which days are worked.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

Works = Callable[[dt.date], bool]
"""Whether people work on a day."""

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = "day"
_WORKING_DAY = "working day"
_ORDINALS = {"last": -1, "first": 0, "second": 1, "third": 2, "fourth": 3}
_MONTHS = {"first": 0, "second": 1, "third": 2, "last": 2}

# How many of a kind every month has: a day that some quarters lack would be an issue that doesn't come.
_MOST = {_DAY: 28, _WORKING_DAY: 15}
_MOST_WEEKDAYS = 4

_WORDS = re.compile(
    r"(?:the )?(?:(?P<ordinal>last|first|second|third|fourth)|(?P<number>[1-9]\d?)(?:st|nd|rd|th))"
    rf"(?: (?P<unit>{_WORKING_DAY}|{_DAY}|{'|'.join(_WEEKDAYS)}))?"
    r"(?: of the (?P<month>first|second|third|last) month)?"
)
_ALLOWED = (
    'give a day such as "second tuesday", "last friday of the third month", "15th" or "first working day": '
    "a weekday may be the first to fourth or the last, a day up to the 28th or the last, "
    "a working day up to the 15th or the last"
)


def is_weekday(day: dt.date) -> bool:
    """Monday to Friday: the working days of somebody who knows no holidays."""
    return day.weekday() < 5


class Rule(Protocol):
    """When something falls due, as a series of local times without a time zone."""

    def after(self, local: dt.datetime, works: Works) -> dt.datetime | None:
        """The first time of the series later than `local`; None when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class QuarterDay:
    """The nth day of a kind, in one month of each quarter.

    `nth` counts from 0, and -1 is the last. `unit` is a weekday, "day" or "working day". `month` is 0 to 2.
    """

    nth: int
    unit: str
    month: int = 0

    @classmethod
    def parse(cls, words: str) -> QuarterDay:
        """Read "second tuesday of the first month"; raises ValueError with what is allowed."""
        found = _WORDS.fullmatch(" ".join(words.casefold().split()))
        if not found or not (found["unit"] or found["number"]):
            raise ValueError(_ALLOWED)
        unit = found["unit"] or _DAY
        nth = _ORDINALS[found["ordinal"]] if found["ordinal"] else int(found["number"]) - 1
        if not (-1 <= nth < _MOST.get(unit, _MOST_WEEKDAYS)):
            raise ValueError(_ALLOWED)
        return cls(nth, unit, _MONTHS[found["month"] or "first"])

    def in_quarter(self, year: int, quarter: int, works: Works = is_weekday) -> dt.date:
        """The day in one quarter; `quarter` is 1 to 4."""
        month = 3 * quarter - 2 + self.month
        days = (dt.date(year, month, n + 1) for n in range(calendar.monthrange(year, month)[1]))
        return [day for day in days if self._counts(day, works)][self.nth]

    def after(self, day: dt.date, works: Works = is_weekday) -> dt.date:
        """The first such day later than `day`."""
        year, quarter = day.year, (day.month + 2) // 3
        while (found := self.in_quarter(year, quarter, works)) <= day:
            year, quarter = (year, quarter + 1) if quarter < 4 else (year + 1, 1)
        return found

    def _counts(self, day: dt.date, works: Works) -> bool:
        if self.unit == _WORKING_DAY:
            return works(day)
        return self.unit == _DAY or _WEEKDAYS[day.weekday()] == self.unit


@dataclass(frozen=True, slots=True)
class Once:
    """One time, and no other."""

    at: dt.datetime

    def after(self, local: dt.datetime, works: Works) -> dt.datetime | None:  # noqa: ARG002 - as every rule
        """The time itself, until it has been."""
        return self.at if self.at > local else None


@dataclass(frozen=True, slots=True)
class Quarterly:
    """A day of each quarter, at a time of the day."""

    day: QuarterDay
    at: dt.time

    def after(self, local: dt.datetime, works: Works) -> dt.datetime | None:
        """The next such day; the same day counts while its time is to come."""
        found = self.day.after(local.date() - dt.timedelta(days=1), works)
        if dt.datetime.combine(found, self.at) <= local:
            found = self.day.after(found, works)
        return dt.datetime.combine(found, self.at)
