"""The table of corrections. Declared beside the others and used as a table; holds no behaviour."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - SQLAlchemy reads the annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from subscribers.database import Base


class CorrectionRow(Base):
    """A correction of an edition, as it was submitted or sent. Its words are never edited."""

    __tablename__ = "correction"
    __table_args__ = (UniqueConstraint("publication", "edition", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    publication: Mapped[str]
    edition: Mapped[str]
    number: Mapped[int]
    """1 for an edition's first."""
    subject: Mapped[str]
    text: Mapped[str]
    language: Mapped[str]
    actor: Mapped[str]
    written_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    """From when on the archive shows it."""
