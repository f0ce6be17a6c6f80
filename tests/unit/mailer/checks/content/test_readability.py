"""How hard a text is to read."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from mailer.checks.content.readability import count_syllables, reading_age
from mailer.content.passages import Passage


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("the", 1), ("made", 1), ("table", 2), ("police", 2), ("organised", 3), ("asked", 1), ("wanted", 2),
        ("serious", 2), ("communities", 4), ("a", 1), ("rhythm", 1), ("people", 2), ("places", 2),
    ],
)  # fmt: skip
def test_syllables_are_counted_about_as_people_do(word: str, count: int) -> None:
    assert count_syllables(word) == count


def passages(sentence: str, times: int) -> list[Passage]:
    return [Passage(PurePath("a.md"), 1, "", " ".join([sentence] * times))]


def test_plain_words_ask_for_a_child_and_heavy_ones_for_a_scholar() -> None:
    plain = reading_age(passages("The cat sat on the mat and saw the dog.", 12))
    heavy = reading_age(
        passages(
            "Multidisciplinary organisational accountability necessitates interoperability.", 25
        )
    )
    assert plain <= 8
    assert heavy >= 25


def test_a_text_of_a_few_words_tells_nothing() -> None:
    assert reading_age(passages("Multidisciplinary interoperability.", 2)) == 0
