"""What shouts, and what is an acronym or a name."""

from __future__ import annotations

import pytest

from mailer.checks.content.capitals import find_shouting


@pytest.mark.parametrize(
    ("text", "shouted"),
    [
        ("PLEASE DO NOT SHARE THIS", "PLEASE DO NOT SHARE THIS"),
        ("This is URGENT for them", "URGENT"),
        ("EVERYONE should come", "EVERYONE"),
        ("The WHOLE THING IS wrong", "WHOLE THING IS"),
        ("Come to the EVENT, IT IS GREAT!", "EVENT, IT IS GREAT"),
        ("It is CONFIDENTIAL", "CONFIDENTIAL"),
        ("DON'T MISS THIS", "DON'T MISS THIS"),
        ("TRIAL BEGINS", "TRIAL BEGINS"),
        ("INFORMATION SHARING", "INFORMATION SHARING"),
        ("OPERATION STOVEWOOD", "OPERATION STOVEWOOD"),
        ("You MUST reply", "MUST"),
    ],
)
def test_words_in_capitals_shout(text: str, shouted: str) -> None:
    assert find_shouting(text) == [(0, shouted)]


@pytest.mark.parametrize(
    "text",
    [
        "HMRC and the NCA met the CPS", "A day at SOCEX 2026", "NHS", "The UK's SCPO library", "GOV.UK",
        "POLKA, SOCEX, GAIN and NCA", "A-level", "Wi-Fi", "Plan B", "I AM", "GAIN", "ISO 27001", "",
        "CEOP CSE CSA CCE toolkit", "SOCJO ROCU NCA NCSC HMICFRS", "MAPPA MARAC MASH CAFCASS",
        "NHS AND NCA", "Operation STOVEWOOD", "Project GREEN LIGHT began", "Codenamed “NIGHTINGALE”",
        "#NEVERALONE", "@WMPOLICE",
    ],
)  # fmt: skip
def test_acronyms_and_names_do_not_shout(text: str) -> None:
    assert find_shouting(text, is_title=True) == []


def test_one_ordinary_word_shouts_as_a_title_alone() -> None:
    assert find_shouting("AGENDA", is_title=True) == [(0, "AGENDA")]
    assert find_shouting("AGENDA") == []


def test_each_is_told_at_its_line_and_the_same_on_one_line_once() -> None:
    text = "URGENT news.\nAlso IMPORTANT news. And IMPORTANT."
    assert find_shouting(text) == [(0, "URGENT"), (1, "IMPORTANT")]
