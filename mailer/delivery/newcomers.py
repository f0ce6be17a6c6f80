"""What went out last, for those who join between two mailings: a campaign of its own that grows one by one.

Takes a connection and never commits. The mail is the one that everybody else got, as it was frozen.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sqlalchemy import insert, select, update

from mailer.delivery import batches, freezing
from mailer.delivery.campaign import CampaignState, Kind, Mailing, Route, rendered_variants
from mailer.delivery.models import Campaign, CampaignVariant, Delivery
from mailer.delivery.outcome import DeliveryState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Mapping, Sequence

    from sqlalchemy import Connection, Row

    from mailer.rendering.rendered import RenderedEmail
    from subscribers.segment import Segment

NEWCOMERS: Final = "newcomers"
ACTOR: Final = "bulletin"
"""Who began the campaigns that nobody typed a command for."""


@dataclass(frozen=True, slots=True)
class LatestMailing:
    """Gives newcomers the last mailing of a publication that went to a segment which they belong to.

    `current` names the mailings that are still good for it; `only` holds the address keys that safe mode
    allows, None is no limit. With `approved_alone` it counts for nothing what went out without an approval.
    """

    current: Callable[[Connection, str], Collection[str]]
    segments: Mapping[str, Segment]
    route: Route
    only: Sequence[str] | None
    approved_alone: bool

    def greet(
        self,
        connection: Connection,
        subscriber_id: int,
        publications: Collection[str],
        now: dt.datetime,
    ) -> None:
        """Queue for the person the last mailing of each of these publications that has one."""
        for publication in sorted(publications):
            names = self.current(connection, publication)
            if names:
                self._greet(connection, subscriber_id, publication, names, now)

    def _greet(
        self,
        connection: Connection,
        subscriber_id: int,
        publication: str,
        names: Collection[str],
        now: dt.datetime,
    ) -> None:
        # Whoever freezes an audience at this moment doesn't see the person: its campaign is waited for.
        freezing.lock_publication(connection, publication)
        last = self._last(connection, publication, names)
        segment = self.segments.get(last.mailing.segment) if last else None
        if last is None or segment is None:
            return
        row = freezing.find_recipient(connection, last.mailing, segment, self.only, subscriber_id)
        campaign_id = _growing(connection, last, now) if row is not None else None
        if row is not None and campaign_id is not None:
            variant_id = _variant(connection, campaign_id, last.rendered)
            _queue(connection, campaign_id, variant_id, row, now)

    def _last(
        self, connection: Connection, publication: str, names: Collection[str]
    ) -> _Last | None:
        columns = Campaign.id, Campaign.edition, Campaign.segment, Campaign.approved, Campaign.state
        query = select(*columns).where(
            Campaign.publication == publication,
            Campaign.edition.in_(names),
            Campaign.kind == Kind.EDITION,
            Campaign.route == self.route,
            Campaign.state != CampaignState.CANCELLED,
            ~((Campaign.segment == NEWCOMERS) & (Campaign.actor == ACTOR)),
        )
        if self.approved_alone:
            query = query.where(Campaign.approved.is_not(None))
        row = connection.execute(query.order_by(Campaign.id.desc()).limit(1)).one_or_none()
        # A mail that the team holds back goes to nobody.
        if row is None or row.state == CampaignState.PAUSED:
            return None
        mailing = Mailing(row.edition, publication, row.segment, Kind.EDITION, self.route)
        rendered = next(iter(rendered_variants(connection, row.id).values()))
        return _Last(mailing, rendered, row.approved)


@dataclass(frozen=True, slots=True)
class _Last:
    """A mailing that went out, its mail, and the fingerprint that it was approved with."""

    mailing: Mailing
    rendered: RenderedEmail
    approved: str | None


def _growing(connection: Connection, last: _Last, now: dt.datetime) -> int | None:
    """The campaign of a mailing's newcomers, made for the first of them; None once a person cancelled it.

    What was approved anew has another, so that each carries what holds for all its mails.
    """
    mailing = last.mailing
    query = select(Campaign.id, Campaign.state).where(
        Campaign.edition == mailing.edition,
        Campaign.publication == mailing.publication,
        Campaign.kind == mailing.kind,
        Campaign.route == mailing.route,
        Campaign.segment == NEWCOMERS,
        Campaign.actor == ACTOR,
        Campaign.approved.is_not_distinct_from(last.approved),
    )
    row = connection.execute(query.limit(1)).one_or_none()
    if row is None:
        made = replace(mailing, segment=NEWCOMERS)
        return freezing.add_campaign(connection, made, ACTOR, now, last.approved)
    return None if row.state == CampaignState.CANCELLED else row.id


def _variant(connection: Connection, campaign_id: int, rendered: RenderedEmail) -> int:
    """The variant with this very mail: it differs once the mailing was mended and sent again."""
    key = hashlib.sha256(f"{rendered.subject}\0{rendered.html}".encode()).hexdigest()[:16]
    same = select(CampaignVariant.id).where(
        CampaignVariant.campaign_id == campaign_id, CampaignVariant.key == key
    )
    found = connection.scalar(same)
    return found or freezing.add_variant(connection, campaign_id, key, 1, rendered)


def _queue(
    connection: Connection,
    campaign_id: int,
    variant_id: int,
    row: Row[int, str, str, str, int],
    now: dt.datetime,
) -> None:
    batches.lock_campaign(connection, campaign_id)
    made = insert(Delivery).values(
        campaign_id=campaign_id,
        subscriber_id=row.id,
        facet_set_id=row.facet_set_id,
        variant_id=variant_id,
        address=row.address,
        name=row.name,
        state=DeliveryState.QUEUED,
        attempts=0,
        changed_at=now,
    )
    delivery_id = connection.execute(made.returning(Delivery.id)).scalar_one()
    batches.add_single(connection, campaign_id, delivery_id, now)
    mine = update(Campaign).where(Campaign.id == campaign_id)
    connection.execute(mine.values(recipients=Campaign.recipients + 1))
    ended = mine.where(Campaign.state == CampaignState.FINISHED)
    connection.execute(ended.values(state=CampaignState.SENDING, finished_at=None))
