"""Where something goes that falls on a day off."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.bank_holidays import Nation, days_off
from scheduler.working_days import DayRule, Moved, move

DAY_OFF = days_off([Nation.ENGLAND])
GOOD_FRIDAY = dt.date(2027, 3, 26)
days = st.dates(dt.date(2024, 1, 1), dt.date(2036, 12, 31))


@pytest.mark.parametrize(
    ("rule", "day"),
    [
        (DayRule.NEXT, dt.date(2027, 3, 30)),
        (DayRule.PREVIOUS, dt.date(2027, 3, 25)),
        (DayRule.KEEP, GOOD_FRIDAY),
    ],
)
def test_good_friday_moves_over_the_whole_of_easter(rule: DayRule, day: dt.date) -> None:
    moved = move(GOOD_FRIDAY, rule, DAY_OFF)
    assert moved is not None
    assert moved.day == day


def test_what_is_moved_says_from_where_and_why() -> None:
    moved = move(GOOD_FRIDAY, DayRule.NEXT, DAY_OFF)
    assert moved is not None
    assert moved.why == "moved from Friday 26 March: Good Friday"


def test_what_is_skipped_does_not_happen() -> None:
    assert move(GOOD_FRIDAY, DayRule.SKIP, DAY_OFF) is None


@given(days, st.sampled_from(DayRule))
def test_a_working_day_stays_where_it_is(day: dt.date, rule: DayRule) -> None:
    if not DAY_OFF(day):
        assert move(day, rule, DAY_OFF) == Moved(day, "")


@given(days)
def test_next_and_previous_are_the_nearest_working_days(day: dt.date) -> None:
    later, earlier = move(day, DayRule.NEXT, DAY_OFF), move(day, DayRule.PREVIOUS, DAY_OFF)
    assert later is not None
    assert earlier is not None
    assert earlier.day <= day <= later.day
    between = [earlier.day + dt.timedelta(days=n) for n in range(1, (later.day - earlier.day).days)]
    assert all(map(DAY_OFF, between))
    assert not DAY_OFF(later.day)
    assert not DAY_OFF(earlier.day)


@given(days, days, st.sampled_from([DayRule.NEXT, DayRule.PREVIOUS, DayRule.KEEP]))
def test_moving_never_changes_the_order(one: dt.date, other: dt.date, rule: DayRule) -> None:
    early, late = (move(day, rule, DAY_OFF) for day in sorted([one, other]))
    assert early is not None
    assert late is not None
    assert early.day <= late.day
