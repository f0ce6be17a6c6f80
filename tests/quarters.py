"""Every rule of a quarter in words, with its dates as an independent library has them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from dateutil import rrule
from dateutil.easter import easter

if TYPE_CHECKING:
    from collections.abc import Iterator

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
MONTHS = {"first": 0, "second": 1, "third": 2}
YEARS = range(2024, 2037)
AT = dt.time(9, 30)


@dataclass(frozen=True)
class Case:
    """A rule in words, its month of the quarter, and what the independent library is asked for."""

    words: str
    month: int
    asked: dict[str, object]

    def __str__(self) -> str:
        return self.words

    @cached_property
    def expected(self) -> list[dt.datetime]:
        """Its local time in every quarter, where bank holidays count for nothing."""
        return list(self._asked(self.asked))

    @cached_property
    def expected_in_england(self) -> list[dt.datetime]:
        """The same, where a bank holiday is no working day."""
        nth = self.asked.get("bysetpos")
        if not isinstance(nth, int):
            return self.expected
        by_month: dict[tuple[int, int], list[dt.datetime]] = {}
        for each in self._asked({"byweekday": range(5)}):
            if each.date() not in BANK_HOLIDAYS:
                by_month.setdefault((each.year, each.month), []).append(each)
        return [days[nth - 1 if nth > 0 else nth] for days in by_month.values()]

    def _asked(self, asked: dict[str, object]) -> rrule.rrule:
        return rrule.rrule(
            rrule.MONTHLY,
            dtstart=dt.datetime.combine(dt.date(YEARS[0], 1, 1), AT),
            until=dt.date(YEARS[-1] + 1, 1, 1),
            bymonth=[first + self.month for first in (1, 4, 7, 10)],
            **asked,
        )


def _cases() -> Iterator[Case]:
    for month, number in MONTHS.items():
        where = f" of the {month} month"
        for ordinal, nth in ORDINALS.items():
            for index, weekday in enumerate(WEEKDAYS):
                its_weekday = rrule.weekday(index, nth)
                yield Case(f"{ordinal} {weekday}{where}", number, {"byweekday": its_weekday})
            its_working_day = {"byweekday": range(5), "bysetpos": nth}
            yield Case(f"{ordinal} working day{where}", number, its_working_day)
            yield Case(f"{ordinal} day{where}", number, {"bymonthday": nth})
        for nth in range(1, 29):
            yield Case(f"{nth}th{where}", number, {"bymonthday": nth})


def _bank_holidays(year: int) -> Iterator[dt.date]:
    """The weekdays on which England rests, by the law that sets them."""
    sunday = easter(year)
    yield from (sunday - dt.timedelta(2), sunday + dt.timedelta(1))
    for month, nth in ((5, 1), (5, -1), (8, -1)):
        monday = rrule.rrule(
            rrule.MONTHLY, dt.date(year, month, 1), count=1, byweekday=rrule.weekday(0, nth)
        )
        yield monday[0].date()
    # What falls on a weekend is made up for on the next weekday that isn't one already.
    for first, count in ((dt.date(year, 1, 1), 1), (dt.date(year, 12, 25), 2)):
        found = rrule.rrule(rrule.DAILY, first, count=count, byweekday=range(5))
        yield from (each.date() for each in found)


CASES = list(_cases())
BANK_HOLIDAYS = {day for year in range(YEARS[0] - 1, YEARS[-1] + 2) for day in _bank_holidays(year)}
