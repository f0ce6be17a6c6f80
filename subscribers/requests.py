"""The queries over requests: who asked to join, or to be written to elsewhere, and has yet to confirm it.

Takes a connection and never commits.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, text, union, update

from subscribers.facets import FacetSet
from subscribers.models import AddressRequest, JoinRequest

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from subscribers.address import Address


class RequestState(StrEnum):
    """Where a request to join stands."""

    OPEN = "open"
    KNOWN = "known"
    """The person was subscribed already: there is nothing to confirm."""
    HELD = "held"
    """Confirmed, and waiting for the team."""
    CONFIRMED = "confirmed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody typed on the form, and the words that they agreed to."""

    address: Address
    name: str
    organisation: str
    facets: FacetSet
    publications: frozenset[str]
    wording: str
    language: str
    network: str


@dataclass(frozen=True, slots=True)
class Joining:
    """A request to join, as it was kept."""

    id: int
    subscriber_id: int | None
    address: str
    key: str
    name: str
    organisation: str
    facets: FacetSet
    publications: frozenset[str]
    wording: str
    language: str
    network: str
    state: RequestState
    requested_at: datetime
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Moving:
    """A request to be written to at another address."""

    id: int
    subscriber_id: int
    address: str
    key: str
    language: str
    requested_at: datetime
    confirmed_at: datetime | None


_MOVES = select(
    AddressRequest.id,
    AddressRequest.subscriber_id,
    AddressRequest.address,
    AddressRequest.address_key,
    AddressRequest.language,
    AddressRequest.requested_at,
    AddressRequest.confirmed_at,
)


def lock_address(connection: Connection, key: str) -> None:
    """Let nobody else ask with this address until this transaction ends; SQLite's writers are alone anyway.

    A row that is not there yet can't be locked, and two clicks on one button would both make it.
    """
    if connection.dialect.name == "postgresql":
        locked = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
        connection.execute(locked, {"key": key})


def add(
    connection: Connection,
    wish: Wish,
    subscriber_id: int | None,
    state: RequestState,
    now: datetime,
) -> int:
    """Keep a request, and return its number."""
    made = insert(JoinRequest).values(
        subscriber_id=subscriber_id,
        address=wish.address.mailbox,
        address_key=wish.address.key,
        name=wish.name,
        organisation=wish.organisation,
        sector=wish.facets.sector,
        regions=",".join(sorted(wish.facets.regions)),
        publications=",".join(sorted(wish.publications)),
        wording=wish.wording,
        language=wish.language,
        network=wish.network,
        state=state,
        requested_at=now,
    )
    return connection.execute(made.returning(JoinRequest.id)).scalar_one()


def count_of_network(connection: Connection, network: str, since: datetime) -> int:
    """How many requests came from a network."""
    counted = select(func.count()).where(
        JoinRequest.network == network, JoinRequest.requested_at >= since
    )
    return connection.execute(counted.select_from(JoinRequest)).scalar_one()


def count_of_address(connection: Connection, key: str, since: datetime) -> int:
    """How many requests named an address."""
    counted = select(func.count()).where(
        JoinRequest.address_key == key, JoinRequest.requested_at >= since
    )
    return connection.execute(counted.select_from(JoinRequest)).scalar_one()


def find(connection: Connection, request_id: int) -> Joining | None:
    """The request of that number."""
    query = select(JoinRequest.__table__).where(JoinRequest.id == request_id)
    row = connection.execute(query).one_or_none()
    return _joining(row) if row else None


def find_to_decide(connection: Connection, request_id: int) -> Joining | None:
    """The same, kept from everybody else until this transaction ends."""
    held = update(JoinRequest).where(JoinRequest.id == request_id)
    connection.execute(held.values(state=JoinRequest.state))
    return find(connection, request_id)


def waiting(connection: Connection, key: str | None = None) -> list[Joining]:
    """The requests that wait for the team, oldest first; those of one address when it is given."""
    query = select(JoinRequest.__table__).where(JoinRequest.state == RequestState.HELD)
    if key is not None:
        query = query.where(JoinRequest.address_key == key)
    return [_joining(row) for row in connection.execute(query.order_by(JoinRequest.id))]


