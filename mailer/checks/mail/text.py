"""What is seen of a mail before it is opened, and what those get who read it as plain text. Pure."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from mailer.checks.check import Check
from mailer.checks.fault import OURS, Fault, placed, shorten
from mailer.checks.html.tree import parse_html
from mailer.content.problem import Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailer.checks.check import Checked
    from mailer.checks.html.tree import Document, Element
    from mailer.content.problem import Problem

WIDEST_TEXT = 78
"""Columns of plain text, but for addresses (RFC 5322, section 2.1.1)."""

LONGEST_SUBJECT = 60
"""Characters of a subject that a mail program on a desk shows; one on a phone shows about 40."""

PREHEADER = range(30, 131)
"""Characters that fill the line after the subject, and that some program shows."""

TEXT_COMPLETE = Rule(
    "text-complete",
    Severity.ERROR,
    "Who reads the plain text should get all that others get, and filters distrust a mail of two minds.",
)
TEXT_LINES = Rule(
    "text-lines", Severity.WARNING, "A long line is broken in odd places, or runs off the screen."
)
MAIL_SUBJECT = Rule("mail-subject", Severity.ADVICE, "What a list of mails cuts off, nobody reads.")
MAIL_PREHEADER = Rule(
    "mail-preheader",
    Severity.ADVICE,
    "The line beside the subject helps to decide whether to open; empty, it shows what comes first.",
)

_HEADINGS = ("h1", "h2", "h3", "h4")
_WORD = re.compile(r"[^\W_]{4,}")
# Code keeps its lines and stands four columns in, as quotations do, whose lines are wrapped.
_CODE = re.compile(r"(?:> )* {4}")
_UNSHOWN = frozenset({"head", "style", "script"})
_FEW = 3
# A number is written with blanks, brackets and hyphens, and dialled without them.
_BETWEEN_DIGITS = re.compile(r"[ ()-]+(?=[0-9])")


def judge_first_look(subject: str, preheader: str) -> Iterator[Fault]:
    """What of a subject and the line beside it is cut off, or left to chance."""
    if len(subject) > LONGEST_SUBJECT:
        what = f"the subject has {len(subject)} characters"
        remedy = f"say the most important in the first 40, and all of it in {LONGEST_SUBJECT}"
        yield Fault(MAIL_SUBJECT, what, remedy, subject)
    if len(preheader) not in PREHEADER:
        what = f"the preheader has {len(preheader)} characters"
        remedy = f"say in {PREHEADER[0]} to {PREHEADER[-1]} what else is inside"
        yield Fault(MAIL_PREHEADER, what, remedy, preheader)


def find_gaps(html: str, text: str) -> Iterator[Fault]:
    """What the plain text of a filled mail lacks, or breaks."""
    document = parse_html(html)
    # The text is wrapped in other places, and a long word is broken: white space tells nothing.
    said, dialled = _solid(text), _BETWEEN_DIGITS.sub("", text)
    for what, words in (*_links(document), *_headings(document)):
        if _solid(words) not in said and words not in dialled:
            yield Fault(TEXT_COMPLETE, f"the plain text lacks {what}", OURS, words)
    known = set(_WORD.findall(text))
    for words, of_link in dict.fromkeys(_sentences(document)):
        asked = _WORD.findall(words)
        missing = [word for word in asked if word not in known and word not in said]
        # Beside the address of a link its words may be others: "Download" has no sense there.
        if missing and not (of_link and missing != asked):
            what = f'the plain text lacks "{", ".join(missing[:_FEW])}" of "{shorten(words)}"'
            yield Fault(TEXT_COMPLETE, what, OURS, words)
    yield from _long_lines(text)


def _long_lines(text: str) -> Iterator[Fault]:
    for line in text.splitlines():
        if len(line) > WIDEST_TEXT and "://" not in line:
            what = f"a line of the plain text has {len(line)} characters"
            words, longest = line.lstrip(" >"), max(line.split(), key=len)
            if _CODE.match(line):
                yield Fault(TEXT_LINES, what, "break this line of the code block in two", words)
            elif len(longest) > WIDEST_TEXT // 2:
                yield Fault(TEXT_LINES, what, "break up the long word in it", longest)
            else:
                yield Fault(TEXT_LINES, what, "make two lines of it", words)


def _solid(text: str) -> str:
    return "".join(text.split())


def _links(document: Document) -> Iterator[tuple[str, str]]:
    for link in document.all("a"):
        target = link.attributes.get("href", "")
        if target and target[0] != "#":
            yield f'the link "{target}"', target.removeprefix("mailto:").removeprefix("tel:")


def _headings(document: Document) -> Iterator[tuple[str, str]]:
    for heading in document.all(*_HEADINGS):
        yield f'the heading "{heading.words}"', heading.words


def _sentences(document: Document) -> Iterator[tuple[str, bool]]:
    """Each text that is shown, and whether it is a link's."""
    shown: list[tuple[str, bool]] = []
    for body in document.all("body"):
        _gather(body, of_link=False, found=shown)
    for text, of_link in shown:
        yield " ".join(text.split()), of_link


def _gather(element: Element, *, of_link: bool, found: list[tuple[str, bool]]) -> None:
    # No generators, one in the other: tables nest deep, and each text would come up through all of them.
    for child in element.children:
        if isinstance(child, str):
            if not child.isspace():
                found.append((child, of_link))
        elif child.tag not in _UNSHOWN and "display:none" not in child.attributes.get("style", ""):
            _gather(child, of_link=of_link or "href" in child.attributes, found=found)


def _check_texts(checked: Checked) -> Iterator[Problem]:
    found = (find_gaps(mail.html, mail.text) for mail in checked.mails)
    return placed(checked, chain.from_iterable(found))


def _check_first_look(checked: Checked) -> Iterator[Problem]:
    return placed(checked, judge_first_look(checked.content.subject, checked.content.preheader))


CHECKS = (
    Check((TEXT_COMPLETE, TEXT_LINES), _check_texts),
    Check((MAIL_SUBJECT, MAIL_PREHEADER), _check_first_look),
)
