"""Dates as editors write them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.checks.content.written_dates import find_dates

AROUND = dt.date(2026, 10, 13)
ENGLISH = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WELSH = ("Llun", "Mawrth", "Mercher", "Iau", "Gwener", "Sadwrn", "Sul")
WELSH_MONTHS = (
    "Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin", "Gorffennaf", "Awst", "Medi", "Hydref",
    "Tachwedd", "Rhagfyr",
)  # fmt: skip


def written(text: str) -> list[tuple[dt.date, ...]]:
    return [date.may_be for date in find_dates(text, 1, AROUND)]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("on Tuesday 13 October 2026 at noon", dt.date(2026, 10, 13)),
        ("on 13th October, 2026", dt.date(2026, 10, 13)),
        ("on the 1st of November 2026", dt.date(2026, 11, 1)),
        ("on 3 Sept 2027.", dt.date(2027, 9, 3)),
        ("on 2 January", dt.date(2027, 1, 2)),
        ("on 12 September", dt.date(2026, 9, 12)),
        ("from 10-12 November 2026", dt.date(2026, 11, 12)),
        ("up to 30 may 2026", dt.date(2026, 5, 30)),
        ("on November 12, 2026", dt.date(2026, 11, 12)),
        ("On March 18th 2016 at the Stadium", dt.date(2016, 3, 18)),
        ("on Thursday, November 12", dt.date(2026, 11, 12)),
        ("by 13/10/2026", dt.date(2026, 10, 13)),
        ("by 12.11.2026.", dt.date(2026, 11, 12)),
        ("by 12/11/26", dt.date(2026, 11, 12)),
        ("Nominations close 12/11/26", dt.date(2026, 11, 12)),
        ("Thursday 12.11.26", dt.date(2026, 11, 12)),
        ("2026-11-01: the day", dt.date(2026, 11, 1)),
        ("erbyn 12 Tachwedd 2026", dt.date(2026, 11, 12)),
        ("ar y 12fed o Dachwedd 2026", dt.date(2026, 11, 12)),
        ("ar 3 Fawrth 2027", dt.date(2027, 3, 3)),
        ("Dydd Mawrth 3ydd o Dachwedd 2026", dt.date(2026, 11, 3)),
        ("nos Wener 13 Tachwedd 2026", dt.date(2026, 11, 13)),
    ],
)
def test_a_date_is_read_as_it_is_meant(text: str, date: dt.date) -> None:
    assert written(text) == [(date,)]


@pytest.mark.parametrize(
    "text",
    [
        "1 in 3 people", "of 7 Mayors", "In 2026 the May event", "figure 12.5 Mar", "20 marches",
        "up to 30 may register", "up to 45 may apply", "45 March past", "In March 12 people came",
        "12/11/26 of them", "10.12.11.2026", "version 12.11.2026", "section 31.2.2027",
        "regulation 12/11/2014", "SI 2015/1415", "£12.11.26", "at 10.30", "0191-375-2659", "2015/16",
        "report-2026-02-30.pdf", "2026-02-30.pdf", "example.org/12/11/2026", "on 8 May 1945",
        "born on 29 February",
    ],
)  # fmt: skip
def test_what_is_no_date_of_these_days_is_none(text: str) -> None:
    assert written(text) == []


@pytest.mark.parametrize(
    "text", ["on 31 June 2027", "by 30 February", "2027-02-30", "31.02.2027", "by 31/02/27"]
)
def test_a_day_that_the_calendar_does_not_have_may_be_nothing(text: str) -> None:
    assert written(text) == [()]


def test_a_leap_day_is_one_in_leap_years() -> None:
    assert written("on 29 February 2027") == [()]
    assert written("on 29 February 2028") == [(dt.date(2028, 2, 29),)]


def test_a_date_may_be_of_an_earlier_year_that_its_sentence_names() -> None:
    assert dt.date(2011, 7, 26) in written("In 2011, on Tuesday 26 July, it began.")[0]


@pytest.mark.parametrize("text", ["They sat 12 March exams.", "The Sun, 12 March"])
def test_a_short_word_is_no_weekday(text: str) -> None:
    assert [date.weekday for date in find_dates(text, 1, AROUND)] == [None]


@given(st.dates(dt.date(2020, 1, 1), dt.date(2099, 12, 31)), st.integers(0, 6))
def test_a_weekday_is_kept_beside_its_date(date: dt.date, weekday: int) -> None:
    for text in (
        f"It is on {ENGLISH[weekday]} {date.day} {date:%B} {date.year}, at ten.",
        f"Mae ar ddydd {WELSH[weekday]} {date.day} {WELSH_MONTHS[date.month - 1]} {date.year}.",
    ):
        (found,) = find_dates(text, 1, AROUND)
        assert found.weekday == weekday
        assert found.may_be == (date,)
        assert text[found.start : found.end] == found.text
