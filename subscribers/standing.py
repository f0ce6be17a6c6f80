"""Where a person stands, as one query: what a page behind a link has to know before it says anything.

Takes a connection and never commits. The statement is built once, for that takes longer than asking it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, exists, func, select

from subscribers.facets import FacetSet
from subscribers.lifecycle import Status
from subscribers.models import FacetSetRow, Pause, Subscriber, Subscription, Suppression
from subscribers.preferences import Preferences

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Standing:
    """One person, and what they hold and get now."""

    subscriber_id: int
    address: str
    status: Status
    held: Preferences
    is_suppressed: bool


# A publication's slug has no comma.
_LIVE = (
    select(func.aggregate_strings(Subscription.publication, ","))
    .where(Subscription.subscriber_id == Subscriber.id, Subscription.ended_at.is_(None))
    .scalar_subquery()
)
_QUERY = (
    select(
        Subscriber.id,
        Subscriber.address,
        Subscriber.status,
        Subscriber.name,
        Subscriber.organisation,
        FacetSetRow.sector,
        FacetSetRow.regions,
        _LIVE.label("publications"),
        Pause.until,
        exists()
        .where(Suppression.address_key == Subscriber.address_key, Suppression.lifted_at.is_(None))
        .label("is_suppressed"),
    )
    .join(FacetSetRow, FacetSetRow.id == Subscriber.facet_set_id)
    .outerjoin(Pause, Pause.subscriber_id == Subscriber.id)
    .where(Subscriber.id == bindparam("subscriber_id"))
)


def find_standing(connection: Connection, subscriber_id: int) -> Standing | None:
    """Where the subscriber of that number stands."""
    row = connection.execute(_QUERY, {"subscriber_id": subscriber_id}).one_or_none()
    if row is None:
        return None
    facets = FacetSet(row.sector, _split(row.regions))
    held = Preferences(
        row.name,
        row.organisation,
        facets.sector,
        facets.regions,
        _split(row.publications),
        row.until,
    )
    return Standing(row.id, row.address, Status(row.status), held, bool(row.is_suppressed))


def _split(slugs: str | None) -> frozenset[str]:
    return frozenset(slugs.split(",") if slugs else ())
