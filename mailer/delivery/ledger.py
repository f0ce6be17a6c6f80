"""The queries over campaigns and deliveries. Takes a connection and never commits.

Knows the tables and which state may follow which; must not decide when to send, nor read the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, func, insert, literal, or_, select, text, update

from mailer.delivery.models import OPEN_SQL, Campaign, CampaignAim, CampaignVariant, Delivery
from mailer.delivery.outcome import HAS_HAD_STATES, DeliveryState
from subscribers.lifecycle import Status
from subscribers.models import Subscriber, Subscription, Suppression
from subscribers.store import audience

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Select

    from mailer.delivery.campaign import Mailing
    from mailer.rendering.rendered import RenderedEmail
    from subscribers.segment import Segment


@dataclass(frozen=True, slots=True)
class Queued:
    """A delivery that is to be sent."""

    id: int
    variant_id: int
    address: str
    name: str


# Most deliveries of a campaign are done; the few that are open have an index of their own, and a query must
# repeat its words literally for a database to know that it may use it.
_IS_OPEN = text(OPEN_SQL)


# ---- freezing an audience


def lock_freezing(connection: Connection) -> None:
    """Let nobody else freeze an audience until this transaction ends; SQLite's writers are alone anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE campaign IN SHARE ROW EXCLUSIVE MODE"))


def add_campaign(connection: Connection, mailing: Mailing, actor: str, now: dt.datetime) -> int:
    """A new campaign without recipients."""
    made = insert(Campaign).values(
        edition=mailing.edition,
        publication=mailing.publication,
        kind=mailing.kind,
        route=mailing.route,
        segment=mailing.segment,
        state="paused",
        actor=actor,
        created_at=now,
    )
    return connection.execute(made.returning(Campaign.id)).scalar_one()


def add_variant(
    connection: Connection, campaign_id: int, key: str, articles: int, rendered: RenderedEmail
) -> int:
    """A rendered variant that the campaign carries."""
    made = insert(CampaignVariant).values(
        campaign_id=campaign_id,
        key=key,
        articles=articles,
        language=rendered.language,
        subject=rendered.subject,
        preheader=rendered.preheader,
        html=rendered.html,
        text=rendered.text,
    )
    return connection.execute(made.returning(CampaignVariant.id)).scalar_one()


def add_aims(connection: Connection, campaign_id: int, variants: Mapping[int, int]) -> None:
    """Which variant each facet set gets: facet set id to variant id."""
    rows = [
        {"campaign_id": campaign_id, "facet_set_id": facet_set_id, "variant_id": variant_id}
        for facet_set_id, variant_id in variants.items()
    ]
    if rows:
        connection.execute(insert(CampaignAim), rows)


def recipients(mailing: Mailing, segment: Segment) -> Select[int, str, str, str, int]:
    """Those of the segment's audience who have not had this edition by this route."""
    had = exists().where(
        Delivery.subscriber_id == Subscriber.id,
        Delivery.state.in_(HAS_HAD_STATES),
        Delivery.campaign_id == Campaign.id,
        Campaign.edition == mailing.edition,
        Campaign.publication == mailing.publication,
        Campaign.kind == mailing.kind,
        Campaign.route == mailing.route,
    )
    return audience(mailing.publication, segment).where(~had)


def count_recipients(
    connection: Connection, mailing: Mailing, segment: Segment, only: Sequence[str] | None
) -> dict[int, int]:
    """How many would be mailed, by facet set id; `only` narrows to these addresses."""
    chosen = _narrow(recipients(mailing, segment), only).subquery()
    counted = select(chosen.c.facet_set_id, func.count()).group_by(chosen.c.facet_set_id)
    return dict(connection.execute(counted).all())


def freeze_recipients(
    connection: Connection,
    campaign_id: int,
    mailing: Mailing,
    segment: Segment,
    only: Sequence[str] | None,
    now: dt.datetime,
) -> int:
    """Queue a delivery for each recipient whose facet set has a variant; returns how many."""
    chosen = _narrow(recipients(mailing, segment), only).subquery()
    source = select(
        literal(campaign_id),
        chosen.c.id,
        chosen.c.facet_set_id,
        CampaignAim.variant_id,
        chosen.c.address,
        chosen.c.name,
        literal(DeliveryState.QUEUED.value),
        literal(0),
        literal(now, Delivery.changed_at.type),
    ).join(
        CampaignAim,
        (CampaignAim.facet_set_id == chosen.c.facet_set_id)
        & (CampaignAim.campaign_id == campaign_id),
    )
    columns = [
        "campaign_id", "subscriber_id", "facet_set_id", "variant_id", "address", "name",
        "state", "attempts", "changed_at",
    ]  # fmt: skip
    return connection.execute(insert(Delivery).from_select(columns, source)).rowcount


def add_test_recipients(
    connection: Connection,
    campaign_id: int,
    variant_id: int,
    addresses: Sequence[str],
    now: dt.datetime,
) -> None:
    """Queue a mail to each of the team's own addresses."""
    rows = [
        {
            "campaign_id": campaign_id,
            "variant_id": variant_id,
            "address": address,
            "name": "",
            "state": DeliveryState.QUEUED,
            "attempts": 0,
            "changed_at": now,
        }
        for address in addresses
    ]
    connection.execute(insert(Delivery), rows)


def _narrow(
    query: Select[int, str, str, str, int], only: Sequence[str] | None
) -> Select[int, str, str, str, int]:
    return query if only is None else query.where(Subscriber.address_key.in_(only))


# ---- sending


