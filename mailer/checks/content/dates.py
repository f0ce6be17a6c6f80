"""Dates in the text: weekdays that don't belong to them, and invitations to what is over. Pure.

Knows what is wrong with a date; `written_dates` finds them, `announcements` tells which are to come.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mailer.checks.check import Check
from mailer.checks.content.written_dates import find_dates
from mailer.content.problem import Rule, Severity

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from mailer.checks.check import Checked
    from mailer.checks.content.written_dates import WrittenDate
    from mailer.content.passages import Passage
    from mailer.content.problem import Problem

DATE_WEEKDAY = Rule(
    "date-weekday",
    Severity.ERROR,
    "Of a weekday and a date that don't match, half of the readers believe the one, half the other.",
)
DATE_IMPOSSIBLE = Rule(
    "date-impossible", Severity.ERROR, "Nobody can come on a day that the calendar doesn't have."
)
DATE_PAST = Rule(
    "date-past",
    Severity.WARNING,
    "Who is invited to something that is over stops trusting the other dates.",
)

_DIGIT = re.compile("[0-9]")
_AROUND = 200
"""As much of a sentence on both sides of a date as may say what it is: no reader holds more."""


def _check(checked: Checked) -> Iterator[Problem]:
    for passage in checked.passages.words:
        yield from judge_dates(passage, checked.date)


def judge_dates(passage: Passage, mailed: dt.date) -> Iterator[Problem]:
    """What is wrong with the dates of some words in a mail of the day `mailed`."""
    for sentence, line in sentences(passage) if _DIGIT.search(passage.text) else ():
        for date in find_dates(sentence, line, mailed):
            yield from _judge(passage, mailed, sentence, date)


def _judge(
    passage: Passage, mailed: dt.date, sentence: str, date: WrittenDate
) -> Iterator[Problem]:
    if not date.may_be:
        yield DATE_IMPOSSIBLE.broken(
            passage.path, date.line, f'there is no "{date.text}"', "look the date up"
        )
        return
    fitting = [
        each for each in date.may_be if date.weekday is None or each.weekday() == date.weekday
    ]
    if not fitting:
        real = min(date.may_be, key=lambda each: abs(each - mailed))
        yield DATE_WEEKDAY.broken(
            passage.path,
            date.line,
            f'"{date.text}": {_in_full(real)} is a {real:%A}',
            "mend the day or the date",
        )
    elif max(fitting) < mailed and _announces(sentence, date):
        day = _in_full(max(fitting))
        read = "" if date.text == day else f'"{date.text}": '
        yield DATE_PAST.broken(
            passage.path,
            date.line,
            f"{read}{day} is over before this mail goes out on {_in_full(mailed)}",
            "take it out, or say that it is over",
        )


def _announces(sentence: str, date: WrittenDate) -> bool:
    from mailer.checks.content.announcements import announces  # noqa: PLC0415 - slow to import

    begin = max(0, date.start - _AROUND)
    near = sentence[begin : date.end + _AROUND]
    return announces(near, date.start - begin, date.end - begin)


def _in_full(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def sentences(passage: Passage) -> Iterator[tuple[str, int]]:
    """The sentences of a passage, each with its first line; ends are a full stop and a capital."""
    start = 0
    for end in re.finditer(r"(?<=[.!?])\s+(?=[A-Z“\"'])", passage.text):
        yield passage.text[start : end.start()], passage.line + passage.text.count("\n", 0, start)
        start = end.end()
    yield passage.text[start:], passage.line + passage.text.count("\n", 0, start)


CHECKS = (Check((DATE_WEEKDAY, DATE_IMPOSSIBLE, DATE_PAST), _check),)
