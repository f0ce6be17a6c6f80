"""The tables of what came back: a record for each failure, mails that were handled, and those left over.

Declared beside the ledger's tables and used as tables, by selects on a connection; holds no behaviour.
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - SQLAlchemy reads the annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from subscribers.database import Base, RowId


class Bounce(Base):
    """One delivery that failed, or was complained about, and what followed. Never edited but for `action`."""

    __tablename__ = "bounce"
    __table_args__ = (
        Index(None, "address_key"),
        Index(None, "domain", "sent_at"),
        Index(None, "campaign_id"),
        Index(None, "delivery_id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    delivery_id: Mapped[int | None] = mapped_column(
        RowId, ForeignKey("delivery.id", ondelete="SET NULL")
    )
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id", ondelete="SET NULL"))
    address_key: Mapped[str]
    """Whom the mail was sent to: what failed may be another address, to which theirs led."""
    domain: Mapped[str]
    failed_address: Mapped[str]
    bounce_class: Mapped[str]
    blame: Mapped[str]
    reason: Mapped[str]
    status: Mapped[str | None]
    smtp_code: Mapped[int | None]
    text: Mapped[str]
    reader: Mapped[str | None]
    """Which reader found it; None for an answer during SMTP."""
    found_by: Mapped[str]
    """What named the delivery."""
    digest: Mapped[str | None]
    """The mail that told of it."""
    sent_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    action: Mapped[str]
    why: Mapped[str]


class HandledMail(Base):
    """A mail that was handled, by the digest of its bytes: it is never handled twice."""

    __tablename__ = "handled_mail"

    digest: Mapped[str] = mapped_column(primary_key=True)
    fate: Mapped[str]
    handled_at: Mapped[datetime] = mapped_column(index=True)


class UnmatchedMail(Base):
    """A mail that a person must look at, whole, until they have."""

    __tablename__ = "unmatched_mail"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    why: Mapped[str]
    sender: Mapped[str]
    subject: Mapped[str]
    data: Mapped[bytes]
    received_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None]
    settlement: Mapped[str | None]
