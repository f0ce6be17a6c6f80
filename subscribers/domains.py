"""The queries over held domains: whole domains at which nobody is written to, until a person looked into it.

Takes a connection and never commits. Must not decide when a domain is held.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert  # SQLite speaks the same words

from subscribers.lifecycle import Status
from subscribers.models import HeldDomain, Subscriber

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection


@dataclass(frozen=True, slots=True)
class Hold:
    """A time for which a domain was held; `released_at` is None while it lasts."""

    domain: str
    reason: str
    held_at: datetime
    released_at: datetime | None
    release_reason: str | None


def domain_of(address: str) -> str:
    """The domain of an address, in lower case."""
    return address.rpartition("@")[2].lower()


def hold(connection: Connection, domain: str, reason: str, now: datetime) -> bool:
    """Stop writing to everybody at a domain; False when it is held already, whose reason then stays."""
    # Two that see it fail at once must not trip over each other.
    made = insert(HeldDomain).values(domain=domain, reason=reason, held_at=now)
    row = connection.execute(made.on_conflict_do_nothing().returning(HeldDomain.id)).one_or_none()
    return row is not None


def release(connection: Connection, domain: str, reason: str, now: datetime) -> bool:
    """Write to a domain again; False when it is not held."""
    ended = update(HeldDomain).where(HeldDomain.domain == domain, HeldDomain.released_at.is_(None))
    return connection.execute(ended.values(released_at=now, release_reason=reason)).rowcount == 1


def holds(connection: Connection, domain: str | None = None) -> list[Hold]:
    """Every time that a domain, or any, is or was held, oldest first."""
    query = select(
        HeldDomain.domain,
        HeldDomain.reason,
        HeldDomain.held_at,
        HeldDomain.released_at,
        HeldDomain.release_reason,
    ).order_by(HeldDomain.id)
    if domain is not None:
        query = query.where(HeldDomain.domain == domain)
    return [Hold(*row) for row in connection.execute(query)]


def at_held_domain() -> ColumnElement[bool]:
    """Whether a subscriber's address is at a domain that is held."""
    held = HeldDomain.released_at.is_(None)
    here = exists().where(held, Subscriber.address_key.like("%@" + HeldDomain.domain))
    # Mostly none is, and a database asks that once in place of once for each subscriber.
    return and_(exists().where(held), here)


def count_listed(connection: Connection, domain: str) -> int:
    """How many people of a domain are on the list and have not left."""
    counted = select(func.count()).select_from(Subscriber)
    here = counted.where(_at(domain), Subscriber.status != Status.LEFT)
    return connection.execute(here).scalar_one()


def keys_at(connection: Connection, domain: str) -> list[str]:
    """The address keys of everybody at a domain, in order."""
    query = select(Subscriber.address_key).where(_at(domain))
    return list(connection.scalars(query.order_by(Subscriber.address_key)))


def _at(domain: str) -> ColumnElement[bool]:
    return Subscriber.address_key.endswith(f"@{domain}", autoescape=True)
