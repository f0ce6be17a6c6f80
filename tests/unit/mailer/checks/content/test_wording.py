"""Marks that stand in a mail as they were typed, and marks that are meant to."""

from __future__ import annotations

import pytest

from mailer.checks.content.wording import find_markup


@pytest.mark.parametrize(
    "text",
    [
        "[the first result](https://example.org", "[the first result] (https://example.org/first)",
        "[the first result] (example.org)", "[the first\nresult][first]", "[the first result][]",
        "It ends ~~in May~~ in June.", "###The result", "What they found:\n###The result", "** really**",
    ],
)  # fmt: skip
def test_marks_that_are_none_are_found(text: str) -> None:
    assert find_markup(text)


@pytest.mark.parametrize(
    "text",
    [
        "as was said [1][2]", "as was said [sic] (see below)", "[sic] (e.g. this)", "#quickupdates for all",
        "from ~5 to ~6", "about ~~5", "C## and others", "five * six",
    ],
)  # fmt: skip
def test_marks_that_are_meant_are_left_alone(text: str) -> None:
    assert find_markup(text) is None
