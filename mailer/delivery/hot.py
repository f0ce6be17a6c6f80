"""The two statements of the ledger that run for every mail, as the driver takes them; one on PostgreSQL.

Building and caching a statement costs SQLAlchemy more than a database needs to run one of these, so they are
written as text, for each driver in its own way, and go past its execution layer. Takes a connection and
never commits.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError

from subscribers.database import UtcDateTime

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from mailer.delivery.outcome import Outcome

# Whoever left, ended this subscription, asked for a pause or was suppressed since the audience was frozen
# gets no mail, nor does a domain that is held. (Not EXISTS: PostgreSQL would look at the whole list each
# time, instead of at a few people.) Who is asked by a letter or a test has no subscription to look at.
_WANTED = """
(subscriber_id IS NULL OR 1 = (
  SELECT 1 FROM subscriber AS s
  JOIN subscription AS t ON t.subscriber_id = s.id AND t.ended_at IS NULL
  JOIN campaign AS c ON c.publication = t.publication
  WHERE s.id = delivery.subscriber_id AND c.id = delivery.campaign_id AND s.status = 'active'
  AND NOT EXISTS (
   SELECT 1 FROM suppression AS x WHERE x.address_key = s.address_key AND x.lifted_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM pause AS p WHERE p.subscriber_id = s.id AND p.until > CURRENT_DATE)
  AND NOT EXISTS (
   SELECT 1 FROM held_domain AS h
   WHERE h.released_at IS NULL AND s.address_key LIKE {any} || '@' || h.domain) LIMIT 1))
"""
_START = """
UPDATE delivery SET state = 'sending', attempts = attempts + 1,
 first_tried_at = coalesce(first_tried_at, {mark}), next_attempt_at = NULL, changed_at = {mark}
 WHERE id {among} AND state IN ('queued', 'deferred')
 AND {wanted}
 RETURNING id
"""
_ASK = "SELECT id FROM delivery WHERE id {among} AND {wanted}"
# A mail that was refused before its body was never marked as started: that was an attempt all the same. Who
# was erased while their mail was on its way has no address here any more, and nothing is told of them again.
_RECORD = """
UPDATE delivery SET state = ?, reply_code = ?, reply_text = ?, reason = ?, changed_at = ?,
 attempts = attempts + (state != 'sending'), first_tried_at = coalesce(first_tried_at, ?)
 WHERE id = ? AND address <> ''
"""
_RECORD_TOGETHER = """
UPDATE delivery AS d
 SET state = v.state, reply_code = v.code, reply_text = v.words, reason = v.reason, changed_at = %s,
 attempts = attempts + (d.state != 'sending')::int, first_tried_at = coalesce(first_tried_at, %s)
 FROM unnest(%s::text[], %s::int[], %s::text[], %s::text[], %s::bigint[])
 AS v (state, code, words, reason, id) WHERE d.id = v.id AND d.address <> ''
"""
_TURN = "WITH recorded AS (" + _RECORD_TOGETHER + ")" + _START
_REPLY_CHARACTERS = 500
_MOMENT = UtcDateTime()


def start(connection: Connection, ids: Sequence[int], now: dt.datetime) -> set[int]:
    """Write that these mails are about to leave; returns those that still may."""
    if not ids:
        return set()
    moment = _moment(connection, now)
    with _cursor(connection) as cursor:
        if connection.dialect.name == "sqlite":
            among = f"IN ({', '.join('?' * len(ids))})"
            cursor.execute(
                _START.format(mark="?", among=among, wanted=_WANTED.format(any="'%'")),
                (moment, moment, *ids),
            )
        else:
            cursor.execute(
                _START.format(mark="%s", among="= ANY(%s)", wanted=_WANTED.format(any="'%%'")),
                (moment, moment, list(ids)),
            )
        return {row[0] for row in cursor.fetchall()}


def turn(
    connection: Connection, outcomes: Mapping[int, Outcome], ids: Sequence[int], now: dt.datetime
) -> set[int]:
    """Write how attempts ended and which mails are about to leave; returns those of them that still may.

    A server is asked once, in one statement: none of the mails may be in both.
    """
    if connection.dialect.name == "sqlite" or not (outcomes and ids):
        record(connection, outcomes, now)
        return start(connection, ids, now)
    moment = _moment(connection, now)
    wanted_now = _WANTED.format(any="'%%'")
    with _cursor(connection) as cursor:
        cursor.execute(
            _TURN.format(mark="%s", among="= ANY(%s)", wanted=wanted_now),
            (moment, moment, *_columns(outcomes), moment, moment, list(ids)),
        )
        return {row[0] for row in cursor.fetchall()}


def wanted(connection: Connection, ids: Sequence[int]) -> set[int]:
    """Those of these mails that somebody still wants."""
    if not ids:
        return set()
    with _cursor(connection) as cursor:
        if connection.dialect.name == "sqlite":
            among, condition = f"IN ({', '.join('?' * len(ids))})", _WANTED.format(any="'%'")
            cursor.execute(_ASK.format(among=among, wanted=condition), tuple(ids))
        else:
            condition = _WANTED.format(any="'%%'")
            cursor.execute(_ASK.format(among="= ANY(%s)", wanted=condition), (list(ids),))
        return {row[0] for row in cursor.fetchall()}


def record(connection: Connection, outcomes: Mapping[int, Outcome], now: dt.datetime) -> None:
    """Write how attempts ended."""
    if not outcomes:
        return
    moment = _moment(connection, now)
    with _cursor(connection) as cursor:
        if connection.dialect.name == "sqlite":
            rows = [(*row[:4], moment, moment, row[4]) for row in _rows(outcomes)]
            cursor.executemany(_RECORD, rows)
        else:
            cursor.execute(_RECORD_TOGETHER, (moment, moment, *_columns(outcomes)))


def _rows(outcomes: Mapping[int, Outcome]) -> list[tuple[str, int | None, str, str | None, int]]:
    return [
        (outcome.state.value, outcome.code, outcome.text[:_REPLY_CHARACTERS], outcome.reason, key)
        for key, outcome in outcomes.items()
    ]


def _columns(outcomes: Mapping[int, Outcome]) -> list[list[object]]:
    return [list(column) for column in zip(*_rows(outcomes), strict=True)]


@contextlib.contextmanager
def _cursor(connection: Connection) -> Iterator[Any]:
    """The driver's own cursor; its errors come out as SQLAlchemy's, which the database explains."""
    driver = connection.dialect.loaded_dbapi
    cursor = connection.connection.cursor()
    try:
        yield cursor
    except driver.Error as error:
        raise DBAPIError.instance(None, None, error, driver.Error) from error
    finally:
        cursor.close()


def _moment(connection: Connection, now: dt.datetime) -> object:
    """A moment as the columns of this database hold it."""
    adapted = _MOMENT.process_bind_param(now, connection.dialect)
    if connection.dialect.name == "sqlite" and adapted is not None:
        return adapted.isoformat(" ", "microseconds")
    return adapted
