"""The table of the public archive. Declared beside the others and used as a table; holds no behaviour."""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 - SQLAlchemy reads the annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from subscribers.database import Base


class ArchivedEdition(Base):
    """An edition as the public archive shows it: made once, when it was published there."""

    __tablename__ = "archived_edition"
    __table_args__ = (UniqueConstraint("publication", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    publication: Mapped[str]
    slug: Mapped[str]
    number: Mapped[int]
    dated: Mapped[date]
    language: Mapped[str]
    title: Mapped[str]
    summary: Mapped[str]
    body: Mapped[str]
    """The text between the page's head and foot, as HTML without style."""
    published_at: Mapped[datetime]
