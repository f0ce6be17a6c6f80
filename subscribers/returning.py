"""Takes back that somebody left everything: by their own wish, and soon after.

Takes a connection and never commits. Must not know a page, nor how long "soon" is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from subscribers import consent, store, suppressions
from subscribers.lifecycle import EventKind, Status, after

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import Connection

    from subscribers.consent import Event
    from subscribers.store import Person


def take_back(
    connection: Connection, person: Person, since: dt.datetime, said: Event
) -> tuple[str, ...]:
    """Make somebody active again who left after `since`, and begin anew what ended with that.

    `said` is how they ask for it, which goes on record as joining does. Gives the publications that began:
    none for whom the team took off the list, or who is suppressed by now.
    """
    left = _own_leaving(connection, person, said.actor)
    if left is None or left.at < since or suppressions.live(connection, person.key) is not None:
        return ()
    asked = after(person.status, EventKind.SUBSCRIBED, person.address)
    status = after(asked, EventKind.CONFIRMED, person.address)
    store.set_status(connection, person.id, status, said.at)
    had = _ended_at(connection, person, left.at)
    begun = consent.begin(connection, person.id, had, said.source, said.at)
    told = [replace(said, kind=EventKind.SUBSCRIBED, publication=None)]
    told += [replace(said, kind=EventKind.CONFIRMED, publication=one) for one in (begun or (None,))]
    consent.record(connection, person.id, *told)
    return begun


def _own_leaving(connection: Connection, person: Person, actor: str) -> Event | None:
    if person.status is not Status.LEFT:
        return None
    left = consent.leavings(connection, person.id)
    return left[-1] if left and left[-1].actor == actor else None


def _ended_at(connection: Connection, person: Person, moment: dt.datetime) -> frozenset[str]:
    had = consent.terms(connection, [person.id]).get(person.id, [])
    return frozenset(term.publication for term in had if term.ended_at == moment)