def hold(
    connection: Connection, campaign_id: int, holder: str, until: dt.datetime, now: dt.datetime
) -> bool:
    """Take or keep the sole right to send a campaign; False while another process has it."""
    free = or_(Campaign.held_until.is_(None), Campaign.held_until < now, Campaign.holder == holder)
    taken = update(Campaign).where(Campaign.id == campaign_id, free)
    return connection.execute(taken.values(holder=holder, held_until=until)).rowcount == 1


def keep(connection: Connection, campaign_id: int, holder: str, until: dt.datetime) -> bool:
    """Prolong the right to send; False when another process has it by now."""
    mine = update(Campaign).where(Campaign.id == campaign_id, Campaign.holder == holder)
    return connection.execute(mine.values(held_until=until)).rowcount == 1


def release(connection: Connection, campaign_id: int, holder: str) -> None:
    """Give up the right to send."""
    mine = update(Campaign).where(Campaign.id == campaign_id, Campaign.holder == holder)
    connection.execute(mine.values(holder=None, held_until=None))


def settle_interrupted(
    connection: Connection, campaign_id: int, state: DeliveryState, now: dt.datetime
) -> int:
    """Move what a dead process left in flight to `state`; returns how many."""
    left = update(Delivery).where(
        _IS_OPEN,
        Delivery.campaign_id == campaign_id,
        Delivery.state == DeliveryState.SENDING,
    )
    return connection.execute(left.values(state=state, changed_at=now)).rowcount


def requeue(
    connection: Connection, campaign_id: int, state: DeliveryState, now: dt.datetime
) -> int:
    """Put every delivery in `state` back into the queue; returns how many."""
    again = update(Delivery).where(
        _IS_OPEN, Delivery.campaign_id == campaign_id, Delivery.state == state
    )
    return connection.execute(again.values(state=DeliveryState.QUEUED, changed_at=now)).rowcount


def fetch(
    connection: Connection, campaign_id: int, after_id: int, limit: int, now: dt.datetime
) -> list[Queued]:
    """The next queued deliveries after an id; those of people who left meanwhile are cancelled instead."""
    while True:
        rows = connection.execute(_next_queued(campaign_id, after_id, limit)).all()
        unwanted = [row.id for row in rows if not row.wanted]
        if unwanted:
            _cancel(connection, unwanted, now)
        if len(unwanted) < len(rows) or not rows:
            return [Queued(*row[:4]) for row in rows if row.wanted]
        after_id = rows[-1].id


def _next_queued(campaign_id: int, after_id: int, limit: int) -> Select[*tuple[Any, ...]]:
    columns = (Delivery.id, Delivery.variant_id, Delivery.address, Delivery.name)
    wanted = or_(Delivery.subscriber_id.is_(None), _still_wanted()).label("wanted")
    return (
        select(*columns, wanted)
        .where(
            _IS_OPEN,
            Delivery.campaign_id == campaign_id,
            Delivery.state == DeliveryState.QUEUED,
            Delivery.id > after_id,
        )
        .order_by(Delivery.id)
        .limit(limit)
    )


def _cancel(connection: Connection, ids: Sequence[int], now: dt.datetime) -> None:
    gone = update(Delivery).where(Delivery.id.in_(ids), Delivery.state == DeliveryState.QUEUED)
    connection.execute(gone.values(state=DeliveryState.CANCELLED, changed_at=now))


def _still_wanted() -> ColumnElement[bool]:
    suppressed = exists().where(
        Suppression.address_key == Subscriber.address_key, Suppression.lifted_at.is_(None)
    )
    return exists().where(
        Subscriber.id == Delivery.subscriber_id,
        Subscriber.status == Status.ACTIVE,
        Subscription.subscriber_id == Subscriber.id,
        Subscription.ended_at.is_(None),
        Subscription.publication == Campaign.publication,
        Campaign.id == Delivery.campaign_id,
        ~suppressed,
    )


def cancel_waiting(connection: Connection, campaign_id: int, now: dt.datetime) -> int:
    """Cancel what is queued or deferred; returns how many."""
    waiting = update(Delivery).where(
        _IS_OPEN,
        Delivery.campaign_id == campaign_id,
        Delivery.state.in_((DeliveryState.QUEUED, DeliveryState.DEFERRED)),
    )
    cancelled = waiting.values(state=DeliveryState.CANCELLED, changed_at=now)
    return connection.execute(cancelled).rowcount


def resolve_uncertain(
    connection: Connection, campaign_id: int, state: DeliveryState, words: str, now: dt.datetime
) -> int:
    """Decide on every mail in doubt; `words` say who did. Returns how many."""
    in_doubt = update(Delivery).where(
        Delivery.campaign_id == campaign_id, Delivery.state == DeliveryState.UNCERTAIN
    )
    return connection.execute(
        in_doubt.values(state=state, reply_text=words, changed_at=now)
    ).rowcount


def count_others(connection: Connection, campaign_id: int, only: Sequence[str]) -> int:
    """How many open deliveries go to other addresses than these."""
    others = select(func.count()).where(
        _IS_OPEN,
        Delivery.campaign_id == campaign_id,
        func.lower(Delivery.address).not_in(only),
    )
    return connection.execute(others.select_from(Delivery)).scalar_one()


def cancel_queued(connection: Connection, ids: Collection[int], now: dt.datetime) -> None:
    """Cancel those of these mails that are still queued."""
    if ids:
        _cancel(connection, list(ids), now)


def set_state(
    connection: Connection, campaign_id: int, state: str, finished_at: dt.datetime | None = None
) -> None:
    """Write where the campaign stands."""
    changed = update(Campaign).where(Campaign.id == campaign_id)
    connection.execute(changed.values(state=state, finished_at=finished_at))
