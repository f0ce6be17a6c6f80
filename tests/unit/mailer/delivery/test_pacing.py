"""The rules of pace: which limit a domain falls under, warm-up, and sending hours."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.delivery.pacing import RELAY, Limit, Pacing, SendingHours, WarmUp

LONDON = ZoneInfo("Europe/London")
OFFICE = SendingHours(dt.time(9), dt.time(17), frozenset(range(5)), LONDON)
PACING = Pacing(
    domains={
        "example.org": Limit(1),
        "*.police.example": Limit(2),
        "west.police.example": Limit(3),
    }
)


@pytest.mark.parametrize(
    ("domain", "scope"),
    [
        ("example.org", "example.org"),
        ("mail.example.org", RELAY),
        ("north.police.example", "*.police.example"),
        ("a.north.police.example", "*.police.example"),
        ("west.police.example", "west.police.example"),
        ("police.example", RELAY),
        ("other.example", RELAY),
    ],
)
def test_a_domain_falls_under_its_own_limit_or_that_of_the_nearest_above(
    domain: str, scope: str
) -> None:
    assert PACING.scope(domain) == scope


def at(day: int, hour: int, minute: int = 0, month: int = 10) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, tzinfo=LONDON).astimezone(dt.UTC)


def test_within_the_hours_mail_leaves_at_once() -> None:
    assert OFFICE.opening(at(13, 9)) == at(13, 9)
    assert OFFICE.opening(at(13, 16, 59)) == at(13, 16, 59)


def test_outside_it_waits_for_the_next_opening() -> None:
    assert OFFICE.opening(at(13, 8, 59)) == at(13, 9)
    assert OFFICE.opening(at(13, 17)) == at(14, 9)


def test_a_friday_evening_waits_for_monday() -> None:
    assert OFFICE.opening(at(16, 18)) == at(19, 9)


def test_the_hours_are_local_on_both_sides_of_a_change_of_the_clocks() -> None:
    saturday = dt.datetime(2026, 10, 24, 20, tzinfo=dt.UTC)
    always = SendingHours(dt.time(9), dt.time(17), frozenset(range(7)), LONDON)
    assert OFFICE.opening(at(23, 8)) == dt.datetime(2026, 10, 23, 8, tzinfo=dt.UTC)
    assert always.opening(saturday) == dt.datetime(2026, 10, 25, 9, tzinfo=dt.UTC)


def test_an_hour_that_the_change_of_the_clocks_leaves_out_begins_at_the_change() -> None:
    early = SendingHours(dt.time(1, 30), dt.time(5), frozenset(range(7)), LONDON)
    night = dt.datetime(2026, 3, 29, 0, 15, tzinfo=dt.UTC)
    opening = early.opening(night)
    assert dt.datetime(2026, 3, 29, 1, tzinfo=dt.UTC) <= opening
    assert opening <= dt.datetime(2026, 3, 29, 1, 30, tzinfo=dt.UTC)


@given(st.integers(0, 2 * 365 * 24 * 3600))
def test_an_opening_is_never_past_and_is_within_the_hours(second: int) -> None:
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=second)
    opening = OFFICE.opening(now)
    local = opening.astimezone(LONDON)
    assert opening >= now
    assert local.weekday() < 5
    assert dt.time(9) <= local.time() < dt.time(17)
    assert OFFICE.opening(opening) == opening


def test_a_warm_up_grows_day_by_day_and_ends() -> None:
    warm_up = WarmUp(dt.date(2026, 10, 13), (200, 500))
    days = [dt.date(2026, 10, day) for day in (12, 13, 14, 15)]
    assert [warm_up.allowance(day) for day in days] == [0, 200, 500, None]
