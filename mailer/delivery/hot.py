"""The two statements of the ledger that run for every mail, as the driver takes them.

Building and caching a statement costs SQLAlchemy more than a database needs to run one of these, so they are
written as text, once for each driver's way of marking a value. Takes a connection and never commits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from subscribers.database import UtcDateTime

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from mailer.delivery.outcome import Outcome

_START = (
    "UPDATE delivery SET state = 'sending', attempts = attempts + 1, changed_at = {mark}"
    " WHERE state = 'queued' AND id IN ({marks}) AND (subscriber_id IS NULL OR {wanted}) RETURNING id"
)
# Whoever left, ended this subscription or was suppressed since the audience was frozen gets no mail.
_WANTED = (
    "EXISTS (SELECT 1 FROM subscriber AS s"
    " JOIN subscription AS t ON t.subscriber_id = s.id AND t.ended_at IS NULL"
    " JOIN campaign AS c ON c.publication = t.publication"
    " WHERE s.id = delivery.subscriber_id AND c.id = delivery.campaign_id AND s.status = 'active'"
    " AND NOT EXISTS (SELECT 1 FROM suppression AS x"
    " WHERE x.address_key = s.address_key AND x.lifted_at IS NULL))"
)
_RECORD = (
    "UPDATE delivery SET state = {mark}, reply_code = {mark}, reply_text = {mark}, changed_at = {mark}"
    " WHERE id = {mark}"
)
_MARKS = {"sqlite": "?", "postgresql": "%s"}
_REPLY_CHARACTERS = 500
_MOMENT = UtcDateTime()


def start(connection: Connection, ids: Sequence[int], now: dt.datetime) -> set[int]:
    """Write that these mails are about to leave; returns those that still may."""
    if not ids:
        return set()
    mark = _MARKS[connection.dialect.name]
    statement = _START.format(mark=mark, marks=", ".join([mark] * len(ids)), wanted=_WANTED)
    found = connection.exec_driver_sql(statement, (_moment(connection, now), *ids))
    return {row[0] for row in found}


def record(connection: Connection, outcomes: Mapping[int, Outcome], now: dt.datetime) -> None:
    """Write how attempts ended."""
    if not outcomes:
        return
    moment = _moment(connection, now)
    rows = [
        (outcome.state.value, outcome.code, outcome.text[:_REPLY_CHARACTERS], moment, key)
        for key, outcome in outcomes.items()
    ]
    connection.exec_driver_sql(_RECORD.format(mark=_MARKS[connection.dialect.name]), rows)


def _moment(connection: Connection, now: dt.datetime) -> object:
    """A moment as the columns of this database hold it."""
    adapted = _MOMENT.process_bind_param(now, connection.dialect)
    if connection.dialect.name == "sqlite" and adapted is not None:
        return adapted.isoformat(" ", "microseconds")
    return adapted
