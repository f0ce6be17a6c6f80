"""What is put off is tried again on a schedule, and given up in the end."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from mailer.delivery.campaign import CampaignState, find_campaign, list_deliveries
from mailer.delivery.outcome import DeliveryState
from subscribers import consent
from tests.integration.mailer.delivery.stage import NOW, Clock, begin, counts, sender_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection

    from mailer.delivery.outcome import Outcome
    from mailer.delivery.smtp import RelayAddress
    from subscribers.database import Database
    from tests.integration.mailer.delivery.conftest import Relay

    Subscribe = Callable[..., int]

BUSY = {"busy@example.org": "450 4.2.1 Busy"}


async def test_a_mail_is_tried_again_when_it_is_due_and_not_before(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    subscribe("busy@example.org")
    relay.answers = dict(BUSY)
    campaign_id, clock = begin(database), Clock()
    await sender_of(database, campaign_id, plain_relay, clock=clock).run()
    relay.answers = {}
    clock.move(seconds=59)
    await sender_of(database, campaign_id, plain_relay, clock=clock).run()
    assert relay.mails == []
    clock.move(seconds=1)
    await sender_of(database, campaign_id, plain_relay, clock=clock).run()
    assert relay.recipients == ["busy@example.org"]
    with database.read() as connection:
        campaign = find_campaign(connection, campaign_id)
        (delivery,) = list_deliveries(connection, campaign_id, None, 2)
    assert campaign.state is CampaignState.FINISHED
    assert delivery.attempts == 2


async def test_after_the_longest_wait_a_mail_is_given_up_with_the_relays_last_words(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    subscribe("busy@example.org")
    relay.answers = dict(BUSY)
    campaign_id, clock = begin(database), Clock()
    noted: list[str] = []

    def note(_: Connection, rejections: Mapping[int, Outcome], __: dt.datetime) -> None:
        noted.extend(each.text for each in rejections.values())

    tries = 0
    while counts(database, campaign_id).get("rejected") is None:
        sender = sender_of(database, campaign_id, plain_relay, clock=clock, note_rejections=note)
        await sender.run()
        tries += 1
        assert tries < 30
        clock.move(hours=4)
    assert clock.now - NOW > dt.timedelta(days=2)
    assert noted == ["gave up after 450 again and again: 4.2.1 Busy"]
    with database.read() as connection:
        (delivery,) = list_deliveries(connection, campaign_id, DeliveryState.REJECTED, 2)
        assert find_campaign(connection, campaign_id).state is CampaignState.FINISHED
    assert delivery.reply_text == noted[0]
    assert delivery.reply_code == 450


async def test_who_leaves_between_two_tries_is_not_tried_again(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    person = subscribe("busy@example.org")
    relay.answers = dict(BUSY)
    campaign_id, clock = begin(database), Clock()
    await sender_of(database, campaign_id, plain_relay, clock=clock).run()
    with database.write() as connection:
        consent.end_subscriptions(connection, person, "bulletin", "unsubscribed", NOW)
    relay.answers = {}
    clock.move(minutes=2)
    await sender_of(database, campaign_id, plain_relay, clock=clock).run()
    assert relay.mails == []
    assert counts(database, campaign_id) == {"cancelled": 1}
    with database.read() as connection:
        assert find_campaign(connection, campaign_id).state is CampaignState.FINISHED


async def test_a_refusal_is_told_to_whoever_decides_about_the_address(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    subscribe("gone@example.org")
    subscribe("fine@example.org")
    relay.answers = {"gone@example.org": "550 5.1.1 User unknown"}
    campaign_id = begin(database)
    told: list[tuple[int | None, str | None]] = []

    def note(_: Connection, rejections: Mapping[int, Outcome], __: dt.datetime) -> None:
        told.extend((each.code, each.reason) for each in rejections.values())

    await sender_of(database, campaign_id, plain_relay, note_rejections=note).run()
    assert told == [(550, "user-unknown")]
