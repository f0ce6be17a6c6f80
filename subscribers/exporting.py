"""Write the list, or a part of it, as CSV that can be imported again: one moment of it, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from subscribers import consent, store
from subscribers.transfer import join_several, write_listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from subscribers.database import Database
    from subscribers.store import Filters

_PAGE = 1_000


def export(database: Database, out: TextIO, filters: Filters) -> int:
    """Write the people whom the filters leave as CSV that can be imported again; returns how many.

    The publications are those subscribed to now. All of it is one moment of the list. `out` should
    be opened with newline="" and UTF-8.
    """
    written = 0

    def counted(connection: Connection) -> Iterator[tuple[str, ...]]:
        nonlocal written
        for row in _export_rows(connection, filters):
            written += 1
            yield row

    with database.read() as connection:
        out.writelines(write_listing(counted(connection)))
    return written


def _export_rows(connection: Connection, filters: Filters) -> Iterator[tuple[str, ...]]:
    after_id = 0
    while page := store.people(connection, filters, after_id=after_id, limit=_PAGE):
        terms = consent.terms(connection, [person.id for person in page])
        for person in page:
            live = [one.publication for one in terms.get(person.id, []) if one.ended_at is None]
            yield (
                person.address,
                person.name,
                person.organisation,
                person.facets.sector,
                join_several(person.facets.regions),
                join_several(live),
            )
        after_id = page[-1].id
