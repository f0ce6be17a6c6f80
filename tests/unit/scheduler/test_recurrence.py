"""The nth weekday of each quarter."""

from __future__ import annotations

import calendar
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.recurrence import QuarterDay

rules = st.builds(QuarterDay, st.integers(0, 3), st.integers(0, 6))
days = st.dates(dt.date(2000, 1, 1), dt.date(2090, 12, 31))


@given(rules, st.integers(2000, 2090), st.integers(1, 4))
def test_the_day_is_the_one_that_a_calendar_shows(
    rule: QuarterDay, year: int, quarter: int
) -> None:
    weeks = calendar.monthcalendar(year, 3 * quarter - 2)
    column = [week[rule.weekday] for week in weeks if week[rule.weekday]]
    assert rule.in_quarter(year, quarter) == dt.date(year, 3 * quarter - 2, column[rule.nth])


@given(rules, days)
def test_the_next_day_is_later_and_none_lies_between(rule: QuarterDay, day: dt.date) -> None:
    found = rule.after(day)
    assert found > day
    assert (found - day).days <= 100
    assert rule.after(found - dt.timedelta(days=1)) == found


def test_words_become_a_rule() -> None:
    assert QuarterDay.parse("Second Tuesday").in_quarter(2026, 4) == dt.date(2026, 10, 13)


@pytest.mark.parametrize("words", ["", "tuesday", "fifth tuesday", "second", "second tuesdays"])
def test_other_words_are_refused_with_what_is_allowed(words: str) -> None:
    with pytest.raises(ValueError, match="second tuesday"):
        QuarterDay.parse(words)
