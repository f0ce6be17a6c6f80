"""The queries over bounce records: writing one, the history that a decision needs, and showing them.

Takes a connection and never commits. Must not decide what follows from a record.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, insert, or_, select, update

from mailer.bounces.decision import FORSAKEN, PERSONAL, Action, Decision, Failure
from mailer.bounces.finding import FoundBy
from mailer.bounces.mail import without_controls
from mailer.bounces.models import Bounce
from mailer.bounces.reason import MEANINGS, Blame, BounceClass, Reason
from subscribers.domains import domain_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from mailer.bounces.finding import Finding


@dataclass(frozen=True, slots=True)
class BounceRecord:
    """One record as it is shown. Moments are UTC."""

    id: int
    delivery_id: int | None
    campaign_id: int | None
    address: str
    failed_address: str
    bounce_class: BounceClass
    blame: Blame
    reason: Reason
    status: str | None
    smtp_code: int | None
    text: str
    reader: str | None
    found_by: str
    sent_at: dt.datetime
    recorded_at: dt.datetime
    action: Action
    why: str


@dataclass(frozen=True, slots=True)
class Filters:
    """Which records to show; whatever is left open does not narrow."""

    campaign_id: int | None = None
    address_key: str | None = None
    domain: str | None = None
    bounce_class: BounceClass | None = None
    reason: Reason | None = None


_LONGEST = 1000

# Made once: a statement is dearer to make than to run, and refusals can come by the thousand.
_ADD = insert(Bounce).returning(Bounce.id)


def add(connection: Connection, finding: Finding, decision: Decision, now: dt.datetime) -> int:
    """Insert a record and return its number."""
    mail, failure = finding.mail, finding.failure
    row = {
        "delivery_id": mail.delivery_id,
        "campaign_id": mail.campaign_id,
        "address_key": mail.address.lower(),
        "domain": domain_of(mail.address),
        "failed_address": storable(failure.address),
        "bounce_class": failure.bounce_class,
        "blame": MEANINGS[failure.reason].blame,
        "reason": failure.reason,
        "status": failure.status and storable(failure.status),
        "smtp_code": failure.smtp_code,
        "text": storable(failure.text),
        "reader": failure.reader,
        "found_by": finding.found_by,
        "digest": finding.digest,
        "sent_at": mail.sent_at,
        "recorded_at": now,
        "action": decision.action,
        "why": decision.why,
    }
    return connection.execute(_ADD, row).scalar_one()


def storable(text: str) -> str:
    """What came from anywhere, as a database takes it and a terminal may show it: without controls."""
    return without_controls(text[:_LONGEST]).replace("\r", " ")


def failures_of(connection: Connection, address_key: str) -> list[Failure]:
    """Every failure of an address on record, oldest first."""
    query = select(Bounce.sent_at, Bounce.bounce_class, Bounce.reason)
    rows = connection.execute(query.where(Bounce.address_key == address_key).order_by(Bounce.id))
    return [Failure(row[0], BounceClass(row[1]), Reason(row[2])) for row in rows]


def failed_deliveries(connection: Connection, delivery_ids: Collection[int]) -> set[int]:
    """Which of these deliveries have a failure on record, whosever fault it was."""
    query = select(Bounce.delivery_id).where(
        Bounce.delivery_id.in_(delivery_ids), Bounce.blame != Blame.NOBODY
    )
    return {number for number in connection.scalars(query) if number is not None}


def failing_keys(
    connection: Connection, domain: str, since: dt.datetime, until: dt.datetime
) -> set[str]:
    """The addresses of a domain whose mails sent in that time failed for a reason that is theirs."""
    query = select(Bounce.address_key).where(*_failed_together(domain, since, until)).distinct()
    return set(connection.scalars(query))


def suppressed_by(
    connection: Connection, domain: str, since: dt.datetime, until: dt.datetime
) -> list[tuple[int, str]]:
    """The records by which addresses of a domain were suppressed in that time: number and address key."""
    query = select(Bounce.id, Bounce.address_key).where(
        *_failed_together(domain, since, until), Bounce.action == Action.SUPPRESS
    )
    return [(row[0], row[1]) for row in connection.execute(query.order_by(Bounce.id))]


def suppressed_since(
    connection: Connection, domain: str, since: dt.datetime
) -> list[tuple[int, str]]:
    """The same for records that were made since a moment, whenever the mails were sent."""
    query = select(Bounce.id, Bounce.address_key).where(
        Bounce.domain == domain, Bounce.recorded_at >= since, Bounce.action == Action.SUPPRESS
    )
    return [(row[0], row[1]) for row in connection.execute(query.order_by(Bounce.id))]


def set_action(connection: Connection, numbers: Sequence[int], decision: Decision) -> None:
    """Write what followed from records after all."""
    changed = update(Bounce).where(Bounce.id.in_(numbers))
    connection.execute(changed.values(action=decision.action, why=decision.why))


def records(connection: Connection, filters: Filters, limit: int = 50) -> list[BounceRecord]:
    """The latest records, newest first."""
    query = _shown().where(*_narrowed(filters)).order_by(Bounce.id.desc()).limit(limit)
    return [_record(row) for row in connection.execute(query)]


def record(connection: Connection, number: int) -> BounceRecord | None:
    """One record."""
    row = connection.execute(_shown().where(Bounce.id == number)).one_or_none()
    return _record(row) if row else None


def count(connection: Connection, filters: Filters) -> int:
    """How many records the filters leave."""
    counted = select(func.count()).select_from(Bounce).where(*_narrowed(filters))
    return connection.execute(counted).scalar_one()


def _failed_together(
    domain: str, since: dt.datetime, until: dt.datetime
) -> list[ColumnElement[bool]]:
    return [
        Bounce.domain == domain,
        Bounce.sent_at.between(since, until),
        # To be refused by our own relay says nothing of anybody's domain.
        or_(
            Bounce.blame.in_(PERSONAL),
            and_(Bounce.reason == FORSAKEN, Bounce.found_by != FoundBy.SMTP),
        ),
        or_(Bounce.bounce_class == BounceClass.HARD, Bounce.bounce_class == BounceClass.SOFT),
    ]


def _narrowed(filters: Filters) -> list[ColumnElement[bool]]:
    asked = (
        (Bounce.campaign_id, filters.campaign_id),
        (Bounce.address_key, filters.address_key),
        (Bounce.domain, filters.domain),
        (Bounce.bounce_class, filters.bounce_class),
        (Bounce.reason, filters.reason),
    )
    return [column == wanted for column, wanted in asked if wanted is not None]


def _shown() -> Select[*tuple[Any, ...]]:
    return select(
        Bounce.id,
        Bounce.delivery_id,
        Bounce.campaign_id,
        Bounce.address_key,
        Bounce.failed_address,
        Bounce.bounce_class,
        Bounce.blame,
        Bounce.reason,
        Bounce.status,
        Bounce.smtp_code,
        Bounce.text,
        Bounce.reader,
        Bounce.found_by,
        Bounce.sent_at,
        Bounce.recorded_at,
        Bounce.action,
        Bounce.why,
    )


def _record(row: Row[*tuple[Any, ...]]) -> BounceRecord:
    return BounceRecord(
        id=row.id,
        delivery_id=row.delivery_id,
        campaign_id=row.campaign_id,
        address=row.address_key,
        failed_address=row.failed_address,
        bounce_class=BounceClass(row.bounce_class),
        blame=Blame(row.blame),
        reason=Reason(row.reason),
        status=row.status,
        smtp_code=row.smtp_code,
        text=row.text,
        reader=row.reader,
        found_by=row.found_by,
        sent_at=row.sent_at,
        recorded_at=row.recorded_at,
        action=Action(row.action),
        why=row.why,
    )
