"""Telephone numbers and e-mail addresses that can be written so, and are most likely wrong. Pure.

Numbers by Ofcom's National Telephone Numbering Plan: https://www.ofcom.org.uk/phones-and-broadband/phone-numbers
"""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from mailer.checks.check import Check
from mailer.content.problem import Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePath

    from mailer.checks.check import Checked
    from mailer.content.problem import Problem

TELEPHONE_WRONG = Rule(
    "telephone-wrong",
    Severity.WARNING,
    "A number with a digit too few, or one that nobody was given, is found out by the first caller.",
)
EMAIL_DOMAIN = Rule(
    "email-domain",
    Severity.WARNING,
    "Mail to a mistyped domain comes back, or reaches a stranger who registered it for that.",
)

_SHORT_NUMBERS = frozenset({"101", "105", "111", "112", "119", "123", "159", "999"})
_LENGTHS = {
    "1": (10, 11),
    "2": (11,),
    "3": (11,),
    "5": (11,),
    "7": (11,),
    "8": (8, 10, 11),
    "9": (11,),
}
_LONDON_AND_OTHERS = ("020", "023", "024", "028", "029")

# Those that are mistyped most often; one that is near to them, and none of them, is told.
_DOMAINS = (
    "gmail.com", "googlemail.com", "hotmail.com", "hotmail.co.uk", "outlook.com", "live.co.uk", "yahoo.com",
    "yahoo.co.uk", "icloud.com", "btinternet.com", "nhs.net", "homeoffice.gov.uk", "justice.gov.uk",
    "cjsm.net",
)  # fmt: skip
_NEAR_BUT_REAL = frozenset({"email.com", "mail.com", "ymail.com", "live.com", "yahoo.co.in"})
_NEARNESS = 0.87
_ENDINGS = {
    ".con": ".com", ".cmo": ".com", ".comm": ".com", ".co.ku": ".co.uk", ".co.u": ".co.uk", ".couk": ".co.uk",
    ".c.uk": ".co.uk", ".gov.ku": ".gov.uk", ".gov.u": ".gov.uk", ".govuk": ".gov.uk", ".go.uk": ".gov.uk",
    ".gov.co.uk": ".gov.uk", ".gove.uk": ".gov.uk", ".org.ku": ".org.uk", ".orguk": ".org.uk",
    ".or.uk": ".org.uk", ".ogr.uk": ".org.uk", ".police.co.uk": ".police.uk", ".police.ku": ".police.uk",
    ".pnn.police.co.uk": ".police.uk", ".nhs.co.uk": ".nhs.uk", ".nhs.ku": ".nhs.uk", ".ac.ku": ".ac.uk",
}  # fmt: skip


def _check(checked: Checked) -> Iterator[Problem]:
    for value in checked.passages.values:
        key = value.key.rpartition(".")[2]
        if key == "telephone":
            yield from _judge_number(value.path, value.line, value.text)
        elif key == "email":
            yield from _judge_address(value.path, value.line, value.text)
    for link in checked.passages.links:
        scheme, _, rest = link.url.partition(":")
        if scheme == "tel":
            yield from _judge_number(link.path, link.line, rest)
        elif scheme == "mailto":
            yield from _judge_address(link.path, link.line, unquote(urlsplit(link.url).path))


def _judge_number(path: PurePath, line: int, number: str) -> Iterator[Problem]:
    fault = telephone_fault(number)
    if fault:
        what, remedy = fault
        yield TELEPHONE_WRONG.broken(path, line, f'telephone "{number}" {what}', remedy)


def telephone_fault(number: str) -> tuple[str, str] | None:
    """What is wrong with a number, and what to do; None when it can be dialled from the United Kingdom."""
    if re.search(r"\(\s*0\s*\)", number):
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
    if digits in _SHORT_NUMBERS or re.fullmatch(r"116[0-9]{3}|118[0-9]{3}", digits):
        return None
    return _national_fault(digits)


def _national_fault(digits: str) -> tuple[str, str] | None:
    if not digits.startswith("0"):
        return "has no area code", "give the number from its first 0 on"
    lengths = _LENGTHS.get(digits[1:2])
    if lengths is None:
        return f"begins with {digits[:2]}, as no number of this country does", "check it"
    if digits.startswith("02") and not digits.startswith(_LONDON_AND_OTHERS):
        return f"begins with {digits[:3]}, which is no area code", "check it"
    if len(digits) not in lengths:
        wanted = " or ".join(map(str, lengths[-2:]))
        return f"has {len(digits)} digits", f"check it: numbers that begin so have {wanted}"
    return None


def _judge_address(path: PurePath, line: int, address: str) -> Iterator[Problem]:
    meant = meant_domain(address.rpartition("@")[2].strip().lower())
    if meant:
        yield EMAIL_DOMAIN.broken(
            path, line, f'e-mail address "{address}" looks mistyped', f"did you mean {meant}?"
        )


def meant_domain(domain: str) -> str | None:
    """The domain that somebody meant who typed this one; None when it may be right."""
    for wrong, right in _ENDINGS.items():
        if domain.endswith(wrong):
            return domain.removesuffix(wrong) + right
    if domain in _DOMAINS or domain in _NEAR_BUT_REAL:
        return None
    near = difflib.get_close_matches(domain, _DOMAINS, n=1, cutoff=_NEARNESS)
    return near[0] if near else None


CHECKS = (Check((TELEPHONE_WRONG, EMAIL_DOMAIN), _check),)
