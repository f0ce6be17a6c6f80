"""The table of what the team was told. Declared beside the others and used as a table; holds no behaviour."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - SQLAlchemy reads the annotations

from sqlalchemy.orm import Mapped, mapped_column

from subscribers.database import Base


class NoticeRow(Base):
    """A letter to the team about one matter at one stage of it: there is never a second."""

    __tablename__ = "notice"

    matter: Mapped[str] = mapped_column(primary_key=True)
    stage: Mapped[str] = mapped_column(primary_key=True)
    told_at: Mapped[datetime]
