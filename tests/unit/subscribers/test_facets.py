from __future__ import annotations

import pytest

from subscribers.facets import (
    DEFAULT_REGIONS,
    DEFAULT_SECTORS,
    NATIONAL,
    Facet,
    FacetError,
    FacetSet,
    Vocabulary,
    matches,
)

VOCABULARY = Vocabulary(DEFAULT_SECTORS, DEFAULT_REGIONS, (Facet("quickupdates", "#quickupdates"),))


@pytest.mark.parametrize(
    "text", ["east-of-england", "East of England", "EAST  OF-ENGLAND", " east_of_england "]
)
def test_a_word_is_known_by_slug_or_label_however_it_is_spaced(text: str) -> None:
    assert VOCABULARY.region(text) == "east-of-england"


def test_every_default_word_is_known_by_its_label() -> None:
    for facet in DEFAULT_SECTORS:
        assert VOCABULARY.sector(facet.label) == facet.slug
    for facet in DEFAULT_REGIONS:
        assert VOCABULARY.region(facet.label) == facet.slug
    assert VOCABULARY.publication("#QuickUpdates") == "quickupdates"


def test_an_unknown_word_is_refused_with_the_nearest_and_all_that_are_allowed() -> None:
    with pytest.raises(FacetError) as caught:
        VOCABULARY.region("Yorkshire and Humber")
    assert caught.value.code == "region-unknown"
    assert "did you mean yorkshire-and-the-humber?" in caught.value.remedy
    assert all(facet.slug in caught.value.remedy for facet in DEFAULT_REGIONS)


def test_a_word_like_no_other_gets_no_guess() -> None:
    with pytest.raises(FacetError) as caught:
        VOCABULARY.sector("zzzz")
    assert "did you mean" not in caught.value.remedy


def aim(*words: str) -> frozenset[str]:
    return frozenset(words)


@pytest.mark.parametrize(
    ("sector", "regions", "sectors", "aimed", "expected"),
    [
        ("health", aim("wales"), aim(), aim(), True),
        ("health", aim("wales"), aim("health"), aim(), True),
        ("health", aim("wales"), aim("education", "health"), aim(), True),
        ("health", aim("wales"), aim("education"), aim(), False),
        ("health", aim("wales"), aim(), aim("wales", "london"), True),
        ("health", aim("wales"), aim(), aim("london"), False),
        ("health", aim("wales", "london"), aim(), aim("london"), True),
        ("health", aim("wales"), aim("education"), aim("wales"), False),
        ("health", aim("wales"), aim("health"), aim("london"), False),
        ("health", aim(NATIONAL), aim(), aim("london"), True),
        ("health", aim(NATIONAL), aim("education"), aim("london"), False),
        ("health", aim("wales"), aim(), aim(NATIONAL), True),
        ("health", aim(), aim(), aim(NATIONAL), True),
        ("health", aim(), aim(), aim("wales"), False),
        ("", aim("wales"), aim("health"), aim(), False),
    ],
)
def test_an_aim_matches_either_word_of_a_facet_and_both_facets(
    sector: str,
    regions: frozenset[str],
    sectors: frozenset[str],
    aimed: frozenset[str],
    *,
    expected: bool,
) -> None:
    assert matches(FacetSet(sector, regions), sectors, aimed) is expected
