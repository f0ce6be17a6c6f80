"""The queries over the deliveries of a campaign that is sent. Takes a connection and never commits.

Knows the tables and which state may follow which; must not decide when to send, nor read the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, func, or_, select, true, update
from sqlalchemy.orm import aliased

from mailer.delivery import batches
from mailer.delivery.campaign import CampaignState
from mailer.delivery.models import Campaign, Delivery
from mailer.delivery.outcome import HAS_HAD_STATES, OPEN_STATES, DeliveryState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, Connection

    from mailer.delivery.retry import RetrySchedule


@dataclass(frozen=True, slots=True)
class Queued:
    """A delivery that is to be sent."""

    id: int
    variant_id: int
    address: str
    name: str
    payload: str | None

    @property
    def domain(self) -> str:
        """Where it goes."""
        return self.address.rpartition("@")[2].lower()


def fetch(
    connection: Connection, held: batches.Claim, after_id: int, limit: int, now: dt.datetime
) -> list[Queued]:
    """The next deliveries of a batch that are to be sent now, after an id."""
    is_due = or_(
        Delivery.state == DeliveryState.QUEUED,
        and_(
            Delivery.state == DeliveryState.DEFERRED,
            or_(Delivery.next_attempt_at.is_(None), Delivery.next_attempt_at <= now),
        ),
    )
    columns = (
        Delivery.id,
        Delivery.variant_id,
        Delivery.address,
        Delivery.name,
        Delivery.payload,
    )
    query = select(*columns).where(
        Delivery.campaign_id == held.campaign_id,
        Delivery.id > after_id,
        Delivery.id.between(held.first_id, held.last_id),
        is_due,
    )
    return [Queued(*row) for row in connection.execute(query.order_by(Delivery.id).limit(limit))]


def cancel_waiting(connection: Connection, campaign_id: int, now: dt.datetime) -> None:
    """Cancel what a campaign has queued or deferred."""
    _cancel(connection, Delivery.campaign_id == campaign_id, now)


def cancel_unwanted(connection: Connection, ids: Collection[int], now: dt.datetime) -> None:
    """Cancel those of these mails that are still waiting: nobody wants them any more."""
    if ids:
        _cancel(connection, Delivery.id.in_(ids), now)


def _cancel(connection: Connection, chosen: ColumnElement[bool], now: dt.datetime) -> None:
    waiting = update(Delivery).where(
        chosen, Delivery.state.in_((DeliveryState.QUEUED, DeliveryState.DEFERRED))
    )
    connection.execute(waiting.values(state=DeliveryState.CANCELLED, changed_at=now))


def put_off(
    connection: Connection, ids: Collection[int], retries: RetrySchedule, now: dt.datetime
) -> set[int]:
    """Write when each of these deferred mails is due again; returns those for which it is time to give up."""
    rows = connection.execute(
        select(Delivery.id, Delivery.attempts, Delivery.first_tried_at).where(Delivery.id.in_(ids))
    ).all()
    due = {
        row.id: retries.next_attempt(row.attempts, row.first_tried_at or now, now) for row in rows
    }
    for moment in set(filter(None, due.values())):
        again = [key for key, at in due.items() if at == moment]
        connection.execute(
            update(Delivery).where(Delivery.id.in_(again)).values(next_attempt_at=moment)
        )
    return {key for key, at in due.items() if at is None}


def retry(
    connection: Connection,
    campaign_id: int,
    states: Collection[DeliveryState],
    now: dt.datetime,
    *,
    to: Collection[str] | None = None,
    words: str | None = None,
) -> int:
    """Queue what is in these states for another try at once, as if it were the first; returns how many.

    `to` narrows it to these addresses; `words` stand in place of the relay's.
    """
    chosen = and_(Delivery.state.in_(states), _goes_to(to))
    return _queue_again(connection, campaign_id, chosen, now, words)


def retry_refused(
    connection: Connection,
    campaign_id: int,
    reasons: Collection[str],
    others: Collection[int],
    now: dt.datetime,
) -> int:
    """The same for what was refused for one of these reasons; returns how many.

    Who has had the edition by one of the `others`, later campaigns perhaps, is left out.
    """
    refused = and_(Delivery.state == DeliveryState.REJECTED, Delivery.reason.in_(reasons))
    return _queue_again(connection, campaign_id, and_(refused, ~_has_had(others)), now)


def _queue_again(
    connection: Connection,
    campaign_id: int,
    chosen: ColumnElement[bool],
    now: dt.datetime,
    words: str | None = None,
) -> int:
    batches.lock(connection, campaign_id)
    again = (
        update(Delivery)
        .where(Delivery.campaign_id == campaign_id, chosen)
        .values(
            state=DeliveryState.QUEUED, first_tried_at=None, next_attempt_at=None, changed_at=now
        )
    )
    if words is not None:
        again = again.values(reply_text=words)
    count = connection.execute(again).rowcount
    batches.reopen(connection, campaign_id, now)
    return count


def _has_had(campaigns: Collection[int]) -> ColumnElement[bool]:
    other = aliased(Delivery)
    return exists().where(
        other.subscriber_id == Delivery.subscriber_id,
        other.id != Delivery.id,
        other.campaign_id.in_(campaigns),
        other.state.in_(HAS_HAD_STATES),
    )


def settle_uncertain(
    connection: Connection,
    campaign_id: int,
    state: DeliveryState,
    words: str,
    now: dt.datetime,
    *,
    to: Collection[str] | None = None,
) -> int:
    """Decide on every mail in doubt, or on those `to` some addresses, without sending it; returns how many.

    `words` say who did.
    """
    in_doubt = update(Delivery).where(
        Delivery.campaign_id == campaign_id,
        Delivery.state == DeliveryState.UNCERTAIN,
        _goes_to(to),
    )
    decided = in_doubt.values(state=state, reply_text=words, changed_at=now)
    return connection.execute(decided).rowcount


def _goes_to(addresses: Collection[str] | None) -> ColumnElement[bool]:
    if addresses is None:
        return true()
    return func.lower(Delivery.address).in_([address.lower() for address in addresses])


def settle_sending(
    connection: Connection, campaign_id: int, state: DeliveryState, now: dt.datetime
) -> int:
    """Move to `state` what is in flight by the record; only where nobody is sending. Returns how many."""
    left = update(Delivery).where(
        Delivery.campaign_id == campaign_id, Delivery.state == DeliveryState.SENDING
    )
    return connection.execute(left.values(state=state, changed_at=now)).rowcount


def count_others(connection: Connection, campaign_id: int, only: Sequence[str]) -> int:
    """How many open deliveries go to other addresses than these."""
    others = select(func.count()).where(
        Delivery.campaign_id == campaign_id,
        Delivery.state.in_(OPEN_STATES),
        func.lower(Delivery.address).not_in(only),
    )
    return connection.execute(others.select_from(Delivery)).scalar_one()


def set_state(
    connection: Connection,
    campaign_id: int,
    state: str,
    finished_at: dt.datetime | None = None,
    because: str | None = None,
) -> None:
    """Write where the campaign stands, and why where that is not a person's doing."""
    changed = update(Campaign).where(Campaign.id == campaign_id)
    connection.execute(changed.values(state=state, finished_at=finished_at, paused_because=because))


def break_off(connection: Connection, campaign_id: int, because: str) -> None:
    """Pause a campaign that is being sent, for a reason that `campaign show` tells."""
    running = update(Campaign).where(
        Campaign.id == campaign_id, Campaign.state == CampaignState.SENDING
    )
    connection.execute(running.values(state=CampaignState.PAUSED, paused_because=because))


def start_counting(connection: Connection, campaign_id: int) -> None:
    """Forget the shares of failures so far: a person looked at them and goes on."""
    anew = update(Campaign).where(Campaign.id == campaign_id)
    connection.execute(anew.values(tried=0, failed=0))


def count_outcomes(
    connection: Connection, campaign_id: int, tried: int, failed: int
) -> tuple[int, int]:
    """Add to the outcomes of a campaign; returns how many were tried, and failed, in all."""
    counted = (
        update(Campaign)
        .where(Campaign.id == campaign_id)
        .values(tried=Campaign.tried + tried, failed=Campaign.failed + failed)
        .returning(Campaign.tried, Campaign.failed)
    )
    row = connection.execute(counted).one()
    return row.tried, row.failed
