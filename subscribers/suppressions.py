"""The queries over suppressions: which addresses are not written to, and why.

Takes a connection and never commits. Knows addresses, not subscribers: an address may be suppressed
before anybody subscribes with it, and stays so after an erasure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from subscribers.models import Suppression

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

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


def suppress(
    connection: Connection, address: Address, reason: str, evidence: str, now: datetime
) -> bool:
    """Stop writing to an address; False when it already was suppressed, whose reason then stays."""
    if live(connection, address.key) is not None:
        return False
    connection.execute(
        insert(Suppression).values(
            address_key=address.key,
            address=address.mailbox,
            reason=reason,
            evidence=evidence,
            created_at=now,
        )
    )
    return True


def lift(connection: Connection, key: str, reason: str, now: datetime) -> bool:
    """End the live suppression of an address; False when there is none."""
    ended = update(Suppression).where(
        Suppression.address_key == key, Suppression.lifted_at.is_(None)
    )
    return connection.execute(ended.values(lifted_at=now, lift_reason=reason)).rowcount == 1


def live(connection: Connection, key: str) -> SuppressionFact | None:
    """The suppression that holds for an address now."""
    return next((fact for fact in history(connection, key) if fact.is_live), None)


def history(connection: Connection, key: str) -> list[SuppressionFact]:
    """Every suppression that an address has or had, oldest first."""
    query = select(
        Suppression.address,
        Suppression.reason,
        Suppression.evidence,
        Suppression.created_at,
        Suppression.lifted_at,
        Suppression.lift_reason,
    ).where(Suppression.address_key == key)
    return [SuppressionFact(*row) for row in connection.execute(query.order_by(Suppression.id))]
