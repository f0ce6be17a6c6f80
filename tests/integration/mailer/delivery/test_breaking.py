"""A campaign that goes wrong stops by itself, and a canary goes before the others."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import update

from mailer.delivery import control
from mailer.delivery.breaker import BreakerRule
from mailer.delivery.campaign import CampaignState, Kind, find_campaign
from mailer.delivery.models import Campaign
from tests.integration.mailer.delivery.stage import NOW, Clock, begin, counts, sender_of

if TYPE_CHECKING:
    from mailer.delivery.smtp import RelayAddress
    from subscribers.database import Database
    from tests.integration.mailer.delivery.conftest import Relay, Subscribe

STRICT = BreakerRule(last=20, last_share=0.5, whole_share=0.5, at_least=10)


def refused_readers(subscribe: Subscribe, relay: Relay, count: int, answer: str) -> None:
    """So many people on the list, whom the relay answers all alike."""
    addresses = [f"reader{number}@example.org" for number in range(count)]
    subscribe.all(addresses)
    relay.answers |= dict.fromkeys(addresses, answer)


async def test_a_campaign_is_paused_when_too_much_is_rejected_and_says_why(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    refused_readers(subscribe, relay, 300, "550 5.7.1 Blocked")
    campaign_id = begin(database)
    relay.refusal_delay = 0.02
    await sender_of(database, campaign_id, plain_relay, breaker=STRICT).run()
    left = counts(database, campaign_id)
    assert set(left) == {"rejected", "queued"}
    assert left["queued"] > 0
    with database.read() as connection:
        campaign = find_campaign(connection, campaign_id)
    assert campaign.state is CampaignState.PAUSED
    assert "were rejected or are in doubt (100%, more than 50%)" in (campaign.paused_because or "")


async def test_a_person_who_resumes_a_broken_campaign_starts_the_count_anew(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    refused_readers(subscribe, relay, 300, "550 5.7.1 Blocked")
    campaign_id = begin(database)
    relay.refusal_delay = 0.02
    await sender_of(database, campaign_id, plain_relay, breaker=STRICT).run()
    relay.answers, relay.refusal_delay = {}, 0
    failed = counts(database, campaign_id)["rejected"]
    control.resume(database, campaign_id, NOW)
    await sender_of(database, campaign_id, plain_relay, breaker=STRICT).run()
    assert counts(database, campaign_id) == {"rejected": failed, "accepted": 300 - failed}


async def test_the_canary_goes_first_and_the_rest_after_a_while(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    subscribe.all(f"reader{number:03}@example.org" for number in range(100))
    clock, wait = Clock(), dt.timedelta(minutes=15)
    campaign_id = begin(database, canary=0.1)
    await sender_of(database, campaign_id, plain_relay, clock=clock, canary_wait=wait).run()
    assert counts(database, campaign_id) == {"accepted": 10, "queued": 90}
    # A sample of the list, not one end of it.
    assert {recipient[:7] for recipient in relay.recipients} == {
        f"reader{n}" for n in range(10)
    } or (min(relay.recipients) < "reader010" and max(relay.recipients) > "reader089")
    clock.move(minutes=15)
    await sender_of(database, campaign_id, plain_relay, clock=clock, canary_wait=wait).run()
    assert counts(database, campaign_id) == {"accepted": 100}
    assert len(set(relay.recipients)) == 100


async def test_a_canary_that_is_put_off_does_not_hold_the_rest_for_ever(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    refused_readers(subscribe, relay, 20, "450 4.2.1 Busy")
    campaign_id, clock = begin(database, canary=0.1), Clock()
    await sender_of(database, campaign_id, plain_relay, clock=clock).run()
    relay.answers = {}
    await sender_of(database, campaign_id, plain_relay, clock=clock).run()
    clock.move(minutes=1)
    await sender_of(database, campaign_id, plain_relay, clock=clock).run()
    assert counts(database, campaign_id) == {"accepted": 20}


async def test_a_canary_that_fails_keeps_the_rest_until_a_person_has_looked(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    refused_readers(subscribe, relay, 50, "550 5.7.1 Blocked")
    campaign_id = begin(database, canary=0.1)
    await sender_of(database, campaign_id, plain_relay).run()
    assert counts(database, campaign_id) == {"rejected": 5, "queued": 45}
    with database.read() as connection:
        campaign = find_campaign(connection, campaign_id)
    assert campaign.state is CampaignState.PAUSED
    assert "5 of the first 5 mails were rejected" in (campaign.paused_because or "")
    relay.answers = {}
    control.resume(database, campaign_id, NOW)
    await sender_of(database, campaign_id, plain_relay).run()
    assert counts(database, campaign_id) == {"rejected": 5, "accepted": 45}


async def test_letters_never_break_off_however_many_are_refused(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    refused_readers(subscribe, relay, 60, "550 5.1.1 User unknown")
    campaign_id = begin(database)
    with database.write() as connection:
        connection.execute(update(Campaign).values(kind=Kind.LETTER))
    relay.refusal_delay = 0.03
    await sender_of(database, campaign_id, plain_relay, breaker=STRICT).run()
    assert counts(database, campaign_id) == {"rejected": 60}
    with database.read() as connection:
        assert find_campaign(connection, campaign_id).state is CampaignState.SENDING
