"""The queries over batches: the handfuls of a campaign that processes claim, finish and hand back.

Takes a connection and never commits. A claim is a lease: its holder renews it, and one who died loses it.
With PostgreSQL any number of hosts claim side by side (`FOR UPDATE SKIP LOCKED`); with SQLite writers are
alone anyway.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, case, exists, func, insert, literal, or_, select, update

from mailer.delivery.campaign import CampaignState, Kind
from mailer.delivery.models import Campaign, Delivery, DeliveryBatch
from mailer.delivery.outcome import OPEN_STATES, DeliveryState

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from sqlalchemy import ColumnElement, Connection

LEASE = dt.timedelta(minutes=2)
"""For how long a process has its batches to itself after its last sign of life."""

SIZE = 500
"""Deliveries of a batch at most: what a dead process keeps to itself until its lease ends."""

_CANARY_BATCHES = 10
_WAITING = (DeliveryState.QUEUED, DeliveryState.DEFERRED)


@dataclass(frozen=True, slots=True)
class Claim:
    """A batch that this process may send."""

    batch_id: int
    campaign_id: int
    kind: Kind
    first_id: int
    last_id: int


class Canary(NamedTuple):
    """How long the others wait after the first few, and what is said when too many of these failed."""

    wait: dt.timedelta
    verdict: Callable[[int, int], str | None]


class Due(NamedTuple):
    """When there is work again; `is_held` while another process has some of it in hand."""

    moment: dt.datetime
    is_held: bool


def carve(
    connection: Connection, campaign_id: int, count: int, canary: float, now: dt.datetime
) -> None:
    """Cut a frozen campaign of `count` deliveries into batches.

    A `canary` share of the batches, spread evenly, goes before the others.
    """
    mine = Delivery.campaign_id == campaign_id
    # Asked for one by one: for both at once SQLite reads the whole index.
    first, last = (
        connection.execute(select(end(Delivery.id)).where(mine)).scalar_one()
        for end in (func.min, func.max)
    )
    size = _batch_size(count, canary)
    starts = range(first, last + 1, size)
    every = len(starts) / max(1, round(len(starts) * canary)) if canary else 0
    chosen = {int(number * every) for number in range(int(len(starts) / every))} if every else set()
    rows = [
        {
            "campaign_id": campaign_id,
            "first_id": begin,
            "last_id": min(begin + size - 1, last),
            "is_open": True,
            "is_canary": number in chosen,
            "due_at": now if number in chosen or not chosen else None,
        }
        for number, begin in enumerate(starts)
    ]
    connection.execute(insert(DeliveryBatch), rows)


def _batch_size(count: int, canary: float) -> int:
    """Small enough for a canary of several batches, so that it is a sample and not a corner of the list."""
    return min(SIZE, max(1, int(count * canary / _CANARY_BATCHES))) if canary else SIZE


def add_single(
    connection: Connection, campaign_id: int, delivery_id: int, due_at: dt.datetime
) -> None:
    """A batch for one delivery alone: a letter."""
    connection.execute(
        insert(DeliveryBatch).values(
            campaign_id=campaign_id,
            first_id=delivery_id,
            last_id=delivery_id,
            is_open=True,
            is_canary=False,
            due_at=due_at,
        )
    )


def claim(
    connection: Connection, among: ColumnElement[bool], holder: str, now: dt.datetime
) -> Claim | None:
    """Take the next batch that is due and free, of the campaigns `among` which to choose."""
    chosen = (
        select(
            DeliveryBatch.id,
            DeliveryBatch.campaign_id,
            Campaign.kind,
            DeliveryBatch.first_id,
            DeliveryBatch.last_id,
        )
        .join(Campaign, Campaign.id == DeliveryBatch.campaign_id)
        .where(
            DeliveryBatch.is_open,
            DeliveryBatch.due_at <= now,
            _is_free(now),
            Campaign.state == CampaignState.SENDING,
            among,
        )
        .order_by(DeliveryBatch.campaign_id, DeliveryBatch.is_canary.desc(), DeliveryBatch.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=DeliveryBatch)
    )
    found = connection.execute(chosen).one_or_none()
    if found is None:
        return None
    taken = update(DeliveryBatch).where(DeliveryBatch.id == found.id)
    connection.execute(taken.values(holder=holder, held_until=now + LEASE))
    return Claim(found.id, found.campaign_id, Kind(found.kind), found.first_id, found.last_id)


def _is_free(now: dt.datetime) -> ColumnElement[bool]:
    held_until = DeliveryBatch.held_until
    # Nobody holds a batch for longer than a lease: then the clock was set back.
    return or_(held_until.is_(None), held_until < now, held_until > now + 2 * LEASE)


def put_back(connection: Connection, held: Claim, holder: str, now: dt.datetime) -> None:
    """Give up a batch of which nothing was sent."""
    mine = and_(DeliveryBatch.id == held.batch_id, DeliveryBatch.holder == holder)
    connection.execute(
        update(DeliveryBatch).where(mine).values(holder=None, held_until=None, due_at=now)
    )


def settle(connection: Connection, held: Claim, state: DeliveryState, now: dt.datetime) -> int:
    """Move what another process left in flight to `state`; returns how many."""
    left = update(Delivery).where(_rows_of(held), Delivery.state == DeliveryState.SENDING)
    return connection.execute(left.values(state=state, changed_at=now)).rowcount


def renew(
    connection: Connection, holder: str, batch_ids: Collection[int], now: dt.datetime
) -> None:
    """Keep the batches that this process has in hand.

    No others, though they be in its name: where the answer to a claim was lost, nobody would ever send them.
    """
    in_hand = and_(DeliveryBatch.id.in_(batch_ids), DeliveryBatch.holder == holder)
    connection.execute(update(DeliveryBatch).where(in_hand).values(held_until=now + LEASE))


def free_dead(connection: Connection, is_gone: Callable[[str], bool]) -> None:
    """Free what a process holds that is known to have ended, before its lease does."""
    held = select(DeliveryBatch.holder).where(DeliveryBatch.holder.is_not(None)).distinct()
    gone = [holder for holder in connection.scalars(held) if holder and is_gone(holder)]
    if gone:
        free(connection, gone)


def free(connection: Connection, holders: Collection[str]) -> None:
    """Let anybody claim what these processes hold; what they had in flight is then settled."""
    freed = update(DeliveryBatch).where(DeliveryBatch.holder.in_(holders))
    connection.execute(freed.values(holder=None, held_until=None))


def finish(
    connection: Connection,
    held: Claim,
    holder: str,
    not_before: dt.datetime | None,
    canary: Canary,
    now: dt.datetime,
) -> None:
    """Put a batch down: it is closed when nothing of it is open, else due when its next mail is.

    `not_before` leaves what is left alone until then. The last batch ends its campaign; that of a cancelled
    one leaves nothing waiting. `lock_campaign` comes first.
    """
    mine = and_(DeliveryBatch.id == held.batch_id, DeliveryBatch.holder == holder)
    if connection.scalar(select(DeliveryBatch.id).where(mine).with_for_update()) is None:
        return
    if not _may_go_on(connection, held.campaign_id):
        waiting = update(Delivery).where(_rows_of(held), Delivery.state.in_(_WAITING))
        connection.execute(waiting.values(state=DeliveryState.CANCELLED, changed_at=now))
    next_due = connection.scalar(
        select(func.min(_due(now))).where(_rows_of(held), Delivery.state.in_(OPEN_STATES))
    )
    put_down = update(DeliveryBatch).where(mine).values(holder=None, held_until=None)
    if next_due is None:
        put_down = put_down.values(is_open=False, is_canary=False, due_at=None)
    else:
        put_down = put_down.values(due_at=max(next_due, not_before or next_due))
        if next_due > now:
            # Nothing but later tries: as a canary it has shown what it had to show.
            put_down = put_down.values(is_canary=False)
    connection.execute(put_down)
    _open_the_rest(connection, held.campaign_id, canary, now)
    end_if_done(connection, held.campaign_id, now)


def _due(now: dt.datetime) -> ColumnElement[dt.datetime]:
    later = and_(Delivery.state == DeliveryState.DEFERRED, Delivery.next_attempt_at.is_not(None))
    moment = Delivery.next_attempt_at.type
    return case((later, Delivery.next_attempt_at), else_=literal(now, moment))


def _rows_of(held: Claim) -> ColumnElement[bool]:
    return and_(
        Delivery.campaign_id == held.campaign_id,
        Delivery.id.between(held.first_id, held.last_id),
    )


def _may_go_on(connection: Connection, campaign_id: int) -> bool:
    state = connection.scalar(select(Campaign.state).where(Campaign.id == campaign_id))
    return state != CampaignState.CANCELLED


def _open_the_rest(
    connection: Connection, campaign_id: int, canary: Canary, now: dt.datetime
) -> None:
    """Once no canary is left, let the others follow after a while; where it failed, ask a person first."""
    of_campaign = and_(DeliveryBatch.campaign_id == campaign_id, DeliveryBatch.is_open)
    waits = and_(of_campaign, DeliveryBatch.due_at.is_(None))
    left = select(DeliveryBatch.id).where(of_campaign, DeliveryBatch.is_canary)
    rest = select(DeliveryBatch.id).where(waits)
    if connection.scalar(left.limit(1)) or not connection.scalar(rest.limit(1)):
        return
    connection.execute(update(DeliveryBatch).where(waits).values(due_at=now + canary.wait))
    because = canary.verdict(*_ended(connection, campaign_id))
    if because is not None:
        running = and_(Campaign.id == campaign_id, Campaign.state == CampaignState.SENDING)
        paused = {"state": CampaignState.PAUSED, "paused_because": because}
        connection.execute(update(Campaign).where(running).values(paused))


def _ended(connection: Connection, campaign_id: int) -> tuple[int, int]:
    """How many mails of a campaign have ended, and how many of them badly."""
    badly = (DeliveryState.REJECTED, DeliveryState.UNCERTAIN)
    query = select(func.count(), func.sum(case((Delivery.state.in_(badly), 1), else_=0))).where(
        Delivery.campaign_id == campaign_id, Delivery.state.in_((DeliveryState.ACCEPTED, *badly))
    )
    row = connection.execute(query).one()
    return row[0], row[1] or 0


def lock_campaign(connection: Connection, campaign_id: int) -> None:
    """Let no one else put down a batch of a campaign, or decide about it, until this transaction ends.

    Whoever takes more locks than this takes it first, then batches, then deliveries.
    """
    row = select(Campaign.id).where(Campaign.id == campaign_id)
    connection.execute(row.with_for_update(key_share=True)).all()


def end_if_done(connection: Connection, campaign_id: int, now: dt.datetime) -> None:
    """Mark a campaign as finished that has nothing open left; letters go on for ever."""
    left = exists().where(DeliveryBatch.campaign_id == campaign_id, DeliveryBatch.is_open)
    done = update(Campaign).where(
        Campaign.id == campaign_id,
        Campaign.state == CampaignState.SENDING,
        Campaign.kind != Kind.LETTER,
        ~left,
    )
    connection.execute(done.values(state=CampaignState.FINISHED, finished_at=now))


def lock(connection: Connection, campaign_id: int) -> None:
    """Let nobody claim or finish a batch of a campaign until this transaction ends."""
    lock_campaign(connection, campaign_id)
    rows = select(DeliveryBatch.id).where(DeliveryBatch.campaign_id == campaign_id)
    connection.execute(rows.order_by(DeliveryBatch.id).with_for_update()).all()


def reopen(connection: Connection, campaign_id: int, now: dt.datetime) -> None:
    """Make every batch due at once that has a mail to send; what waits for the canary goes on waiting.

    One in flight by the record may be a dead process's, and due far ahead by a clock that was set back since.
    """
    to_send = exists().where(
        Delivery.campaign_id == campaign_id,
        Delivery.id.between(DeliveryBatch.first_id, DeliveryBatch.last_id),
        Delivery.state.in_((DeliveryState.QUEUED, DeliveryState.SENDING)),
    )
    waits = and_(DeliveryBatch.is_open, DeliveryBatch.due_at.is_(None))
    again = update(DeliveryBatch).where(DeliveryBatch.campaign_id == campaign_id, ~waits, to_send)
    connection.execute(again.values(is_open=True, due_at=now))


def next_due(connection: Connection, among: ColumnElement[bool], now: dt.datetime) -> Due | None:
    """When the next batch of the campaigns `among` is due, or free; None when nothing is open at all."""
    moment = case((_is_free(now), DeliveryBatch.due_at), else_=DeliveryBatch.held_until)
    is_held = case((_is_free(now), 0), else_=1)
    earliest = (
        select(func.min(moment), func.max(is_held))
        .join(Campaign, Campaign.id == DeliveryBatch.campaign_id)
        .where(DeliveryBatch.is_open, Campaign.state == CampaignState.SENDING, among)
    )
    found = connection.execute(earliest).one()
    return Due(found[0], bool(found[1])) if found[0] is not None else None


def holders(connection: Connection, campaign_id: int, now: dt.datetime) -> list[str]:
    """The processes that are sending a campaign now."""
    rows = connection.scalars(
        select(DeliveryBatch.holder)
        .where(
            DeliveryBatch.campaign_id == campaign_id,
            DeliveryBatch.holder.is_not(None),
            DeliveryBatch.held_until >= now,
        )
        .distinct()
    )
    return [holder for holder in rows if holder]
