"""Submitting, approving and rejecting, and what may be frozen by it, on both engines."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import pytest

from mailer.approval import service, store
from mailer.approval.decision import ApprovalError, Decision, Requirement, Standing
from mailer.approval.review import review
from mailer.content.edition import Article, Edition, Section
from mailer.delivery.campaign import Kind, Mailing, Route, find_campaign, list_campaigns
from mailer.delivery.planning import freeze, plan_edition
from mailer.rendering.rendered import RenderedEmail
from subscribers import consent
from subscribers import store as people
from subscribers.address import parse_address
from subscribers.erasures import deeds
from subscribers.facets import FacetSet
from subscribers.lifecycle import Status
from subscribers.segment import Segment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from mailer.content.variant import Variant
    from mailer.delivery.planning import Plan
    from subscribers.database import Database

NOW = dt.datetime(2027, 1, 11, 9, 30, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=1)
EVERYONE = Segment("everyone")
REQUIRED = Requirement(0.1)
ARTICLE = Article("open", "Open", "News", 1, "For all.")


def edition(subject: str = "News", body: str = "For all.") -> Edition:
    news = Section("news", "News", False, (dataclasses.replace(ARTICLE, body=body),))
    day = dt.date(2027, 1, 12)
    return Edition("issue-04", "bulletin", 4, day, "T", "", subject, "", "en-GB", "", (news,))


def render(variant: Variant) -> RenderedEmail:
    (article,) = variant.edition.articles
    return RenderedEmail(
        variant.edition.subject, "", f"<p>{article.body}</p>", article.body, "en-GB"
    )


def plan(database: Database, of: Edition | None = None, segment: Segment = EVERYONE) -> Plan:
    mailing = Mailing("issue-04", "bulletin", segment.name, Kind.EDITION, Route.RELAY)
    return plan_edition(database, of or edition(), mailing, segment, None, render)


@pytest.fixture
def readers(database: Database) -> Database:
    """A database with ten people who get the bulletin."""
    join(database, range(10))
    return database


def join(database: Database, numbers: Iterable[int]) -> None:
    facets = FacetSet("health", frozenset({"london"}))
    with database.write() as connection:
        for number in numbers:
            address = parse_address(f"{number}@partner.example")
            key = people.add_person(connection, address, "", "", facets, Status.ACTIVE, NOW)
            consent.subscribe(connection, key, "bulletin", "test", NOW)


def approve(database: Database, actor: str = "bob") -> None:
    service.submit(database, plan(database).proof, "ann", NOW)
    service.approve(database, plan(database).proof, actor, LATER)


def standing(database: Database, planned: Plan) -> Standing:
    with database.read() as connection:
        return review(connection, planned.proof).standing


def begin(database: Database, planned: Plan, requirement: Requirement = REQUIRED) -> int:
    return freeze(database, planned, "ann", LATER, requirement=requirement)


def nothing_was_frozen(database: Database) -> bool:
    with database.read() as connection:
        return list_campaigns(connection) == []


def test_what_one_submits_and_another_approves_may_go(readers: Database) -> None:
    planned = plan(readers)
    assert standing(readers, planned) is Standing.NEW
    submitted = service.submit(readers, planned.proof, "ann", NOW)
    assert (submitted.decision, submitted.recipients) == (Decision.WAITING, 10)
    assert standing(readers, planned) is Standing.WAITING
    approved = service.approve(readers, planned.proof, "bob", LATER)
    assert (approved.decided_by, approved.decided_at) == ("bob", LATER)
    assert standing(readers, planned) is Standing.APPROVED
    campaign_id = begin(readers, planned)
    with readers.read() as connection:
        campaign = find_campaign(connection, campaign_id)
        found = store.find_approved(
            connection, "issue-04", "bulletin", "everyone", campaign.approved or ""
        )
    assert campaign.approved == planned.fingerprint.digest
    assert found == approved


def test_the_audit_tells_who_did_what(readers: Database) -> None:
    approve(readers)
    with readers.read() as connection:
        told = [(deed.actor, deed.action, deed.subject) for deed in deeds(connection, 10)]
    assert told == [
        ("bob", "approve", "issue-04 to everyone"),
        ("ann", "submit", "issue-04 to everyone"),
    ]


def test_nobody_approves_their_own(readers: Database) -> None:
    with pytest.raises(ApprovalError, match="can't approve it too"):
        approve(readers, actor="ann")
    assert standing(readers, plan(readers)) is Standing.WAITING


def test_what_was_never_submitted_cannot_be_approved(readers: Database) -> None:
    with pytest.raises(ApprovalError, match="nobody has submitted it"):
        service.approve(readers, plan(readers).proof, "bob", NOW)


def test_what_changed_since_it_was_submitted_cannot_be_approved(readers: Database) -> None:
    service.submit(readers, plan(readers).proof, "ann", NOW)
    edited = plan(readers, edition(body="For some."))
    with pytest.raises(ApprovalError, match="changed since: text"):
        service.approve(readers, edited.proof, "bob", LATER)


def test_it_is_approved_once(readers: Database) -> None:
    approve(readers)
    with pytest.raises(ApprovalError, match="approved by bob; there is nothing left to do"):
        service.approve(readers, plan(readers).proof, "cat", LATER)


def test_a_decision_on_what_somebody_else_decided_meanwhile_is_refused(readers: Database) -> None:
    seen = service.submit(readers, plan(readers).proof, "ann", NOW)
    service.approve(readers, plan(readers).proof, "bob", LATER)
    with pytest.raises(ApprovalError, match="somebody else has decided"):
        service.reject(readers, seen, "too late", "cat", LATER)
    assert standing(readers, plan(readers)) is Standing.APPROVED


def test_an_approval_can_be_taken_back_and_given_again(readers: Database) -> None:
    approve(readers)
    planned = plan(readers)
    with readers.read() as connection:
        (approved,) = store.latest(connection, "issue-04")
    service.reject(readers, approved, "the date is wrong", "cat", LATER)
    with pytest.raises(ApprovalError, match="rejected by cat: the date is wrong"):
        begin(readers, planned)
    assert nothing_was_frozen(readers)
    approve(readers)
    begin(readers, planned)


def test_nothing_goes_that_waits_for_its_approval(readers: Database) -> None:
    service.submit(readers, plan(readers).proof, "ann", NOW)
    with pytest.raises(ApprovalError, match="waits for somebody else to approve it"):
        begin(readers, plan(readers))
    assert nothing_was_frozen(readers)


@pytest.mark.parametrize(
    ("edited", "told"),
    [
        (edition(subject="Other"), "changed since: subject"),
        (edition(body="For some."), "changed since: text"),
    ],
)
def test_an_edit_voids_the_approval_before_anything_is_frozen(
    readers: Database, edited: Edition, told: str
) -> None:
    approve(readers)
    with pytest.raises(ApprovalError, match=told):
        begin(readers, plan(readers, edited))
    assert nothing_was_frozen(readers)


def test_another_rule_of_the_same_segment_voids_it(readers: Database) -> None:
    approve(readers)
    narrowed = Segment("everyone", sectors=frozenset({"health"}))
    with pytest.raises(ApprovalError, match="changed since: audience"):
        begin(readers, plan(readers, segment=narrowed))


def test_an_approval_holds_for_its_own_segment_alone(readers: Database) -> None:
    approve(readers)
    with pytest.raises(ApprovalError, match="issue-04 to partners: nobody has submitted it"):
        begin(readers, plan(readers, segment=Segment("partners")))


def test_an_audience_that_grew_is_asked_about_again(readers: Database) -> None:
    approve(readers)
    join(readers, range(10, 12))
    with pytest.raises(ApprovalError, match="reaches 12 people, and 10 when it was approved"):
        begin(readers, plan(readers))
    assert nothing_was_frozen(readers)
    begin(readers, plan(readers), Requirement(0.1, accepted=12))


def test_the_one_who_approves_says_yes_to_as_many_as_it_reaches_by_then(readers: Database) -> None:
    service.submit(readers, plan(readers).proof, "ann", NOW)
    join(readers, range(10, 15))
    approved = service.approve(readers, plan(readers).proof, "bob", LATER)
    assert approved.recipients == 15
    begin(readers, plan(readers))


def test_who_joins_after_it_went_gets_it_by_the_same_approval(readers: Database) -> None:
    approve(readers)
    begin(readers, plan(readers))
    join(readers, [10])
    second = plan(readers)
    assert second.total == 1
    begin(readers, second)


def test_what_is_set_free_stands_or_falls_with_the_approval(readers: Database) -> None:
    service.submit(readers, plan(readers).proof, "ann", NOW)

    def fail(_: Connection) -> None:
        raise ApprovalError("test", "the schedule", "is away", "wait")

    with pytest.raises(ApprovalError, match="is away"):
        service.approve(readers, plan(readers).proof, "bob", LATER, fail)
    assert standing(readers, plan(readers)) is Standing.WAITING
