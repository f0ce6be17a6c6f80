"""Erase a person: everything goes but a keyed hash, by which an import is kept from bringing them back.

Commits. What hangs on a person upstairs is known upstairs, and declared here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import delete

from subscribers import erasures, store
from subscribers.formerly import own_keys
from subscribers.models import JoinRequest, Suppression

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy import Connection

    from subscribers.address import Address
    from subscribers.database import Database
    from subscribers.erasures import Seal
    from subscribers.formerly import FindFormer


class Forget(Protocol):
    """Blanks what the tables upstairs hold of a person or of addresses."""

    def __call__(
        self,
        connection: Connection,
        subscriber_id: int | None,
        keys: AbstractSet[str],
        now: datetime,
        /,
    ) -> None:
        """Leave the rows for their counts, and nothing in them that names the person."""


@dataclass(frozen=True, slots=True)
class Eraser:
    """Erases people: by their own wish, by the team, or because they left long ago."""

    database: Database
    seal: Seal
    find_former: FindFormer
    forget: Forget

    def erase(self, address: Address, *, actor: str, why: str, now: datetime) -> bool:
        """Erase whoever has this address, with all that is known of addresses they had before.

        False when nobody has it, who then is kept out all the same.
        """
        with self.database.write() as connection:
            return self.erase_within(connection, address.key, actor=actor, why=why, now=now)

    def erase_within(
        self, connection: Connection, key: str, *, actor: str, why: str, now: datetime
    ) -> bool:
        """The same, as a part of somebody else's transaction."""
        person = store.find_to_change(connection, key)
        keys = own_keys(connection, person, key, self.find_former)
        self.forget(connection, person.id if person else None, keys, now)
        connection.execute(delete(Suppression).where(Suppression.address_key.in_(keys)))
        connection.execute(delete(JoinRequest).where(JoinRequest.address_key.in_(keys)))
        if person is not None:
            store.remove(connection, person.id)
        for each in sorted(keys):
            erasures.remember(connection, self.seal, each, now)
        subject = self.seal.fingerprint(key)
        erasures.record_deed(connection, actor, "erase", subject, why, now)
        return person is not None
