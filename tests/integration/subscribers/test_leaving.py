"""Leaving as a crowd does it: many at once, the same one twice, somebody who is being changed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from subscribers import consent, store
from subscribers.address import parse_address
from subscribers.database import Database
from subscribers.facets import FacetSet
from subscribers.leaving import Leaving, in_words, leave_alone, leave_each
from subscribers.lifecycle import EventKind, Status
from subscribers.models import Subscription

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


@pytest.fixture
def people(database: Database, now: datetime) -> list[int]:
    """Three people who get both publications."""
    with database.write() as connection:
        return [_add(connection, f"reader{number}@example.org", now) for number in range(3)]


def _add(connection: Connection, address: str, now: datetime) -> int:
    facets = FacetSet("health", frozenset({"wales"}))
    key = store.add_person(connection, parse_address(address), "", "", facets, Status.ACTIVE, now)
    for publication in ("bulletin", "quickupdates"):
        consent.subscribe(connection, key, publication, "test", now)
    return key


def wish(number: int, now: datetime, publication: str = "bulletin", reason: str = "") -> Leaving:
    words = in_words(reason)
    return Leaving(number, publication, words, "one-click", "subscriber", "192.0.2.0/24", now)


def live(database: Database) -> set[tuple[int, str]]:
    query = select(Subscription.subscriber_id, Subscription.publication)
    with database.read() as connection:
        rows = connection.execute(query.where(Subscription.ended_at.is_(None)))
        return {(row[0], row[1]) for row in rows}


def test_each_leaves_what_they_asked_to_and_it_is_on_record_once(
    database: Database, people: list[int], now: datetime
) -> None:
    ann, bob, cat = people
    wishes = [
        wish(ann, now),
        wish(bob, now, "quickupdates", "too_much"),
        wish(ann, now),
        wish(987_654, now),
        wish(cat, now, "unheard-of"),
    ]
    for _ in range(2):
        assert leave_each(database, wishes) == [True, True, True, False, True]
        leave_alone(database, wishes[3])
    assert live(database) == {
        (ann, "quickupdates"), (bob, "bulletin"), (cat, "bulletin"), (cat, "quickupdates"),
    }  # fmt: skip
    with database.read() as connection:
        told = {number: consent.events(connection, number) for number in people}
    (of_ann,), (of_bob,) = told[ann], told[bob]
    assert (of_ann.kind, of_ann.publication) == (EventKind.UNSUBSCRIBED, "bulletin")
    assert (of_ann.source, of_ann.network) == ("one-click", "192.0.2.0/24")
    assert of_bob.detail == "asked by the subscriber: too much"
    assert told[cat] == []


def test_who_is_in_other_hands_keeps_nobody_else_waiting(postgres_url: str, now: datetime) -> None:
    database = Database(postgres_url)
    with database.write() as connection:
        ann, bob = (_add(connection, f"{name}@example.org", now) for name in ("ann", "bob"))
    waiting = threading.Thread(target=leave_alone, args=(database, wish(ann, now)))
    with database.write() as holding:
        store.find_by_id(holding, ann)
        assert leave_each(database, [wish(ann, now), wish(bob, now)]) == [False, True]
        assert live(database) == {(ann, "bulletin"), (ann, "quickupdates"), (bob, "quickupdates")}
        waiting.start()
    waiting.join(10)
    assert live(database) == {(ann, "quickupdates"), (bob, "quickupdates")}
    database.dispose()
