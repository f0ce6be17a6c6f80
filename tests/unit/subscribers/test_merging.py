from __future__ import annotations

import pytest

from subscribers.facets import FacetSet
from subscribers.merging import hold_back, overlay, unite
from subscribers.rows import ImportRow
from subscribers.staging import Known

NONE: frozenset[str] = frozenset()
HELD = FacetSet("health", frozenset({"wales"}))


def row(
    line: int = 2, name: str = "", sector: str = "", regions: frozenset[str] = NONE
) -> ImportRow:
    facets = FacetSet(sector, regions)
    return ImportRow(line, "a@example.org", name, "", facets, frozenset({"bulletin"}))


def known(
    status: str | None = "active", suppressed: str | None = None, terms: str = "+bulletin"
) -> Known:
    return Known(0, 1, status, "Ann", "Council", 1, suppressed, terms)


def test_of_two_lines_the_later_that_says_something_holds() -> None:
    one = unite(
        row(2, "Ann", "health", frozenset({"wales"})), row(9, "", "private", frozenset({"london"}))
    )
    assert (one.line, one.name) == (2, "Ann")
    assert one.facets == FacetSet("private", frozenset({"wales", "london"}))


@pytest.mark.parametrize(
    ("status", "suppressed", "reason"),
    [
        ("left", None, "left"),
        ("active", "bounce", "suppressed: bounce"),
        (None, "bounce", "suppressed: bounce"),
    ],
)
def test_a_line_about_somebody_who_is_not_to_be_written_to_is_held_back(
    status: str | None, suppressed: str | None, reason: str
) -> None:
    held = hold_back(row(), known(status, suppressed))
    assert held is not None
    assert held.reason == reason


@pytest.mark.parametrize("status", ["active", "pending"])
def test_a_line_about_anybody_else_is_followed(status: str) -> None:
    assert hold_back(row(), known(status)) is None


def test_a_line_that_says_nothing_new_is_no_change() -> None:
    assert not overlay(row(name="Ann"), known(), HELD, add_regions=False).is_change


@pytest.mark.parametrize(
    ("add_regions", "expected"), [(False, {"london"}), (True, {"london", "wales"})]
)
def test_regions_replace_those_of_before_and_add_to_those_of_the_same_list(
    *, add_regions: bool, expected: set[str]
) -> None:
    change = overlay(row(regions=frozenset({"london"})), known(), HELD, add_regions=add_regions)
    assert change.facets.regions == expected
    assert change.is_change


def test_a_publication_that_was_left_is_withheld_and_a_new_one_begins() -> None:
    left = overlay(row(), known(terms="-bulletin,+quickupdates"), HELD, add_regions=False)
    assert (left.publications, left.withheld, left.is_change) == (NONE, {"bulletin"}, False)
    new = overlay(row(), known(terms="+quickupdates"), HELD, add_regions=False)
    assert (new.publications, new.withheld, new.is_change) == ({"bulletin"}, NONE, True)


def test_a_publication_that_was_left_and_taken_up_again_is_simply_live() -> None:
    change = overlay(row(), known(terms="-bulletin,+bulletin"), HELD, add_regions=False)
    assert (change.publications, change.withheld) == (NONE, NONE)
