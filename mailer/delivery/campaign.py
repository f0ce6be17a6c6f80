"""Campaigns as values, and the queries that show them. Takes a connection and never commits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from mailer.delivery.models import Campaign, CampaignVariant, Delivery
from mailer.delivery.outcome import OPEN_STATES, DeliveryState
from mailer.rendering.rendered import RenderedEmail
from subscribers.errors import BulletinError
from subscribers.store import facet_sets

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from sqlalchemy import Connection, Row

    from subscribers.facets import FacetSet


class CampaignError(BulletinError):
    """A campaign that is not there, or is in no state for what was asked."""


class Kind(StrEnum):
    """`edition` goes to subscribers: an edition, a correction of one, or a pack by its theme and name.

    `test` goes to the team's own addresses and counts for nothing.

    `letter` stands for all letters of one kind to single people; it is never finished.
    """

    EDITION = "edition"
    TEST = "test"
    LETTER = "letter"


class Route(StrEnum):
    """`inbox` is the built-in one; `relay` leaves the building."""

    INBOX = "inbox"
    RELAY = "relay"


class CampaignState(StrEnum):
    """Where a campaign stands. One that is sending is carried on by any process that sends.

    A paused one waits for `campaign resume`.
    """

    SENDING = "sending"
    PAUSED = "paused"
    FINISHED = "finished"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Mailing:
    """What is to be sent, by which way: what tells one mailing from another when nobody may get it twice."""

    edition: str
    publication: str
    segment: str
    kind: Kind
    route: Route
    corrects: str | None = None
    """The edition that it corrects: it goes to nobody who has not had that."""


@dataclass(frozen=True, slots=True)
class CampaignSummary:
    """A campaign and its deliveries counted by state. Moments are UTC."""

    id: int
    mailing: Mailing
    state: CampaignState
    actor: str
    created_at: dt.datetime
    finished_at: dt.datetime | None
    paused_because: str | None
    recipients: int
    counts: Mapping[DeliveryState, int]
    approved: str | None = None
    """The fingerprint by which it was approved."""
    corrected: tuple[int, ...] = ()
    """The campaigns of what it corrects."""

    @property
    def total(self) -> int:
        """How many recipients the campaign has."""
        return sum(self.counts.values())

    @property
    def open(self) -> int:
        """How many deliveries may still go out."""
        return sum(self.counts.get(state, 0) for state in OPEN_STATES)


@dataclass(frozen=True, slots=True)
class VariantSummary:
    """One variant of a campaign and how many recipients have it."""

    key: str
    articles: int
    recipients: int


def find_campaign(
    connection: Connection, campaign_id: int, *, counted: bool = True
) -> CampaignSummary:
    """One campaign, with its deliveries `counted`; raises CampaignError when there is none of that number."""
    found = connection.execute(
        select(Campaign.__table__).where(Campaign.id == campaign_id)
    ).one_or_none()
    if found is None:
        raise CampaignError(
            "campaign-missing", f"campaign {campaign_id}", "there is none of that number",
            "see `bulletin campaign list`",
        )  # fmt: skip
    campaign = _summary(found, _counts(connection, campaign_id) if counted else {})
    return replace(campaign, corrected=_corrected(connection, campaign.mailing))


def _corrected(connection: Connection, mailing: Mailing) -> tuple[int, ...]:
    if mailing.corrects is None:
        return ()
    original = select(Campaign.id).where(
        Campaign.edition == mailing.corrects,
        Campaign.publication == mailing.publication,
        Campaign.kind == Kind.EDITION,
        Campaign.route == mailing.route,
    )
    return tuple(connection.scalars(original.order_by(Campaign.id)))


def list_campaigns(connection: Connection, limit: int = 50) -> list[CampaignSummary]:
    """The latest campaigns, newest first; letters to single people are none that anybody began."""
    begun = select(Campaign.__table__).where(Campaign.kind != Kind.LETTER)
    rows = connection.execute(begun.order_by(Campaign.id.desc()).limit(limit))
    return [_summary(row, _counts(connection, row.id)) for row in rows]


def sent_names(connection: Connection, route: Route) -> frozenset[str]:
    """The editions, packs and corrections that went to subscribers by a route, or are going."""
    rows = connection.scalars(
        select(Campaign.edition)
        .where(
            Campaign.kind == Kind.EDITION,
            Campaign.route == route,
            Campaign.state != CampaignState.CANCELLED,
        )
        .distinct()
    )
    return frozenset(rows)


def unfinished(connection: Connection, mailing: Mailing) -> list[int]:
    """The campaigns of the same mailing, by any segment, that still have mail to send."""
    rows = connection.scalars(
        select(Campaign.id)
        .where(
            Campaign.edition == mailing.edition,
            Campaign.publication == mailing.publication,
            Campaign.kind == mailing.kind,
            Campaign.route == mailing.route,
            Campaign.state.in_((CampaignState.SENDING, CampaignState.PAUSED)),
        )
        .order_by(Campaign.id)
    )
    return list(rows)


def _counts(connection: Connection, campaign_id: int) -> dict[DeliveryState, int]:
    rows = connection.execute(
        select(Delivery.state, func.count())
        .where(Delivery.campaign_id == campaign_id)
        .group_by(Delivery.state)
    )
    return {DeliveryState(state): count for state, count in rows}


def _summary(row: Row[tuple[object, ...]], counts: Mapping[DeliveryState, int]) -> CampaignSummary:
    return CampaignSummary(
        id=row.id,
        mailing=Mailing(
            row.edition,
            row.publication,
            row.segment,
            Kind(row.kind),
            Route(row.route),
            row.corrects,
        ),
        state=CampaignState(row.state),
        actor=row.actor,
        created_at=row.created_at,
        finished_at=row.finished_at,
        paused_because=row.paused_because,
        recipients=row.recipients,
        counts=counts,
        approved=row.approved,
    )


def rendered_variants(connection: Connection, campaign_id: int) -> dict[int, RenderedEmail]:
    """The mails that a campaign carries, by variant id, as they were when it was frozen."""
    rows = connection.execute(
        select(
            CampaignVariant.id,
            CampaignVariant.subject,
            CampaignVariant.preheader,
            CampaignVariant.html,
            CampaignVariant.text,
            CampaignVariant.language,
        ).where(CampaignVariant.campaign_id == campaign_id)
    )
    return {row.id: RenderedEmail(*row[1:]) for row in rows}


def count_variants(connection: Connection, campaign_id: int) -> list[VariantSummary]:
    """Each variant with its number of recipients, the most read first."""
    count = func.count(Delivery.id)
    rows = connection.execute(
        select(CampaignVariant.key, CampaignVariant.articles, count)
        .join(Delivery, Delivery.variant_id == CampaignVariant.id)
        .where(CampaignVariant.campaign_id == campaign_id)
        .group_by(CampaignVariant.key, CampaignVariant.articles)
        .order_by(count.desc(), CampaignVariant.key)
    )
    return [VariantSummary(*row) for row in rows]


def count_recipients_by_facets(connection: Connection, campaign_id: int) -> dict[FacetSet, int]:
    """How many recipients of a campaign held which facets when it was frozen."""
    rows = connection.execute(
        select(Delivery.facet_set_id, func.count())
        .where(Delivery.campaign_id == campaign_id, Delivery.facet_set_id.is_not(None))
        .group_by(Delivery.facet_set_id)
    )
    held = facet_sets(connection)
    return {held[facet_set_id]: count for facet_set_id, count in rows if facet_set_id is not None}


@dataclass(frozen=True, slots=True)
class DeliverySummary:
    """One recipient's mail and the relay's last words about it. `changed_at` is UTC."""

    address: str
    state: DeliveryState
    attempts: int
    reply_code: int | None
    reply_text: str | None
    changed_at: dt.datetime


def list_deliveries(
    connection: Connection, campaign_id: int, state: DeliveryState | None, limit: int
) -> list[DeliverySummary]:
    """A campaign's deliveries in the order of sending, all or those in one state."""
    columns = (
        Delivery.address,
        Delivery.state,
        Delivery.attempts,
        Delivery.reply_code,
        Delivery.reply_text,
        Delivery.changed_at,
    )
    query = select(*columns).where(Delivery.campaign_id == campaign_id)
    if state is not None:
        query = query.where(Delivery.state == state)
    rows = connection.execute(query.order_by(Delivery.id).limit(limit))
    return [DeliverySummary(row[0], DeliveryState(row[1]), *row[2:]) for row in rows]
