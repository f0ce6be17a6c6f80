"""Where people stand, as one query: what a page behind a link has to know before it says anything.

Takes a connection and never commits. The statement is built once, for that takes longer than asking it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, exists, func, select

from subscribers.facets import FacetSet
from subscribers.lifecycle import Status
from subscribers.models import FacetSetRow, Pause, Subscriber, Subscription, Suppression
from subscribers.preferences import Preferences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row


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
    .where(Subscriber.id.in_(bindparam("subscriber_ids", expanding=True)))
)


def find_standings(connection: Connection, subscriber_ids: Sequence[int]) -> dict[int, Standing]:
    """Where the subscribers of these numbers stand, by number; without those that there are none of."""
    rows = connection.execute(_QUERY, {"subscriber_ids": subscriber_ids})
    return {row.id: _standing(row) for row in rows}


def _standing(row: Row[*tuple[Any, ...]]) -> Standing:
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
