from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from mailer.translations import load_catalogue
from subscribers.facets import DEFAULT_REGIONS, DEFAULT_SECTORS, Facet, Vocabulary
from subscribers.preferences import (
    Preferences,
    Slip,
    is_whole,
    read_preferences,
)

if TYPE_CHECKING:
    from subscribers.catalogue import Tongue

NOW = datetime(2026, 3, 1, tzinfo=UTC)
TODAY = NOW.date()
TEXTS = load_catalogue().tongues
WORDS = Vocabulary(DEFAULT_SECTORS, DEFAULT_REGIONS, (Facet("bulletin", "The Bulletin"),))
FILLED = {
    "name": ["Ann"],
    "organisation": ["A trust"],
    "sector": ["health"],
    "regions": ["wales", "london"],
    "publications": ["bulletin"],
    "save": ["yes"],
}


def test_a_form_that_is_filled_in_can_be_kept() -> None:
    answers, slips = read_preferences(FILLED, WORDS, TODAY)
    assert slips == []
    assert answers == Preferences(
        "Ann", "A trust", "health", frozenset({"wales", "london"}), frozenset({"bulletin"})
    )


def test_everything_may_be_left_open() -> None:
    answers, slips = read_preferences({"name": [""]}, WORDS, TODAY)
    assert slips == []
    assert answers == Preferences("", "", "", frozenset(), frozenset())


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        (
            "name",
            "x" * 301,
            "Your name is 301 characters long, and 300 are allowed. Make it shorter.",
        ),
        ("name", "a\x07b", "Your name has characters that cannot be kept. Type it again."),
        (
            "organisation",
            "x" * 301,
            (
                "The name of your organisation is 301 characters long, and 300 are allowed. "
                "Make it shorter."
            ),
        ),
        ("sector", "piracy", "Choose your sector from those on this page."),
        ("regions", "atlantis", "Choose your regions from those on this page."),
        ("publications", "secrets", "Choose your publications from those on this page."),
    ],
)
def test_an_answer_that_cannot_be_kept_is_asked_for_again(
    field: str, value: str, what: str
) -> None:
    answers, slips = read_preferences(FILLED | {field: [value]}, WORDS, TODAY)
    assert [(slip.field, slip.told(TEXTS[0])) for slip in slips] == [(field, what)]
    assert value in getattr(answers, field), "what was typed is shown again"


def test_every_slip_is_told_at_once() -> None:
    _, slips = read_preferences({"name": ["\x00"], "sector": ["?"], "regions": ["!"]}, WORDS, TODAY)
    assert [slip.field for slip in slips] == ["name", "sector", "regions"]


@pytest.mark.parametrize("lost", ["name", "organisation", "sector", "save"])
def test_a_form_that_lost_a_part_is_not_taken_for_an_answer(lost: str) -> None:
    assert is_whole(FILLED)
    assert not is_whole({name: values for name, values in FILLED.items() if name != lost})


def test_a_form_without_a_ticked_box_is_whole() -> None:
    assert is_whole({name: FILLED[name] for name in ("name", "organisation", "sector", "save")})


def pause(day: str, month: str, year: str) -> dict[str, list[str]]:
    return FILLED | {"pause-day": [day], "pause-month": [month], "pause-year": [year]}


def test_a_pause_ends_on_the_day_that_is_named() -> None:
    answers, slips = read_preferences(pause("27", "3", "2027"), WORDS, TODAY)
    assert (answers.paused_until, slips) == (date(2027, 3, 27), [])
    assert read_preferences(pause("", " ", ""), WORDS, TODAY)[0].paused_until is None


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        (("30", "2", "2027"), "pause-wrong"),
        (("1", "", "2027"), "pause-wrong"),
        (("x", "3", "2027"), "pause-wrong"),
        (("1", "3", "2026"), "pause-past"),
        (("1", "3", "1"), "pause-past"),
        (("1", "4", "2028"), "pause-far"),
        (("9" * 5000, "3", "2027"), "pause-wrong"),
    ],
)
def test_a_pause_is_a_day_within_two_years(typed: tuple[str, str, str], key: str) -> None:
    _, slips = read_preferences(pause(*typed), WORDS, TODAY)
    assert slips == [Slip("pause", key)]


@pytest.mark.parametrize("tongue", TEXTS, ids=lambda one: one.tag)
def test_every_slip_can_be_told_in_every_language(tongue: Tongue) -> None:
    spoiled = FILLED | {"name": ["x" * 400], "sector": ["?"], "pause-day": ["x"]}
    _, slips = read_preferences(spoiled, WORDS, TODAY)
    assert len({slip.told(tongue) for slip in slips}) == 3
