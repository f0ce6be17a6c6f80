"""From an audience to a relay that took every mail once, on both databases."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

from mailer.content.variant import whole
from mailer.delivery import control
from mailer.delivery.campaign import (
    CampaignError,
    CampaignState,
    Kind,
    Route,
    count_recipients_by_facets,
    count_variants,
    find_campaign,
    list_campaigns,
    list_deliveries,
)
from mailer.delivery.message import Composer
from mailer.delivery.outcome import DeliveryState
from mailer.delivery.planning import freeze, freeze_test
from mailer.delivery.smtp import RelayError
from subscribers import consent, store, suppressions
from subscribers.address import parse_address
from subscribers.facets import FacetSet
from subscribers.lifecycle import Status
from subscribers.segment import Segment
from tests.integration.mailer.delivery.stage import (
    MAILING,
    NOW,
    begin,
    composers_of,
    counts,
    edition,
    plan,
    render,
    sender_of,
)

if TYPE_CHECKING:
    import datetime as dt

    from mailer.delivery.message import Draft, Recipient
    from mailer.delivery.smtp import RelayAddress
    from subscribers.database import Database
    from tests.integration.mailer.delivery.conftest import Relay, Subscribe


async def test_everyone_gets_the_variant_for_their_facets_once(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    subscribe("health@example.org", "health", "wales")
    subscribe("police@example.org", "law-enforcement", "london")
    subscribe("also-health@example.org", "health", "london")
    campaign_id = begin(database)
    await sender_of(database, campaign_id, plain_relay).run()

    by_recipient = {recipient: content for _, recipient, content in relay.mails}
    assert sorted(relay.recipients) == [
        "also-health@example.org",
        "health@example.org",
        "police@example.org",
    ]
    assert b"open,police" in by_recipient["police@example.org"]
    assert b"open,police" not in by_recipient["health@example.org"]
    with database.read() as connection:
        campaign = find_campaign(connection, campaign_id)
        variants = [(v.articles, v.recipients) for v in count_variants(connection, campaign_id)]
        facets = count_recipients_by_facets(connection, campaign_id)
    assert campaign.state is CampaignState.FINISHED
    assert campaign.finished_at == NOW
    assert campaign.counts == {DeliveryState.ACCEPTED: 3}
    assert variants == [(1, 2), (2, 1)]
    assert facets[FacetSet("law-enforcement", frozenset({"london"}))] == 1


async def test_sending_again_mails_only_those_who_have_not_had_it(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    subscribe("first@example.org")
    await sender_of(database, begin(database), plain_relay).run()
    subscribe("second@example.org")
    assert plan(database).total == 1
    await sender_of(database, begin(database), plain_relay).run()
    assert relay.recipients == ["first@example.org", "second@example.org"]
    assert plan(database).total == 0


async def test_what_went_to_the_inbox_does_not_count_for_the_relay(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress
) -> None:
    subscribe("first@example.org")
    rehearsal = dataclasses.replace(MAILING, route=Route.INBOX)
    await sender_of(database, begin(database, mailing=rehearsal), plain_relay).run()
    assert plan(database, rehearsal).total == 0
    assert plan(database).total == 1


async def test_refusals_are_on_record_with_the_relays_words(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    for name in ("fine", "gone", "busy"):
        subscribe(f"{name}@example.org")
    relay.answers = {"gone@example.org": "550 5.1.1 Gone", "busy@example.org": "450 4.2.1 Busy"}
    campaign_id = begin(database)
    seen: list[str] = []
    await sender_of(
        database, campaign_id, plain_relay, lambda outcome: seen.append(outcome.text)
    ).run()
    assert counts(database, campaign_id) == {"accepted": 1, "rejected": 1, "deferred": 1}
    assert sorted(seen) == ["2.0.0 Taken", "4.2.1 Busy", "5.1.1 Gone"]
    with database.read() as connection:
        assert find_campaign(connection, campaign_id).state is CampaignState.SENDING


async def test_a_relay_that_fails_leaves_everything_unsent_in_the_queue(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    subscribe.all(f"reader{number}@example.org" for number in range(5))
    campaign_id = begin(database)
    nowhere = dataclasses.replace(plain_relay, port=1)
    with pytest.raises(RelayError):
        await sender_of(database, campaign_id, nowhere).run()
    assert counts(database, campaign_id) == {"queued": 5}
    with database.read() as connection:
        assert "can't be reached" in (find_campaign(connection, campaign_id).paused_because or "")
    control.resume(database, campaign_id, NOW)
    await sender_of(database, campaign_id, plain_relay).run()
    assert len(relay.recipients) == len(set(relay.recipients)) == 5


async def test_stopping_finishes_what_is_in_flight_and_queues_the_rest(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    subscribe.all(f"reader{number}@example.org" for number in range(20))
    campaign_id = begin(database)
    stopping = sender_of(database, campaign_id, plain_relay, lambda _: stopping.stop.set())
    await stopping.run()
    left = counts(database, campaign_id)
    assert set(left) == {"accepted", "queued"}
    assert left["accepted"] == len(relay.mails) < 20
    control.resume(database, campaign_id, NOW)
    await sender_of(database, campaign_id, plain_relay).run()
    assert len(relay.recipients) == len(set(relay.recipients)) == 20


async def test_who_leaves_after_the_freeze_is_not_mailed(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    subscribe("stays@example.org")
    left, ended = subscribe("left@example.org"), subscribe("ended@example.org")
    subscribe("suppressed@example.org")
    campaign_id = begin(database)
    with database.write() as connection:
        store.set_status(connection, left, Status.LEFT, NOW)
        consent.end_subscriptions(connection, ended, "bulletin", "unsubscribed", NOW)
        gone = parse_address("suppressed@example.org")
        suppressions.suppress(connection, gone, "bounce", "550", NOW)
    await sender_of(database, campaign_id, plain_relay).run()
    assert relay.recipients == ["stays@example.org"]
    assert counts(database, campaign_id) == {"accepted": 1, "cancelled": 3}


def test_an_allow_list_narrows_the_audience(database: Database, subscribe: Subscribe) -> None:
    subscribe("allowed@example.org")
    subscribe("other@example.org")
    assert plan(database, only=("allowed@example.org",)).total == 1


def test_a_segment_narrows_the_audience(database: Database, subscribe: Subscribe) -> None:
    subscribe("a@example.org", "health")
    subscribe("b@example.org", "law-enforcement")
    assert plan(database, segment=Segment("p", sectors=frozenset({"law-enforcement"}))).total == 1


def test_freezing_is_all_or_nothing(database: Database, subscribe: Subscribe) -> None:
    subscribe("a@example.org", "health")
    planned = plan(database)
    subscribe("late@example.org", "law-enforcement")
    with pytest.raises(CampaignError, match="send again; nothing was sent"):
        freeze(database, planned, "tester", NOW)
    with database.read() as connection:
        assert list_campaigns(connection) == []
    assert plan(database).total == 2


async def test_a_test_goes_to_the_team_and_counts_for_nothing(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    subscribe("reader@example.org")
    mailing = dataclasses.replace(MAILING, kind=Kind.TEST, segment="test")
    complete = whole(edition())
    addresses = ["one@example.org", "two@example.org"]
    campaign_id = freeze_test(
        database, mailing, complete, render(complete), addresses, "tester", NOW
    )
    await sender_of(database, campaign_id, plain_relay).run()
    assert sorted(relay.recipients) == addresses
    assert plan(database).total == 1


def test_a_campaign_that_is_not_there_is_told(database: Database) -> None:
    with (
        pytest.raises(CampaignError, match="campaign 99: there is none of that number"),
        database.read() as connection,
    ):
        find_campaign(connection, 99)


async def test_who_leaves_while_others_are_mailed_gets_nothing(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    keys = [subscribe(f"reader{number}@example.org") for number in range(20)]
    campaign_id = begin(database)
    relay.delay = 0.1
    running = asyncio.create_task(sender_of(database, campaign_id, plain_relay).run())
    await relay.first_mail.wait()

    def leave() -> None:
        with database.write() as connection:
            consent.end_subscriptions(connection, keys[-1], "bulletin", "unsubscribed", NOW)

    await asyncio.to_thread(leave)
    await running
    assert counts(database, campaign_id) == {"accepted": 19, "cancelled": 1}
    assert "reader19@example.org" not in relay.recipients


async def test_a_mail_that_cannot_be_made_keeps_no_other_back(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress
) -> None:
    for number in range(10):
        subscribe(f"reader{number}@example.org", name="spoilt" if number == 3 else "")
    campaign_id = begin(database)
    sender = sender_of(database, campaign_id, plain_relay)
    (variant_id, composer), *_ = composers_of(database, campaign_id).items()
    sender._desk._known[campaign_id] = {variant_id: _Fussy(**vars_of(composer))}
    await sender.run()
    assert counts(database, campaign_id) == {"accepted": 9, "rejected": 1}
    with database.read() as connection:
        (failed,) = list_deliveries(connection, campaign_id, DeliveryState.REJECTED, 10)
    assert failed.address == "reader3@example.org"
    assert failed.reply_text == "could not be made: a name that spoils it"


class _Fussy(Composer):
    def draft(self, recipient: Recipient, now: dt.datetime) -> Draft:
        if recipient.name == "spoilt":
            raise ValueError("a name that spoils it")
        return super().draft(recipient, now)


def vars_of(composer: Composer) -> dict[str, Any]:
    return {each.name: getattr(composer, each.name) for each in dataclasses.fields(composer)}
