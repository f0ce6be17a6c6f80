"""Which day: rules such as "second tuesday" of each quarter, worked out without a clock.

Pure: takes dates, gives dates.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

_ORDINALS = ("first", "second", "third", "fourth")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class QuarterDay:
    """The nth weekday of each quarter's first month. `nth` counts from 0, `weekday` from Monday = 0."""

    nth: int
    weekday: int

    @classmethod
    def parse(cls, words: str) -> QuarterDay:
        """Read "second tuesday"; raises ValueError with what is allowed."""
        ordinal, _, weekday = words.strip().casefold().partition(" ")
        if ordinal not in _ORDINALS or weekday.strip() not in _WEEKDAYS:
            raise ValueError('give a day such as "second tuesday": first to fourth, and a weekday')
        return cls(_ORDINALS.index(ordinal), _WEEKDAYS.index(weekday.strip()))

    def in_quarter(self, year: int, quarter: int) -> dt.date:
        """The day in one quarter; `quarter` is 1 to 4."""
        first = dt.date(year, 3 * quarter - 2, 1)
        return first + dt.timedelta(days=(self.weekday - first.weekday()) % 7 + 7 * self.nth)

    def after(self, day: dt.date) -> dt.date:
        """The first such day later than `day`."""
        year, quarter = day.year, (day.month + 2) // 3
        while (found := self.in_quarter(year, quarter)) <= day:
            year, quarter = (year, quarter + 1) if quarter < 4 else (year + 1, 1)
        return found
