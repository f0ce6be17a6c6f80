"""Misspelt words, where they stand. Pure: a dictionary was asked before, see `hunspell`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mailer.checks.check import Check
from mailer.content.problem import Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mailer.checks.check import Checked
    from mailer.content.passages import Passage
    from mailer.content.problem import Problem

SPELLING = Rule(
    "spelling",
    Severity.WARNING,
    "A misspelt word makes readers doubt the rest, and a screen reader says it wrong.",
)

# In lower case alone: a capital is a name or an abbreviation, or begins a sentence. Words that are joined
# by a hyphen are made up freely, and no dictionary has them all.
_WORD = re.compile(r"(?<![\w@#/.’'-])[a-z]{3,}(?:[’'][a-z]+)?(?![\w@/-]|[.’']\w)")


def words_to_look_up(passages: Iterable[Passage]) -> set[str]:
    """The words that a dictionary should know: not names, numbers, addresses or hashtags."""
    return {word.replace("’", "'") for each in passages for word in _WORD.findall(each.text)}


def _check(checked: Checked) -> Iterator[Problem]:
    if not checked.misspelt:
        return
    for passage in checked.passages.words:
        for match in _WORD.finditer(passage.text):
            if match.group().replace("’", "'") in checked.misspelt:
                line = passage.line + passage.text.count("\n", 0, match.start())
                yield SPELLING.broken(
                    passage.path,
                    line,
                    f'"{match.group()}" is in no dictionary',
                    "mend it, or add it to checks.words in the settings",
                )


CHECKS = (Check((SPELLING,), _check),)
