"""Dates of a text that are wrong, and the sentences that they stand in."""

from __future__ import annotations

import datetime as dt
from pathlib import PurePath

import pytest

from mailer.checks.content.dates import judge_dates, sentences
from mailer.content.passages import Passage

HERE = PurePath("articles/01-trial.md")
SENT = dt.date(2026, 12, 1)


def found(text: str) -> list[tuple[str, str]]:
    """The rules that a text breaks, and what is said of it, in a mail of 1 December 2026."""
    problems = judge_dates(Passage(HERE, 7, "", text), SENT)
    return [(each.rule.name, each.what) for each in problems]


def test_what_is_over_is_told_with_both_days() -> None:
    over = "is over before this mail goes out on 1 December 2026"
    assert found("Nominations close 12 November 2026.") == [
        ("date-past", f"12 November 2026 {over}")
    ]
    assert found("Sign up until 9 October") == [
        ("date-past", f'"9 October": 9 October 2026 {over}')
    ]
    assert found("Nodwch: archebwch erbyn 12 Tachwedd 2026.") == [
        ("date-past", f'"12 Tachwedd 2026": 12 November 2026 {over}')
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("It ends 2027-02-30.", ("date-impossible", 'there is no "2027-02-30"')),
        ("Ar 31 Chwefror 2027.", ("date-impossible", 'there is no "31 Chwefror 2027"')),
        (
            "Ar ddydd Llun 5 Mawrth 2027.",
            ("date-weekday", '"ddydd Llun 5 Mawrth 2027": 5 March 2027 is a Friday'),
        ),
        (
            "On Thursday 12/11/2027.",
            ("date-weekday", '"Thursday 12/11/2027": 12 November 2027 is a Friday'),
        ),
    ],
)
def test_a_day_that_cannot_be_is_told(text: str, told: tuple[str, str]) -> None:
    assert found(text) == [told]


def test_the_day_of_the_mail_and_those_to_come_are_no_matter() -> None:
    assert found("Register by 1 December 2026, or by 2 December, or by 12/01/27.") == []


def test_a_sentence_knows_its_line() -> None:
    text = "One thing. Another\nthing follows. It is\n3.5 miles long. The end."
    passage = Passage(HERE, 7, "", text)
    assert [line for _, line in sentences(passage)] == [7, 7, 8, 9]


@pytest.mark.parametrize(
    "text",
    [
        "Last year's conference was held on Wednesday 8 October",
        "Next year's conference is on Thursday 16 September",
        "The 2028 elections will be on Thursday 4 May",
        "Sixty years ago, on Friday 21 October, 144 people died",
        "The desk is open Monday to Friday, 2 November to 18 December",
        "Every Saturday and Sunday 5 December to 20 December",
        "See Home Office Circular 31/06/2026 and Petition 31/06/2026",
        "Quote ref 2026-02-30",
    ],
)
def test_what_only_looks_like_a_wrong_day_is_left_alone(text: str) -> None:
    passage = Passage(PurePath("a.md"), 1, "", text)
    assert list(judge_dates(passage, dt.date(2026, 11, 23))) == []
