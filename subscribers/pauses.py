"""The queries over pauses: who wants nothing until a day. Takes a connection and never commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select

from subscribers.models import Pause, Subscriber

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement, Connection


def find(connection: Connection, subscriber_id: int) -> date | None:
    """The day from which a subscriber may be written to again; it may have come already."""
    return connection.scalar(select(Pause.until).where(Pause.subscriber_id == subscriber_id))


def put(connection: Connection, subscriber_id: int, until: date | None) -> None:
    """Pause a subscriber until a day, or end the pause."""
    connection.execute(delete(Pause).where(Pause.subscriber_id == subscriber_id))
    if until is not None:
        connection.execute(insert(Pause).values(subscriber_id=subscriber_id, until=until))


def is_paused() -> ColumnElement[bool]:
    """Whether a subscriber of the query is paused today, by the day of the database."""
    paused = select(Pause.subscriber_id).where(Pause.until > func.current_date())
    return Subscriber.id.in_(paused)
