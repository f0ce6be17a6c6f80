"""Figures and times in words."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from mailer.rendering.wording import in_count, in_size
from mailer.web.wording import in_time

NOW = dt.datetime(2026, 10, 13, 9, 30, tzinfo=ZoneInfo("Europe/London"))


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1,023 bytes"),
        (1024, "1 KB"),
        (81_790, "80 KB"),
        (3_460_300, "3.3 MB"),
    ],
)
def test_a_size_is_told_in_the_unit_that_fits(size: int, words: str) -> None:
    assert in_size(size) == words


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 messages"), (1, "1 message"), (1200, "1,200 messages")]
)
def test_a_count_agrees_with_its_noun(number: int, words: str) -> None:
    assert in_count(number, "message") == words


def test_a_noun_can_bring_its_own_plural() -> None:
    assert in_count(2, "reply", "replies") == "2 replies"


@pytest.mark.parametrize(
    ("then", "words"),
    [
        ("2026-10-13T07:05:00+00:00", "08:05"),
        ("2026-10-12T22:59:00+00:00", "12 Oct, 23:59"),
        ("2026-10-12T23:30:00+00:00", "00:30"),
        ("2025-12-31T12:00:00+00:00", "31 Dec 2025"),
    ],
)
def test_a_time_is_as_precise_as_its_age_asks_in_the_readers_zone(then: str, words: str) -> None:
    assert in_time(dt.datetime.fromisoformat(then), NOW) == words
