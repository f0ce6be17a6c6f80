"""The set-based queries that take the staged rows of an import onto the list.

Takes a connection and never commits. Compares and writes whole chunks; decides nothing about a
person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, cast

from sqlalchemy import Table, bindparam, text

from subscribers.database import UtcDateTime
from subscribers.merging import Known
from subscribers.models import Subscriber
from subscribers.rows import ImportRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Index

    from subscribers.merging import Change
    from subscribers.staging import Stage

# CROSS JOIN keeps SQLite from turning the loops round: what is staged is read once, in order.
_SUPPRESSED = """
    SELECT i.n, i.line, i.address, x.reason FROM incoming i CROSS JOIN suppression x
    WHERE x.address_key = i.address_key AND x.lifted_at IS NULL
"""
_ADD_PEOPLE = """
    INSERT INTO subscriber (
        id, address, address_key, name, organisation, facet_set_id, status, created_at, updated_at
    )
    SELECT :newest + i.n, i.address, i.address_key, i.name, i.organisation, p.facet_set_id,
        'active', :now, :now
    FROM incoming i CROSS JOIN incoming_profile p WHERE p.profile = i.profile
    ORDER BY i.n ON CONFLICT (address_key) DO NOTHING
"""
_ADD_SUBSCRIPTIONS = """
    INSERT INTO subscription (subscriber_id, publication, started_at, source)
    SELECT :newest + i.n, :publication, :now, :source FROM incoming i {where} ORDER BY i.n
"""
_ADD_EVENTS = """
    INSERT INTO consent_event (subscriber_id, kind, publication, at, source, actor, detail)
    SELECT :newest + i.n, 'imported', :publication, :now, :source, :actor, ''
    FROM incoming i {where} ORDER BY i.n
"""
_IS_NEW = "NOT EXISTS (SELECT 1 FROM known k WHERE k.n = i.n)"
# Whoever was just added has the number of the row; whoever has another was there before.
_FIND_KNOWN = """
    INSERT INTO known
    SELECT i.n, s.id, p.names_regions, CASE WHEN s.status = 'active'
        AND i.name IN ('', s.name) AND i.organisation IN ('', s.organisation)
        AND (p.is_silent = 1 OR p.facet_set_id = s.facet_set_id)
        AND NOT EXISTS (
            SELECT 1 FROM incoming_publication t WHERE t.profile = i.profile AND NOT EXISTS (
                SELECT 1 FROM subscription u WHERE u.publication = t.publication
                    AND u.subscriber_id = s.id AND u.ended_at IS NULL
            )
        ) THEN 1 ELSE 0 END
    FROM incoming i CROSS JOIN incoming_profile p CROSS JOIN subscriber s
    WHERE p.profile = i.profile AND s.address_key = i.address_key AND s.id <> :newest + i.n
"""
# One text with all the ids in it: a million rows would take longer to hand out than to find.
_MET = {
    "sqlite": "SELECT group_concat(id) FROM known",
    "postgresql": "SELECT string_agg(CAST(id AS TEXT), ',') FROM known",
}
_IS_SAME = " WHERE is_same = 1 AND names_regions = :names_regions"
_DIFFERENT = """
    SELECT i.address_key, i.line, i.address, i.name, i.organisation, i.profile,
        s.id, s.status, s.name, s.organisation, s.facet_set_id,
        (SELECT {joined} FROM subscription t WHERE t.subscriber_id = s.id)
    FROM known k JOIN incoming i ON i.n = k.n JOIN subscriber s ON s.id = k.id
    WHERE k.is_same = 0 ORDER BY i.line
"""
# A live subscription is written with a plus, an ended one with a minus.
_JOINED = {
    "sqlite": "group_concat(iif(t.ended_at IS NULL, '+', '-') || t.publication)",
    "postgresql": "string_agg(CASE WHEN t.ended_at IS NULL THEN '+' ELSE '-' END || t.publication, ',')",
}
_CHANGE_PERSON = """
    UPDATE subscriber SET name = :name, organisation = :organisation, status = :status,
        facet_set_id = :facet_set_id, updated_at = :now
    WHERE id = :id
"""
_BEGIN = """
    INSERT INTO subscription (subscriber_id, publication, started_at, source)
    VALUES (:id, :publication, :now, :source)
"""
_RECORD = """
    INSERT INTO consent_event (subscriber_id, kind, publication, at, source, actor, detail)
    VALUES (:id, :kind, :publication, :now, :source, :actor, '')
