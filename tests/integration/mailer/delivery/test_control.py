"""Pausing, resuming, retrying, cancelling and resolving a campaign, also while it is sent."""

from __future__ import annotations

import asyncio
import datetime as dt
import email
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from mailer.delivery import control, hot
from mailer.delivery.campaign import CampaignError, CampaignState, find_campaign
from mailer.delivery.models import Delivery
from mailer.delivery.outcome import DeliveryState, Outcome
from mailer.delivery.pacing import Limit, Pacing
from tests.integration.mailer.delivery.stage import NOW, begin, counts, plan, sender_of

if TYPE_CHECKING:
    from mailer.delivery.smtp import RelayAddress
    from subscribers.database import Database
    from tests.integration.mailer.delivery.conftest import Relay, Subscribe

CONNECTIONS = 3


async def test_a_pause_from_elsewhere_stops_a_sending_within_a_second_and_leaves_nothing_in_doubt(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    subscribe.all(f"reader{number}@example.org" for number in range(120))
    campaign_id = begin(database)
    relay.delay = 0.1
    sender = sender_of(database, campaign_id, plain_relay, connections=CONNECTIONS)
    running = asyncio.create_task(sender.run())
    await relay.first_mail.wait()
    await asyncio.to_thread(control.pause, database, campaign_id)
    before = len(relay.mails)
    await asyncio.wait_for(running, 60)
    left = counts(database, campaign_id)
    assert set(left) == {"accepted", "queued"}
    assert left["accepted"] == len(relay.mails)
    # Counted in mails, of which each connection can send ten a second: a slow machine sends fewer.
    assert len(relay.mails) - before <= 10 * CONNECTIONS
    with database.read() as connection:
        assert find_campaign(connection, campaign_id).state is CampaignState.PAUSED


@pytest.mark.parametrize("end", ["pause", "cancel"])
async def test_a_sending_at_a_set_pace_ends_in_peace_too(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay, end: str
) -> None:
    subscribe.all(f"reader{number}@example.org" for number in range(120))
    campaign_id = begin(database)
    sender = sender_of(
        database,
        campaign_id,
        plain_relay,
        clock=lambda: dt.datetime.now(dt.UTC),
        pacing=Pacing(Limit(per_second=20)),
        patience=dt.timedelta(seconds=60),
    )
    running = asyncio.create_task(sender.run())
    await relay.first_mail.wait()
    if end == "pause":
        await asyncio.to_thread(control.pause, database, campaign_id)
    else:
        await asyncio.to_thread(control.cancel, database, campaign_id, NOW)
    await asyncio.wait_for(running, 60)
    left = counts(database, campaign_id)
    assert set(left) == {"accepted", "queued" if end == "pause" else "cancelled"}
    assert left["accepted"] == len(relay.mails) < 120


async def test_a_cancelled_campaign_sends_no_more_and_cannot_be_resumed(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    subscribe.all(f"reader{number}@example.org" for number in range(40))
    campaign_id = begin(database)
    relay.delay = 0.1
    running = asyncio.create_task(sender_of(database, campaign_id, plain_relay).run())
    await relay.first_mail.wait()
    await asyncio.to_thread(control.cancel, database, campaign_id, NOW)
    await asyncio.wait_for(running, 60)
    left = counts(database, campaign_id)
    assert set(left) == {"accepted", "cancelled"}
    assert left["accepted"] == len(relay.mails) < 40
    with pytest.raises(CampaignError, match="was cancelled; send the edition anew"):
        control.resume(database, campaign_id, NOW)
    await sender_of(database, campaign_id, plain_relay).run()
    assert left["accepted"] == len(relay.mails)
    assert plan(database).total == 40 - left["accepted"]


def test_a_finished_campaign_cannot_be_paused(database: Database, subscribe: Subscribe) -> None:
    subscribe("reader@example.org")
    campaign_id = begin(database)
    control.cancel(database, campaign_id, NOW)
    with pytest.raises(CampaignError, match="is cancelled already"):
        control.pause(database, campaign_id)


@pytest.mark.parametrize(("resend", "then"), [(True, {"accepted": 1}), (False, {"accepted": 1})])
async def test_mails_in_doubt_are_sent_again_or_taken_as_accepted_as_the_team_decides(
    database: Database,
    subscribe: Subscribe,
    plain_relay: RelayAddress,
    relay: Relay,
    resend: bool,
    then: dict[str, int],
) -> None:
    subscribe("reader@example.org")
    relay.hang_up_on.add("reader@example.org")
    campaign_id = begin(database)
    await sender_of(database, campaign_id, plain_relay).run()
    assert counts(database, campaign_id) == {"uncertain": 1}
    relay.hang_up_on.clear()
    assert control.resolve(database, campaign_id, resend=resend, actor="ann", now=NOW) == 1
    if resend:
        control.resume(database, campaign_id, NOW)
        await sender_of(database, campaign_id, plain_relay).run()
    assert counts(database, campaign_id) == then
    ids = {email.message_from_bytes(content)["Message-ID"] for _, _, content in relay.mails}
    assert (len(relay.mails), len(ids)) == (2 if resend else 1, 1)


async def test_what_the_relays_log_tells_apart_is_decided_apart(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    for name in ("arrived", "lost"):
        subscribe(f"{name}@example.org")
        relay.hang_up_on.add(f"{name}@example.org")
    campaign_id = begin(database)
    await sender_of(database, campaign_id, plain_relay).run()
    here = ["Arrived@example.org"]
    assert control.resolve(database, campaign_id, resend=False, actor="ann", now=NOW, to=here) == 1
    assert counts(database, campaign_id) == {"accepted": 1, "uncertain": 1}
    assert control.resolve(database, campaign_id, resend=True, actor="ann", now=NOW, to=here) == 0
    lost = ["lost@example.org"]
    assert control.resolve(database, campaign_id, resend=True, actor="ann", now=NOW, to=lost) == 1
    assert counts(database, campaign_id) == {"accepted": 1, "queued": 1}


async def test_a_cancelled_campaign_keeps_nobody_from_the_next(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    for name in ("flight", "doubt", "busy"):
        subscribe(f"{name}@example.org")
    relay.hang_up_on.add("doubt@example.org")
    relay.answers["busy@example.org"] = "451 4.7.1 Later"
    campaign_id = begin(database)
    with database.read() as connection:
        first = connection.scalar(select(Delivery.id).order_by(Delivery.id).limit(1))
    await sender_of(database, campaign_id, plain_relay).run()
    with database.write() as connection:
        hot.record(connection, {first or 0: Outcome(DeliveryState.SENDING, None, "")}, NOW)
    control.cancel(database, campaign_id, NOW)
    assert counts(database, campaign_id) == {"uncertain": 2, "cancelled": 1}
    assert control.resolve(database, campaign_id, resend=True, actor="ann", now=NOW) == 2
    assert counts(database, campaign_id) == {"cancelled": 3}
    assert plan(database).total == 3


def test_nothing_is_told_of_a_mail_whose_person_was_erased_on_its_way(
    database: Database, subscribe: Subscribe
) -> None:
    subscribe("reader@example.org")
    begin(database)
    erased = update(Delivery).values(address="", state=DeliveryState.CANCELLED)
    with database.write() as connection:
        delivery_id = connection.execute(erased.returning(Delivery.id)).scalar_one()
        later = Outcome(DeliveryState.DEFERRED, 451, "reader@example.org is busy")
        hot.record(connection, {delivery_id: later}, NOW)
        told = connection.execute(select(Delivery.state, Delivery.reply_text)).one()
    assert told == (DeliveryState.CANCELLED, None)


async def test_what_was_put_off_is_tried_again_at_once_when_somebody_says_so(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    subscribe("busy@example.org")
    subscribe("fine@example.org")
    relay.answers = {"busy@example.org": "450 4.2.1 Busy"}
    campaign_id = begin(database)
    await sender_of(database, campaign_id, plain_relay).run()
    relay.answers = {}
    await sender_of(database, campaign_id, plain_relay).run()
    assert counts(database, campaign_id) == {"accepted": 1, "deferred": 1}
    assert control.retry(database, campaign_id, rejected=False, now=NOW) == 1
    await sender_of(database, campaign_id, plain_relay).run()
    assert relay.recipients == ["fine@example.org", "busy@example.org"]
    assert counts(database, campaign_id) == {"accepted": 2}


async def test_only_refusals_that_were_our_fault_are_tried_again(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    subscribe("gone@example.org")
    subscribe("policy@example.org")
    relay.answers = {
        "gone@example.org": "550 5.1.1 User unknown",
        "policy@example.org": "554 5.7.1 Relay access denied",
    }
    campaign_id = begin(database)
    await sender_of(database, campaign_id, plain_relay).run()
    assert counts(database, campaign_id) == {"rejected": 2}
    relay.answers = {}
    assert control.retry(database, campaign_id, rejected=True, now=NOW) == 1
    await sender_of(database, campaign_id, plain_relay).run()
    assert relay.recipients == ["policy@example.org"]
    assert counts(database, campaign_id) == {"accepted": 1, "rejected": 1}
    with database.read() as connection:
        assert find_campaign(connection, campaign_id).state is CampaignState.FINISHED


async def test_a_finished_campaign_stays_finished_when_it_is_resumed(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    subscribe("reader@example.org")
    campaign_id = begin(database)
    await sender_of(database, campaign_id, plain_relay).run()
    assert control.resume(database, campaign_id, NOW).state is CampaignState.FINISHED
    await sender_of(database, campaign_id, plain_relay).run()
    assert relay.recipients == ["reader@example.org"]


async def test_a_pause_by_one_process_stops_every_other(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    subscribe.all(f"reader{number}@example.org" for number in range(40))
    campaign_id = begin(database, canary=0.5)
    relay.delay = 0.05
    senders = [sender_of(database, campaign_id, plain_relay, holder=name) for name in ("a", "b")]
    running = asyncio.gather(*(sender.run() for sender in senders))
    await relay.first_mail.wait()
    await asyncio.to_thread(control.pause, database, campaign_id)
    await asyncio.wait_for(running, 60)
    left = counts(database, campaign_id)
    assert set(left) == {"accepted", "queued"}
    assert left["accepted"] == len(relay.mails) < 40
    control.resume(database, campaign_id, NOW)
    await sender_of(database, campaign_id, plain_relay).run()
    assert len(relay.recipients) == len(set(relay.recipients)) == 40
