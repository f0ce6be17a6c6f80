"""Dates as editors write them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.checks.content.dates import find_dates, sentences
from mailer.content.passages import Passage

AROUND = dt.date(2026, 10, 13)
HERE = Passage(path=None, line=7, key="", text="")  # type: ignore[arg-type]
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def written(text: str) -> list[tuple[dt.date, ...]]:
    return [date.may_be for date in find_dates(text, 1, AROUND)]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("on Tuesday 13 October 2026 at noon", dt.date(2026, 10, 13)),
        ("on 13th October, 2026", dt.date(2026, 10, 13)),
        ("on the 1st of November 2026", dt.date(2026, 11, 1)),
        ("on 3 Sept 2027.", dt.date(2027, 9, 3)),
        ("by 13/10/2026", dt.date(2026, 10, 13)),
        ("on 2 January", dt.date(2027, 1, 2)),
        ("on 12 September", dt.date(2026, 9, 12)),
    ],
)
def test_a_date_is_read_as_it_is_meant(text: str, date: dt.date) -> None:
    assert written(text) == [(date,)]


@pytest.mark.parametrize(
    "text",
    ["1 in 3 people", "of 7 Mayors", "In 2026 the May event", "figure 12.5 Mar", "20 marches"],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert [date for date in written(text) if date] == []


def test_a_day_that_the_calendar_does_not_have_may_be_nothing() -> None:
    assert written("on 31 June 2027") == [()]
    assert written("on 29 February 2027") == [()]
    assert written("on 29 February 2028") == [(dt.date(2028, 2, 29),)]


@given(st.dates(dt.date(2020, 1, 1), dt.date(2099, 12, 31)), st.integers(0, 6))
def test_a_weekday_is_kept_beside_its_date(date: dt.date, weekday: int) -> None:
    text = f"It is on {WEEKDAYS[weekday]} {date.day} {date:%B} {date.year}, at ten."
    (found,) = find_dates(text, 1, AROUND)
    assert found.weekday == weekday
    assert found.may_be == (date,)


def test_a_sentence_knows_its_line() -> None:
    text = "One thing. Another\nthing follows. It is\n3.5 miles long. The end."
    passage = Passage(HERE.path, 7, "", text)
    assert [line for _, line in sentences(passage)] == [7, 7, 8, 9]
