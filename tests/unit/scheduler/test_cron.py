"""Rules as cron has them."""

from __future__ import annotations

import datetime as dt

import pytest
from dateutil import rrule
from hypothesis import given
from hypothesis import strategies as st

from scheduler.cron import Cron
from scheduler.recurrence import is_weekday

BEGIN = dt.datetime(2024, 1, 1)


def series(expression: str, until: dt.datetime) -> list[dt.datetime]:
    rule, found = Cron.parse(expression), []
    last = BEGIN
    while (following := rule.after(last, is_weekday)) and following < until:
        found.append(last := following)
    return found


@pytest.mark.parametrize(
    ("expression", "asked"),
    [
        ("30 9 * * 2", {"byweekday": rrule.TU}),
        ("30 9 * * tue#2", {"byweekday": rrule.weekday(1, 2), "freq": rrule.MONTHLY}),
        ("30 9 * 1,7 tue#2", {"byweekday": rrule.weekday(1, 2), "bymonth": (1, 7), "freq": rrule.MONTHLY}),
        ("30 9 * * 5L", {"byweekday": rrule.weekday(4, -1), "freq": rrule.MONTHLY}),
        ("30 9 L * *", {"bymonthday": -1, "freq": rrule.MONTHLY}),
        ("30 9 1,15 * *", {"bymonthday": (1, 15), "freq": rrule.MONTHLY}),
        ("30 9 * */3 mon-fri", {"byweekday": range(5), "bymonth": (1, 4, 7, 10)}),
        ("30 9 29 2 *", {"bymonthday": 29, "bymonth": 2, "freq": rrule.YEARLY}),
    ],
)  # fmt: skip
def test_the_times_are_as_an_independent_library_has_them(
    expression: str, asked: dict[str, object]
) -> None:
    until = dt.datetime(2037, 1, 1)
    expected = rrule.rrule(
        **{"freq": rrule.DAILY, **asked}, dtstart=dt.datetime(2024, 1, 1, 9, 30), until=until
    )
    assert series(expression, until) == list(expected)


@given(st.integers(0, 59), st.integers(0, 23), st.integers(1, 28))
def test_a_time_of_each_month_comes_each_month(minute: int, hour: int, day: int) -> None:
    found = series(f"{minute} {hour} {day} * *", dt.datetime(2025, 1, 1, 0))
    expected = [dt.datetime(2024, month, day, hour, minute) for month in range(1, 13)]
    assert found == [each for each in expected if each > BEGIN]


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("", "as in 30 9 \\* \\* 2"),
        ("30 9 * *", "as in"),
        ("0 30 9 * * 2", "as in"),
        ("60 9 * * *", "bad minute"),
        ("30 9 * * funday", "bad day-of-week"),
        ("30 9 31 2 *", "bad day-of-month"),
        ("*/30 * * * *", "at most once an hour"),
        ("0,59 9 * * *", "at most once an hour"),
        ("59 8 * * 1-5 ; rm", "as in"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_what_is_allowed(expression: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        Cron.parse(expression)


@given(st.text(alphabet="0123456789*/-,#LW ", max_size=20))
def test_any_text_is_a_rule_or_is_refused(expression: str) -> None:
    try:
        rule = Cron.parse(expression)
    except ValueError:
        return
    following = rule.after(BEGIN, is_weekday)
    assert following is not None
    assert following > BEGIN
