"""Several processes on one campaign, and what becomes of the batches of one that dies."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, true, update

from mailer.delivery import batches, control, hot, ledger
from mailer.delivery.batches import Canary
from mailer.delivery.campaign import CampaignState, Route, find_campaign
from mailer.delivery.desk import Work
from mailer.delivery.models import DeliveryBatch
from mailer.delivery.outcome import DeliveryState, Outcome
from mailer.delivery.sender import LOOK_EVERY
from tests.integration.mailer.delivery.stage import NOW, Clock, begin, counts, sender_of

if TYPE_CHECKING:
    from mailer.delivery.batches import Claim
    from mailer.delivery.smtp import RelayAddress
    from subscribers.database import Database
    from tests.integration.mailer.delivery.conftest import Relay, Subscribe


AT_ONCE = Canary(dt.timedelta(), lambda _tried, _failed: None)


def claim(database: Database, holder: str, now: dt.datetime = NOW) -> Claim | None:
    with database.write() as connection:
        return batches.claim(connection, true(), holder, now)


def die_with_one_in_flight(database: Database, holder: str = "dead") -> None:
    """What a process leaves behind that was killed between a start and its outcome."""
    held = claim(database, holder)
    assert held is not None
    with database.write() as connection:
        first, *_ = ledger.fetch(connection, held, 0, 10, NOW)
        assert hot.start(connection, [first.id], NOW) == {first.id}


@pytest.fixture
def three(subscribe: Subscribe) -> None:
    subscribe.all(f"reader{number}@example.org" for number in range(3))


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("policy", "then"),
    [
        (DeliveryState.UNCERTAIN, {"uncertain": 1, "accepted": 2}),
        (DeliveryState.QUEUED, {"accepted": 3}),
    ],
)
async def test_what_a_dead_process_had_in_flight_follows_the_policy_once_its_lease_is_over(
    database: Database, plain_relay: RelayAddress, policy: DeliveryState, then: dict[str, int]
) -> None:
    campaign_id = begin(database)
    die_with_one_in_flight(database)
    clock = Clock()
    await sender_of(database, campaign_id, plain_relay, on_uncertain=policy, clock=clock).run()
    assert counts(database, campaign_id) == {"sending": 1, "queued": 2}
    clock.now += batches.LEASE + dt.timedelta(seconds=1)
    await sender_of(database, campaign_id, plain_relay, on_uncertain=policy, clock=clock).run()
    assert counts(database, campaign_id) == then
    with database.read() as connection:
        assert find_campaign(connection, campaign_id).state is CampaignState.FINISHED


@pytest.mark.usefixtures("three")
async def test_a_process_that_is_known_to_be_gone_loses_its_batches_at_once(
    database: Database, plain_relay: RelayAddress, relay: Relay
) -> None:
    campaign_id = begin(database)
    die_with_one_in_flight(database)
    sender = sender_of(database, campaign_id, plain_relay, is_gone=lambda who: who == "dead")
    await sender.run()
    assert counts(database, campaign_id) == {"uncertain": 1, "accepted": 2}
    assert len(relay.mails) == 2


@pytest.mark.usefixtures("three")
async def test_a_sender_takes_up_what_it_could_not_put_down_before_it_began_again(
    database: Database, plain_relay: RelayAddress
) -> None:
    campaign_id = begin(database)
    die_with_one_in_flight(database, "here")
    await sender_of(database, campaign_id, plain_relay, holder="here").run()
    assert counts(database, campaign_id) == {"uncertain": 1, "accepted": 2}


@pytest.mark.usefixtures("three")
async def test_a_lease_from_a_clock_that_was_set_back_does_not_keep_a_campaign_waiting(
    database: Database, plain_relay: RelayAddress
) -> None:
    campaign_id = begin(database)
    assert claim(database, "dead") is not None
    with database.write() as connection:
        tomorrow = NOW + dt.timedelta(days=1)
        connection.execute(update(DeliveryBatch).values(held_until=tomorrow))
    await sender_of(database, campaign_id, plain_relay).run()
    assert counts(database, campaign_id) == {"accepted": 3}


@pytest.mark.usefixtures("three")
def test_a_batch_is_claimed_by_one_process_at_a_time(database: Database) -> None:
    begin(database)
    first = claim(database, "one")
    assert first is not None
    assert claim(database, "two") is None
    later = NOW + batches.LEASE + dt.timedelta(seconds=1)
    assert claim(database, "two", later) == first


@pytest.mark.usefixtures("three")
def test_a_renewed_lease_holds(database: Database) -> None:
    begin(database)
    held = claim(database, "one")
    assert held is not None
    with database.write() as connection:
        batches.renew(connection, "one", {held.batch_id}, NOW + batches.LEASE)
    assert claim(database, "two", NOW + batches.LEASE * 1.5) is None


@pytest.mark.usefixtures("three")
def test_what_is_in_ones_name_and_not_in_hand_is_not_kept(database: Database) -> None:
    begin(database)
    held = claim(database, "one")
    with database.write() as connection:
        # As after a claim whose answer was lost with the connection.
        batches.renew(connection, "one", set(), NOW + batches.LEASE)
    assert claim(database, "two", NOW + batches.LEASE * 1.5) == held


@pytest.mark.usefixtures("three")
def test_who_begins_anew_does_not_keep_what_was_let_go(database: Database) -> None:
    begin(database)
    held = claim(database, "one")
    assert held is not None
    with database.write() as connection:
        batches.free(connection, ["one"])
        batches.renew(connection, "one", {held.batch_id}, NOW)
    assert claim(database, "two") == held


@pytest.mark.usefixtures("three")
def test_a_batch_that_another_process_took_over_is_not_finished_by_the_first(
    database: Database,
) -> None:
    begin(database)
    held = claim(database, "one")
    assert held is not None
    later = NOW + batches.LEASE * 2
    assert claim(database, "two", later) == held
    with database.write() as connection:
        batches.finish(connection, held, "one", None, AT_ONCE, later)
        found = connection.execute(select(DeliveryBatch.holder, DeliveryBatch.is_open)).one()
    assert found == ("two", True)


async def test_two_processes_share_a_campaign_and_mail_everybody_once(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    subscribe.all(f"reader{number}@example.org" for number in range(60))
    campaign_id = begin(database, canary=0.5)
    relay.delay = 0.002
    senders = [sender_of(database, campaign_id, plain_relay, holder=name) for name in ("a", "b")]
    await asyncio.gather(*(sender.run() for sender in senders))
    assert len(relay.recipients) == len(set(relay.recipients)) == 60
    assert counts(database, campaign_id) == {"accepted": 60}


async def test_a_worker_sends_every_campaign_of_its_route_and_waits_for_more(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    subscribe("first@example.org")
    begin(database)
    all_sent = asyncio.Event()
    worker = sender_of(
        database,
        Work(route=Route.RELAY),
        plain_relay,
        lambda _: all_sent.set() if len(relay.mails) == 2 else None,
        patience=None,
    )
    running = asyncio.create_task(worker.run())
    await asyncio.wait_for(relay.first_mail.wait(), 60)
    subscribe("second@example.org")
    await asyncio.to_thread(begin, database)
    await asyncio.wait_for(all_sent.wait(), 60)
    worker.stop.set()
    await asyncio.wait_for(running, 60)
    assert relay.recipients == ["first@example.org", "second@example.org"]
    with database.read() as connection:
        left = connection.scalars(select(DeliveryBatch.id).where(DeliveryBatch.is_open)).all()
    assert left == []


@pytest.mark.usefixtures("three")
async def test_a_stopped_worker_pauses_nothing_and_gives_its_batches_back(
    database: Database, plain_relay: RelayAddress, relay: Relay
) -> None:
    campaign_id = begin(database)
    relay.delay = 0.05
    worker = sender_of(database, Work(route=Route.RELAY), plain_relay, patience=None, connections=1)
    running = asyncio.create_task(worker.run())
    await asyncio.wait_for(relay.first_mail.wait(), 60)
    worker.stop.set()
    await asyncio.wait_for(running, 60)
    with database.read() as connection:
        assert find_campaign(connection, campaign_id).state is CampaignState.SENDING
    assert "sending" not in counts(database, campaign_id)
    assert claim(database, "another") is not None


async def test_a_worker_leaves_campaigns_of_the_other_route_alone(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    subscribe("reader@example.org")
    campaign_id = begin(database)
    work = Work(route=Route.INBOX)
    await sender_of(database, work, plain_relay).run()
    assert relay.mails == []
    assert counts(database, campaign_id) == {"queued": 1}


async def test_the_last_two_canaries_put_down_at_once_still_open_the_rest(
    database: Database, subscribe: Subscribe
) -> None:
    subscribe.all(f"reader{number}@example.org" for number in range(4))
    campaign_id = begin(database, canary=0.5)
    held = [claim(database, name) for name in ("one", "two")]
    with database.write() as connection:
        accepted = Outcome(DeliveryState.ACCEPTED, 250, "Ok")
        ids = [each.first_id for each in held if each]
        hot.record(connection, dict.fromkeys(ids, accepted), NOW)

    def put_down(each: Claim, holder: str) -> None:
        with database.write() as connection:
            batches.lock_campaign(connection, campaign_id)
            batches.finish(connection, each, holder, None, AT_ONCE, NOW)

    pairs = [(each, name) for each, name in zip(held, ("one", "two"), strict=True) if each]
    await asyncio.gather(*(asyncio.to_thread(put_down, *pair) for pair in pairs))
    assert claim(database, "three") is not None


async def test_a_cancelled_campaign_leaves_nothing_waiting_that_was_put_off_since(
    database: Database, subscribe: Subscribe
) -> None:
    subscribe("reader@example.org")
    campaign_id = begin(database)
    held = claim(database, "here")
    assert held is not None
    control.cancel(database, campaign_id, NOW)
    with database.write() as connection:
        busy = Outcome(DeliveryState.DEFERRED, 450, "Busy")
        hot.record(connection, {held.first_id: busy}, NOW)
        batches.lock_campaign(connection, campaign_id)
        batches.finish(connection, held, "here", None, AT_ONCE, NOW)
    assert counts(database, campaign_id) == {"cancelled": 1}


@pytest.mark.usefixtures("three")
def test_what_a_dead_process_had_in_flight_of_a_cancelled_campaign_can_be_resolved(
    database: Database,
) -> None:
    campaign_id = begin(database)
    die_with_one_in_flight(database)
    control.cancel(database, campaign_id, NOW)
    later = NOW + batches.LEASE * 2
    assert control.resolve(database, campaign_id, resend=True, actor="ann", now=later) == 1
    assert counts(database, campaign_id) == {"cancelled": 3}


async def test_a_process_that_stood_still_lets_go_of_what_others_may_have(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    subscribe.all(f"reader{number}@example.org" for number in range(40))
    campaign_id, clock = begin(database), Clock()
    relay.delay = 0.2
    sender = sender_of(database, campaign_id, plain_relay, clock=clock, connections=1)
    running = asyncio.create_task(sender.run())
    await relay.first_mail.wait()
    await asyncio.sleep(LOOK_EVERY * 1.5)
    clock.now += batches.LEASE * 2
    other = sender_of(database, campaign_id, plain_relay, clock=clock, holder="other")
    await asyncio.gather(running, other.run())
    assert len(relay.recipients) == len(set(relay.recipients)) == 40


async def test_retrying_refusals_mails_nobody_who_had_it_by_a_later_campaign(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    subscribe("reader@example.org")
    relay.answers = {"reader@example.org": "554 5.7.1 Relay access denied"}
    first = begin(database)
    await sender_of(database, first, plain_relay).run()
    relay.answers = {}
    await sender_of(database, begin(database), plain_relay).run()
    assert relay.recipients == ["reader@example.org"]
    assert control.retry(database, first, rejected=True, now=NOW) == 0
