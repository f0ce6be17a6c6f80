"""The table of what was submitted for approval, and what was decided.

Declared beside the other tables and used as one, by selects on a connection; holds no behaviour.
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - SQLAlchemy reads the annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from subscribers.database import Base


class ApprovalRow(Base):
    """An edition or pack as it was when somebody submitted it. Decided on once; an edit makes no new one."""

    __tablename__ = "approval"
    __table_args__ = (Index(None, "name", "publication"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    publication: Mapped[str]
    segment: Mapped[str]
    fingerprint: Mapped[str]
    """The digest of all parts; a campaign that went out with it carries the same."""
    parts: Mapped[str]
    """A digest for each part, as JSON."""
    recipients: Mapped[int]
    submitted_by: Mapped[str]
    submitted_at: Mapped[datetime]
    decision: Mapped[str]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str]
