"""Contacts that are most likely wrong: under their keys, in links and in running text. Pure."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailer.checks.check import Check
from mailer.checks.content.telephone import find_wrong_numbers, telephone_fault
from mailer.content.contact_details import dialled, mailboxes
from mailer.content.problem import Rule, Severity
from subscribers.address import AddressError, parse_address

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePath

    from mailer.checks.check import Checked
    from mailer.content.passages import Passage, PlacedLink
    from mailer.content.problem import Problem

TELEPHONE_WRONG = Rule(
    "telephone-wrong",
    Severity.WARNING,
    "A number with a digit too few, or one that nobody was given, is found out by the first caller.",
)
EMAIL_WRONG = Rule(
    "email-wrong",
    Severity.WARNING,
    "Whoever copies an address with a slip in it gets their mail back, and may not try again.",
)
EMAIL_DOMAIN = Rule(
    "email-domain",
    Severity.WARNING,
    "Mail to a mistyped domain comes back, or reaches a stranger who registered it for that.",
)

# An address in running text, as far as it can be told from an account ("@name") and a part of a URL.
_ADDRESS = re.compile(r"(?<![\w.@/+%’'-])\w[\w.+%'’-]*@+[\w.-]*\w")
_WITH_ENDING = re.compile(r"[\w.-]*\.[A-Za-z]{2,}")
_WITHOUT_ENDING = re.compile(r"[a-z][a-z0-9-]*")
_COMMA = re.compile(r",(?:ac|co|com|gov|net|nhs|org|police|uk)\b(?!@)(?:\.\w+)*")
_WHOLE_ENDINGS = (".uk", ".com", ".net", ".org")
# Without a dot only what somebody is asked to write to: "Hospital@Home" is a name.
_ASKED = re.compile(
    r"\b(?:e-?mail|e-?bost|e-?bostiwch|write|contact|reply)\b[^.!?@]{0,30}$", re.IGNORECASE
)
_BEFORE = 45

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


@dataclass(frozen=True, slots=True)
class Slip:
    """An address that can't be one: where in its text it begins, why, and what to do."""

    start: int
    what: str
    remedy: str


def _check(checked: Checked) -> Iterator[Problem]:
    passages = checked.passages
    for value in passages.values:
        yield from _judge(value.path, value.line, value.key.rpartition(".")[2], value.text)
    for link in passages.links:
        for kind, contact in _contacts(link):
            yield from _judge(link.path, link.line, kind, contact)
    # Where the words of a link say the same as the link, one finding is enough.
    linked = {_plain(contact) for link in passages.links for _, contact in _contacts(link)}
    for passage in passages.words:
        yield from _judge_text(passage, linked)


def _contacts(link: PlacedLink) -> list[tuple[str, str]]:
    scheme = link.url.partition(":")[0].lower()
    if scheme == "tel":
        return [("telephone", dialled(link.url))]
    return [("email", each) for each in mailboxes(link.url)] if scheme == "mailto" else []


def _plain(contact: str) -> str:
    return contact.lower() if "@" in contact else re.sub("[^0-9]", "", contact)


def _judge(path: PurePath, line: int, kind: str, contact: str) -> Iterator[Problem]:
    if kind == "telephone":
        yield from _judge_number(path, line, contact)
    elif kind == "email":
        yield from _judge_address(path, line, contact)


def _judge_text(passage: Passage, linked: set[str]) -> Iterator[Problem]:
    def line(start: int) -> int:
        return passage.line + passage.text.count("\n", 0, start)

    for found in find_wrong_numbers(passage.text):
        if _plain(found.number) not in linked:
            yield from _judge_number(passage.path, line(found.start), found.number)
    slips = {slip.start: slip for slip in find_slips(passage.text)}
    for slip in slips.values():
        yield EMAIL_WRONG.broken(passage.path, line(slip.start), slip.what, slip.remedy)
    for match in _ADDRESS.finditer(passage.text):
        if match.start() not in slips and _plain(match.group()) not in linked:
            yield from _judge_address(passage.path, line(match.start()), match.group())


def find_slips(text: str) -> Iterator[Slip]:
    """What is plainly meant as an e-mail address in running text, and can't be one."""
    for match in _ADDRESS.finditer(text):
        address, domain = match.group(), match.group().rpartition("@")[2]
        comma = _COMMA.match(text, match.end())
        if comma and not domain.endswith(_WHOLE_ENDINGS):
            what = f'e-mail address "{address}{comma.group()}" has a comma'
            yield Slip(match.start(), what, "write a full stop")
        elif not text.startswith(("@", "/"), match.end()) and _is_meant(
            text, match.start(), domain
        ):
            try:
                parse_address(address)
            except AddressError as error:
                what = f'e-mail address "{address}" {error.what}'
                yield Slip(match.start(), what, error.remedy)


def _is_meant(text: str, start: int, domain: str) -> bool:
    if _WITHOUT_ENDING.fullmatch(domain):
        return _ASKED.search(text[max(start - _BEFORE, 0) : start]) is not None
    return _WITH_ENDING.fullmatch(domain) is not None


def _judge_number(path: PurePath, line: int, number: str) -> Iterator[Problem]:
    fault = telephone_fault(number)
    if fault:
        what, remedy = fault
        yield TELEPHONE_WRONG.broken(path, line, f'telephone "{number}" {what}', remedy)


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


CHECKS = (Check((TELEPHONE_WRONG, EMAIL_WRONG, EMAIL_DOMAIN), _check),)
