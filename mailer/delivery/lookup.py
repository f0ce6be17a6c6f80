"""From a delivery's number, as a link carries it, to whom it was for and what it said.

Takes a connection and never commits. Knows the ledger; must not know what the link is for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from mailer.delivery.campaign import Kind
from mailer.delivery.models import Campaign, CampaignVariant, Delivery
from mailer.rendering.rendered import RenderedEmail
from subscribers.models import Subscriber

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Mailed:
    """One delivery: `name` and `address` are as they stood in the mail.

    `subscriber_address` is where the subscriber is written to now; it is None for a test mail, and for
    somebody who was erased since.
    """

    delivery_id: int
    campaign_id: int
    publication: str
    is_test: bool
    variant_id: int
    name: str
    address: str
    subscriber_id: int | None
    subscriber_address: str | None


def find_delivery(connection: Connection, delivery_id: int) -> Mailed | None:
    """The delivery of that number; None when there is none, as for a mail that was only looked at."""
    query = (
        select(
            Delivery.id,
            Delivery.campaign_id,
            Campaign.publication,
            Campaign.kind,
            Delivery.variant_id,
            Delivery.name,
            Delivery.address,
            Delivery.subscriber_id,
            Subscriber.address.label("subscriber_address"),
        )
        .join(Campaign, Campaign.id == Delivery.campaign_id)
        .outerjoin(Subscriber, Subscriber.id == Delivery.subscriber_id)
        .where(Delivery.id == delivery_id)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return Mailed(
        delivery_id=row.id,
        campaign_id=row.campaign_id,
        publication=row.publication,
        is_test=row.kind == Kind.TEST,
        variant_id=row.variant_id,
        name=row.name,
        address=row.address,
        subscriber_id=row.subscriber_id,
        subscriber_address=row.subscriber_address,
    )


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
