from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.letters.notice import Notice, NoticeKind, Stage, left_in_words, stage_of
from mailer.letters.rendering import render_notice
from mailer.rendering.brand import Brand
from mailer.translations import load_catalogue

DUE = dt.datetime(2027, 1, 12, 9, 30, tzinfo=dt.UTC)
BRAND = Brand("The team", "1 Example Street", "team@example.org", "https://www.example.org")
ENGLISH = load_catalogue().tongues[0]
MISSING = (
    "issue-05 to everyone: nobody has submitted it for approval; `bulletin edition submit issue-05`"
)
VALUES = {
    "publication": "The Partnership Bulletin",
    "segment": "everyone",
    "when": "Tue 12 Jan 2027 09:30 GMT",
    "planned": "Mon 11 Jan 2027 09:30 GMT",
    "left": "in 7 days",
    "missing": MISSING,
    "state": "nothing-to-send",
    "notes": "held by the pre-election period until Monday 11 January 2027",
    "name": "issue-05",
    "actor": "ann",
}
COMMANDS = ("bulletin schedule next 1", "bulletin schedule skip 1 2027-01-12")


@pytest.mark.parametrize(
    ("before", "stage"),
    [
        ({"days": 7, "seconds": 1}, None),
        ({"days": 7}, Stage.WEEK),
        ({"days": 1, "seconds": 1}, Stage.WEEK),
        ({"days": 1}, Stage.DAY),
        ({"seconds": 1}, Stage.DAY),
        ({}, None),
        ({"days": -1}, None),
    ],
)
def test_a_due_time_has_stages(before: dict[str, float], stage: Stage | None) -> None:
    assert stage_of(DUE, DUE - dt.timedelta(**before)) is stage


@given(st.lists(st.integers(0, 15 * 86_400), min_size=1))
def test_as_time_passes_the_week_never_follows_the_day(seconds: list[int]) -> None:
    ahead = (dt.timedelta(seconds=each) for each in sorted(seconds, reverse=True))
    stages = [stage for span in ahead if (stage := stage_of(DUE, DUE - span))]
    assert stages == sorted(stages, key=[Stage.WEEK, Stage.DAY].index)


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ({"days": 7}, "in 7 days"),
        ({"days": 6, "hours": 23, "minutes": 50}, "in 7 days"),
        ({"days": 1}, "in 1 day"),
        ({"hours": 5, "minutes": 10}, "in 5 hours"),
        ({"minutes": 5}, "in 1 hour"),
    ],
)
def test_what_is_left_is_said_roughly(before: dict[str, float], words: str) -> None:
    assert left_in_words(DUE, DUE - dt.timedelta(**before)) == words


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_every_notice_says_it_all_in_both_forms(kind: NoticeKind) -> None:
    mail = render_notice(Notice(kind, VALUES, COMMANDS), ENGLISH, BRAND)
    assert not re.search(r"[{}]", mail.subject + mail.preheader + mail.text)
    html = " ".join(re.sub(r"<style.*?</style>|<[^>]+>", " ", mail.html, flags=re.DOTALL).split())
    for form in (" ".join(mail.text.split()), html):
        assert all(command in form for command in COMMANDS)
        assert "everyone" in form
        assert "answers to our mail come to you" in form
    assert [line for line in mail.text.splitlines() if len(line) > 78] == []
    assert mail.text.count("\n    bulletin ") == len(COMMANDS)


def test_what_is_missing_is_said_with_the_command_that_mends_it() -> None:
    mail = render_notice(Notice(NoticeKind.DUE, VALUES, COMMANDS), ENGLISH, BRAND)
    assert MISSING in " ".join(mail.text.split())
    assert mail.subject == "The Partnership Bulletin is due in 7 days, and nothing can go yet"
