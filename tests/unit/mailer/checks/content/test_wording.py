"""What shouts, and what was left to be filled in."""

from __future__ import annotations

from pathlib import Path, PurePath

import pytest

from mailer.checks.content.wording import find_shouting, sentences_of_drafts
from mailer.content.passages import read_passages
from mailer.content.source_text import Source

PATTERNS = Path(__file__).parents[5] / "templates" / "workspace"


@pytest.mark.parametrize(
    "text",
    [
        "PLEASE DO NOT SHARE THIS",
        "This is URGENT for them",
        "It is CONFIDENTIAL",
        "TRIAL BEGINS",
        "You MUST reply",
    ],
)
def test_words_in_capitals_shout(text: str) -> None:
    assert find_shouting(text)


@pytest.mark.parametrize(
    "text",
    [
        "HMRC and the NCA met the CPS", "A day at SOCEX 2026", "NHS", "The UK's SCPO library", "GOV.UK",
        "POLKA, SOCEX, GAIN and NCA", "A-level", "Wi-Fi", "Plan B", "I AM", "GAIN", "ISO 27001", "",
    ],
)  # fmt: skip
def test_acronyms_do_not_shout(text: str) -> None:
    assert find_shouting(text) is None


def test_every_sentence_of_the_patterns_is_known_as_a_draft() -> None:
    sources = [Source(path, path.read_text()) for path in sorted(PATTERNS.rglob("*.md"))]
    drafts = sentences_of_drafts(sources)
    said = [
        passage
        for passage in read_passages(sources).words
        if passage.key != "sections" and "$" not in passage.text
    ]
    assert said
    assert [each.text for each in said if not any(part in each.text for part in drafts)] == []


def test_the_names_of_sections_are_no_draft() -> None:
    source = Source(
        PurePath("edition.md"), "---\nsections:\n  - News from partners\n---\n\nHello.\n"
    )
    assert sentences_of_drafts([source]) == frozenset()
