from __future__ import annotations

from datetime import UTC, datetime

import pytest

from subscribers.consent import Term
from subscribers.facets import DEFAULT_REGIONS, DEFAULT_SECTORS, Facet, FacetSet, Vocabulary
from subscribers.lifecycle import Status
from subscribers.preferences import (
    Preferences,
    Slip,
    is_whole,
    preferences_of,
    read_preferences,
)
from subscribers.store import Person

NOW = datetime(2026, 3, 1, tzinfo=UTC)
WORDS = Vocabulary(DEFAULT_SECTORS, DEFAULT_REGIONS, (Facet("bulletin", "The Bulletin"),))
FILLED = {
    "name": ["Ann"],
    "organisation": ["A trust"],
    "sector": ["health"],
    "regions": ["wales", "london"],
    "publications": ["bulletin"],
    "save": ["yes"],
}


def test_what_is_known_of_a_person_leaves_out_what_has_ended() -> None:
    held = FacetSet("health", frozenset({"wales"}))
    person = Person(1, "a@example.org", "a@example.org", "Ann", "", held, Status.ACTIVE, NOW, NOW)
    terms = [Term("bulletin", NOW, "", None, None), Term("quickupdates", NOW, "", NOW, "asked")]
    assert preferences_of(person, terms) == Preferences(
        "Ann", "", "health", frozenset({"wales"}), frozenset({"bulletin"})
    )


def test_a_form_that_is_filled_in_can_be_kept() -> None:
    answers, slips = read_preferences(FILLED, WORDS)
    assert slips == []
    assert answers == Preferences(
        "Ann", "A trust", "health", frozenset({"wales", "london"}), frozenset({"bulletin"})
    )


def test_everything_may_be_left_open() -> None:
    answers, slips = read_preferences({"name": [""]}, WORDS)
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
        ("name", "a\x07b", "Your name has control characters. Type it again."),
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
    answers, slips = read_preferences(FILLED | {field: [value]}, WORDS)
    assert slips == [Slip(field, what)]
    assert value in getattr(answers, field), "what was typed is shown again"


def test_every_slip_is_told_at_once() -> None:
    _, slips = read_preferences({"name": ["\x00"], "sector": ["?"], "regions": ["!"]}, WORDS)
    assert [slip.field for slip in slips] == ["name", "sector", "regions"]


@pytest.mark.parametrize("lost", ["name", "organisation", "sector", "save"])
def test_a_form_that_lost_a_part_is_not_taken_for_an_answer(lost: str) -> None:
    assert is_whole(FILLED)
    assert not is_whole({name: values for name, values in FILLED.items() if name != lost})


def test_a_form_without_a_ticked_box_is_whole() -> None:
    assert is_whole({name: FILLED[name] for name in ("name", "organisation", "sector", "save")})
