"""From an audience to a relay that took every mail once, on both databases."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import email
from typing import TYPE_CHECKING

import pytest

from mailer.content.edition import Article, Edition, Section
from mailer.content.variant import whole
from mailer.delivery import control, hot, ledger
from mailer.delivery.campaign import (
    CampaignError,
    CampaignState,
    Kind,
    Mailing,
    Route,
    count_recipients_by_facets,
    count_variants,
    find_campaign,
    list_campaigns,
    rendered_variants,
)
from mailer.delivery.message import Composer, Letterhead
from mailer.delivery.outcome import DeliveryState, Outcome
from mailer.delivery.planning import freeze, freeze_test, plan_edition
from mailer.delivery.sender import Job, Sender
from mailer.delivery.smtp import RelayAddress, RelayError
from mailer.rendering.rendered import RenderedEmail
from subscribers import consent, store, suppressions
from subscribers.address import parse_address
from subscribers.facets import FacetSet
from subscribers.lifecycle import Status
from subscribers.segment import EVERYBODY, Segment

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Relay

    from mailer.content.variant import Variant
    from mailer.delivery.planning import Plan
    from subscribers.database import Database

    Subscribe = Callable[..., int]

NOW = dt.datetime(2026, 10, 13, 9, 30, tzinfo=dt.UTC)
MAILING = Mailing("issue-04", "bulletin", "everybody", Kind.EDITION, Route.RELAY)


def edition() -> Edition:
    """Two articles, the second for the police alone."""
    articles = (
        Article("open", "Open", "News", 1, "For all."),
        Article("police", "Police", "News", 2, "For some.", sectors=frozenset({"law-enforcement"})),
    )
    news = Section("news", "News", False, articles)
    day = dt.date(2026, 10, 13)
    return Edition(
        "issue-04", "bulletin", 4, day, "T", "", "Subject", "", "en-GB", "Welcome", (news,)
    )


def render(variant: Variant) -> RenderedEmail:
    """Which articles the variant has, as the whole mail."""
    slugs = ",".join(article.slug for article in variant.edition.articles)
    return RenderedEmail("Subject", "", f"<p>{slugs}</p>", slugs, "en-GB")


def plan(
    database: Database,
    mailing: Mailing = MAILING,
    segment: Segment = EVERYBODY,
    only: tuple[str, ...] | None = None,
) -> Plan:
    return plan_edition(database, edition(), mailing, segment, only, render)


def begin(database: Database, segment: Segment = EVERYBODY, mailing: Mailing = MAILING) -> int:
    return freeze(database, plan(database, mailing, segment), "tester", NOW)


class _Signer:
    def sign(self, purpose: str, payload: str) -> str:
        return f"{purpose}-{payload}"


def sender_of(
    database: Database,
    campaign_id: int,
    relay: RelayAddress,
    on_outcome: Callable[[Outcome], None] = lambda _: None,
    on_uncertain: DeliveryState = DeliveryState.UNCERTAIN,
    holder: str = "here",
) -> Sender:
    with database.read() as connection:
        variants = rendered_variants(connection, campaign_id)
    head = Letterhead(
        "Team",
        "bulletin@example.org",
        "r@example.org",
        "bulletin",
        "B",
        "https://b.example",
        campaign_id,
    )
    composers = {key: Composer(head, rendered, _Signer()) for key, rendered in variants.items()}
    job = Job(campaign_id, relay, 3, composers, on_uncertain, holder)
    return Sender(database, job, lambda: NOW, on_outcome)


def counts(database: Database, campaign_id: int) -> dict[str, int]:
    with database.read() as connection:
        return {str(k): v for k, v in find_campaign(connection, campaign_id).counts.items()}


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
        assert find_campaign(connection, campaign_id).state is CampaignState.PAUSED


async def test_resuming_tries_the_deferred_again_and_no_one_else(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    subscribe("fine@example.org")
    subscribe("busy@example.org")
    relay.answers = {"busy@example.org": "450 4.2.1 Busy"}
    campaign_id = begin(database)
    await sender_of(database, campaign_id, plain_relay).run()
    relay.answers = {}
    await sender_of(database, campaign_id, plain_relay).run()
    assert relay.recipients == ["fine@example.org", "busy@example.org"]
    assert counts(database, campaign_id) == {"accepted": 2}


async def test_a_relay_that_fails_leaves_everything_unsent_in_the_queue(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    for number in range(5):
        subscribe(f"reader{number}@example.org")
    campaign_id = begin(database)
    nowhere = dataclasses.replace(plain_relay, port=1)
    with pytest.raises(RelayError):
        await sender_of(database, campaign_id, nowhere).run()
    assert counts(database, campaign_id) == {"queued": 5}
    await sender_of(database, campaign_id, plain_relay).run()
    assert len(relay.recipients) == len(set(relay.recipients)) == 5


async def test_stopping_finishes_what_is_in_flight_and_queues_the_rest(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    for number in range(20):
        subscribe(f"reader{number}@example.org")
    campaign_id = begin(database)
    stopping = sender_of(database, campaign_id, plain_relay, lambda _: stopping.stop.set())
    await stopping.run()
    left = counts(database, campaign_id)
    assert set(left) == {"accepted", "queued"}
    assert left["accepted"] == len(relay.mails) < 20
    await sender_of(database, campaign_id, plain_relay).run()
    assert len(relay.recipients) == len(set(relay.recipients)) == 20


@pytest.mark.parametrize(
    ("policy", "then"),
    [(DeliveryState.UNCERTAIN, {"uncertain": 1}), (DeliveryState.QUEUED, {"accepted": 1})],
)
async def test_what_a_dead_process_had_in_flight_follows_the_policy(
    database: Database,
    subscribe: Subscribe,
    plain_relay: RelayAddress,
    policy: DeliveryState,
    then: dict[str, int],
) -> None:
    subscribe("reader@example.org")
    campaign_id = begin(database)
    with database.write() as connection:
        (queued,) = ledger.fetch(connection, campaign_id, 0, 10, NOW)
        assert hot.start(connection, [queued.id], NOW) == {queued.id}
    await sender_of(database, campaign_id, plain_relay, on_uncertain=policy).run()
    assert counts(database, campaign_id) == then


async def test_two_processes_do_not_send_one_campaign(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    subscribe("reader@example.org")
    campaign_id = begin(database)
    with database.write() as connection:
        assert ledger.hold(connection, campaign_id, "there", NOW + dt.timedelta(minutes=5), NOW)
    with pytest.raises(CampaignError, match="another process is sending it"):
        await sender_of(database, campaign_id, plain_relay).run()
    assert relay.mails == []


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


async def test_a_pause_from_elsewhere_stops_a_sending_and_leaves_nothing_in_doubt(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    for number in range(40):
        subscribe(f"reader{number}@example.org")
    campaign_id = begin(database)
    relay.delay = 0.1
    running = asyncio.create_task(sender_of(database, campaign_id, plain_relay).run())
    await relay.first_mail.wait()
    await asyncio.to_thread(control.pause, database, campaign_id)
    await asyncio.wait_for(running, 5)
    left = counts(database, campaign_id)
    assert set(left) == {"accepted", "queued"}
    assert left["accepted"] == len(relay.mails) < 40
    with database.read() as connection:
        assert find_campaign(connection, campaign_id).state is CampaignState.PAUSED


async def test_a_cancelled_campaign_sends_no_more_and_cannot_be_resumed(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    for number in range(40):
        subscribe(f"reader{number}@example.org")
    campaign_id = begin(database)
    relay.delay = 0.1
    running = asyncio.create_task(sender_of(database, campaign_id, plain_relay).run())
    await relay.first_mail.wait()
    await asyncio.to_thread(control.cancel, database, campaign_id, NOW)
    await asyncio.wait_for(running, 5)
    left = counts(database, campaign_id)
    assert set(left) == {"accepted", "cancelled"}
    assert left["accepted"] == len(relay.mails) < 40
    with pytest.raises(CampaignError, match="was cancelled; send the edition anew"):
        await sender_of(database, campaign_id, plain_relay).run()
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
        await sender_of(database, campaign_id, plain_relay).run()
    assert counts(database, campaign_id) == then
    ids = {email.message_from_bytes(content)["Message-ID"] for _, _, content in relay.mails}
    assert (len(relay.mails), len(ids)) == (2 if resend else 1, 1)


async def test_a_campaign_of_a_process_that_is_gone_is_taken_up_at_once(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    subscribe("reader@example.org")
    campaign_id = begin(database)
    with database.write() as connection:
        assert ledger.hold(connection, campaign_id, "dead", NOW + dt.timedelta(minutes=2), NOW)
    sender = sender_of(database, campaign_id, plain_relay)
    sender._job = dataclasses.replace(sender._job, is_gone=lambda holder: holder == "dead")
    await sender.run()
    assert relay.recipients == ["reader@example.org"]


async def test_a_finished_campaign_is_not_sent_again(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress
) -> None:
    subscribe("reader@example.org")
    campaign_id = begin(database)
    await sender_of(database, campaign_id, plain_relay).run()
    with pytest.raises(CampaignError, match="is finished already"):
        await sender_of(database, campaign_id, plain_relay).run()


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


async def test_a_cancelled_campaign_keeps_nobody_from_the_next(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    for name in ("flight", "doubt", "busy"):
        subscribe(f"{name}@example.org")
    relay.hang_up_on.add("doubt@example.org")
    relay.answers["busy@example.org"] = "451 4.7.1 Later"
    campaign_id = begin(database)
    with database.write() as connection:
        first, *_ = ledger.fetch(connection, campaign_id, 0, 10, NOW)
    await sender_of(database, campaign_id, plain_relay).run()
    with database.write() as connection:
        hot.record(connection, {first.id: Outcome(DeliveryState.SENDING, None, "")}, NOW)
    control.cancel(database, campaign_id, NOW)
    assert counts(database, campaign_id) == {"uncertain": 2, "cancelled": 1}
    assert control.resolve(database, campaign_id, resend=True, actor="ann", now=NOW) == 2
    assert counts(database, campaign_id) == {"cancelled": 3}
    assert plan(database).total == 3
