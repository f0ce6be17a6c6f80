"""The tables of campaign packs. Declared beside the others and used as tables; holds no behaviour."""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 - SQLAlchemy reads the annotations

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from subscribers.database import Base


class PublishedPack(Base):
    """A pack as its page and its ZIP have it: taken from its folder when it was published."""

    __tablename__ = "published_pack"
    __table_args__ = (UniqueConstraint("name"), Index(None, "publication"))

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    """`quickupdates/software-updates`: its theme's folder and its own."""
    publication: Mapped[str]
    title: Mapped[str]
    dated: Mapped[date]
    language: Mapped[str]
    summary: Mapped[str]
    content: Mapped[str]
    """Everything but the bytes of its files, as JSON."""
    published_at: Mapped[datetime]


class WithdrawnAsset(Base):
    """An asset that nobody may pass on any more, whatever its folder says when it is published again."""

    __tablename__ = "withdrawn_asset"

    pack: Mapped[str] = mapped_column(primary_key=True)
    asset: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    actor: Mapped[str]
    withdrawn_at: Mapped[datetime]