def hold(connection: Connection, request_id: int, now: datetime) -> None:
    """Note that a request was confirmed, and leave it to the team."""
    held = update(JoinRequest).where(JoinRequest.id == request_id)
    connection.execute(held.values(state=RequestState.HELD, confirmed_at=now))


def decide(
    connection: Connection, request_id: int, state: RequestState, actor: str, now: datetime
) -> None:
    """Note what became of a request, and by whom."""
    decided = update(JoinRequest).where(JoinRequest.id == request_id)
    connection.execute(
        decided.values(
            state=state,
            confirmed_at=func.coalesce(JoinRequest.confirmed_at, now),
            decided_at=now,
            decided_by=actor,
        )
    )


def add_move(
    connection: Connection, subscriber_id: int, address: Address, language: str, now: datetime
) -> int:
    """Keep a new address until it is confirmed, and return the request's number."""
    made = insert(AddressRequest).values(
        subscriber_id=subscriber_id,
        address=address.mailbox,
        address_key=address.key,
        language=language,
        requested_at=now,
    )
    return connection.execute(made.returning(AddressRequest.id)).scalar_one()


def count_moves(connection: Connection, subscriber_id: int, since: datetime) -> int:
    """How many new addresses a subscriber gave."""
    counted = select(func.count()).where(
        AddressRequest.subscriber_id == subscriber_id, AddressRequest.requested_at >= since
    )
    return connection.execute(counted.select_from(AddressRequest)).scalar_one()


def keys_of(connection: Connection, subscriber_id: int) -> frozenset[str]:
    """The keys of the addresses from which a subscriber asked to join, or that they confirmed as new."""
    joined = select(JoinRequest.address_key).where(JoinRequest.subscriber_id == subscriber_id)
    # Anybody's address can be typed as a new one.
    moved = select(AddressRequest.address_key).where(
        AddressRequest.subscriber_id == subscriber_id, AddressRequest.confirmed_at.is_not(None)
    )
    return frozenset(connection.scalars(union(joined, moved)))


def joinings_of(connection: Connection, keys: AbstractSet[str]) -> list[Joining]:
    """Every request to join from these addresses, oldest first."""
    query = select(JoinRequest.__table__).where(JoinRequest.address_key.in_(keys))
    return [_joining(row) for row in connection.execute(query.order_by(JoinRequest.id))]


def moves_of(connection: Connection, subscriber_id: int) -> list[Moving]:
    """Every new address that a subscriber gave, oldest first."""
    query = _MOVES.where(AddressRequest.subscriber_id == subscriber_id)
    return [Moving(*row) for row in connection.execute(query.order_by(AddressRequest.id))]


def find_move(connection: Connection, request_id: int) -> Moving | None:
    """The new address of that number."""
    row = connection.execute(_MOVES.where(AddressRequest.id == request_id)).one_or_none()
    return Moving(*row) if row else None


def confirm_move(connection: Connection, request_id: int, now: datetime) -> None:
    """Note that a new address was confirmed."""
    confirmed = update(AddressRequest).where(AddressRequest.id == request_id)
    connection.execute(confirmed.values(confirmed_at=now))


def _joining(row: Row[*tuple[Any, ...]]) -> Joining:
    return Joining(
        id=row.id,
        subscriber_id=row.subscriber_id,
        address=row.address,
        key=row.address_key,
        name=row.name,
        organisation=row.organisation,
        facets=FacetSet(row.sector, _split(row.regions)),
        publications=_split(row.publications),
        wording=row.wording,
        language=row.language,
        network=row.network,
        state=RequestState(row.state),
        requested_at=row.requested_at,
        confirmed_at=row.confirmed_at,
    )


def _split(slugs: str) -> frozenset[str]:
    return frozenset(slugs.split(",") if slugs else ())
