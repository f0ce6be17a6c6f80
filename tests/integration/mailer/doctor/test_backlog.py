"""The queue as it is read from a real ledger, on both engines."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from mailer.delivery.campaign import Kind
from mailer.delivery.models import Campaign, DeliveryBatch
from mailer.doctor.backlog import Queue, read_queue

if TYPE_CHECKING:
    from subscribers.database import Database

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
EVERY = frozenset(Kind)


@pytest.fixture
def ledger(database: Database) -> Database:
    """An edition with three batches (due, in hand, for later), a letter that is due, and one paused."""
    campaigns = [
        {"id": 1, "kind": Kind.EDITION, "state": "sending", "paused_because": None},
        {"id": 2, "kind": Kind.LETTER, "state": "sending", "paused_because": None},
        {"id": 3, "kind": Kind.EDITION, "state": "paused", "paused_because": "too much failed"},
        {"id": 4, "kind": Kind.EDITION, "state": "paused", "paused_because": None},
    ]
    shared = {
        "edition": "issue-01", "publication": "bulletin", "route": "relay", "segment": "everyone",
        "actor": "ann", "created_at": NOW, "finished_at": None,
    }  # fmt: skip
    batches = [
        (1, NOW - 3 * HOUR, None, None),
        (1, NOW - 5 * HOUR, "host:1", NOW + HOUR),
        (1, NOW - 4 * HOUR, "host:2", NOW - HOUR),
        (1, NOW + HOUR, None, None),
        (2, NOW - HOUR, None, None),
        (3, NOW - 9 * HOUR, None, None),
    ]
    with database.write() as connection:
        connection.execute(insert(Campaign), [shared | each for each in campaigns])
        connection.execute(
            insert(DeliveryBatch),
            [
                {
                    "campaign_id": campaign, "first_id": 1, "last_id": 1, "is_open": True,
                    "is_canary": False, "due_at": due, "holder": holder, "held_until": until,
                }
                for campaign, due, holder, until in batches
            ],
        )  # fmt: skip
    return database


def test_what_is_due_and_in_nobodys_hands_waits(ledger: Database) -> None:
    with ledger.read() as connection:
        seen = read_queue(connection, EVERY, NOW)
    assert seen == Queue(3, NOW - 4 * HOUR, ("host:1",), ((3, "too much failed"), (4, "")))


def test_outside_the_hours_editions_do_not_count(ledger: Database) -> None:
    with ledger.read() as connection:
        seen = read_queue(connection, EVERY - {Kind.EDITION}, NOW)
    assert (seen.waiting, seen.oldest) == (1, NOW - HOUR)


def test_an_empty_queue_has_no_oldest(database: Database) -> None:
    with database.read() as connection:
        assert read_queue(connection, EVERY, NOW) == Queue(0, None, (), ())
