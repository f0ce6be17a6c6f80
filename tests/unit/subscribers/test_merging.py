from __future__ import annotations

import pytest

from subscribers.facets import FacetSet
from subscribers.lifecycle import EventKind, Status
from subscribers.merging import Change, Known, has_left, overlay, unite
from subscribers.rows import ImportRow, Profile, Profiles

NONE: frozenset[str] = frozenset()
BULLETIN = frozenset({"bulletin"})
WALES = frozenset({"wales"})
LONDON = frozenset({"london"})
HELD = FacetSet("health", WALES)


def row(line: int = 2, name: str = "", profile: int = 0) -> ImportRow:
    return ImportRow("a@example.org", line, "a@example.org", name, "", profile)


def said(
    sector: str = "", regions: frozenset[str] = NONE, publications: frozenset[str] = BULLETIN
) -> Profile:
    return Profile(FacetSet(sector, regions), publications)


def known(status: str = "active", terms: str | None = "+bulletin") -> Known:
    return Known(1, status, "Ann", "Council", 1, terms)


def change(
    profile: Profile, before: Known | None = None, name: str = "", *, add_regions: bool = False
) -> Change:
    return overlay(row(name=name), profile, before or known(), HELD, add_regions=add_regions)


def test_of_two_lines_the_later_that_says_something_holds() -> None:
    profiles = Profiles()
    earlier = row(2, "Ann", profiles.number(said("health", WALES)))
    later = row(9, "", profiles.number(said("private", LONDON, frozenset({"quickupdates"}))))
    one = unite(earlier, later, profiles)
    assert (one.line, one.name) == (2, "Ann")
    assert profiles[one.profile] == said(
        "private", WALES | LONDON, frozenset({"bulletin", "quickupdates"})
    )


def test_a_profile_keeps_the_number_that_it_was_first_given() -> None:
    profiles = Profiles()
    given = [profiles.number(said(sector)) for sector in ("health", "private", "health")]
    assert given == [0, 1, 0]
    assert profiles.since(1) == [(1, said("private"))]
    assert profiles.since(2) == []


@pytest.mark.parametrize(
    ("status", "left"), [("left", True), ("active", False), ("pending", False)]
)
def test_only_somebody_who_left_is_left_alone(status: str, *, left: bool) -> None:
    assert has_left(known(status)) is left


def test_a_line_that_says_nothing_new_is_no_change() -> None:
    assert not change(said(), name="Ann").is_change


def test_somebody_who_was_asked_to_confirm_becomes_active() -> None:
    made = change(said(), known("pending"))
    assert (made.status, made.is_change) == (Status.ACTIVE, True)
    assert made.events == [(EventKind.CHANGED, None)]


@pytest.mark.parametrize(
    ("add_regions", "expected"), [(False, {"london"}), (True, {"london", "wales"})]
)
def test_regions_replace_those_of_before_and_add_to_those_of_the_same_list(
    *, add_regions: bool, expected: set[str]
) -> None:
    made = change(said(regions=LONDON), add_regions=add_regions)
    assert made.facets.regions == expected
    assert made.is_change


def test_a_publication_that_was_left_is_withheld_and_a_new_one_begins() -> None:
    left = change(said(), known(terms="-bulletin,+quickupdates"))
    assert (left.publications, left.withheld, left.is_change) == (NONE, {"bulletin"}, False)
    new = change(said(), known(terms="+quickupdates"))
    assert (new.publications, new.withheld, new.is_change) == ({"bulletin"}, NONE, True)
    assert new.events == [(EventKind.IMPORTED, "bulletin")]


def test_a_publication_that_was_left_and_taken_up_again_is_simply_live() -> None:
    made = change(said(), known(terms="-bulletin,+bulletin"))
    assert (made.publications, made.withheld) == (NONE, NONE)
