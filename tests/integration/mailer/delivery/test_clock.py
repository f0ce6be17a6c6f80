"""A clock that is set back: during a sending, and between two of them."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING

import pytest

from mailer.delivery import control
from mailer.delivery.pacing import Limit, Pacing
from tests.integration.mailer.delivery.stage import begin, counts, sender_of

if TYPE_CHECKING:
    from mailer.delivery.outcome import Outcome
    from mailer.delivery.smtp import RelayAddress
    from subscribers.database import Database
    from tests.integration.mailer.delivery.conftest import Relay, Subscribe

READERS = 24
AN_HOUR = dt.timedelta(hours=1)


class Clock:
    """Goes on, and can be set."""

    def __init__(self) -> None:
        self.off = dt.timedelta()

    def __call__(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + self.off


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def campaign_id(database: Database, subscribe: Subscribe, clock: Clock) -> int:
    subscribe.all(f"reader{number}@example.org" for number in range(READERS))
    return begin(database, now=clock())


@pytest.mark.parametrize(
    "pacing",
    [
        Pacing(),
        Pacing(Limit(per_second=200)),
        Pacing(domains={"example.org": Limit(per_second=200)}),
        Pacing(domains={"example.org": Limit(connections=2)}),
    ],
    ids=["unlimited", "paced", "a paced domain", "a narrow domain"],
)
async def test_a_clock_set_back_during_a_sending_does_not_hold_it_up(
    database: Database, campaign_id: int, plain_relay: RelayAddress, relay: Relay,
    clock: Clock, pacing: Pacing,
) -> None:  # fmt: skip
    def set_back(_: Outcome) -> None:
        clock.off = -AN_HOUR

    sender = sender_of(
        database, campaign_id, plain_relay, set_back, clock=clock, pacing=pacing,
        patience=dt.timedelta(seconds=30),
    )  # fmt: skip
    await asyncio.wait_for(sender.run(), 60)
    assert counts(database, campaign_id) == {"accepted": READERS}
    assert len(relay.recipients) == len(set(relay.recipients)) == READERS


async def test_a_clock_set_back_between_two_sendings_loses_and_repeats_nothing(
    database: Database, campaign_id: int, plain_relay: RelayAddress, relay: Relay, clock: Clock
) -> None:
    sent = 0

    def stop(_: Outcome) -> None:
        nonlocal sent
        sent += 1
        if sent == READERS // 3:
            first.stop.set()

    first = sender_of(database, campaign_id, plain_relay, stop, clock=clock, holder="first")
    await first.run()
    left = READERS - len(relay.recipients)
    assert 0 < left < READERS
    clock.off = -AN_HOUR
    control.resume(database, campaign_id, clock())
    await sender_of(database, campaign_id, plain_relay, clock=clock, holder="second").run()
    assert counts(database, campaign_id) == {"accepted": READERS}
    assert len(relay.recipients) == len(set(relay.recipients)) == READERS


async def test_a_process_that_died_before_the_clock_was_set_back_holds_nothing_up(
    database: Database, campaign_id: int, plain_relay: RelayAddress, relay: Relay, clock: Clock
) -> None:
    dying = sender_of(database, campaign_id, plain_relay, clock=clock, holder="dead")
    running = asyncio.create_task(dying.run())
    await asyncio.wait_for(relay.first_mail.wait(), 60)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    clock.off = -AN_HOUR
    control.resume(database, campaign_id, clock())
    heir = sender_of(
        database, campaign_id, plain_relay, clock=clock, is_gone=lambda who: who == "dead"
    )
    await asyncio.wait_for(heir.run(), 60)
    found = counts(database, campaign_id)
    assert found["accepted"] + found.get("uncertain", 0) == READERS
    assert len(relay.recipients) == len(set(relay.recipients)) >= found["accepted"]
