from __future__ import annotations

import pytest

from mailer.rendering.direction import Direction, direction_of_language, direction_of_text


@pytest.mark.parametrize(
    ("tag", "direction"), [("en-GB", "ltr"), ("cy", "ltr"), ("ur", "rtl"), ("ar-EG", "rtl")]
)
def test_a_language_has_a_direction(tag: str, direction: str) -> None:
    assert direction_of_language(tag) is Direction(direction)


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("Bulletin", "ltr"),
        ("مرحبا", "rtl"),
        ("שלום world", "rtl"),
        ("2026: مرحبا", "rtl"),
        ("12 – 4", None),
    ],
)
def test_a_text_runs_as_its_first_letter_does(text: str, direction: str | None) -> None:
    assert direction_of_text(text) == direction
