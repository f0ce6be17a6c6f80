"""What is kept no longer than a period of the settings says: counted in a dry run, else deleted step by step.

Commits: each step is its own transaction, and a person who left is erased in one of their own. What ages
upstairs is known upstairs, and declared here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import delete, func, select

from subscribers import erasures, store
from subscribers.lifecycle import Status
from subscribers.models import AddressRequest, AuditEntry, JoinRequest, Subscriber
from subscribers.requests import RequestState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection

    from subscribers.database import Database
    from subscribers.erasing import Eraser

ACTOR = "retention"
_AT_ONCE = 500


class Ageing(Protocol):
    """Something upstairs that is blanked once it is old."""

    def count(self, connection: Connection, before: dt.datetime) -> int:
        """How much of it is from before."""

    def blank(self, connection: Connection, before: dt.datetime) -> int:
        """Blank that, or as much of it as one transaction should hold, and return how much it was."""


@dataclass(frozen=True, slots=True)
class Aged:
    """What of one kind is older than its period."""

    what: str
    days: int
    found: int


@dataclass(frozen=True, slots=True)
class Rule:
    """A period in days for something upstairs; 0 keeps it."""

    what: str
    days: int
    ageing: Ageing


@dataclass(frozen=True, slots=True)
class Periods:
    """Days for which things of this floor are kept; 0 keeps them."""

    requests: int
    left: int
    audit: int


@dataclass(frozen=True, slots=True)
class Retention:
    """Applies the periods. `actor` is who goes on record for it: by night nobody of the team."""

    database: Database
    eraser: Eraser
    periods: Periods
    rules: Sequence[Rule]
    actor: str = ACTOR

    def run(self, now: dt.datetime, *, dry_run: bool) -> list[Aged]:
        """Delete what is too old, or in a dry run count it; one entry for each kind."""
        periods = self.periods
        own: list[tuple[str, int, Ageing]] = [
            ("requests that were never confirmed, or are settled", periods.requests, _Requests()),
            ("entries of the audit", periods.audit, _Audit()),
            *((rule.what, rule.days, rule.ageing) for rule in self.rules),
        ]
        aged = [
            Aged(what, days, self._apply(what, it, days, now, dry_run=dry_run))
            for what, days, it in own
        ]
        left = Aged("people who left", periods.left, self._erase_left(now, dry_run=dry_run))
        return [*aged[:1], left, *aged[1:]]

    def _apply(
        self, what: str, ageing: Ageing, days: int, now: dt.datetime, *, dry_run: bool
    ) -> int:
        before = now - dt.timedelta(days=days)
        if not days:
            return 0
        if dry_run:
            with self.database.read() as connection:
                return ageing.count(connection, before)
        blanked = 0
        while part := self._blank_part(what, ageing, before, now):
            blanked += part
        return blanked

    def _blank_part(self, what: str, ageing: Ageing, before: dt.datetime, now: dt.datetime) -> int:
        with self.database.write() as connection:
            part = ageing.blank(connection, before)
            if part:
                erasures.record_deed(connection, self.actor, "retention", "", f"{part} {what}", now)
            return part

    def _erase_left(self, now: dt.datetime, *, dry_run: bool) -> int:
        if not self.periods.left:
            return 0
        before = now - dt.timedelta(days=self.periods.left)
        is_old = (Subscriber.status == Status.LEFT) & (Subscriber.updated_at < before)
        if dry_run:
            with self.database.read() as connection:
                return _count(connection, Subscriber, is_old)
        erased = 0
        while keys := self._next_left(is_old):
            for key in keys:
                erased += self._erase_one(key, before, now)
        return erased

    def _erase_one(self, key: str, before: dt.datetime, now: dt.datetime) -> bool:
        with self.database.write() as connection:
            # They may have come back since the page of keys was read.
            person = store.find_to_change(connection, key)
            if person is None or person.status is not Status.LEFT or person.updated_at >= before:
                return False
            why = "left long ago"
            return self.eraser.erase_within(connection, key, actor=self.actor, why=why, now=now)

    def _next_left(self, is_old: ColumnElement[bool]) -> list[str]:
        with self.database.read() as connection:
            page = select(Subscriber.address_key).where(is_old).limit(_AT_ONCE)
            return list(connection.scalars(page))


class _Requests:
    """Requests that are settled or were never confirmed, and the people who exist by such a one alone."""

    def count(self, connection: Connection, before: dt.datetime) -> int:
        return _count(connection, JoinRequest, _is_settled(before)) + _count(
            connection, AddressRequest, AddressRequest.requested_at < before
        )

    def blank(self, connection: Connection, before: dt.datetime) -> int:
        found = self.count(connection, before)
        connection.execute(delete(Subscriber).where(_is_unconfirmed(before)))
        connection.execute(delete(JoinRequest).where(_is_settled(before)))
        connection.execute(delete(AddressRequest).where(AddressRequest.requested_at < before))
        return found


class _Audit:
    """The team's deeds."""

    def count(self, connection: Connection, before: dt.datetime) -> int:
        return _count(connection, AuditEntry, AuditEntry.at < before)

    def blank(self, connection: Connection, before: dt.datetime) -> int:
        return connection.execute(delete(AuditEntry).where(AuditEntry.at < before)).rowcount


def _is_settled(before: dt.datetime) -> ColumnElement[bool]:
    return (JoinRequest.requested_at < before) & (JoinRequest.state != RequestState.HELD)


def _is_unconfirmed(before: dt.datetime) -> ColumnElement[bool]:
    # Whoever asked again lately, or waits for the team, is still waiting.
    waiting = select(JoinRequest.subscriber_id).where(
        ~_is_settled(before), JoinRequest.subscriber_id.is_not(None)
    )
    return (
        (Subscriber.status == Status.PENDING)
        & (Subscriber.created_at < before)
        & Subscriber.id.not_in(waiting)
    )


def _count(connection: Connection, table: type, condition: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(table).where(condition)).scalar_one()