"""
_LOCK = "LOCK TABLE subscriber, subscription IN SHARE ROW EXCLUSIVE MODE"
# The highest id that was ever given, whether or not its subscriber is still there.
_NEWEST = {
    "sqlite": "SELECT max(seq) FROM sqlite_sequence WHERE name = 'subscriber'",
    "postgresql": "SELECT last_value FROM subscriber_id_seq",
}
_KEEP_NEWEST = "SELECT setval('subscriber_id_seq', greatest(:newest, 1))"


class Barred(NamedTuple):
    """A staged row about a suppressed address."""

    n: int
    line: int
    address: str
    reason: str


@dataclass(frozen=True, slots=True)
class Taken:
    """How many of the staged rows are about somebody new, and which are not followed at all."""

    added: int
    barred: list[Barred]


class Enrolment:
    """One import on its way into the tables of the list."""

    def __init__(
        self, connection: Connection, stage: Stage, *, source: str, actor: str, now: datetime
    ) -> None:
        self._connection = connection
        self._engine = connection.dialect.name
        self._stage = stage
        self._parameters = {"source": source, "actor": actor, "now": _moment(connection, now)}
        if self._engine == "postgresql":
            # An import is alone, as every writer is on SQLite; readers are not kept waiting.
            connection.execute(text(_LOCK))
        self.newest = int(connection.scalar(text(_NEWEST[self._engine])) or 0)
        """The highest id that was given; whoever is added later has a higher one."""
        self._dropped = self._drop_indexes()

    def take(self) -> Taken:
        """Add everybody of whom nothing was known, and find the others.

        Hardly a row comes back, so that Python is left to whoever reads the list meanwhile.
        """
        barred = self._withdraw_suppressed()
        rest = self._stage.rows - len(barred)
        added = self._run(_ADD_PEOPLE)
        if added < rest:
            self._run(_FIND_KNOWN)
        if added:
            self._begin_subscriptions(is_everybody=added == rest)
            self.newest += self._stage.rows
        return Taken(added, barred)

    def met(self, *, names_regions: bool) -> Iterator[int]:
        """The people found of whom the rows say what was known, by whether they name a region."""
        query = text(_MET[self._engine] + _IS_SAME)
        ids = self._connection.scalar(query, {"names_regions": int(names_regions)})
        return map(int, ids.split(",") if ids else ())

    def different(self) -> list[tuple[ImportRow, Known]]:
        """The people found of whom the staged rows say something else, by line."""
        rows = self._connection.execute(text(_DIFFERENT.format(joined=_JOINED[self._engine])))
        return [(ImportRow(*row[:6]), Known(*row[6:])) for row in rows]

    def change(self, changes: Sequence[Change]) -> None:
        """Write what was decided about people who were known."""
        people = [
            {
                "id": one.id,
                "status": one.status,
                "name": one.name,
                "organisation": one.organisation,
                "facet_set_id": self._stage.facet_id(one.facets),
            }
            for one in changes
        ]
        begun = [
            {"id": one.id, "publication": each} for one in changes for each in one.publications
        ]
        events = [
            {"id": one.id, "kind": kind, "publication": publication}
            for one in changes
            for kind, publication in one.events
        ]
        self._run_for_each(_CHANGE_PERSON, people)
        self._run_for_each(_BEGIN, begun)
        self._run_for_each(_RECORD, events)

    def close(self) -> None:
        """Leave the tables as others expect them: with their indexes, and numbered on."""
        for index in self._dropped:
            index.create(self._connection)
        if self._engine == "postgresql":
            self._run(_KEEP_NEWEST)

    def _withdraw_suppressed(self) -> list[Barred]:
        barred = [Barred(*row) for row in self._connection.execute(text(_SUPPRESSED))]
        self._run_for_each("DELETE FROM incoming WHERE n = :n", [{"n": one.n} for one in barred])
        return barred

    def _begin_subscriptions(self, *, is_everybody: bool) -> None:
        for publication, profiles in self._stage.takers():
            conditions = [] if is_everybody else [_IS_NEW]
            conditions += [] if profiles is None else ["profile IN :profiles"]
            where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
            parameters = {"publication": publication, "profiles": profiles}
            for statement in (_ADD_SUBSCRIPTIONS, _ADD_EVENTS):
                self._run(statement.format(where=where), **parameters)

    def _drop_indexes(self) -> list[Index]:
        # For an empty list it is quicker to make an index once at the end. PostgreSQL would keep its
        # readers waiting for as long as the index is gone.
        people = "SELECT EXISTS (SELECT 1 FROM subscriber)"
        if self._engine == "postgresql" or self._connection.scalar(text(people)):
            return []
        indexes = list(cast("Table", Subscriber.__table__).indexes)
        for index in indexes:
            index.drop(self._connection)
        return indexes

    def _run(self, statement: str, **parameters: object) -> int:
        query = text(statement)
        if ":profiles" in statement:
            query = query.bindparams(bindparam("profiles", expanding=True))
        everything = {**self._parameters, "newest": self.newest, **parameters}
        return self._connection.execute(query, everything).rowcount

    def _run_for_each(self, statement: str, rows: Sequence[Mapping[str, object]]) -> None:
        if rows:
            self._connection.execute(text(statement), [{**self._parameters, **row} for row in rows])


def _moment(connection: Connection, now: datetime) -> object:
    # Text statements know no column types, so the moment is made into what the column would bind.
    bind = UtcDateTime().dialect_impl(connection.dialect).bind_processor(connection.dialect)
    return bind(now) if bind else now
