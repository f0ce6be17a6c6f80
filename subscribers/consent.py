"""The queries over subscriptions and consent: what a person takes, took, agreed to and withdrew.

Takes a connection and never commits. Only adds: a subscription gets an end, an event is never
touched again.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from subscribers.lifecycle import EventKind
from subscribers.models import ConsentEvent, Subscription

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Term:
    """One person's time with one publication; `ended_at` is None while it lasts."""

    publication: str
    started_at: datetime
    source: str
    ended_at: datetime | None
    end_reason: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """One consent event."""

    kind: EventKind
    publication: str | None
    at: datetime
    source: str
    actor: str
    wording: str | None = None
    detail: str = ""
    network: str | None = None

    @property
    def wording_version(self) -> str | None:
        """What tells these words from any others, in short."""
        return sha256(self.wording.encode()).hexdigest()[:8] if self.wording else None


def terms(connection: Connection, subscriber_ids: Sequence[int]) -> dict[int, list[Term]]:
    """Every subscription that these people have or had, oldest first."""
    columns = (
        Subscription.publication,
        Subscription.started_at,
        Subscription.source,
        Subscription.ended_at,
        Subscription.end_reason,
    )
    query = select(Subscription.subscriber_id, *columns).order_by(Subscription.id)
    rows = connection.execute(query.where(Subscription.subscriber_id.in_(subscriber_ids)))
    found: dict[int, list[Term]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(Term(*row[1:]))
    return found


def live(connection: Connection, subscriber_id: int) -> frozenset[str]:
    """The publications that a person is subscribed to now."""
    had = terms(connection, [subscriber_id]).get(subscriber_id, [])
    return frozenset(term.publication for term in had if term.ended_at is None)


def subscribe(
    connection: Connection, subscriber_id: int, publication: str, source: str, now: datetime
) -> None:
    """Begin a subscription; a second live one to the same publication breaks a unique index."""
    connection.execute(
        insert(Subscription).values(
            subscriber_id=subscriber_id, publication=publication, started_at=now, source=source
        )
    )


def begin(
    connection: Connection,
    subscriber_id: int,
    publications: frozenset[str],
    source: str,
    now: datetime,
) -> tuple[str, ...]:
    """Begin those of the subscriptions that do not last already, and return which those are."""
    begun = tuple(sorted(publications - live(connection, subscriber_id)))
    for publication in begun:
        subscribe(connection, subscriber_id, publication, source, now)
    return begun


def end_subscriptions(
    connection: Connection, subscriber_id: int, publication: str | None, reason: str, now: datetime
) -> list[str]:
    """End the live subscription to `publication`, or all of them, and return which ended."""
    ended = update(Subscription).where(
        Subscription.subscriber_id == subscriber_id, Subscription.ended_at.is_(None)
    )
    if publication is not None:
        ended = ended.where(Subscription.publication == publication)
    rows = connection.scalars(
        ended.values(ended_at=now, end_reason=reason).returning(Subscription.publication)
    )
    return sorted(rows)


def end_each(
    connection: Connection,
    subscriber_ids: Sequence[int],
    publication: str,
    reason: str,
    now: datetime,
) -> list[int]:
    """End the live subscriptions of these people to one publication, and return whose ended."""
    ended = update(Subscription).where(
        Subscription.publication == publication,
        Subscription.subscriber_id.in_(subscriber_ids),
        Subscription.ended_at.is_(None),
    )
    rows = connection.scalars(
        ended.values(ended_at=now, end_reason=reason).returning(Subscription.subscriber_id)
    )
    return sorted(rows)


def record(connection: Connection, subscriber_id: int, *events: Event) -> None:
    """Append consent events of one person."""
    record_each(connection, [(subscriber_id, event) for event in events])


def record_each(connection: Connection, told: Sequence[tuple[int, Event]]) -> None:
    """Append consent events, each with the number of its person."""
    rows = [
        {
            "subscriber_id": subscriber_id,
            "kind": event.kind,
            "publication": event.publication,
            "at": event.at,
            "source": event.source,
            "actor": event.actor,
            "wording": event.wording,
            "detail": event.detail,
            "network": event.network,
        }
        for subscriber_id, event in told
    ]
    if rows:
        connection.execute(insert(ConsentEvent), rows)


def events(connection: Connection, subscriber_id: int) -> list[Event]:
    """A subscriber's consent events, oldest first."""
    query = select(
        ConsentEvent.kind,
        ConsentEvent.publication,
        ConsentEvent.at,
        ConsentEvent.source,
        ConsentEvent.actor,
        ConsentEvent.wording,
        ConsentEvent.detail,
        ConsentEvent.network,
    ).where(ConsentEvent.subscriber_id == subscriber_id)
    rows = connection.execute(query.order_by(ConsentEvent.id))
    return [Event(EventKind(row[0]), *row[1:]) for row in rows]


def leavings(connection: Connection, subscriber_id: int) -> list[Event]:
    """Every time that somebody ended everything for a subscriber, oldest first."""
    found = events(connection, subscriber_id)
    return [event for event in found if event.kind is EventKind.LEFT]
