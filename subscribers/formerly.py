"""Which addresses are or were a person's own: what is known of them all is known of the person.

Reads and never writes. Where mail went is known upstairs, and declared here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from subscribers import requests, store

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from sqlalchemy import Connection

    from subscribers.store import Person


class FindFormer(Protocol):
    """Finds the keys of the addresses at which a person was written to."""

    def __call__(self, connection: Connection, subscriber_id: int, /) -> AbstractSet[str]:
        """Ask the ledger."""


def own_keys(
    connection: Connection, person: Person | None, key: str, find_former: FindFormer
) -> set[str]:
    """The key, and those of a person's earlier addresses that are not somebody else's by now."""
    if person is None:
        return {key}
    known = {*find_former(connection, person.id), *requests.keys_of(connection, person.id)}
    return {key} | {one for one in known if store.find(connection, one) is None}
