"""The tables of the ledger: campaigns, the variants they carry, and a row for each recipient.

Declared beside the subscribers' tables and used as tables, by selects on a connection; holds no behaviour.
"""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 - SQLAlchemy reads the annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from subscribers.database import Base, RowId


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
    paused_because: Mapped[str | None]
    """Why it was paused, where it was not a person who did."""
    recipients: Mapped[int] = mapped_column(server_default="0")
    """How many deliveries it was frozen with."""
    tried: Mapped[int] = mapped_column(server_default="0")
    failed: Mapped[int] = mapped_column(server_default="0")
    """Of `tried` since a person last let it go on, those that were rejected or are in doubt."""
    approved: Mapped[str | None]
    """The fingerprint that somebody approved, where that was needed."""
    corrects: Mapped[str | None]
    """The edition that this mail corrects, where it is a correction."""


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
    """One recipient of a campaign. Name and address are as they were when the audience was frozen.

    Campaign, variant and facets are what the statement that freezes an audience joined: a foreign key for
    each would ask the same again for every row.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        # Nobody is in a campaign twice; a test mail to the team, and a letter, has no subscriber.
        UniqueConstraint("subscriber_id", "campaign_id"),
        Index(None, "campaign_id", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    campaign_id: Mapped[int]
    subscriber_id: Mapped[int | None] = mapped_column(
        RowId, ForeignKey("subscriber.id", ondelete="SET NULL")
    )
    facet_set_id: Mapped[int | None]
    variant_id: Mapped[int]
    address: Mapped[str]
    name: Mapped[str]
    state: Mapped[str]
    attempts: Mapped[int]
    reply_code: Mapped[int | None]
    reply_text: Mapped[str | None]
    reason: Mapped[str | None]
    """Why it was not accepted, by the vocabulary of reasons."""
    first_tried_at: Mapped[datetime | None]
    next_attempt_at: Mapped[datetime | None]
    """When a deferred mail is due again; None is at once."""
    payload: Mapped[str | None]
    """What the links of a letter to one person carry."""
    changed_at: Mapped[datetime]


class DeliveryBatch(Base):
    """A handful of deliveries that one process sends at a time. A campaign's batches never overlap."""

    __tablename__ = "delivery_batch"
    __table_args__ = (
        Index(None, "campaign_id"),
        Index(
            "ix_delivery_batch_open",
            "campaign_id",
            "id",
            sqlite_where=text("is_open"),
            postgresql_where=text("is_open"),
        ),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    first_id: Mapped[int] = mapped_column(RowId)
    last_id: Mapped[int] = mapped_column(RowId)
    is_open: Mapped[bool]
    """Whether any of its mails may still go out."""
    is_canary: Mapped[bool]
    """Whether the other batches of the campaign wait for this one."""
    due_at: Mapped[datetime | None]
    """When there is something to do; None, while it is open, waits for the canary."""
    holder: Mapped[str | None]
    """The process that has it, until `held_until` at the latest."""
    held_until: Mapped[datetime | None]


class Pace(Base):
    """From when on the next mail may leave, for the whole relay or a group of domains; and how many today."""

    __tablename__ = "pace"

    scope: Mapped[str] = mapped_column(primary_key=True)
    next_at: Mapped[datetime]
    day: Mapped[date]
    used: Mapped[int]


class Permit(Base):
    """The right to one connection, for the whole relay or a group of domains."""

    __tablename__ = "permit"

    scope: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    holder: Mapped[str | None]
    held_until: Mapped[datetime | None]
