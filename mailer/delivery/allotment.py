"""The queries over what may leave: moments, the day's number and connections, shared by every process.

Takes a connection and never commits. Whoever asks gets moments of its own; what it does not use is lost, and
so nobody can ever exceed a limit together.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from mailer.delivery.models import Pace, Permit

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from subscribers.database import Base

LONGEST_QUEUE = dt.timedelta(minutes=10)
"""Nobody reserves a moment further ahead, but by a clock that was set back since."""

_LONG_AGO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def reserve(
    connection: Connection, scope: str, per_second: float, count: int, now: dt.datetime
) -> list[dt.datetime]:
    """The next `count` moments at which a mail of this scope may leave; others get later ones."""
    row = _pace(connection, scope)
    step = dt.timedelta(seconds=1 / per_second)
    begin = max(now, row.next_at)
    if begin - now > LONGEST_QUEUE + count * step:
        # Nobody reserves so far ahead: the clock was set back.
        begin = now
    _set(connection, scope, next_at=begin + count * step)
    return [begin + number * step for number in range(count)]


def take_of_day(
    connection: Connection, scope: str, day: dt.date, allowance: int, count: int
) -> int:
    """How many more of `count` mails may leave on a day, of at most `allowance`; they count as gone."""
    row = _pace(connection, scope)
    used = row.used if row.day == day else 0
    granted = max(0, min(count, allowance - used))
    _set(connection, scope, day=day, used=used + granted)
    return granted


def acquire(
    connection: Connection,
    scope: str,
    of: int,
    count: int,
    holder: str,
    until: dt.datetime,
    now: dt.datetime,
) -> int:
    """Take up to `count` more of the `of` connections of a scope until then; returns how many."""
    _add_missing(connection, Permit, [{"scope": scope, "number": n} for n in range(of)])
    free = or_(
        Permit.holder.is_(None),
        Permit.held_until < now,
        # Nobody holds one for so long: the clock was set back.
        Permit.held_until > until + (until - now),
    )
    found = (
        select(Permit.number)
        .where(Permit.scope == scope, Permit.number < of, free)
        .order_by(Permit.number)
        .limit(count)
        .with_for_update(skip_locked=True)
    )
    numbers = list(connection.scalars(found))
    mine = update(Permit).where(Permit.scope == scope, Permit.number.in_(numbers))
    connection.execute(mine.values(holder=holder, held_until=until))
    return len(numbers)


def renew(connection: Connection, holder: str, until: dt.datetime) -> None:
    """Keep the connections that a process has."""
    mine = update(Permit).where(Permit.holder == holder)
    connection.execute(mine.values(held_until=until))


def release(connection: Connection, holder: str, scope: str | None = None) -> None:
    """Give up the connections that a process has, of one scope or of all."""
    mine = update(Permit).where(Permit.holder == holder)
    if scope is not None:
        mine = mine.where(Permit.scope == scope)
    connection.execute(mine.values(holder=None, held_until=None))


def release_one(connection: Connection, holder: str, scope: str) -> None:
    """Give up one of the connections of a scope that a process has."""
    mine = select(Permit.number).where(Permit.scope == scope, Permit.holder == holder)
    number = connection.scalar(mine.order_by(Permit.number.desc()).limit(1))
    freed = update(Permit).where(Permit.scope == scope, Permit.number == number)
    connection.execute(freed.values(holder=None, held_until=None))


def _pace(connection: Connection, scope: str) -> Row[dt.datetime, dt.date, int]:
    blank = {"scope": scope, "next_at": _LONG_AGO, "day": _LONG_AGO.date(), "used": 0}
    _add_missing(connection, Pace, [blank])
    found = select(Pace.next_at, Pace.day, Pace.used).where(Pace.scope == scope)
    return connection.execute(found.with_for_update()).one()


def _set(connection: Connection, scope: str, **values: object) -> None:
    connection.execute(update(Pace).where(Pace.scope == scope).values(**values))


def _add_missing(connection: Connection, table: type[Base], rows: list[dict[str, object]]) -> None:
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(insert(table).on_conflict_do_nothing(), rows)
