"""What came back long ago: records, mails that waited for a person, and digests, each with its period.

Takes a connection and never commits. Must not know how long a period is, nor who asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import String, and_, cast, delete, exists, func, literal, select

from mailer.bounces.models import Bounce, HandledMail, UnmatchedMail
from subscribers.models import Suppression

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import ColumnElement, Connection
    from sqlalchemy.orm import InstrumentedAttribute

_AT_ONCE: Final = 5_000


class AgeingBounces:
    """Records of failures, but for those that a live suppression names as its evidence."""

    def count(self, connection: Connection, before: dt.datetime) -> int:
        """How many are from before."""
        return _count(connection, Bounce, _is_done_with(before))

    def blank(self, connection: Connection, before: dt.datetime) -> int:
        """Delete as many of them as one transaction should hold."""
        return _delete_part(connection, Bounce, Bounce.id, _is_done_with(before))


class AgeingUnmatched:
    """Mails that wait for a person, or waited."""

    def count(self, connection: Connection, before: dt.datetime) -> int:
        """How many came in before."""
        return _count(connection, UnmatchedMail, UnmatchedMail.received_at < before)

    def blank(self, connection: Connection, before: dt.datetime) -> int:
        """Delete a part of them, also of those that still wait: in all that time nobody looked."""
        old = UnmatchedMail.received_at < before
        return _delete_part(connection, UnmatchedMail, UnmatchedMail.id, old)


class AgeingDigests:
    """What tells that a mail was handled before."""

    def count(self, connection: Connection, before: dt.datetime) -> int:
        """How many are of mails that were handled before."""
        return _count(connection, HandledMail, HandledMail.handled_at < before)

    def blank(self, connection: Connection, before: dt.datetime) -> int:
        """Forget a part of them."""
        old = HandledMail.handled_at < before
        return _delete_part(connection, HandledMail, HandledMail.digest, old)


def _is_done_with(before: dt.datetime) -> ColumnElement[bool]:
    named = literal("bounce ") + cast(Bounce.id, String) + ":%"
    is_evidence = exists().where(
        Suppression.address_key == Bounce.address_key,
        Suppression.lifted_at.is_(None),
        Suppression.evidence.like(named),
    )
    return and_(Bounce.recorded_at < before, ~is_evidence)


def _delete_part(
    connection: Connection,
    table: type,
    key: InstrumentedAttribute[Any],
    condition: ColumnElement[bool],
) -> int:
    part = select(key).where(condition).limit(_AT_ONCE)
    return connection.execute(delete(table).where(key.in_(part))).rowcount


def _count(connection: Connection, table: type, condition: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(table).where(condition)).scalar_one()
