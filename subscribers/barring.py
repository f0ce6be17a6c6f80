"""What ends the writing to a person, as a part of somebody else's transaction, with the events it leaves.

Takes a connection and never commits. Must not know what it followed from: a clerk's command, the person's own
wish, or a mail that came back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from subscribers import consent, store, suppressions
from subscribers.consent import Event
from subscribers.lifecycle import EventKind, Status, after

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from subscribers.address import Address
    from subscribers.store import Person


def bar(
    connection: Connection,
    address: Address,
    *,
    reason: str,
    evidence: str,
    now: datetime,
    actor: str,
) -> bool:
    """Suppress an address, on the list or not; False when it already was, whose reason then stays."""
    person = store.find(connection, address.key)
    done = suppressions.suppress(connection, address, reason, evidence, now)
    if done:
        _tell(connection, person, EventKind.SUPPRESSED, reason, now, actor)
    return done


def unbar(connection: Connection, address: Address, reason: str, now: datetime, actor: str) -> bool:
    """Write to an address again; False when it was not suppressed."""
    person = store.find(connection, address.key)
    done = suppressions.lift(connection, address.key, reason, now)
    if done:
        _tell(connection, person, EventKind.RESTORED, reason, now, actor)
    return done


def withdraw(  # noqa: PLR0913 - what is put on record
    connection: Connection,
    person: Person,
    publication: str | None,
    *,
    reason: str,
    now: datetime,
    actor: str,
    source: str,
    network: str | None = None,
) -> tuple[str, ...]:
    """End a person's subscription to one publication or, when it is None, to everything: the person has left.

    Returns the publications that ended. When somebody else takes off one who had left, that goes on record
    too: what two have ended isn't undone by one of them.
    """
    ended = consent.end_subscriptions(connection, person.id, publication, reason, now)
    told = [
        Event(EventKind.UNSUBSCRIBED, one, now, source, actor, detail=reason, network=network)
        for one in ended
    ]
    if publication is None and person.status is not Status.LEFT:
        status = after(person.status, EventKind.LEFT, person.address)
        store.set_status(connection, person.id, status, now)
    if publication is None and not _was_ended_by(connection, person, actor):
        event = Event(EventKind.LEFT, None, now, source, actor, detail=reason, network=network)
        told.append(event)
    consent.record(connection, person.id, *told)
    return tuple(ended)


def _was_ended_by(connection: Connection, person: Person, actor: str) -> bool:
    """Whether a person has left, and it was this actor who said so last."""
    if person.status is not Status.LEFT:
        return False
    said = consent.leavings(connection, person.id)
    return bool(said) and said[-1].actor == actor


def _tell(
    connection: Connection,
    person: Person | None,
    kind: EventKind,
    detail: str,
    now: datetime,
    actor: str,
) -> None:
    if person is not None:
        event = Event(kind, None, now, "suppressions", actor, detail=detail)
        consent.record(connection, person.id, event)
