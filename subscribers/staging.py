"""The set-based queries of an import: a chunk of rows goes into a temporary table and is merged from there.

Takes a connection and never commits. Knows how each engine takes many rows quickly; decides
nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from subscribers.database import UtcDateTime
from subscribers.store import facet_sets, intern_facets

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from subscribers.facets import FacetSet
    from subscribers.rows import ImportRow

_TABLES = """
    CREATE TEMPORARY TABLE incoming (
        n INTEGER PRIMARY KEY, address TEXT, address_key TEXT, name TEXT, organisation TEXT,
        facet_set_id INTEGER, publication_set INTEGER
    );
    CREATE TEMPORARY TABLE incoming_publication (publication_set INTEGER, publication TEXT)
"""

_KNOWN = """
    SELECT i.n, s.id, s.status, s.name, s.organisation, s.facet_set_id, x.reason, (
        SELECT {joined} FROM subscription t WHERE t.subscriber_id = s.id
    )
    FROM incoming i
    LEFT JOIN subscriber s ON s.address_key = i.address_key
    LEFT JOIN suppression x ON x.address_key = i.address_key AND x.lifted_at IS NULL
    WHERE s.id IS NOT NULL OR x.id IS NOT NULL
    ORDER BY i.n
"""
# A live subscription is written with a plus, an ended one with a minus.
_JOINED = {
    "sqlite": "group_concat(iif(t.ended_at IS NULL, '+', '-') || t.publication)",
    "postgresql": "string_agg(CASE WHEN t.ended_at IS NULL THEN '+' ELSE '-' END || t.publication, ',')",
}

# What is known has been taken out of the table by now, and the rest is numbered on from the newest
# subscriber: no row has to be looked for again.
_ADD_PEOPLE = """
    INSERT INTO subscriber (
        id, address, address_key, name, organisation, facet_set_id, status, created_at, updated_at
    )
    SELECT :newest + n, address, address_key, name, organisation, facet_set_id, 'active', :now, :now
    FROM incoming ORDER BY n
"""
_ADD_SUBSCRIPTIONS = """
    INSERT INTO subscription (subscriber_id, publication, started_at, source)
    SELECT :newest + i.n, p.publication, :now, :source
    FROM incoming i JOIN incoming_publication p ON p.publication_set = i.publication_set
    ORDER BY i.n
"""
_ADD_EVENTS = """
    INSERT INTO consent_event (subscriber_id, kind, publication, at, source, actor, detail)
    SELECT :newest + i.n, 'imported', p.publication, :now, :source, :actor, ''
    FROM incoming i JOIN incoming_publication p ON p.publication_set = i.publication_set
    ORDER BY i.n
