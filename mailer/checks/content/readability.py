"""How hard a text is to read: the length of its sentences, and the age it asks for. Advice, and pure.

The age is Flesch and Kincaid's grade and five years on top. Kincaid and others, 1975: Derivation of new
readability formulas for Navy enlisted personnel. It counts syllables by the letters, as all such programs do.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from mailer.checks.check import Check
from mailer.checks.content.dates import sentences
from mailer.content.problem import Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mailer.checks.check import Checked
    from mailer.content.passages import Passage
    from mailer.content.problem import Problem

SENTENCE_LONG = Rule(
    "sentence-long",
    Severity.ADVICE,
    "Readers lose the thread of a long sentence, above all on a phone or in their second language.",
)
READING_AGE = Rule(
    "reading-age",
    Severity.ADVICE,
    "Experts too read plain words faster; many readers skip what is hard before they know it is for them.",
)

_WORD = re.compile(r"[A-Za-z]+(?:[’'-][A-Za-z]+)*")
_SILENT = re.compile(r"(?<=[^aeioul])e$|(?<=[^aeioulscxzgh])es$|(?<=[^aeioutd])ed$")
_LEAST_WORDS = 100
"""In fewer words the formula says little."""


def _check(checked: Checked) -> Iterator[Problem]:
    if not checked.content.language.startswith("en"):
        return
    body = [each for each in checked.passages.words if not each.key and not each.heading]
    for passage in body:
        yield from _judge_sentences(passage, checked.options.sentence_words)
    for path, own in groupby(body, key=lambda each: each.path):
        text = list(own)
        age = reading_age(text)
        if age > checked.options.reading_age:
            yield READING_AGE.broken(
                path,
                text[0].line,
                f"the text asks for a reading age of {age}",
                "use shorter sentences and everyday words",
            )


def _judge_sentences(passage: Passage, most: int) -> Iterator[Problem]:
    for sentence, line in sentences(passage):
        count = len(sentence.split())
        if count > most:
            first = " ".join(sentence.split()[:5])
            yield SENTENCE_LONG.broken(
                passage.path, line, f'the sentence "{first} …" has {count} words', "make two of it"
            )


def reading_age(passages: Sequence[Passage]) -> int:
    """Years of age at which a British reader follows a text; 0 for one too short to tell."""
    parts = [sentence for passage in passages for sentence, _ in sentences(passage)]
    words = [word for sentence in parts for word in _WORD.findall(sentence)]
    if len(words) < _LEAST_WORDS:
        return 0
    syllables = sum(map(count_syllables, words))
    grade = 0.39 * len(words) / len(parts) + 11.8 * syllables / len(words) - 15.59
    return max(round(grade) + 5, 5)


def count_syllables(word: str) -> int:
    """About how many syllables an English word has: its groups of vowels, without a silent e at its end."""
    lower = _SILENT.sub("", word.lower())
    return max(len(re.findall(r"[aeiouy]+", lower)), 1)


CHECKS = (Check((SENTENCE_LONG, READING_AGE), _check),)
