"""The tables of what partners offered, and of who signed an article off. Declared beside the others and
used as tables; holds no behaviour.
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - SQLAlchemy reads the annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from subscribers.database import Base, RowId


class ArticleSubmission(Base):
    """An article that somebody offered, as it came in."""

    __tablename__ = "article_submission"
    __table_args__ = (Index(None, "network", "submitted_at"), Index(None, "edition", "state"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    channel: Mapped[str]
    state: Mapped[str]
    address: Mapped[str]
    """Who offered it; empty for a file that nobody was named for."""
    address_key: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    organisation: Mapped[str]
    title: Mapped[str]
    body: Mapped[str]
    """Markdown."""
    contact_name: Mapped[str]
    contact_email: Mapped[str]
    contact_telephone: Mapped[str]
    link_text: Mapped[str]
    link_url: Mapped[str]
    picture: Mapped[bytes | None]
    """Kept until it is decided: then it is in the edition's folder, or nowhere."""
    picture_alt: Mapped[str]
    agreed: Mapped[str]
    """The exact words that the submitter agreed to; for a file, how their agreement is known."""
    language: Mapped[str]
    network: Mapped[str]
    edition: Mapped[str]
    """What it is for: as asked until it is accepted, then where it went."""
    article: Mapped[str]
    """The article's slug in that edition, once it is accepted."""
    submitted_at: Mapped[datetime] = mapped_column(index=True)
    confirmed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str]
    reason: Mapped[str]


class ArticleSignOff(Base):
    """One time that an article's owner was asked to sign it off, or did so unasked."""

    __tablename__ = "article_sign_off"
    __table_args__ = (Index(None, "edition", "article"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    edition: Mapped[str]
    article: Mapped[str]
    title: Mapped[str]
    fingerprint: Mapped[str]
    """Of the very content: an edited article has another."""
    owner: Mapped[str]
    address_key: Mapped[str] = mapped_column(index=True)
    """Of the letter that asked; empty where none was written."""
    shown: Mapped[str]
    """The article as the letter's page shows it, as HTML; empty where no letter was written."""
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    signed_at: Mapped[datetime | None] = mapped_column(index=True)
    signed_by: Mapped[str]
    note: Mapped[str]
    """How it is known, in the words of whoever recorded it; for a link, the network it was used from."""
