"""The queries over suppressions: which addresses are not written to, and why.

Takes a connection and never commits. Knows addresses, not subscribers: an address may be suppressed
before anybody subscribes with it, and stays so after an erasure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert  # SQLite speaks the same words

from subscribers.models import Suppression

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Select

    from subscribers.address import Address


@dataclass(frozen=True, slots=True)
class SuppressionFact:
    """Why an address is not written to; `lifted_at` is None while that holds."""

    address: str
    reason: str
    evidence: str
    created_at: datetime
    lifted_at: datetime | None
    lift_reason: str | None

    @property
    def is_live(self) -> bool:
        """Whether the address is still not to be written to."""
        return self.lifted_at is None


@dataclass(frozen=True, slots=True)
class Filters:
    """Which suppressions to show; whatever is left open does not narrow."""

    with_lifted: bool = False
    reason: str = ""
    search: str = ""
    """A part of an address, in any case."""


# Two that see a mailbox fail at once must not trip over each other.
_SUPPRESS = insert(Suppression).on_conflict_do_nothing().returning(Suppression.id)


def suppress(
    connection: Connection, address: Address, reason: str, evidence: str, now: datetime
) -> bool:
    """Stop writing to an address; False when it already was suppressed, whose reason then stays."""
    row = {
        "address_key": address.key,
        "address": address.mailbox,
        "reason": reason,
        "evidence": evidence,
        "created_at": now,
    }
    return connection.execute(_SUPPRESS, row).one_or_none() is not None


def lift(connection: Connection, key: str, reason: str, now: datetime) -> bool:
    """End the live suppression of an address; False when there is none."""
    ended = update(Suppression).where(
        Suppression.address_key == key, Suppression.lifted_at.is_(None)
    )
    return connection.execute(ended.values(lifted_at=now, lift_reason=reason)).rowcount == 1


def live(connection: Connection, key: str) -> SuppressionFact | None:
    """The suppression that holds for an address now."""
    return next((fact for fact in history(connection, key) if fact.is_live), None)


def latest(connection: Connection, filters: Filters, limit: int = 50) -> list[SuppressionFact]:
    """The latest suppressions, newest first."""
    query = _facts().where(*_narrowed(filters)).order_by(Suppression.id.desc()).limit(limit)
    return [SuppressionFact(*row) for row in connection.execute(query)]


def count(connection: Connection, filters: Filters) -> int:
    """How many suppressions the filters leave."""
    counted = select(func.count()).select_from(Suppression).where(*_narrowed(filters))
    return connection.execute(counted).scalar_one()


def history(connection: Connection, key: str) -> list[SuppressionFact]:
    """Every suppression that an address has or had, oldest first."""
    query = _facts().where(Suppression.address_key == key).order_by(Suppression.id)
    return [SuppressionFact(*row) for row in connection.execute(query)]


def _facts() -> Select[str, str, str, datetime, datetime | None, str | None]:
    return select(
        Suppression.address,
        Suppression.reason,
        Suppression.evidence,
        Suppression.created_at,
        Suppression.lifted_at,
        Suppression.lift_reason,
    )


def _narrowed(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if not filters.with_lifted:
        conditions.append(Suppression.lifted_at.is_(None))
    if filters.reason:
        conditions.append(Suppression.reason == filters.reason)
    if filters.search:
        conditions.append(Suppression.address_key.icontains(filters.search, autoescape=True))
    return conditions
