"""Every minute around the changes of clocks, by a table of what the clocks in London show."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.local_time import local_time, moment, oddity

LONDON = ZoneInfo("Europe/London")
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)

# The last Sundays of March and October, typed from a calendar: the clocks change at 01:00 UTC.
FORWARD = [
    (2024, 31), (2025, 30), (2026, 29), (2027, 28), (2028, 26), (2029, 25), (2030, 31),
    (2031, 30), (2032, 28), (2033, 27), (2034, 26), (2035, 25), (2036, 30),
]  # fmt: skip
BACK = [
    (2024, 27), (2025, 26), (2026, 25), (2027, 31), (2028, 29), (2029, 28), (2030, 27),
    (2031, 26), (2032, 31), (2033, 30), (2034, 29), (2035, 28), (2036, 26),
]  # fmt: skip

zones = st.sampled_from(
    ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]
).map(ZoneInfo)
times = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2036, 12, 31))


@pytest.mark.parametrize(("year", "day"), FORWARD)
def test_every_minute_of_the_day_the_clocks_go_forward(year: int, day: int) -> None:
    midnight = dt.datetime(year, 3, day)
    for minute in range(24 * 60):
        local = midnight + minute * MINUTE
        # Up to 02:00, and through the hour that doesn't exist, the offset from before holds.
        offset = dt.timedelta(0) if local < midnight + 2 * HOUR else HOUR
        assert moment(local, LONDON) == (local - offset).replace(tzinfo=dt.UTC)
        missing = midnight + HOUR <= local < midnight + 2 * HOUR
        assert ("doesn't exist" in oddity(local, LONDON)) is missing
        assert bool(oddity(local, LONDON)) is missing


@pytest.mark.parametrize(("year", "day"), BACK)
def test_every_minute_of_the_day_the_clocks_go_back(year: int, day: int) -> None:
    midnight = dt.datetime(year, 10, day)
    for minute in range(24 * 60):
        local = midnight + minute * MINUTE
        # What comes twice is meant the first time, in summer time.
        offset = HOUR if local < midnight + 2 * HOUR else dt.timedelta(0)
        assert moment(local, LONDON) == (local - offset).replace(tzinfo=dt.UTC)
        twice = midnight + HOUR <= local < midnight + 2 * HOUR
        assert ("comes twice" in oddity(local, LONDON)) is twice
        assert bool(oddity(local, LONDON)) is twice


def test_a_missing_half_past_one_is_half_past_two() -> None:
    at = moment(dt.datetime(2027, 3, 28, 1, 30), LONDON)
    assert local_time(at, LONDON) == dt.datetime(2027, 3, 28, 2, 30)
    told = "01:30 doesn't exist that day, the clocks change: 02:30"
    assert oddity(dt.datetime(2027, 3, 28, 1, 30), LONDON) == told


@given(times, zones)
def test_a_time_that_exists_is_shown_as_it_was_meant(local: dt.datetime, zone: ZoneInfo) -> None:
    shown = local_time(moment(local, zone), zone)
    assert shown == local or "doesn't exist" in oddity(local, zone)


@given(times, times, zones)
def test_later_on_the_wall_is_not_earlier_by_more_than_the_change(
    one: dt.datetime, other: dt.datetime, zone: ZoneInfo
) -> None:
    early, late = sorted([one, other])
    assert moment(early, zone) <= moment(late, zone) + HOUR
    if late - early >= HOUR:
        assert moment(early, zone) <= moment(late, zone)
