"""An edition to send, and a sender to send it: what the tests of the sending road share."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailer.bounces.return_path import ReturnPaths
from mailer.content.edition import Article, Edition, Section
from mailer.delivery.batches import Canary
from mailer.delivery.breaker import BreakerRule
from mailer.delivery.campaign import (
    Kind,
    Mailing,
    Route,
    find_campaign,
    rendered_variants,
)
from mailer.delivery.desk import Desk, Work
from mailer.delivery.message import Composer, Letterhead
from mailer.delivery.outcome import DeliveryState
from mailer.delivery.pacing import Pacing
from mailer.delivery.planning import freeze, plan_edition
from mailer.delivery.recorder import RecordRules, note_nothing
from mailer.delivery.sender import Job, Sender
from mailer.rendering.rendered import RenderedEmail
from subscribers.segment import EVERYBODY, Segment
from subscribers.stamps import Stamper

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mailer.content.variant import Variant
    from mailer.delivery.outcome import Outcome
    from mailer.delivery.planning import Plan
    from mailer.delivery.recorder import RejectionNoter
    from mailer.delivery.smtp import RelayAddress
    from subscribers.database import Database

NOW = dt.datetime(2026, 10, 13, 9, 30, tzinfo=dt.UTC)
MAILING = Mailing("issue-04", "bulletin", "everybody", Kind.EDITION, Route.RELAY)
MARKS = ReturnPaths(Stamper([b"k" * 32]), "bounces", "bounces.example.org")


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: dt.datetime = NOW

    def __call__(self) -> dt.datetime:
        """What it shows."""
        return self.now

    def move(self, **by: float) -> None:
        """Turn it on, or back."""
        self.now += dt.timedelta(**by)


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
    """What would be sent to whom."""
    return plan_edition(database, edition(), mailing, segment, only, render)


def begin(
    database: Database,
    segment: Segment = EVERYBODY,
    mailing: Mailing = MAILING,
    canary: float = 0,
    now: dt.datetime = NOW,
) -> int:
    """A frozen campaign to everybody in the segment."""
    return freeze(database, plan(database, mailing, segment), "tester", now, canary=canary)


class PlainSigner:
    """Signs so that a test can read it."""

    def sign(self, purpose: str, payload: str) -> str:
        """The purpose and the payload."""
        return f"{purpose}-{payload}"


def composers_of(database: Database, campaign_id: int) -> Mapping[int, Composer]:
    """What fills the variants of a campaign."""
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
    return {key: Composer(head, each, PlainSigner(), MARKS) for key, each in variants.items()}


def ignore(_: Outcome) -> None:
    """Nobody wants to know."""


def sender_of(
    database: Database,
    work: int | Work,
    relay: RelayAddress,
    on_outcome: Callable[[Outcome], None] = ignore,
    *,
    on_uncertain: DeliveryState = DeliveryState.UNCERTAIN,
    holder: str = "here",
    clock: Callable[[], dt.datetime] = lambda: NOW,
    pacing: Pacing | None = None,
    breaker: BreakerRule | None = None,
    patience: dt.timedelta | None = dt.timedelta(),
    is_gone: Callable[[str], bool] = lambda _: False,
    canary_wait: dt.timedelta = dt.timedelta(),
    note_rejections: RejectionNoter = note_nothing,
    connections: int = 3,
) -> Sender:
    """A sender of one campaign, or of all."""
    desk = Desk(
        database=database,
        work=Work(work) if isinstance(work, int) else work,
        holder=holder,
        composers=lambda campaign_id: composers_of(database, campaign_id),
        on_uncertain=on_uncertain,
        pacing=pacing or Pacing(),
        clock=clock,
        is_gone=is_gone,
    )
    rule = breaker or BreakerRule()
    canary = Canary(canary_wait, rule.judge_first)
    rules = RecordRules(holder, canary=canary, note_rejections=note_rejections)
    job = Job(desk, relay, connections, rules, breaker or BreakerRule(), patience)
    return Sender(job, on_outcome)


def counts(database: Database, campaign_id: int) -> dict[str, int]:
    """The deliveries of a campaign by state."""
    with database.read() as connection:
        return {str(k): v for k, v in find_campaign(connection, campaign_id).counts.items()}
