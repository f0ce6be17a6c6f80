"""Writing anew what a person is called and holds, as a part of somebody else's transaction.

Takes a connection and never commits.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from subscribers import consent, store
from subscribers.consent import Event
from subscribers.lifecycle import EventKind, after
from subscribers.transfer import join_several

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Connection

    from subscribers.store import Person


def rewrite(
    connection: Connection,
    before: Person,
    wanted: Person,
    *,
    source: str,
    actor: str,
    now: datetime,
    network: str | None = None,
) -> Person:
    """Make `before` equal to `wanted`, with an event if anything differs; raises `LifecycleError`."""
    after(before.status, EventKind.CHANGED, before.address)
    if wanted == before:
        return before
    store.update_person(connection, before.id, wanted.name, wanted.organisation, wanted.facets, now)
    detail = ", ".join(_differences(before, wanted))
    event = Event(EventKind.CHANGED, None, now, source, actor, detail=detail, network=network)
    consent.record(connection, before.id, event)
    return replace(wanted, updated_at=now)


def _differences(before: Person, wanted: Person) -> Iterator[str]:
    # Which facts changed, and not what they were: a consent event outlives a correction of personal
    # data.
    if before.name != wanted.name:
        yield "name"
    if before.organisation != wanted.organisation:
        yield "organisation"
    if before.facets.sector != wanted.facets.sector:
        yield f"sector {before.facets.sector or '-'} to {wanted.facets.sector or '-'}"
    if before.facets.regions != wanted.facets.regions:
        old, new = (join_several(one.facets.regions) or "-" for one in (before, wanted))
        yield f"regions {old} to {new}"
