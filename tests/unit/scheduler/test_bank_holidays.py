"""The bank holidays that the governments have announced, typed from their lists."""

from __future__ import annotations

import datetime as dt

import pytest

from scheduler.bank_holidays import Nation, days_off

ENGLAND_AND_WALES = {
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
}
SCOTLAND = {
    2025: "01-01 01-02 04-18 05-05 05-26 08-04 12-01 12-25 12-26",
    2027: "01-01 01-04 03-26 05-03 05-31 08-02 11-30 12-27 12-28",
}
NORTHERN_IRELAND = {
    2026: "01-01 03-17 04-03 04-06 05-04 05-25 07-13 08-31 12-25 12-28",
    2027: "01-01 03-17 03-26 03-29 05-03 05-31 07-12 08-30 12-27 12-28",
}
LISTS = {
    Nation.ENGLAND: ENGLAND_AND_WALES,
    Nation.WALES: ENGLAND_AND_WALES,
    Nation.SCOTLAND: SCOTLAND,
    Nation.NORTHERN_IRELAND: NORTHERN_IRELAND,
}


@pytest.mark.parametrize(
    ("nation", "year", "told"),
    [(nation, year, told) for nation, years in LISTS.items() for year, told in years.items()],
)
def test_the_weekdays_off_are_those_that_were_announced(
    nation: Nation, year: int, told: str
) -> None:
    day_off = days_off([nation])
    first = dt.date(year, 1, 1)
    year_round = (first + dt.timedelta(days=n) for n in range(365))
    found = [f"{day:%m-%d}" for day in year_round if day.weekday() < 5 and day_off(day)]
    assert found == told.split()


def test_a_day_off_says_why() -> None:
    day_off = days_off([Nation.ENGLAND])
    assert day_off(dt.date(2027, 3, 26)) == "Good Friday"
    assert day_off(dt.date(2027, 12, 27)) == "Christmas Day (substitute day)"
    assert day_off(dt.date(2027, 12, 25)) == "Saturday"
    assert day_off(dt.date(2027, 3, 25)) == ""


def test_with_several_nations_any_of_their_holidays_counts() -> None:
    easter_monday, st_andrews = dt.date(2027, 3, 29), dt.date(2027, 11, 30)
    both = days_off([Nation.SCOTLAND, Nation.ENGLAND])
    assert both(easter_monday)
    assert both(st_andrews)
    assert not days_off([Nation.SCOTLAND])(easter_monday)
    assert not days_off([Nation.ENGLAND])(st_andrews)


def test_without_a_nation_weekends_are_off_all_the_same() -> None:
    day_off = days_off([])
    assert day_off(dt.date(2027, 3, 28)) == "Sunday"
    assert not day_off(dt.date(2026, 12, 25))
