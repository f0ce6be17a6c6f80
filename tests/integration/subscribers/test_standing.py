"""Where a person stands, as a page behind a link has to know it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from subscribers import consent, store
from subscribers.address import parse_address
from subscribers.facets import FacetSet
from subscribers.lifecycle import Status
from subscribers.preferences import Preferences
from subscribers.standing import find_standings

if TYPE_CHECKING:
    from subscribers.database import Database

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_what_is_known_of_a_person_leaves_out_what_has_ended(database: Database) -> None:
    facets = FacetSet("health", frozenset({"wales"}))
    with database.write() as connection:
        address = parse_address("a@example.org")
        key = store.add_person(connection, address, "Ann", "", facets, Status.ACTIVE, NOW)
        for publication in ("bulletin", "quickupdates"):
            consent.subscribe(connection, key, publication, "test", NOW)
        consent.end_subscriptions(connection, key, "quickupdates", "asked", NOW)
    with database.read() as connection:
        standing = find_standings(connection, [key])[key]
    assert standing.held == Preferences(
        "Ann", "", "health", frozenset({"wales"}), frozenset({"bulletin"})
    )
