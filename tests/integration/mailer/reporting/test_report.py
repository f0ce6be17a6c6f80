"""A report says what the ledger says, on both databases."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from mailer.delivery.campaign import CampaignError
from mailer.delivery.outcome import DeliveryState
from mailer.reporting.data import report_data
from mailer.reporting.queries import DomainCount
from mailer.reporting.replies import ReplyGroup
from mailer.reporting.report import Reach, ReasonCount, Report, compile_report
from subscribers.facets import FacetSet
from tests.campaigns import BEGUN
from tests.post import Post, returned

if TYPE_CHECKING:
    from subscribers.database import Database
    from tests.campaigns import Ledger

NOW = BEGUN + dt.timedelta(hours=1)
POLICE = FacetSet("law-enforcement", frozenset({"wales", "london"}))


def compiled(ledger: Ledger, most: int = 10) -> Report:
    with ledger.database.read() as connection:
        return compile_report(connection, ledger.campaign_id, most, NOW)


def accept(ledger: Ledger, count: int = 1, after: float = 0, **values: object) -> None:
    ledger.add(
        "accepted", count,
        **{"reply_code": 250, "reply_text": "2.0.0 Ok: queued as 4F{n}A",
           "changed_at": BEGUN + dt.timedelta(seconds=after)} | values,
    )  # fmt: skip


def test_there_is_no_report_on_a_campaign_that_is_not_there(database: Database) -> None:
    with database.read() as connection, pytest.raises(CampaignError, match="none of that number"):
        compile_report(connection, 7, 10, NOW)


def test_states_replies_and_reasons_are_counted(ledger: Ledger) -> None:
    accept(ledger, 20)
    ledger.add(
        "rejected", 3, reply_code=550, reply_text="5.1.1 <reader{n}@partner.example>: unknown",
        reason="user-unknown",
    )  # fmt: skip
    ledger.add("deferred", 2, reply_code=450, reply_text="4.2.0 Wait {n} s", reason="greylisted")
    ledger.add("uncertain", reply_text="the connection ended")
    ledger.add("queued", 4)
    ledger.write()
    report = compiled(ledger)
    assert report.campaign.total == 30
    assert report.count(DeliveryState.ACCEPTED) == 20
    assert report.replies == [
        ReplyGroup(DeliveryState.ACCEPTED, 250, "2.0.0 Ok: queued as [id]", 20),
        ReplyGroup(DeliveryState.REJECTED, 550, "5.1.1 [address]: unknown", 3),
        ReplyGroup(DeliveryState.DEFERRED, 450, "4.2.0 Wait [number] s", 2),
        ReplyGroup(DeliveryState.UNCERTAIN, None, "the connection ended", 1),
    ]
    assert report.reasons == [
        ReasonCount(DeliveryState.REJECTED, "user-unknown", 3),
        ReasonCount(DeliveryState.DEFERRED, "greylisted", 2),
        ReasonCount(DeliveryState.UNCERTAIN, "", 1),
    ]


def test_what_came_back_after_it_was_accepted_is_counted_by_reason(
    database: Database,
) -> None:
    post = Post.of(database)
    people = [f"reader{n}@example{n}.org" for n in range(4)]
    post.list(*people)
    numbers = post.mail(*people)
    post.refuse(numbers[3])
    for number, address in zip(numbers[:2], people, strict=False):
        post.bounces.handle(returned(number, address), post.now)
    post.bounces.handle(
        returned(numbers[2], people[2], status="5.2.2", said="over quota"), post.now
    )
    with post.database.read() as connection:
        report = compile_report(connection, 1, 10, NOW)
    assert report_data(report)["returned"] == [
        {"reason": "user-unknown", "deliveries": 2, "hard": 2, "soft": 0, "complaints": 0},
        {"reason": "mailbox-full", "deliveries": 1, "hard": 0, "soft": 1, "complaints": 0},
    ]


def test_the_largest_domains_are_named_and_the_rest_stand_together(ledger: Ledger) -> None:
    accept(ledger, 3, address="reader{n}@large.example")
    ledger.add("rejected", 2, address="reader{n}@large.example", reply_code=550)
    accept(ledger, 2, address="reader{n}@middle.example")
    ledger.add("uncertain", address="reader{n}@small.example")
    accept(ledger, 1, address="reader{n}@tiny.example")
    ledger.write()
    domains = compiled(ledger, most=2).domains
    assert list(domains.largest) == [
        DomainCount("large.example", 5, 3, 2, 0),
        DomainCount("middle.example", 2, 2, 0, 0),
    ]
    assert domains.rest == DomainCount("", 2, 1, 0, 1)
    assert domains.number == 4


def test_the_curve_tells_first_tries_from_later_ones_minute_by_minute(ledger: Ledger) -> None:
    accept(ledger, 2)
    accept(ledger, 1, after=59.9)
    accept(ledger, 4, after=600, attempts=1)
    accept(ledger, 1, after=1800, attempts=3)
    ledger.write()
    report = compiled(ledger)
    steps = report.curve.steps
    assert report.curve.seconds == 60
    assert [(n, s.first, s.retried) for n, s in enumerate(steps) if s.accepted] == [
        (0, 3, 0), (10, 4, 0), (30, 0, 1),
    ]  # fmt: skip
    assert steps[0].at == BEGUN
    assert report.tries == {1: 7, 3: 1}
    assert report.seconds == 1800
    assert report.rate == pytest.approx(8 / 1800)


def test_a_mail_in_doubt_that_a_person_took_as_accepted_is_on_no_curve(ledger: Ledger) -> None:
    accept(ledger, 5)
    ledger.add(
        "accepted",
        reply_text="in doubt; taken as accepted",
        changed_at=BEGUN + dt.timedelta(days=9),
    )
    ledger.write()
    report = compiled(ledger)
    assert report.count(DeliveryState.ACCEPTED) == 6
    assert report.last_at == BEGUN
    assert report.rate is None


def test_people_are_counted_by_what_they_held(ledger: Ledger) -> None:
    accept(ledger, 3, facets=POLICE)
    ledger.add("rejected", 2, facets=POLICE)
    ledger.write()
    report = compiled(ledger)
    assert report.reach == {POLICE: Reach(recipients=5, accepted=3)}
    assert report_data(report)["cells"] == [
        {"sector": "law-enforcement", "region": "london", "recipients": 5, "accepted": 3},
        {"sector": "law-enforcement", "region": "wales", "recipients": 5, "accepted": 3},
    ]


def test_a_campaign_of_which_nothing_has_left_has_a_report_too(ledger: Ledger) -> None:
    ledger.add("queued", 2)
    ledger.write()
    report = compiled(ledger)
    assert (report.first_at, report.rate, report.seconds) == (None, None, 0)
    assert report.curve.steps == ()
    assert report_data(report)["counts"] == {"queued": 2}
