"""The figures of one campaign, as the ledger has them. Takes a connection and never commits.

Each of these reads every delivery of the campaign once, which takes a second or so for a million.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, and_, cast, func, select

from mailer.delivery.models import CampaignVariant, Delivery
from mailer.delivery.outcome import DeliveryState
from mailer.reporting.replies import Reply

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection

_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Slice:
    """So many deliveries that are alike in what they are counted by."""

    state: DeliveryState
    attempts: int
    reason: str | None
    facet_set_id: int | None
    count: int


@dataclass(frozen=True, slots=True)
class DomainCount:
    """The mails to one domain. What is neither accepted, rejected nor uncertain is not settled."""

    domain: str
    recipients: int
    accepted: int
    rejected: int
    uncertain: int


def slice_deliveries(connection: Connection, campaign_id: int) -> list[Slice]:
    """Every delivery, counted by state, attempts, reason and facet set at once."""
    by = (Delivery.state, Delivery.attempts, Delivery.reason, Delivery.facet_set_id)
    counted = select(*by, func.count()).where(Delivery.campaign_id == campaign_id).group_by(*by)
    return [Slice(DeliveryState(row[0]), *row[1:]) for row in connection.execute(counted)]


def subject_line(connection: Connection, campaign_id: int) -> str:
    """The subject of the mails; variants differ in their articles alone."""
    subject = select(CampaignVariant.subject).where(CampaignVariant.campaign_id == campaign_id)
    return connection.scalar(subject.order_by(CampaignVariant.id).limit(1)) or ""


def count_domains(
    connection: Connection, campaign_id: int, most: int
) -> tuple[list[DomainCount], int]:
    """The domains with the most recipients, and how many domains there are in all."""
    domain = _domain(connection).label("domain")
    recipients = func.count().label("recipients")
    number = func.count().over()
    counted = select(domain, recipients, *_counts_by_state(), number).group_by(domain)
    largest = counted.where(Delivery.campaign_id == campaign_id).order_by(recipients.desc(), domain)
    rows: Sequence[Any] = connection.execute(largest.limit(most)).all()
    return [DomainCount(*row[:-1]) for row in rows], rows[0][-1] if rows else 0


_SETTLED = (DeliveryState.ACCEPTED, DeliveryState.REJECTED, DeliveryState.UNCERTAIN)


def _counts_by_state() -> list[ColumnElement[int]]:
    return [func.count().filter(Delivery.state == state).label(state) for state in _SETTLED]


def _domain(connection: Connection) -> ColumnElement[str]:
    """What stands behind the @; addresses are kept with their domain in lower case."""
    if connection.dialect.name == "postgresql":
        return func.split_part(Delivery.address, "@", 2)
    return func.substr(Delivery.address, func.instr(Delivery.address, "@") + 1)


def answered_between(
    connection: Connection, campaign_id: int
) -> tuple[dt.datetime, dt.datetime] | None:
    """When the relay first and last answered for a mail that it took; None while it has taken none."""
    accepted = select(func.min(Delivery.changed_at), func.max(Delivery.changed_at))
    found: Any = connection.execute(accepted.where(_was_answered(campaign_id))).one()
    return None if found[0] is None else (found[0], found[1])


def count_by_step(
    connection: Connection, campaign_id: int, seconds: int
) -> dict[tuple[int, bool], int]:
    """Accepted mails by (number of the step since 1970, whether it was a retry)."""
    number = (_epoch(connection) // seconds).label("number")
    retried = (Delivery.attempts > 1).label("retried")
    counted = select(number, retried, func.count()).where(_was_answered(campaign_id))
    rows = connection.execute(counted.group_by(number, retried))
    return {(int(row[0]), bool(row[1])): row[2] for row in rows}


def _was_answered(campaign_id: int) -> ColumnElement[bool]:
    """Accepted by the relay itself: a mail in doubt that a person took as accepted has no code."""
    return and_(
        Delivery.campaign_id == campaign_id,
        Delivery.state == DeliveryState.ACCEPTED,
        Delivery.reply_code.is_not(None),
    )


def _epoch(connection: Connection) -> ColumnElement[int]:
    if connection.dialect.name == "postgresql":
        return cast(func.floor(func.extract("epoch", Delivery.changed_at)), Integer)
    return cast(func.strftime("%s", Delivery.changed_at), Integer)


def read_replies(connection: Connection, campaign_id: int) -> Iterator[Reply]:
    """Every answer that the relay gave, row by row: a million of them never stand in memory together."""
    columns = (Delivery.state, Delivery.reply_code, Delivery.reply_text, Delivery.address)
    answered = select(*columns).where(
        Delivery.campaign_id == campaign_id, Delivery.reply_text.is_not(None)
    )
    rows: Any = connection.execute(answered, execution_options={"yield_per": _CHUNK})
    for state, code, text, address in rows:
        yield Reply(DeliveryState(state), code, text, address)
