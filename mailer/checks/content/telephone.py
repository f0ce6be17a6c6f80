"""Telephone numbers: which of them nobody can have, and which figures in running text are one. Pure.

Numbers by Ofcom's National Telephone Numbering Plan: https://www.ofcom.org.uk/phones-and-broadband/phone-numbers
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHORT_NUMBERS = frozenset({"101", "105", "111", "112", "119", "123", "159", "999", "18000"})
# Numbers of helplines and directories, and those that take a text.
_SHORT = re.compile(r"116[0-9]{3}|118[0-9]{3}|[678][0-9]{4}")
_RELAY = re.compile(r"1800[12](?=[0-9])")
"""What Relay UK asks deaf people to dial before a number."""

_ZERO = re.compile(r"\(\s*0\s*\)")
_LENGTHS = {
    "1": (11,),
    "2": (11,),
    "3": (11,),
    "5": (11,),
    "7": (11,),
    "8": (8, 10, 11),
    "9": (11,),
}
# Where some numbers have ten digits still; everywhere else that begins with 01 they have eleven.
_SOME_OF_TEN = (
    "01204", "01208", "01254", "01276", "01297", "01298", "01363", "01364", "01384", "01386", "01404",
    "01420", "01460", "01461", "01480", "01488", "01524", "01527", "01562", "01566", "01606", "01629",
    "01635", "01647", "01659", "01695", "016977", "01726", "01744", "01750", "01768", "01827", "01837",
    "01884", "01900", "01905", "01935", "01946", "01949", "01963", "01995",
)  # fmt: skip
_LONDON_AND_OTHERS = ("020", "023", "024", "028", "029")

# As much as could be a number; nothing here may follow a sign that makes it an amount, a date or an address.
_FIGURES = re.compile(
    r"(?<![\w+£$€#/.,=@&%*\u2013-])(?<![0-9]:)[+(]{0,2}[0-9](?:[0-9\s()\u2011-]*[0-9])?"
)
_GOES_ON = re.compile(r"[\w/%£@]|[.,:][0-9]")
_TIME_OF_DAY = re.compile(r"(?:[01][0-9]|2[0-3])[0-5][0-9]")
# First an area code or a kind of number, as they are set apart, then the rest.
_GROUPED = re.compile(
    r"0(?:1[0-9]{2,4}|20[0-9]?|2[3489][0-9]{0,2}|[38][0-9]{2}|7[0-9]{2,4})(?: [0-9]+)+"
)
# A number of seven or eight digits is one only where somebody says so.
_LOCAL = re.compile(r"(?!19|20)[1-9][0-9]{2,3} [0-9]{4}")
_LEAST_GROUPED, _LEAST_CALLED, _MOST = 9, 8, 13
_BEFORE = 40
_CALLED = re.compile(
    r"\b(?:call|phone|telephone|tel|ring|text|mobile|mob|helpline|hotline|ff[oô]n|ffoniwch)\b"
    r"(?: us| them| me| him| her| free| number)?(?: on| at| ar)?[\s.:]*$",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"\b(?:ref(?:erence)?|isbn|issn|urn|id|code|passcode|pin|account"
    r"|(?:crime|case|incident|log|order|serial|charity|company|invoice) (?:number|no))\b[^.!?]{0,12}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What is written as a telephone number, and where in its text it begins."""

    start: int
    number: str


def telephone_fault(number: str) -> tuple[str, str] | None:
    """What is wrong with a number, and what to do; None when it can be dialled from the United Kingdom."""
    if _ZERO.search(number):
        return "has a (0) that is not dialled", "write +44 and the rest without it, or begin with 0"
    digits = re.sub(r"[^0-9+]", "", number)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    if digits.startswith("+44"):
        digits = f"0{digits[3:]}"
    if digits.startswith("+"):
        # ITU-T E.164: fifteen digits at most, the country's included.
        fits = 9 <= len(digits) <= 16
        return None if fits else (f"has {len(digits) - 1} digits", "give the whole number")
    digits = _RELAY.sub("", digits)
    if digits in _SHORT_NUMBERS or _SHORT.fullmatch(digits):
        return None
    return _national_fault(digits)


def _national_fault(digits: str) -> tuple[str, str] | None:
    if not digits.startswith("0"):
        return "has no area code", "give the number from its first 0 on"
    lengths = (10, 11) if digits.startswith(_SOME_OF_TEN) else _LENGTHS.get(digits[1:2])
    if lengths is None:
        return f"begins with {digits[:2]}, as no number of this country does", "check it"
    if digits.startswith("02") and not digits.startswith(_LONDON_AND_OTHERS):
        return f"begins with {digits[:3]}, which is no area code", "check it"
    if len(digits) not in lengths:
        wanted = " or ".join(map(str, lengths[-2:]))
        return f"has {len(digits)} digits", f"check it: numbers that begin so have {wanted}"
    return None


def find_wrong_numbers(text: str) -> Iterator[Figures]:
    """What is plainly meant as a telephone number in running text, and is none.

    Amounts, dates, times and references are left alone, and what may be one of them.
    """
    for match in _FIGURES.finditer(text):
        number, groups = match.group(), re.findall("[0-9]+", match.group())
        following = _GOES_ON.match(text, match.end())
        if following and following.group().isalpha() and len(groups) > 1:
            # "01632 960123 9am": the last figures are another word's.
            number = number[: number.rindex(groups.pop())].rstrip(" \n(")
        elif following:
            continue
        before = text[max(match.start() - _BEFORE, 0) : match.start()]
        if _is_meant(number, groups, before) and not _begins_well(number, groups):
            yield Figures(match.start(), " ".join(number.split()))


def _is_meant(number: str, groups: list[str], before: str) -> bool:
    called = _CALLED.search(before)
    digits = sum(map(len, groups))
    if not called and _REFERENCE.search(before):
        return False
    if number.lstrip("(").startswith("+"):
        return groups[0].startswith("44") and digits > _LEAST_CALLED
    if all(map(_TIME_OF_DAY.fullmatch, groups)) or digits > _MOST:
        return False
    joined = " ".join(groups)
    if called:
        is_whole = groups[0].startswith("0") and len(groups[0]) > 2 and digits >= _LEAST_CALLED
        return is_whole or _LOCAL.fullmatch(" ".join(number.split())) is not None
    is_serial = {len(group) for group in groups} == {4}
    return digits >= _LEAST_GROUPED and not is_serial and _GROUPED.fullmatch(joined) is not None


def _begins_well(number: str, groups: list[str]) -> bool:
    """Whether it is a number, and maybe more figures: "01632 960123 24 hours a day"."""
    if _ZERO.search(number):
        return False
    sign = "+" if number.lstrip("(").startswith("+") else ""
    return any(telephone_fault(sign + digits) is None for digits in accumulate(groups))
