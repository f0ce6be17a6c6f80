"""How the ledger's queue stands: reads it on a connection and never commits, then judges what it saw."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, or_, select

from mailer.delivery.campaign import CampaignState, Kind
from mailer.delivery.models import Campaign, DeliveryBatch
from mailer.doctor.finding import Area, Finding, good, skipped, warning, wrong

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

_AREA: Final = Area.QUEUE
_LONG: Final = dt.timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits, who sends, and what stands still."""

    waiting: int
    """Batches that are due and that nobody has."""
    oldest: dt.datetime | None
    """Since when the first of them is due."""
    holders: tuple[str, ...]
    paused: tuple[tuple[int, str], ...]
    """Campaigns by number, each with why it was paused; empty when a person did it."""


def read_queue(connection: Connection, kinds: Collection[Kind], now: dt.datetime) -> Queue:
    """The queue as it is now; of those `kinds` that may leave at this hour."""
    free = or_(DeliveryBatch.held_until.is_(None), DeliveryBatch.held_until < now)
    due = (
        select(func.count(), func.min(DeliveryBatch.due_at))
        .join(Campaign, Campaign.id == DeliveryBatch.campaign_id)
        .where(
            DeliveryBatch.is_open,
            DeliveryBatch.due_at <= now,
            free,
            Campaign.state == CampaignState.SENDING,
            Campaign.kind.in_(sorted(kinds)),
        )
    )
    waiting, oldest = connection.execute(due).one()
    holders = select(DeliveryBatch.holder).where(DeliveryBatch.held_until >= now).distinct()
    paused = (
        select(Campaign.id, func.coalesce(Campaign.paused_because, ""))
        .where(Campaign.state == CampaignState.PAUSED)
        .order_by(Campaign.id)
    )
    return Queue(
        waiting,
        oldest,
        tuple(sorted(filter(None, connection.scalars(holders)))),
        tuple((row[0], row[1]) for row in connection.execute(paused)),
    )


def judge_queue(seen: Queue, now: dt.datetime) -> list[Finding]:
    """Whether mail that is due leaves."""
    return [_judge_waiting(seen, now), _judge_senders(seen), *_judge_paused(seen)]


def _judge_waiting(seen: Queue, now: dt.datetime) -> Finding:
    if seen.oldest is None:
        return good(_AREA, "waiting", "no mail that is due waits")
    minutes = int((now - seen.oldest).total_seconds() // 60)
    due = "1 batch is" if seen.waiting == 1 else f"{seen.waiting:,} batches are"
    found = f"{due} due, the oldest for {minutes:,} minute{'' if minutes == 1 else 's'}"
    if now - seen.oldest < _LONG:
        return good(_AREA, "waiting", found)
    if seen.holders:
        remedy = "see `bulletin status`; more connections or another worker send faster"
        return warning(_AREA, "waiting", found, remedy)
    remedy = "start `bulletin serve` or `bulletin worker`, and read what it says of the relay"
    return wrong(_AREA, "waiting", f"{found}, and nobody sends them", remedy)


def _judge_senders(seen: Queue) -> Finding:
    if seen.holders:
        return good(_AREA, "senders", ", ".join(seen.holders))
    return skipped(_AREA, "senders", "none has mail in hand now, so none can be seen")


def _judge_paused(seen: Queue) -> list[Finding]:
    return [
        warning(
            _AREA, f"campaign {number}", f"it is paused{f' because {why}' if why else ''}",
            f"`bulletin campaign resume {number}`, or `bulletin campaign cancel {number}`",
        )
        for number, why in seen.paused
    ]  # fmt: skip
