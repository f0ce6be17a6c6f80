"""How many mails came back, by campaign, domain, reason and class: the figures of a report.

Takes a connection and never commits. Counts deliveries: each once, however often it was told of.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import distinct, func, select

from mailer.bounces.finding import FoundBy
from mailer.bounces.models import Bounce

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Row
    from sqlalchemy.orm import InstrumentedAttribute


class By(StrEnum):
    """What figures are told apart by."""

    CAMPAIGN = "campaign"
    DOMAIN = "domain"
    REASON = "reason"
    CLASS = "class"
    BLAME = "blame"


@dataclass(frozen=True, slots=True)
class Tally:
    """One row of the figures: what it is about, its deliveries, and of those how many of each class."""

    name: str
    deliveries: int
    hard: int
    soft: int
    complaints: int


_COLUMNS: Final[Mapping[By, InstrumentedAttribute[Any]]] = {
    By.CAMPAIGN: Bounce.campaign_id,
    By.DOMAIN: Bounce.domain,
    By.REASON: Bounce.reason,
    By.CLASS: Bounce.bounce_class,
    By.BLAME: Bounce.blame,
}


def tally(
    connection: Connection,
    by: By,
    campaign_id: int | None = None,
    limit: int = 50,
    *,
    refused: bool = True,
) -> list[Tally]:
    """The figures of one campaign or, when it is None, of all; those with the most first.

    Without `refused` it leaves out what our own relay refused while it was sent.
    """
    column, deliveries = _COLUMNS[by], func.count(distinct(Bounce.delivery_id))
    query = (
        select(
            column,
            deliveries,
            *(
                func.count(distinct(Bounce.delivery_id)).filter(Bounce.bounce_class == kind)
                for kind in ("hard", "soft", "complaint")
            ),
        )
        .group_by(column)
        .order_by(deliveries.desc(), column)
        .limit(limit)
    )
    if campaign_id is not None:
        query = query.where(Bounce.campaign_id == campaign_id)
    if not refused:
        query = query.where(Bounce.found_by != FoundBy.SMTP)
    return [_tally(row) for row in connection.execute(query)]


def _tally(row: Row[*tuple[Any, ...]]) -> Tally:
    name, deliveries, hard, soft, complaints = row
    return Tally("" if name is None else str(name), deliveries, hard, soft, complaints)
