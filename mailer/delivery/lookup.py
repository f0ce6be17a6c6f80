"""From a delivery's number, as a link or a returned mail carries it, to whom it was for and what it said.

Takes a connection and never commits. Knows the ledger; must not know what the link is for.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select

from mailer.bounces.sent import SentMail
from mailer.delivery.campaign import Kind, Route
from mailer.delivery.models import Campaign, CampaignVariant, Delivery
from mailer.delivery.outcome import DeliveryState
from mailer.rendering.rendered import RenderedEmail
from subscribers.models import Subscriber

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row, Select

_HAS_LEFT = (DeliveryState.ACCEPTED, DeliveryState.UNCERTAIN, DeliveryState.REJECTED)
_FEW = 20


@dataclass(frozen=True, slots=True)
class Mailed:
    """One delivery: `name` and `address` are as they stood in the mail.

    `subscriber_address` is where the subscriber is written to now; it is None for a test mail, and for
    somebody who was erased since.
    """

    delivery_id: int
    campaign_id: int
    publication: str
    edition: str
    is_test: bool
    is_letter: bool
    variant_id: int
    name: str
    address: str
    subscriber_id: int | None
    subscriber_address: str | None


# Built once: building it takes longer than asking it, and every page begins with it.
_DELIVERIES = (
    select(
        Delivery.id,
        Delivery.campaign_id,
        Campaign.publication,
        Campaign.edition,
        Campaign.kind,
        Delivery.variant_id,
        Delivery.name,
        Delivery.address,
        Delivery.subscriber_id,
        Delivery.payload,
        Subscriber.address.label("subscriber_address"),
    )
    .join(Campaign, Campaign.id == Delivery.campaign_id)
    .outerjoin(Subscriber, Subscriber.id == Delivery.subscriber_id)
    .where(Delivery.id.in_(bindparam("delivery_ids", expanding=True)))
)


def find_delivery(connection: Connection, delivery_id: int) -> Mailed | None:
    """The delivery of that number; None when there is none, as for a mail that was only looked at."""
    return find_deliveries(connection, [delivery_id]).get(delivery_id)


def find_deliveries(connection: Connection, delivery_ids: Sequence[int]) -> dict[int, Mailed]:
    """The deliveries of these numbers, by number; without those that there are none of."""
    rows = connection.execute(_DELIVERIES, {"delivery_ids": delivery_ids}).all()
    return {row.id: _mailed(connection, row) for row in rows}


def _mailed(connection: Connection, row: Row[*tuple[Any, ...]]) -> Mailed:
    is_letter = row.kind == Kind.LETTER
    subscriber_id, written_to = row.subscriber_id, row.subscriber_address
    if is_letter:
        subscriber_id, written_to = _of_letter(connection, row.payload)
    return Mailed(
        delivery_id=row.id,
        campaign_id=row.campaign_id,
        publication=row.publication,
        edition=row.edition,
        is_test=row.kind == Kind.TEST,
        is_letter=is_letter,
        variant_id=row.variant_id,
        name=row.name,
        address=row.address,
        subscriber_id=subscriber_id,
        subscriber_address=written_to,
    )


def _of_letter(connection: Connection, payload: str | None) -> tuple[int | None, str | None]:
    """Whom a letter was for: its delivery has no subscriber, so that anybody can have many of a kind."""
    number = json.loads(payload)["subscriber"] if payload else None
    found = select(Subscriber.address).where(Subscriber.id == number)
    return number, connection.scalar(found) if number is not None else None


def find_variant(connection: Connection, variant_id: int) -> RenderedEmail:
    """What a variant said, its personal slots still open."""
    query = select(
        CampaignVariant.subject,
        CampaignVariant.preheader,
        CampaignVariant.html,
        CampaignVariant.text,
        CampaignVariant.language,
    ).where(CampaignVariant.id == variant_id)
    return RenderedEmail(*connection.execute(query).one())


class SentLedger:
    """The ledger as the room for bounces asks it."""

    def by_numbers(self, connection: Connection, delivery_ids: Sequence[int]) -> list[SentMail]:
        """The deliveries of these numbers, but for those of people who were erased, in their order."""
        # Without its address it is the mail of somebody who was erased.
        known = _sent().where(Delivery.id.in_(delivery_ids), Delivery.address != "")
        return [_sent_mail(row) for row in connection.execute(known.order_by(Delivery.id))]

    def latest_to(
        self, connection: Connection, address_key: str, since: dt.datetime
    ) -> SentMail | None:
        """The last mail to an address that left, unless that was before `since`."""
        left = _sent().where(
            Subscriber.address_key == address_key,
            func.lower(Delivery.address) == address_key,
            Delivery.state.in_(_HAS_LEFT),
            Delivery.changed_at >= since,
        )
        row = connection.execute(left.order_by(Delivery.id.desc()).limit(1)).one_or_none()
        return _sent_mail(row) if row else None

    def accepted(
        self, connection: Connection, address_key: str, until: dt.datetime
    ) -> list[tuple[int, dt.datetime]]:
        """The latest deliveries to an address that a relay took before `until`: number and moment."""
        query = (
            select(Delivery.id, Delivery.changed_at)
            .join(Campaign, Campaign.id == Delivery.campaign_id)
            .join(Subscriber, Subscriber.id == Delivery.subscriber_id)
            .where(
                Subscriber.address_key == address_key,
                func.lower(Delivery.address) == address_key,
                Delivery.state == DeliveryState.ACCEPTED,
                Delivery.changed_at < until,
                Campaign.route == Route.RELAY,
            )
        )
        rows = connection.execute(query.order_by(Delivery.changed_at.desc()).limit(_FEW))
        return [(row[0], row[1]) for row in rows]


def _sent() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Delivery.id,
            Delivery.campaign_id,
            Delivery.address,
            Campaign.kind,
            Delivery.changed_at,
            Delivery.payload,
            Subscriber.address.label("subscriber_address"),
        )
        .join(Campaign, Campaign.id == Delivery.campaign_id)
        .outerjoin(Subscriber, Subscriber.id == Delivery.subscriber_id)
    )


def _sent_mail(row: Row[*tuple[Any, ...]]) -> SentMail:
    return SentMail(
        delivery_id=row.id,
        campaign_id=row.campaign_id,
        address=row.address,
        is_test=row.kind == Kind.TEST,
        sent_at=row.changed_at,
        subscriber_address=row.subscriber_address,
    )
