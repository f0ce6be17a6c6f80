"""Words that shout. Pure.

Shouting has common English words in it, or long ones; acronyms and the names of operations have none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mailer.checks.check import Check
from mailer.checks.fault import shorten
from mailer.content.problem import Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailer.checks.check import Checked
    from mailer.content.passages import Passage
    from mailer.content.problem import Problem

CAPITALS = Rule(
    "capitals",
    Severity.WARNING,
    "Words in capitals lose their shape and are harder to read, some screen readers spell them, "
    "and spam filters count them.",
)

# A hashtag or a handle is one word, written as its owner likes.
_RUN = re.compile(
    r"(?<![\w#@/.’'-])[A-Z]+(?:[’'][A-Z]+)?(?:[\s,-]{1,3}[A-Z]+(?:[’'][A-Z]+)?(?![\w’']))*(?![\w@])"
)
_WORD = re.compile(r"[A-Z]+(?:[’'][A-Z]+)?")
_NAMED = re.compile(r"\b(?:Operations?|Op|Project|Exercise|[Cc]odenamed?)\s+[“\"'‘]?\Z")
# Ordinary words that are shouted most; a single one in capitals is no acronym.
_SHOUTED = frozenset(
    {
        "ACTION", "ALL", "ALWAYS", "ANYONE", "ATTENTION", "BREAKING", "DEADLINE", "EVERYBODY", "EVERYONE",
        "EVERYTHING", "FREE", "IMPORTANT", "MUST", "NEVER", "NOBODY", "NOT", "NOTE", "NOTHING", "NOW", "ONLY",
        "PLEASE", "READ", "REMINDER", "STOP", "TODAY", "TOMORROW", "URGENT", "WARNING",
    }
)  # fmt: skip
# Words that are said often, without those that stand for something else in capitals: US, IT, WHO, ACT, CARE.
_COMMON = _SHOUTED | frozenset(
    {
        "ABOUT", "AFTER", "AGAIN", "AGENDA", "AND", "ANY", "APPLY", "ARE", "ARTICLE", "AWARD", "AWAY",
        "BACK", "BE", "BEEN", "BEFORE", "BEGIN", "BEST", "BIG", "BOOK", "BUT", "BY", "CALL", "CAMPAIGN",
        "CHANGE", "CHECK", "CHILDREN", "CITY", "CLICK", "COME", "COMMUNITY", "CONTACT", "COULD", "COUNCIL",
        "COURSE", "CRIME", "DATE", "DAY", "DID", "DO", "DON'T", "EACH", "EMAIL", "END", "EVENT", "EVERY",
        "FIND", "FIRST", "FOR", "FORM", "FROM", "FULL", "GET", "GIVE", "GOOD", "GREAT", "GROUP", "GUIDANCE",
        "HAVE", "HEALTH", "HELP", "HERE", "HOME", "HOW", "IF", "IN", "INTO", "IS", "ISSUE", "JOIN", "JUST",
        "KNOW", "LAST", "LATE", "LATEST", "LAW", "LEARN", "LETTER", "LIKE", "LINK", "LITTLE", "LIVE",
        "LOCAL", "LONG", "LOOK", "MAKE", "MANY", "MEET", "MONTH", "MORE", "MOST", "MUCH", "MY", "NAME",
        "NATIONAL", "NEED", "NEW", "NEWS", "NEXT", "NO", "OF", "OFFICE", "ON", "OPEN", "OR", "ORDER",
        "OTHER", "OUR", "OUT", "OVER", "OWN", "PAGE", "PART", "PARTNER", "PEOPLE", "PLACE", "PLAN",
        "POLICE", "PRACTICE", "PUBLIC", "QUESTION", "READY", "REGISTER", "REMEMBER", "REPLY", "REPORT",
        "RESULT", "RIGHT", "SAFETY", "SAME", "SAVE", "SAY", "SECTOR", "SECURITY", "SEND", "SERIOUS",
        "SERVICE", "SHARE", "SHOULD", "SHOW", "SIGN", "SMALL", "SOME", "SOON", "SPOTLIGHT", "START",
        "STORY", "STREET", "STRONG", "SUCCESS", "SUPPORT", "TACKLE", "TAKE", "TEAM", "TELL", "THAN",
        "THANK", "THAT", "THE", "THEIR", "THEM", "THEN", "THERE", "THESE", "THEY", "THING", "THINK", "THIS",
        "TIME", "TO", "TOO", "TOOL", "TOOLKIT", "TOP", "TRIAL", "TRY", "TWO", "UNTIL", "UP", "UPDATE",
        "USE", "VERY", "VICTIM", "VISIT", "WANT", "WAY", "WEEK", "WELCOME", "WERE", "WHAT", "WHEN", "WHERE",
        "WHICH", "WHOLE", "WHY", "WILL", "WIN", "WITH", "WORD", "WORK", "WORLD", "WOULD", "WRONG", "YEAR",
        "YES", "YOU", "YOUNG", "YOUR",
    }
)  # fmt: skip
_STEM = re.compile(r"(?:ED|ING|LY|S|ES)\Z")
_ENDING = re.compile(
    r"[A-Z]{3}(?:TION|SION|MENT|ING|NESS|SHIP|ITY|ITIE|ABLE|IBLE|ALLY|ANCE|ENCE|TIVE|FUL|LESS|OUS|ISED)S?\Z"
)
_UNSPEAKABLE = re.compile(r"[^AEIOUY]{5}|\A[^AEIOUY]+\Z")
_LONG = 9
_LEAST_LETTERS = 8
_LEAST_OF_TITLE = 5
_TITLES = frozenset({"title", "subject", "sections"})


def find_shouting(text: str, *, is_title: bool = False) -> list[tuple[int, str]]:
    """What shouts, with the number of the line of `text` on which it begins, the first line being 0."""
    found: dict[tuple[int, str], None] = {}
    whole = text.strip(" \n.!?:")
    for run in _RUN.finditer(text):
        words = _WORD.findall(run.group())
        if _NAMED.search(text, max(0, run.start() - 20), run.start()):
            continue
        if _shouts(words, is_whole=run.group() == whole, is_title=is_title):
            shown = [(run.start(), run.group())]
        else:
            shown = [
                (run.start() + word.start(), word.group())
                for word in _WORD.finditer(run.group())
                if word.group() in _SHOUTED or _is_long(word.group())
            ]
        for start, said in shown:
            found[text.count("\n", 0, start), " ".join(said.split())] = None
    return list(found)


def _shouts(words: list[str], *, is_whole: bool, is_title: bool) -> bool:
    """Whether some words in a row do, as a whole."""
    ordinary = sum(map(_is_ordinary, words))
    letters = sum(map(len, words))
    if len(words) == 1:
        return is_whole and is_title and bool(ordinary) and letters >= _LEAST_OF_TITLE
    return letters >= _LEAST_LETTERS and (ordinary > 1 or (is_whole and ordinary * 2 >= len(words)))


def _is_ordinary(word: str) -> bool:
    stem = _STEM.sub("", word)
    return bool({word, stem, f"{stem}E"} & _COMMON or _ENDING.search(word) or _is_long(word))


def _is_long(word: str) -> bool:
    return len(word) >= _LONG and not _UNSPEAKABLE.search(word)


def _check_capitals(checked: Checked) -> Iterator[Problem]:
    for passage in checked.passages.words:
        for below, shouted in find_shouting(passage.text, is_title=_is_title(passage)):
            yield CAPITALS.broken(
                passage.path,
                passage.line + below,
                f'"{shorten(shouted)}" is in capitals',
                "write it in lower case",
            )


def _is_title(passage: Passage) -> bool:
    return bool(passage.heading) or passage.key.rpartition(".")[2] in _TITLES


CHECKS = (Check((CAPITALS,), _check_capitals),)