"""
# The highest id that was ever given, whether or not its subscriber is still there.
_NEWEST = {
    "sqlite": "SELECT max(seq) FROM sqlite_sequence WHERE name = 'subscriber'",
    "postgresql": "SELECT last_value FROM subscriber_id_seq",
}
_KEEP_NEWEST = "SELECT setval('subscriber_id_seq', greatest({}, 1))"


class Known(NamedTuple):
    """What the database holds about the address of the row staged as number `n`, counted from 1.

    `id` is None when the address is suppressed and nobody subscribes with it.
    """

    n: int
    id: int | None
    status: str | None
    name: str
    organisation: str
    facet_set_id: int
    suppressed: str | None
    terms: str | None
    """The publications, each after a plus while it lasts or a minus once it ended, joined by commas."""


class Stage:
    """The temporary tables of one import, in its transaction."""

    def __init__(self, connection: Connection, *, source: str, actor: str, now: datetime) -> None:
        self._connection = connection
        self._engine = connection.dialect.name
        self._parameters = {"source": source, "actor": actor, "now": _moment(connection, now)}
        self.facets = facet_sets(connection)
        self._facet_ids = {held: key for key, held in self.facets.items()}
        self._publication_ids: dict[frozenset[str], int] = {}
        self._staged = 0
        self._prepare()
        self._newest = int(connection.exec_driver_sql(_NEWEST[self._engine]).scalar() or 0)

    def _prepare(self) -> None:
        if self._engine == "postgresql":
            # An import is alone, as every writer is on SQLite; readers are not kept waiting.
            self._run("LOCK TABLE subscriber, subscription IN SHARE ROW EXCLUSIVE MODE")
        else:
            # The index over addresses is written to all over: it should stay in memory. KiB.
            self._run("PRAGMA cache_size = -65536")
        for statement in _TABLES.split(";"):
            self._run(statement)

    def close(self) -> None:
        """Drop the temporary tables: a pooled connection would keep them."""
        self._run("DROP TABLE incoming")
        self._run("DROP TABLE incoming_publication")
        if self._engine == "sqlite":
            self._run("PRAGMA cache_size = -2000")
        else:
            self._run(_KEEP_NEWEST.format(self._newest))

    def newest_id(self) -> int:
        """The highest id that was given to a subscriber; whoever is added later has a higher one."""
        return self._newest

    def fill(self, rows: Sequence[ImportRow]) -> list[Known]:
        """Stage these rows instead of the last ones, and tell what is known of their addresses."""
        self._run("DELETE FROM incoming" if self._engine == "sqlite" else "TRUNCATE incoming")
        values = [
            (
                n,
                row.mailbox,
                row.mailbox.lower(),
                row.name,
                row.organisation,
                self.facet_id(row.facets),
                self._publication_id(row.publications),
            )
            for n, row in enumerate(rows, start=1)
        ]
        _copy(self._connection, values)
        known = _KNOWN.format(joined=_JOINED[self._engine])
        found = [Known(*row) for row in self._connection.exec_driver_sql(known)]
        self._staged = len(rows)
        self._take_out(found)
        return found

    def _take_out(self, found: list[Known]) -> None:
        # When everybody is known nobody is added, and the table is emptied by the next chunk.
        if found and len(found) < self._staged:
            numbers = [{"n": one.n} for one in found]
            self._connection.execute(text("DELETE FROM incoming WHERE n = :n"), numbers)

    def add_unknown(self) -> int:
        """Add everybody who is staged and of whom nothing was known; tell how many."""
        parameters = self._parameters | {"newest": self._newest}
        added = self._connection.execute(text(_ADD_PEOPLE), parameters).rowcount
        self._connection.execute(text(_ADD_SUBSCRIPTIONS), parameters)
        self._connection.execute(text(_ADD_EVENTS), parameters)
        self._newest += self._staged
        return added

    def facet_id(self, facets: FacetSet) -> int:
        """The id of a facet set, made when it is new."""
        known = self._facet_ids.get(facets)
        if known is None:
            known = intern_facets(self._connection, facets)
            self._facet_ids[facets] = known
            self.facets[known] = facets
        return known

    def _publication_id(self, publications: frozenset[str]) -> int:
        known = self._publication_ids.get(publications)
        if known is None:
            known = len(self._publication_ids)
            self._publication_ids[publications] = known
            rows = [{"n": known, "publication": one} for one in sorted(publications)]
            self._connection.execute(
                text("INSERT INTO incoming_publication VALUES (:n, :publication)"), rows
            )
        return known

    def _run(self, statement: str) -> None:
        self._connection.exec_driver_sql(statement)


def _copy(connection: Connection, values: Iterable[tuple[object, ...]]) -> None:
    # SQLAlchemy's own way to many rows costs more than the rows: each driver is asked for its best.
    driver: Any = connection.connection.driver_connection
    cursor = driver.cursor()
    if connection.dialect.name == "sqlite":
        cursor.executemany("INSERT INTO incoming VALUES (?, ?, ?, ?, ?, ?, ?)", values)
        return
    with cursor.copy("COPY incoming FROM STDIN") as copy:
        for value in values:
            copy.write_row(value)


def _moment(connection: Connection, now: datetime) -> object:
    # Text statements know no column types, so the moment is made into what the column would bind.
    bind = UtcDateTime().dialect_impl(connection.dialect).bind_processor(connection.dialect)
    return bind(now) if bind else now
