"""Looks at a campaign under way are right, and cost what has changed, on both databases."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, select, update

from mailer.delivery.campaign import CampaignError, CampaignState
from mailer.delivery.models import Campaign, Delivery, DeliveryBatch
from mailer.delivery.outcome import DeliveryState
from mailer.reporting.lookout import RECOUNT, Lookout, under_way
from tests.campaigns import BEGUN, begin

if TYPE_CHECKING:
    from mailer.reporting.progress import Progress
    from subscribers.database import Database
    from tests.campaigns import Ledger

SECOND = dt.timedelta(seconds=1)
LEASE = dt.timedelta(minutes=2)


def look(ledger: Ledger, lookout: Lookout, now: dt.datetime) -> Progress:
    with ledger.database.read() as connection:
        return lookout.look(connection, now)


def change_batch(ledger: Ledger, number: int, **values: object) -> tuple[int, int]:
    """Change a batch, counted from 0; gives its first and last delivery."""
    with ledger.database.write() as connection:
        ids = connection.execute(
            select(DeliveryBatch.id, DeliveryBatch.first_id, DeliveryBatch.last_id).order_by(
                DeliveryBatch.id
            )
        ).all()
        if values:
            changed = update(DeliveryBatch).where(DeliveryBatch.id == ids[number].id)
            connection.execute(changed.values(**values))
        return ids[number].first_id, ids[number].last_id


def change_deliveries(ledger: Ledger, first: int, last: int, **values: object) -> None:
    with ledger.database.write() as connection:
        changed = update(Delivery).where(Delivery.id.between(first, last))
        connection.execute(changed.values(**values))


@pytest.fixture
def queued(ledger: Ledger) -> Ledger:
    """Sixty-five mails to send, in seven batches."""
    ledger.add("queued", 65)
    ledger.write(batch=10)
    return ledger


def test_what_one_batch_became_is_seen_at_the_next_look(queued: Ledger) -> None:
    lookout = Lookout(queued.campaign_id)
    assert look(queued, lookout, BEGUN).counts == {DeliveryState.QUEUED: 65}
    first, last = change_batch(queued, 6, is_open=False, due_at=None)
    change_deliveries(queued, first, last, state="accepted")
    seen = look(queued, lookout, BEGUN + SECOND)
    assert seen.counts == {DeliveryState.QUEUED: 60, DeliveryState.ACCEPTED: 5}
    assert (seen.recipients, seen.waiting, seen.handled) == (65, 60, 5)


def test_a_batch_that_is_held_is_counted_at_each_look(queued: Ledger) -> None:
    lookout = Lookout(queued.campaign_id)
    first, last = change_batch(queued, 2, holder="host:7", held_until=BEGUN + LEASE)
    for number in range(3):
        change_deliveries(queued, first, first + number, state="accepted")
        seen = look(queued, lookout, BEGUN + number * SECOND)
        assert seen.counts[DeliveryState.ACCEPTED] == number + 1
        assert seen.holders == ["host:7"]
    change_batch(queued, 2, holder=None, held_until=None, due_at=BEGUN + LEASE)
    change_deliveries(queued, first, last, state="deferred")
    seen = look(queued, lookout, BEGUN + 3 * SECOND)
    assert seen.counts == {DeliveryState.QUEUED: 55, DeliveryState.DEFERRED: 10}
    assert seen.holders == []
    assert seen.next_due == BEGUN + LEASE


def test_a_look_reads_no_delivery_where_nothing_happened(queued: Ledger) -> None:
    lookout = Lookout(queued.campaign_id)
    reads: list[bool] = []

    def note(*arguments: Any) -> None:  # noqa: ANN401 - the signature is SQLAlchemy's
        reads.append("FROM delivery " in arguments[2].replace("\n", " "))

    event.listen(queued.database.engine, "before_cursor_execute", note)
    look(queued, lookout, BEGUN)
    assert any(reads)
    reads.clear()
    look(queued, lookout, BEGUN + SECOND)
    assert reads
    assert not any(reads)


def test_decisions_that_touch_no_batch_are_seen_within_a_minute(queued: Ledger) -> None:
    first, last = change_batch(queued, 0, is_open=False, due_at=None)
    change_deliveries(queued, first, last, state="uncertain")
    lookout = Lookout(queued.campaign_id)
    assert look(queued, lookout, BEGUN).counts[DeliveryState.UNCERTAIN] == 10
    change_deliveries(queued, first, last, state="accepted")
    seen = look(queued, lookout, BEGUN + RECOUNT)
    assert seen.counts == {DeliveryState.QUEUED: 55, DeliveryState.ACCEPTED: 10}


def test_a_campaign_that_was_cancelled_is_counted_anew_at_once(queued: Ledger) -> None:
    lookout = Lookout(queued.campaign_id)
    look(queued, lookout, BEGUN)
    change_deliveries(queued, 1, 1_000_000, state="cancelled")
    queued.change(state=CampaignState.CANCELLED, finished_at=BEGUN)
    seen = look(queued, lookout, BEGUN + SECOND)
    assert seen.counts == {DeliveryState.CANCELLED: 65}
    assert seen.is_over


def test_what_is_refused_and_where_is_told_of_the_latest_mails(queued: Ledger) -> None:
    first, _ = change_batch(queued, 1, is_open=False, due_at=None)
    refused = {"state": "rejected", "reply_code": 550}
    change_deliveries(queued, first, first + 2, reply_text="5.1.1 No reader77", **refused)
    change_deliveries(
        queued, first + 3, first + 3, state="deferred", reply_code=450, reply_text="Wait 9 s",
        address="ann@slow.example",
    )  # fmt: skip
    seen = look(queued, Lookout(queued.campaign_id), BEGUN)
    assert [(each.domain, each.count) for each in seen.domains] == [
        ("partner.example", 3), ("slow.example", 1),
    ]  # fmt: skip
    assert [(each.code, each.text, each.count) for each in seen.replies] == [
        (550, "5.1.1 No [id]", 3), (450, "Wait [number] s", 1),
    ]  # fmt: skip


def test_a_pause_says_why(queued: Ledger) -> None:
    queued.change(state=CampaignState.PAUSED, paused_because="too much was rejected")
    seen = look(queued, Lookout(queued.campaign_id), BEGUN)
    assert (seen.state, seen.paused_because) == (CampaignState.PAUSED, "too much was rejected")
    assert not seen.is_over


def test_a_campaign_from_before_there_were_batches_is_counted_as_a_whole(ledger: Ledger) -> None:
    ledger.add("accepted", 3)
    ledger.write()
    with ledger.database.write() as connection:
        connection.execute(DeliveryBatch.__table__.delete())
    seen = look(ledger, Lookout(ledger.campaign_id), BEGUN)
    assert (seen.recipients, seen.counts) == (3, {DeliveryState.ACCEPTED: 3})


def test_the_mail_of_another_campaign_among_its_own_is_not_counted(ledger: Ledger) -> None:
    ledger.add("queued", 4)
    ledger.write()
    other = begin(ledger.database)
    first, last = change_batch(ledger, 0)
    change_deliveries(
        ledger, last, last, campaign_id=other.campaign_id, variant_id=other.variant_id
    )
    assert first < last
    assert look(ledger, Lookout(ledger.campaign_id), BEGUN).counts == {DeliveryState.QUEUED: 3}


def test_letters_are_counted_as_a_whole(queued: Ledger) -> None:
    queued.change(kind="letter")
    lookout = Lookout(queued.campaign_id)
    look(queued, lookout, BEGUN)
    change_deliveries(queued, 1, 1_000_000, state="accepted")
    assert look(queued, lookout, BEGUN + SECOND).counts == {DeliveryState.ACCEPTED: 65}


def test_there_is_nothing_to_look_at_where_there_is_no_campaign(database: Database) -> None:
    with database.read() as connection, pytest.raises(CampaignError, match="none of that number"):
        Lookout(7).look(connection, BEGUN)


def test_campaigns_under_way_are_those_not_at_their_end_and_no_letters(database: Database) -> None:
    states = ("sending", "paused", "finished", "cancelled", "sending")
    for state in states:
        begin(database).change(state=state)
    with database.write() as connection:
        letters = update(Campaign).where(Campaign.id == len(states)).values(kind="letter")
        connection.execute(letters)
        assert under_way(connection) == [1, 2]
