"""Which day of a quarter a rule means, against an independent library and a calendar."""

from __future__ import annotations

import calendar
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.recurrence import Once, QuarterDay, Quarterly, is_weekday
from tests.quarters import AT, CASES, WEEKDAYS, Case

rules = st.builds(
    QuarterDay, st.integers(-1, 3), st.sampled_from(WEEKDAYS), st.integers(0, 2)
) | st.builds(
    QuarterDay, st.integers(-1, 14), st.sampled_from(["day", "working day"]), st.integers(0, 2)
)
days = st.dates(dt.date(2000, 1, 1), dt.date(2090, 12, 31))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_quarter_from_2024_to_2036_is_as_an_independent_library_has_it(case: Case) -> None:
    rule = Quarterly(QuarterDay.parse(case.words), AT)
    found, last = [], dt.datetime(2023, 12, 31, 23, 59)
    while (last := rule.after(last, is_weekday) or last).year < 2037:
        found.append(last)
    assert found == case.expected
    assert len(found) == 52


@given(rules, st.integers(2000, 2090), st.integers(1, 4))
def test_the_day_is_one_that_the_calendar_of_its_month_shows(
    rule: QuarterDay, year: int, quarter: int
) -> None:
    found = rule.in_quarter(year, quarter)
    assert (found.year, found.month) == (year, 3 * quarter - 2 + rule.month)
    if rule.unit in WEEKDAYS:
        weeks = calendar.monthcalendar(year, found.month)
        column = [week[WEEKDAYS.index(rule.unit)] for week in weeks]
        assert found.day == [day for day in column if day][rule.nth]


@given(rules, days)
def test_the_next_day_is_later_and_none_lies_between(rule: QuarterDay, day: dt.date) -> None:
    found = rule.after(day)
    assert found > day
    assert (found - day).days <= 130
    assert rule.after(found - dt.timedelta(days=1)) == found


def test_a_working_day_is_one_on_which_people_work() -> None:
    closed = {dt.date(2026, 1, day) for day in (1, 2)}
    first = QuarterDay.parse("first working day")
    assert first.in_quarter(2026, 1) == dt.date(2026, 1, 1)
    works = first.in_quarter(2026, 1, lambda day: is_weekday(day) and day not in closed)
    assert works == dt.date(2026, 1, 5)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("Second Tuesday", dt.date(2026, 10, 13)),
        ("the  second tuesday of the first month", dt.date(2026, 10, 13)),
        ("last friday of the last month", dt.date(2026, 12, 25)),
        ("15th", dt.date(2026, 10, 15)),
        ("the 1st day of the second month", dt.date(2026, 11, 1)),
        ("last day", dt.date(2026, 10, 31)),
        ("3rd working day", dt.date(2026, 10, 5)),
        ("4th monday", dt.date(2026, 10, 26)),
    ],
)
def test_words_become_a_rule(words: str, day: dt.date) -> None:
    assert QuarterDay.parse(words).in_quarter(2026, 4) == day


@pytest.mark.parametrize(
    "words",
    [
        "", "tuesday", "fifth tuesday", "5th tuesday", "second", "second tuesdays", "0th", "0th monday",
        "29th", "31st", "16th working day", "15", "last", "second tuesday of the fourth month",
        "second tuesday of", "00th",
    ],
)  # fmt: skip
def test_other_words_are_refused_with_what_is_allowed(words: str) -> None:
    with pytest.raises(ValueError, match="second tuesday"):
        QuarterDay.parse(words)


@given(st.text(max_size=30))
def test_any_text_is_a_rule_or_is_refused(words: str) -> None:
    try:
        rule = QuarterDay.parse(words)
    except ValueError:
        return
    assert rule.in_quarter(2027, 1).year == 2027


def test_on_its_day_a_rule_waits_for_its_hour() -> None:
    rule = Quarterly(QuarterDay.parse("second tuesday"), dt.time(9, 30))
    due = dt.datetime(2027, 1, 12, 9, 30)
    assert rule.after(due - dt.timedelta(minutes=1), is_weekday) == due
    assert rule.after(due, is_weekday) == dt.datetime(2027, 4, 13, 9, 30)


def test_once_is_once() -> None:
    due = dt.datetime(2027, 1, 12, 9, 30)
    assert Once(due).after(due - dt.timedelta(seconds=1), is_weekday) == due
    assert Once(due).after(due, is_weekday) is None
