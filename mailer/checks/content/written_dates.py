"""Finds the dates of a text, in English and Welsh, in words and in figures. Pure.

Knows dates as editors write them: `Tuesday 13 October 2026`, `13th Oct`, `October 13, 2026`, `13/10/2026`,
`13.10.2026`, `2026-10-13`, `dydd Mawrth 13 Hydref 2026`. Must not know what a date is wanted for.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# By their first three letters, which no other month or weekday of either language has. Welsh words change
# their first letter after others: "12 o Fawrth", "nos Fercher".
_MONTHS = {
    start: number
    for number, starts in enumerate(
        (
            "jan ion", "feb chw", "mar maw faw", "apr ebr", "may mai fai", "jun meh feh", "jul gor orf",
            "aug aws", "sep med fed", "oct hyd", "nov tac dac", "dec rha rag",
        ),
        1,
    )
    for start in starts.split()
}  # fmt: skip
_WEEKDAYS = {
    start: number
    for number, starts in enumerate(
        ("mon llu lun", "tue maw faw", "wed mer fer", "thu iau", "fri gwe wen", "sat sad", "sun sul")
    )
    for start in starts.split()
}  # fmt: skip
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|ionawr|chwefror|[mf]awrth|ebrill|[mf]ai|[mf]ehefin"
    r"|g?orffennaf|awst|[mf]edi|hydref|[td]achwedd|rh?agfyr)"
)
# A short weekday begins with a capital ("they sat 12 exams") and is no newspaper; a Welsh one has its "dydd"
# or "nos".
_WEEKDAY = (
    r"(?:(?P<weekday>(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|(?<!the )(?-i:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)"
    r"|(?:dd?ydd|nos)\s+(?:ll?un|[mf]awrth|[mf]ercher|iau|g?wener|sadwrn|sul))\b\.?,?\s+(?:(?:the|yr?)\s+)?)?"
)
_START = r"(?<![\w£$€#/.])(?<![0-9][,:])"
_ORDINAL = r"(?:st|nd|rd|th|af|a?il|ydd|f?ed|eg|ain)"
_YEAR = r"(?P<year>20[0-9]{2})"
# Any other four digits are a year of old or a time: a date beside them is not of these days.
_END = rf"(?:,?\s+{_YEAR}\b|(?!,?\s+[0-9]{{4}}\b))"
_IN_WORDS = (
    re.compile(
        rf"{_START}{_WEEKDAY}(?P<day>[0-9]{{1,2}})(?P<ordinal>{_ORDINAL})?\s+(?:of?\s+)?"
        rf"(?P<month>{_MONTH})\b\.?+{_END}",
        re.IGNORECASE,
    ),
    # "In March 12 people came": without a year, an ordinal or a weekday it is none. "Dydd Mawrth 3ydd" is
    # a Tuesday.
    re.compile(
        rf"{_START}{_WEEKDAY}(?<!dydd )(?<!nos )(?P<month>{_MONTH})\b\.?\s+(?P<day>[0-9]{{1,2}})"
        rf"(?:(?P<ordinal>{_ORDINAL})|(?(weekday)|(?=,?\s+20[0-9]{{2}}\b)))\b{_END}",
        re.IGNORECASE,
    ),
)
_ISO = re.compile(
    rf"{_START}(?<!-){_YEAR}-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12][0-9]|3[01])"
    r"(?![\w/-]|\.\w)"
)
_FIGURES = re.compile(
    rf"{_START}(?<!-){_WEEKDAY}(?P<day>[0-9]{{1,2}})(?P<mark>[./])(?P<month>[0-9]{{1,2}})(?P=mark)"
    r"(?P<year>20[0-9]{2}|[0-9]{2})(?![\w/-]|[.,:][0-9])",
    re.IGNORECASE,
)
# What makes figures with dots or slashes the number of something.
_NUMBER_OF = re.compile(
    r"\b(?:v|version|release|build|sections?|paragraphs?|paras?|clause|rule|regulations?|article|appendix"
    r"|annex|table|figure|chapter|part|item|module|unit|page|ref|reference|number|si|case|file|order"
    r"|licence|form|circular|application|petition|motion|resolution|invoice|contract|fersiwn|adran|rhif)"
    r"[.:]?\s*(?:no\.?\s*)?$|\bno\.?\s*$",
    re.IGNORECASE,
)
# 12/11/26 may be many things; behind these words it is a day.
_DAY_OF = re.compile(
    r"\b(?:on|by|until|till|before|from|to|closed?|closes|deadline|date|erbyn|ar|tan|cau)"
    r"(?: is| was| yw)?:?\s+$",
    re.IGNORECASE,
)
# "Monday to Friday, 2 November to 18 December": the weekday belongs to the other one.
_OF_WEEK = re.compile(
    r"\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\s*(?:to|and|&|[-–])\s*$", re.IGNORECASE
)
# Whose weekday is of a year that is not said in figures.
_ANOTHER_YEAR = re.compile(
    r"\b(?:last|next|previous|following|that) year|\byears? (?:ago|later|earlier|before|on)\b|\bllynedd\b",
    re.IGNORECASE,
)
_YEAR_NAMED = re.compile(r"\b(?:19|20)[0-9]{2}\b")
_MONTHS_AROUND = dt.timedelta(days=274)
_BEFORE = 60
"""As much of what stands before a date as says what it is."""
_LEAP_YEAR = 2000


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date as it was written, at `start` to `end` of its sentence.

    Without a year it may be one of several, near the issue or in a year that the sentence names; without a
    weekday it may be any. `may_be` is empty for a day that the calendar doesn't have.
    """

    text: str
    line: int
    weekday: int | None
    may_be: tuple[dt.date, ...]
    start: int
    end: int


