"""Dates in the text: weekdays that don't belong to them, and invitations to what is over. Pure.

Knows dates as British editors write them: `Tuesday 13 October 2026`, `13 October`, `13th Oct`, `13/10/2026`.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailer.checks.check import Check
from mailer.content.problem import Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailer.checks.check import Checked
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

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_MONTH = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_DATE = re.compile(
    rf"(?<![0-9.])\b(?:(?P<weekday>{_WEEKDAY}),?\s+(?:the\s+)?)?"
    rf"(?:(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH})\b\.?"
    r"(?:,?\s+(?P<year>20[0-9]{2})\b)?"
    r"|(?P<day2>[0-9]{1,2})/(?P<month2>[0-9]{1,2})/(?P<year2>20[0-9]{2})\b)",
    re.IGNORECASE,
)
# Only what asks for something by a date or announces it: an article may well tell of last spring.
_CALL = re.compile(
    r"\b(register|book (?:a|your|now)|sign up|apply|deadline|closes|closing date|submit|nominate|"
    r"r\.?s\.?v\.?p|join us|save the date|reply by|respond by|"
    r"will (?:take place|be held|open|start|begin|run)|takes place|open until|available until)\b",
    re.IGNORECASE,
)
_MONTHS_AROUND = dt.timedelta(days=274)


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date as it was written. Without a year it may be one of several; without a weekday, any."""

    text: str
    line: int
    weekday: int | None
    may_be: tuple[dt.date, ...]


def _check(checked: Checked) -> Iterator[Problem]:
    for passage in checked.passages.words:
        for sentence, line in sentences(passage):
            for date in find_dates(sentence, line, checked.date):
                yield from _judge(checked, passage, sentence, date)


def _judge(
    checked: Checked, passage: Passage, sentence: str, date: WrittenDate
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
        real = min(date.may_be, key=lambda each: abs(each - checked.date))
        weekday = _WEEKDAYS[real.weekday()].capitalize()
        told = f"{real.day} {_MONTHS[real.month - 1].capitalize()} {real.year}"
        yield DATE_WEEKDAY.broken(
            passage.path,
            date.line,
            f'"{date.text}": {told} is a {weekday}',
            "mend the day or the date",
        )
    elif max(fitting) < checked.date and _CALL.search(sentence):
        yield DATE_PAST.broken(
            passage.path,
            date.line,
            f'"{date.text}" is past on the {checked.date.day} {_MONTHS[checked.date.month - 1].capitalize()} '
            f"{checked.date.year} of this mail",
            "take it out, or say that it is over",
        )


def sentences(passage: Passage) -> Iterator[tuple[str, int]]:
    """The sentences of a passage, each with its first line; ends are a full stop and a capital."""
    start = 0
    for end in re.finditer(r"(?<=[.!?])\s+(?=[A-Z“\"'])", passage.text):
        yield passage.text[start : end.start()], passage.line + passage.text.count("\n", 0, start)
        start = end.end()
    yield passage.text[start:], passage.line + passage.text.count("\n", 0, start)


def find_dates(sentence: str, line: int, around: dt.date) -> Iterator[WrittenDate]:
    """The dates of a sentence that begins on `line`. One without a year is near `around`."""
    for match in _DATE.finditer(sentence):
        place = line + sentence.count("\n", 0, match.start())
        text = " ".join(match.group().split())
        yield WrittenDate(text, place, _weekday(match), tuple(_may_be(match, around)))


def _weekday(match: re.Match[str]) -> int | None:
    word = (match["weekday"] or "").lower()[:3]
    return next((n for n, name in enumerate(_WEEKDAYS) if word and name.startswith(word)), None)


def _may_be(match: re.Match[str], around: dt.date) -> Iterator[dt.date]:
    month = int(match["month2"]) if match["month2"] else _month(match["month"])
    day = int(match["day"] or match["day2"])
    year = match["year"] or match["year2"]
    years = [int(year)] if year else [around.year - 1, around.year, around.year + 1]
    for each in years:
        try:
            found = dt.date(each, month, day)
        except ValueError:
            continue
        if year or abs(found - around) <= _MONTHS_AROUND:
            yield found


def _month(word: str) -> int:
    return next(n for n, name in enumerate(_MONTHS, 1) if name.startswith(word.lower()[:3]))


CHECKS = (Check((DATE_WEEKDAY, DATE_IMPOSSIBLE, DATE_PAST), _check),)
