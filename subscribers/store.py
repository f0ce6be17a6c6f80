"""The queries over the list. Takes a connection and never commits.

Knows the tables and their indexes; must not decide whether something may happen, nor read the
clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVarTuple

from sqlalchemy import bindparam, delete, exists, func, insert, or_, select, update

from subscribers.domains import at_held_domain, holds
from subscribers.facets import FacetSet
from subscribers.lifecycle import Status
from subscribers.models import (
    FacetSetRegion,
    FacetSetRow,
    Subscriber,
    Subscription,
    Suppression,
)
from subscribers.pauses import is_paused
from subscribers.segment import EVERYBODY, Segment
from subscribers.segment_condition import condition_of

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from subscribers.address import Address


Columns = TypeVarTuple("Columns")


@dataclass(frozen=True, slots=True)
class Person:
    """One subscriber as a value."""

    id: int
    address: str
    key: str
    name: str
    organisation: str
    facets: FacetSet
    status: Status
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Filters:
    """Which subscribers to list or export; whatever is left open does not narrow."""

    publication: str | None = None
    status: Status | None = None
    segment: Segment = EVERYBODY
    search: str = ""
    """A part of an address, a name or an organisation, in any case."""


# ---- facet sets


def facet_sets(connection: Connection) -> dict[int, FacetSet]:
    """Every facet set in use, by id: a few hundred."""
    rows = connection.execute(select(FacetSetRow.id, FacetSetRow.sector, FacetSetRow.regions))
    return {row.id: _facet_set(row.sector, row.regions) for row in rows}


def intern_facets(connection: Connection, facets: FacetSet) -> int:
    """The id of the row for `facets`, made if nobody held exactly these before."""
    regions = ",".join(sorted(facets.regions))
    known = select(FacetSetRow.id).where(
        FacetSetRow.sector == facets.sector, FacetSetRow.regions == regions
    )
    found = connection.scalar(known)
    if found is not None:
        return found
    made = insert(FacetSetRow).values(sector=facets.sector, regions=regions)
    new_id = connection.execute(made.returning(FacetSetRow.id)).scalar_one()
    if facets.regions:
        rows = [{"facet_set_id": new_id, "region": region} for region in sorted(facets.regions)]
        connection.execute(insert(FacetSetRegion), rows)
    return new_id


# ---- people


def find(connection: Connection, key: str) -> Person | None:
    """The subscriber whose address has this key."""
    row = connection.execute(_BY_KEY, {"key": key}).one_or_none()
    return _person(row) if row else None


def find_to_change(connection: Connection, key: str) -> Person | None:
    """The same, kept from everybody else until this transaction ends.

    Every verb begins with it: PostgreSQL would let two of them read the same state and both act on it, and
    taking rows in another order than an import does would end in a deadlock.
    """
    connection.execute(_HOLD, {"key": key})
    return find(connection, key)


def find_by_id(connection: Connection, subscriber_id: int) -> Person | None:
    """The subscriber of that number, kept from everybody else until this transaction ends."""
    key = connection.scalar(select(Subscriber.address_key).where(Subscriber.id == subscriber_id))
    return find_to_change(connection, key) if key is not None else None


def hold_free(connection: Connection, subscriber_ids: AbstractSet[int]) -> set[int]:
    """Keep those of these people whom no other transaction has in hand, until this one ends."""
    query = select(Subscriber.id).where(Subscriber.id.in_(subscriber_ids))
    return set(connection.scalars(query.with_for_update(skip_locked=True, key_share=True)))


def people(
    connection: Connection, filters: Filters, *, after_id: int = 0, limit: int = 100
) -> list[Person]:
    """One page of subscribers in the order in which they joined; the next begins after the last id."""
    page = _people().where(Subscriber.id > after_id, *_narrowed(filters))
    rows = connection.execute(page.order_by(Subscriber.id).limit(limit))
    return [_person(row) for row in rows]


def count(connection: Connection, filters: Filters) -> int:
    """How many subscribers the filters leave, suppressed ones included."""
    counted = select(func.count()).select_from(Subscriber).where(*_narrowed(filters))
    return connection.execute(counted).scalar_one()


def add_person(
    connection: Connection,
    address: Address,
    name: str,
    organisation: str,
    facets: FacetSet,
    status: Status,
    now: datetime,
) -> int:
    """Insert a subscriber and return the id."""
    made = insert(Subscriber).values(
        address=address.mailbox,
        address_key=address.key,
        name=name,
        organisation=organisation,
        facet_set_id=intern_facets(connection, facets),
        status=status,
        created_at=now,
        updated_at=now,
    )
    return connection.execute(made.returning(Subscriber.id)).scalar_one()


def update_person(
    connection: Connection,
    subscriber_id: int,
    name: str,
    organisation: str,
    facets: FacetSet,
    now: datetime,
) -> None:
    """Write what a subscriber is called and holds."""
    changed = update(Subscriber).where(Subscriber.id == subscriber_id)
    facet_set_id = intern_facets(connection, facets)
    connection.execute(
        changed.values(
            name=name, organisation=organisation, facet_set_id=facet_set_id, updated_at=now
        )
    )


def set_status(connection: Connection, subscriber_id: int, status: Status, now: datetime) -> None:
    """Write where a subscriber stands."""
    changed = update(Subscriber).where(Subscriber.id == subscriber_id)
    connection.execute(changed.values(status=status, updated_at=now))


def set_address(
    connection: Connection, subscriber_id: int, address: Address, now: datetime
) -> None:
    """Write where a subscriber is written to; an address of somebody else breaks a unique index."""
    changed = update(Subscriber).where(Subscriber.id == subscriber_id)
    connection.execute(
        changed.values(address=address.mailbox, address_key=address.key, updated_at=now)
    )


def remove(connection: Connection, subscriber_id: int) -> None:
    """Delete a subscriber, and with it what hangs on it."""
    connection.execute(delete(Subscriber).where(Subscriber.id == subscriber_id))


def remove_pending(connection: Connection, subscriber_id: int) -> None:
    """Delete a subscriber who never confirmed; anybody else stays."""
    pending = delete(Subscriber).where(
        Subscriber.id == subscriber_id, Subscriber.status == Status.PENDING
    )
    connection.execute(pending)


def _people() -> Select[*tuple[Any, ...]]:
    return select(
        Subscriber.id,
        Subscriber.address,
        Subscriber.address_key,
        Subscriber.name,
        Subscriber.organisation,
        FacetSetRow.sector,
        FacetSetRow.regions,
        Subscriber.status,
        Subscriber.created_at,
        Subscriber.updated_at,
    ).join(FacetSetRow, FacetSetRow.id == Subscriber.facet_set_id)


# Built once: that takes as long as asking, and each verb on a person begins with these.
_BY_KEY = _people().where(Subscriber.address_key == bindparam("key"))
_HOLD = (
    update(Subscriber)
    .where(Subscriber.address_key == bindparam("key"))
    .values(updated_at=Subscriber.updated_at)
)


def _person(row: Row[*tuple[Any, ...]]) -> Person:
    return Person(
        id=row.id,
        address=row.address,
        key=row.address_key,
        name=row.name,
        organisation=row.organisation,
        facets=_facet_set(row.sector, row.regions),
        status=Status(row.status),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _facet_set(sector: str, regions: str) -> FacetSet:
    return FacetSet(sector, frozenset(regions.split(",") if regions else ()))


def _narrowed(filters: Filters) -> list[ColumnElement[bool]]:
    conditions = [condition_of(filters.segment)]
    if filters.status is not None:
        conditions.append(Subscriber.status == filters.status)
    if filters.publication is not None:
        conditions.append(_has_live(filters.publication))
    if filters.search:
        columns = (Subscriber.address, Subscriber.name, Subscriber.organisation)
        conditions.append(or_(*(c.icontains(filters.search, autoescape=True) for c in columns)))
    return conditions


def _has_live(publication: str) -> ColumnElement[bool]:
    return exists().where(
        Subscription.subscriber_id == Subscriber.id,
        Subscription.publication == publication,
        Subscription.ended_at.is_(None),
    )


# ---- whom a mailing reaches


def audience(publication: str, segment: Segment) -> Select[int, str, str, str, int]:
    """Everybody in the segment who may be sent this publication now.

    That is: an active subscriber, with a live subscription to it, and no live suppression of the
    address, hold of its domain or pause. The columns are id, address, name, organisation and
    facet_set_id, ready to be the source of an INSERT.
    """
    columns = select(
        Subscriber.id,
        Subscriber.address,
        Subscriber.name,
        Subscriber.organisation,
        Subscriber.facet_set_id,
    )
    return _reached(columns, publication, segment).where(
        ~_is_suppressed(), ~at_held_domain(), ~is_paused()
    )


def count_by_facets(
    connection: Connection, publication: str | None, segment: Segment = EVERYBODY
) -> dict[FacetSet, int]:
    """How many people of each facet set may be sent `publication` or, when it is None, may be written to."""
    grouped = select(Subscriber.facet_set_id, func.count()).group_by(Subscriber.facet_set_id)
    reached = _reached(grouped, publication, segment)
    # Looking for a suppression person by person reads the whole table, and the suppressed are few:
    # they are counted apart, from their side, and taken away.
    is_barred = or_(_is_suppressed(), is_paused())
    if any(each.released_at is None for each in holds(connection)):
        is_barred = or_(is_barred, at_held_domain())
    barred = _tally(connection, reached.where(is_barred))
    held = facet_sets(connection)
    counts = _tally(connection, reached)
    left = {key: total - barred.get(key, 0) for key, total in counts.items()}
    return {held[key]: total for key, total in left.items() if total}


def _tally(connection: Connection, query: Select[int, int]) -> dict[int, int]:
    return {row[0]: row[1] for row in connection.execute(query)}


def _reached(
    query: Select[*Columns], publication: str | None, segment: Segment
) -> Select[*Columns]:
    reached = query.where(Subscriber.status == Status.ACTIVE, condition_of(segment))
    if publication is None:
        return reached
    return reached.join(Subscription, Subscription.subscriber_id == Subscriber.id).where(
        Subscription.publication == publication, Subscription.ended_at.is_(None)
    )


def _is_suppressed() -> ColumnElement[bool]:
    live = select(Suppression.address_key).where(Suppression.lifted_at.is_(None))
    return Subscriber.address_key.in_(live)