def find_dates(sentence: str, line: int, around: dt.date) -> Iterator[WrittenDate]:
    """The dates of a sentence that begins on `line`. One without a year is near `around`."""
    # "In 2011 they met on Tuesday 26 July."
    named = {int(each) for each in _YEAR_NAMED.findall(sentence)}
    is_elsewhen = _ANOTHER_YEAR.search(sentence) is not None
    if is_elsewhen:
        named |= {around.year - 1, around.year + 1}
    for match in _matches(sentence):
        weekday, year = match.groupdict().get("weekday"), match["year"]
        if weekday and ((is_elsewhen and not year) or _OF_WEEK.search(_before(match))):
            weekday = None
        may_be = tuple(_may_be(match, around, named))
        if not may_be and not year and _is_date(_LEAP_YEAR, _month(match), int(match["day"])):
            # Near no leap year "29 February" may be a birthday; by itself it is no mistake.
            continue
        yield WrittenDate(
            " ".join(match.group().split()),
            line + sentence.count("\n", 0, match.start()),
            _WEEKDAYS[weekday.split()[-1][:3].lower()] if weekday else None,
            may_be,
            match.start(),
            match.end(),
        )


def _matches(sentence: str) -> Iterator[re.Match[str]]:
    for form in _IN_WORDS:
        yield from (match for match in form.finditer(sentence) if _is_day_in_words(match))
    yield from (match for match in _ISO.finditer(sentence) if not _is_number(match))
    yield from (match for match in _FIGURES.finditer(sentence) if _is_day_in_figures(match))


def _before(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - _BEFORE) : match.start()]


def _is_number(match: re.Match[str]) -> bool:
    return _NUMBER_OF.search(_before(match)) is not None


def _is_day_in_words(match: re.Match[str]) -> bool:
    """Whether it is more than a number beside a word: "up to 30 may register", "the 40 May grants"."""
    if match["year"]:
        return True
    lone = not match["weekday"] and not match["ordinal"]
    # No "31 May" in small letters: "may" and the Welsh "mai" are words too, and so is "march".
    return 1 <= int(match["day"]) <= 31 and not (
        lone and match["month"] in {"may", "mar", "march", "mai", "fai"}
    )


def _is_day_in_figures(match: re.Match[str]) -> bool:
    if not 1 <= int(match["day"]) <= 31 or _is_number(match):
        return False
    if len(match["year"]) == 4 and match["mark"] == "/":
        return True
    certain = len(match["year"]) == 4 or match["weekday"] or _DAY_OF.search(_before(match))
    return bool(certain) and 1 <= int(match["month"]) <= 12


def _may_be(match: re.Match[str], around: dt.date, named: set[int]) -> Iterator[dt.date]:
    month, day = _month(match), int(match["day"])
    if match["year"]:
        year = int(match["year"]) % 100 + 2000
        years, named = {year}, {year}
    else:
        years = named | {around.year - 1, around.year, around.year + 1}
    for each in sorted(years):
        if _is_date(each, month, day):
            found = dt.date(each, month, day)
            if each in named or abs(found - around) <= _MONTHS_AROUND:
                yield found


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True


def _month(match: re.Match[str]) -> int:
    word = match["month"]
    return int(word) if word.isdigit() else _MONTHS[word[:3].lower()]
