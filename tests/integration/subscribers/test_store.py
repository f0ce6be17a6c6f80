"""Whom a mailing reaches, and how the list is looked through, on both engines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from subscribers import service, store
from subscribers.facets import FacetSet
from subscribers.lifecycle import Status
from subscribers.segment import EVERYBODY, Segment
from subscribers.store import Filters

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from subscribers.database import Database

LIST = """email,name,organisation,sector,regions,publications
ann@example.org,Ann,Town council,local-government,wales,bulletin
bob@example.org,Bob,Hospital,health,london;south-east,bulletin;quickupdates
cat@example.org,Cat,Clinic 100%,health,wales,quickupdates
dan@example.org,Dan,Ministry,health,national,bulletin
eve@example.org,Eve,Hospice,health,wales,bulletin
fay@example.org,Fay,Surgery,health,wales,bulletin
"""
WALES = Segment("Wales", regions=frozenset({"wales"}))
WELSH_HEALTH = FacetSet("health", frozenset({"wales"}))


@pytest.fixture(autouse=True)
def people(database: Database, take: Callable[..., object], now: datetime) -> None:
    """Six people, of whom Eve left and Fay's address is suppressed."""
    take(LIST)
    service.unsubscribe(database, "eve@example.org", None, reason="asked", now=now, actor="eve")
    service.suppress(
        database, "fay@example.org", reason="bounce", evidence="", now=now, actor="clerk"
    )


def reached(database: Database, publication: str, segment: Segment) -> set[str]:
    with database.read() as connection:
        rows = connection.execute(store.audience(publication, segment))
        return {row.address.partition("@")[0] for row in rows}


def test_an_audience_is_who_subscribes_is_active_and_not_suppressed(database: Database) -> None:
    assert reached(database, "bulletin", EVERYBODY) == {"ann", "bob", "dan"}
    assert reached(database, "bulletin", WALES) == {"ann", "dan"}
    assert reached(database, "quickupdates", WALES) == {"cat"}


def test_an_audience_says_what_a_mailing_needs(database: Database) -> None:
    with database.read() as connection:
        (row,) = connection.execute(store.audience("quickupdates", WALES))
        held = store.facet_sets(connection)[row.facet_set_id]
    assert row._fields == ("id", "address", "name", "organisation", "facet_set_id")
    assert (row.address, row.name, row.organisation) == ("cat@example.org", "Cat", "Clinic 100%")
    assert held == WELSH_HEALTH


def test_somebody_who_ends_one_subscription_is_out_of_that_audience_alone(
    database: Database, now: datetime
) -> None:
    service.unsubscribe(
        database, "bob@example.org", "bulletin", reason="asked", now=now, actor="bob"
    )
    assert reached(database, "bulletin", EVERYBODY) == {"ann", "dan"}
    assert "bob" in reached(database, "quickupdates", EVERYBODY)


@pytest.mark.parametrize("publication", ["bulletin", "quickupdates"])
@pytest.mark.parametrize("segment", [EVERYBODY, WALES])
def test_the_counts_are_those_of_the_audience(
    database: Database, publication: str, segment: Segment
) -> None:
    with database.read() as connection:
        counts = store.count_by_facets(connection, publication, segment)
    assert sum(counts.values()) == len(reached(database, publication, segment))
    assert all(segment.selects(held) and total for held, total in counts.items())


def test_without_a_publication_everybody_who_may_be_written_to_is_counted(
    database: Database,
) -> None:
    with database.read() as connection:
        counts = store.count_by_facets(connection, None)
    assert counts[WELSH_HEALTH] == 1
    assert sum(counts.values()) == 4


def listed(database: Database, **narrowed: object) -> list[str]:
    with database.read() as connection:
        filters = Filters(**narrowed)  # type: ignore[arg-type]
        found = store.people(connection, filters)
        assert store.count(connection, filters) == len(found)
    return [one.name for one in found]


@pytest.mark.parametrize(
    ("narrowed", "names"),
    [
        ({}, ["Ann", "Bob", "Cat", "Dan", "Eve", "Fay"]),
        ({"publication": "quickupdates"}, ["Bob", "Cat"]),
        ({"status": Status.LEFT}, ["Eve"]),
        ({"segment": WALES}, ["Ann", "Cat", "Dan", "Eve", "Fay"]),
        ({"search": "HOSP"}, ["Bob", "Eve"]),
        ({"search": "0%"}, ["Cat"]),
        ({"search": "bob@"}, ["Bob"]),
        ({"search": "nobody"}, []),
    ],
)
def test_the_list_is_narrowed_by_what_is_asked(
    database: Database, narrowed: dict[str, object], names: list[str]
) -> None:
    assert listed(database, **narrowed) == names


def test_the_pages_of_the_list_follow_on_without_gap_or_overlap(database: Database) -> None:
    names: list[str] = []
    after_id = 0
    with database.read() as connection:
        while page := store.people(connection, Filters(), after_id=after_id, limit=4):
            names += [one.name for one in page]
            after_id = page[-1].id
    assert names == ["Ann", "Bob", "Cat", "Dan", "Eve", "Fay"]


def test_equal_facets_share_one_row(database: Database) -> None:
    with database.write() as connection:
        first = store.intern_facets(connection, FacetSet("health", frozenset({"london", "wales"})))
        again = store.intern_facets(connection, FacetSet("health", frozenset({"wales", "london"})))
        assert first == again
        assert store.facet_sets(connection)[first].regions == {"london", "wales"}
