"""The tables of the ledger: campaigns, the variants they carry, and a row for each recipient.

Declared beside the subscribers' tables and used as tables, by selects on a connection; holds no behaviour.
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - SQLAlchemy reads the annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from subscribers.database import Base, RowId

OPEN_SQL = "state IN ('queued', 'sending', 'deferred')"
"""Deliveries from which something is still to come, as their index says it."""


class Campaign(Base):
    """One sending of one edition to one frozen audience."""

    __tablename__ = "campaign"
    __table_args__ = (Index(None, "publication", "edition"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition: Mapped[str]
    publication: Mapped[str]
    kind: Mapped[str]
    """`edition` for subscribers, `test` for the team's own addresses."""
    route: Mapped[str]
    """`inbox` stays in the built-in inbox, `relay` leaves the building."""
    segment: Mapped[str]
    state: Mapped[str]
    actor: Mapped[str]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    holder: Mapped[str | None]
    """The process that is sending it now, until `held_until` at the latest."""
    held_until: Mapped[datetime | None]


class CampaignVariant(Base):
    """The edition as one group of recipients was mailed it, with its personal slots still open."""

    __tablename__ = "campaign_variant"
    __table_args__ = (UniqueConstraint("campaign_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    key: Mapped[str]
    articles: Mapped[int]
    language: Mapped[str]
    subject: Mapped[str]
    preheader: Mapped[str]
    html: Mapped[str]
    text: Mapped[str]


class CampaignAim(Base):
    """Which variant the holders of a facet set get in a campaign."""

    __tablename__ = "campaign_aim"

    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True
    )
    facet_set_id: Mapped[int] = mapped_column(ForeignKey("facet_set.id"), primary_key=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("campaign_variant.id", ondelete="CASCADE"))


class Delivery(Base):
    """One recipient of a campaign. Name and address are as they were when the audience was frozen."""

    __tablename__ = "delivery"
    __table_args__ = (
        # Nobody is in a campaign twice; a test mail to the team has no subscriber.
        UniqueConstraint("campaign_id", "subscriber_id"),
        Index(None, "subscriber_id"),
        Index(
            "ix_delivery_open",
            "campaign_id",
            "id",
            sqlite_where=text(OPEN_SQL),
            postgresql_where=text(OPEN_SQL),
        ),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    subscriber_id: Mapped[int | None] = mapped_column(
        RowId, ForeignKey("subscriber.id", ondelete="SET NULL")
    )
    facet_set_id: Mapped[int | None] = mapped_column(ForeignKey("facet_set.id"))
    variant_id: Mapped[int] = mapped_column(ForeignKey("campaign_variant.id"))
    address: Mapped[str]
    name: Mapped[str]
    state: Mapped[str]
    attempts: Mapped[int]
    reply_code: Mapped[int | None]
    reply_text: Mapped[str | None]
    changed_at: Mapped[datetime]
