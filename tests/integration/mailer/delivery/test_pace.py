"""Limits of pace that hold for all processes together, and mail that waits for its turn."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from mailer.delivery import allotment, gate, supply
from mailer.delivery.pacing import Limit, Pacing, SendingHours, WarmUp
from tests.integration.mailer.delivery.stage import NOW, Clock, begin, counts, sender_of

if TYPE_CHECKING:
    import pytest

    from mailer.delivery.smtp import RelayAddress
    from subscribers.database import Database
    from tests.integration.mailer.delivery.conftest import Relay, Subscribe


def real_time() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def test_moments_follow_each_other_whoever_asks(database: Database) -> None:
    with database.write() as connection:
        first = allotment.reserve(connection, "", 10, 3, NOW)
    with database.write() as connection:
        second = allotment.reserve(connection, "", 10, 2, NOW)
    gaps = [(moment - NOW).total_seconds() for moment in first + second]
    assert gaps == [0, 0.1, 0.2, 0.3, 0.4]


def test_moments_that_were_not_used_are_not_made_up_for(database: Database) -> None:
    later = NOW + dt.timedelta(hours=1)
    with database.write() as connection:
        allotment.reserve(connection, "", 1, 5, NOW)
        assert allotment.reserve(connection, "", 1, 1, later) == [later]


def test_a_clock_that_is_set_back_does_not_stop_the_sending_for_hours(database: Database) -> None:
    tomorrow = NOW + dt.timedelta(days=1)
    with database.write() as connection:
        allotment.reserve(connection, "", 1, 5, tomorrow)
        assert allotment.reserve(connection, "", 1, 1, NOW) == [NOW]


def test_the_days_allowance_is_shared_and_begins_anew_each_day(database: Database) -> None:
    today, tomorrow = dt.date(2026, 10, 13), dt.date(2026, 10, 14)
    with database.write() as connection:
        granted = [
            allotment.take_of_day(connection, "warm-up", day, 50, 20)
            for day in (today, today, today, today, tomorrow)
        ]
    assert granted == [20, 20, 10, 0, 20]


def test_connections_are_held_by_one_process_until_it_gives_them_up_or_dies(
    database: Database,
) -> None:
    until, after = NOW + dt.timedelta(minutes=2), NOW + dt.timedelta(minutes=3)

    def acquire(holder: str, count: int, now: dt.datetime = NOW) -> int:
        with database.write() as connection:
            return allotment.acquire(connection, "", 5, count, holder, until, now)

    assert [acquire("one", 4), acquire("two", 4), acquire("three", 4)] == [4, 1, 0]
    with database.write() as connection:
        allotment.release(connection, "two")
    assert acquire("three", 4) == 1
    assert acquire("four", 9, after) == 5


async def test_a_limited_domain_waits_while_the_others_are_mailed(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    for number in range(8):
        subscribe(f"reader{number}@slow.example")
        subscribe(f"reader{number}@other.example")
    pacing = Pacing(domains={"slow.example": Limit(per_second=10)})
    campaign_id = begin(database)
    began = time.monotonic()
    sender = sender_of(
        database,
        campaign_id,
        plain_relay,
        clock=real_time,
        pacing=pacing,
        patience=dt.timedelta(seconds=5),
    )
    await sender.run()
    assert time.monotonic() - began >= 0.7
    assert counts(database, campaign_id) == {"accepted": 16}
    domains = [recipient.partition("@")[2] for recipient in relay.recipients]
    assert domains[-3:] == ["slow.example"] * 3


async def test_the_next_mail_of_a_narrow_domain_follows_as_soon_as_one_is_through(
    database: Database,
    subscribe: Subscribe,
    plain_relay: RelayAddress,
    relay: Relay,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # One or two each time that a process asks again by itself would take a minute and more.
    monkeypatch.setattr(gate, "_ASK_AGAIN", dt.timedelta(seconds=5))
    monkeypatch.setattr(supply, "_POLL_SECONDS", 5)
    subscribe.all(f"reader{number}@narrow.example" for number in range(40))
    pacing = Pacing(domains={"narrow.example": Limit(connections=2)})
    sender = sender_of(
        database,
        begin(database),
        plain_relay,
        clock=real_time,
        pacing=pacing,
        patience=dt.timedelta(hours=2),
    )
    running = asyncio.create_task(sender.run())
    await asyncio.wait_for(relay.takes(40), 60)
    sender.stop.set()
    await asyncio.wait_for(running, 60)
    assert len(relay.recipients) == len(set(relay.recipients)) == 40


async def test_two_processes_keep_the_relays_pace_together(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    subscribe.all(f"reader{number}@example.org" for number in range(30))
    campaign_id = begin(database, canary=0.5)
    began = time.monotonic()
    senders = [
        sender_of(
            database,
            campaign_id,
            plain_relay,
            clock=real_time,
            pacing=Pacing(Limit(per_second=20)),
            patience=dt.timedelta(seconds=5),
            holder=holder,
        )
        for holder in ("one", "two")
    ]
    await asyncio.gather(*(sender.run() for sender in senders))
    assert time.monotonic() - began >= 29 / 20
    assert len(relay.recipients) == len(set(relay.recipients)) == 30


async def test_a_domain_gets_no_more_connections_than_allowed(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    for number in range(6):
        subscribe(f"reader{number}@narrow.example")
        subscribe(f"reader{number}@wide.example")
    relay.delay = 0.05
    await sender_of(
        database,
        begin(database),
        plain_relay,
        clock=real_time,
        pacing=Pacing(domains={"narrow.example": Limit(connections=1)}),
        patience=dt.timedelta(seconds=5),
        connections=4,
    ).run()
    assert len(relay.recipients) == 12
    assert relay.most_at_once["narrow.example"] == 1
    assert relay.most_at_once["wide.example"] > 1


async def test_the_relay_gets_no_more_connections_than_allowed_from_all_together(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    for number in range(40):
        subscribe(f"reader{number}@example.org")
    relay.delay = 0.02
    campaign_id = begin(database, canary=0.5)
    senders = [
        sender_of(
            database,
            campaign_id,
            plain_relay,
            clock=real_time,
            pacing=Pacing(Limit(connections=3)),
            holder=holder,
            connections=2,
        )
        for holder in ("one", "two", "three")
    ]
    await asyncio.wait_for(asyncio.gather(*(sender.run() for sender in senders)), 60)
    assert len(relay.recipients) == len(set(relay.recipients)) == 40
    assert relay.most_at_once["example.org"] <= 3


async def test_a_warm_up_ends_the_day_at_its_number_and_goes_on_the_next(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    subscribe.all(f"reader{number}@example.org" for number in range(12))
    clock, campaign_id = Clock(), begin(database)
    pacing = Pacing(warm_up=WarmUp(NOW.date(), (5, 100)))
    await sender_of(database, campaign_id, plain_relay, clock=clock, pacing=pacing).run()
    assert len(relay.recipients) == 5
    assert counts(database, campaign_id) == {"accepted": 5, "queued": 7}
    clock.move(days=1)
    await sender_of(database, campaign_id, plain_relay, clock=clock, pacing=pacing).run()
    assert counts(database, campaign_id) == {"accepted": 12}


async def test_outside_the_sending_hours_nothing_leaves(
    database: Database, subscribe: Subscribe, plain_relay: RelayAddress, relay: Relay
) -> None:
    subscribe("reader@example.org")
    clock, campaign_id = Clock(), begin(database)
    afternoon = SendingHours(dt.time(14), dt.time(17), frozenset(range(7)), ZoneInfo("UTC"))
    pacing = Pacing(hours=afternoon)
    await sender_of(database, campaign_id, plain_relay, clock=clock, pacing=pacing).run()
    assert relay.mails == []
    clock.move(hours=5)
    await sender_of(database, campaign_id, plain_relay, clock=clock, pacing=pacing).run()
    assert relay.recipients == ["reader@example.org"]
