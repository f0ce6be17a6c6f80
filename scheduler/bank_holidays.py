"""The bank holidays of the nations of the United Kingdom: the only importer of holidays.

Knows which days are off and what they are called; must not know what follows from that.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from scheduler.working_days import DayOff

_WEEKEND = {5: "Saturday", 6: "Sunday"}


class Nation(StrEnum):
    """A nation with bank holidays of its own."""

    ENGLAND = "england"
    WALES = "wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"


_SUBDIVISIONS = {
    Nation.ENGLAND: "ENG",
    Nation.WALES: "WLS",
    Nation.SCOTLAND: "SCT",
    Nation.NORTHERN_IRELAND: "NIR",
}


def days_off(nations: Iterable[Nation]) -> DayOff:
    """Weekends, and the bank holidays of any of these nations."""
    chosen = sorted(set(nations))

    def day_off(day: dt.date) -> str:
        weekend = _WEEKEND.get(day.weekday(), "")
        return weekend or next(filter(None, (_holiday(nation, day) for nation in chosen)), "")

    return day_off


def _holiday(nation: Nation, day: dt.date) -> str:
    return _holidays(nation, day.year).get(day, "")


@cache
def _holidays(nation: Nation, year: int) -> dict[dt.date, str]:
    from holidays import country_holidays  # noqa: PLC0415 - a tenth of a second that few commands need

    named = country_holidays("GB", subdiv=_SUBDIVISIONS[nation], years=year, language="en_GB")
    return {day: name.replace(" (observed)", " (substitute day)") for day, name in named.items()}
