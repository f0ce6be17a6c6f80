"""The table of what was let pass. Declared beside the others and used as a table; holds no behaviour."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - SQLAlchemy reads the annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from subscribers.database import Base


class CheckOverride(Base):
    """One finding that a person let pass. Never edited: it is ended, and stays as evidence."""

    __tablename__ = "check_override"
    __table_args__ = (Index(None, "content"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[str]
    """The name of the edition or pack."""
    rule: Mapped[str]
    path: Mapped[str]
    evidence: Mapped[str]
    """A digest of the text that was let pass: it lapses when the text changes."""
    what: Mapped[str]
    reason: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
