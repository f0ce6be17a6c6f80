"""Who was erased, known again by a keyed hash, and what the team did that no consent event tells.

Takes a connection and never commits. A hash can't be turned back into an address, nor be tried out without
the key; with a new key in front the old ones still know whom they erased.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from subscribers.models import AuditEntry, Erasure
from subscribers.tokens import check_keys

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection


class Seal:
    """Makes fingerprints of addresses. `keys` are secrets of at least 16 bytes, newest first."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        check_keys(keys)
        self._keys = [blake2b(key, digest_size=32, person=b"erasure").digest() for key in keys]

    def fingerprint(self, key: str) -> str:
        """What stands for an address key from now on."""
        return self.fingerprints(key)[0]

    def fingerprints(self, key: str) -> list[str]:
        """What an address key may have been written down as, by each of the keys."""
        data = key.encode()
        return [blake2b(data, key=each, digest_size=16).hexdigest() for each in self._keys]


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody of the team did, without an address in it."""

    at: datetime
    actor: str
    action: str
    subject: str
    detail: str


def remember(connection: Connection, seal: Seal, key: str, now: datetime) -> str:
    """Keep the fingerprint of an address, and return it."""
    lift(connection, seal, key)
    fingerprint = seal.fingerprint(key)
    connection.execute(insert(Erasure).values(fingerprint=fingerprint, erased_at=now))
    return fingerprint


def lift(connection: Connection, seal: Seal, key: str) -> bool:
    """Forget that an address was erased: its person has come back."""
    known = delete(Erasure).where(Erasure.fingerprint.in_(seal.fingerprints(key)))
    return connection.execute(known).rowcount > 0


def is_erased(connection: Connection, seal: Seal, key: str) -> bool:
    """Whether an address was erased."""
    known = select(Erasure.fingerprint).where(Erasure.fingerprint.in_(seal.fingerprints(key)))
    return connection.execute(known.limit(1)).one_or_none() is not None


def all_fingerprints(connection: Connection) -> frozenset[str]:
    """Everybody who was erased."""
    return frozenset(connection.scalars(select(Erasure.fingerprint)))


def record_deed(
    connection: Connection, actor: str, action: str, subject: str, detail: str, now: datetime
) -> None:
    """Write down what somebody of the team did."""
    connection.execute(
        insert(AuditEntry).values(
            at=now, actor=actor, action=action, subject=subject, detail=detail
        )
    )


def deeds(connection: Connection, limit: int) -> list[Deed]:
    """The latest deeds, newest first."""
    columns = (
        AuditEntry.at,
        AuditEntry.actor,
        AuditEntry.action,
        AuditEntry.subject,
        AuditEntry.detail,
    )
    rows = connection.execute(select(*columns).order_by(AuditEntry.id.desc()).limit(limit))
    return [Deed(*row) for row in rows]
