"""The tables of what goes out when: schedules, their occurrences, and blackout periods.

Declared beside the subscribers' tables and used as tables, by selects on a connection; holds no behaviour.
"""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 - SQLAlchemy reads the annotations

from sqlalchemy import DateTime, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from subscribers.database import Base


class ScheduleRow(Base):
    """A rule for when a publication goes out. Never edited but for its state and how far it has come."""

    __tablename__ = "schedule"

    id: Mapped[int] = mapped_column(primary_key=True)
    publication: Mapped[str]
    segment: Mapped[str]
    kind: Mapped[str]
    rule: Mapped[str]
    at: Mapped[str]
    """The time of the day, where the rule itself has none."""
    zone: Mapped[str]
    days: Mapped[str]
    nations: Mapped[str]
    """Whose bank holidays count, joined by commas."""
    grace_seconds: Mapped[int]
    state: Mapped[str]
    settled_until: Mapped[datetime] = mapped_column(DateTime())
    """A local time of the schedule's zone: the occurrences up to it have been decided, or are on record."""
    actor: Mapped[str]
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class OccurrenceRow(Base):
    """One due time of a schedule, from when it fires or somebody decides on it. There is never a second."""

    __tablename__ = "occurrence"
    __table_args__ = (
        UniqueConstraint("schedule_id", "nominal"),
        Index(None, "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id", ondelete="CASCADE"))
    nominal: Mapped[datetime] = mapped_column(DateTime())
    """The local time that the rule gives. It stays what it is, however often the occurrence moves."""
    due_at: Mapped[datetime]
    """When it is to go, before any blackout: periods come and go while it waits."""
    state: Mapped[str]
    remark: Mapped[str]
    attempts: Mapped[int]
    holder: Mapped[str | None]
    """The process that fires it now, until `held_until` at the latest."""
    held_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class BlackoutRow(Base):
    """Days on which nothing goes out: both `starts` and `ends` are among them."""

    __tablename__ = "blackout"

    id: Mapped[int] = mapped_column(primary_key=True)
    starts: Mapped[date]
    ends: Mapped[date]
    regions: Mapped[str]
    """The regions' slugs, sorted and joined by commas; empty is everywhere."""
    reason: Mapped[str]
    actor: Mapped[str]
    created_at: Mapped[datetime]
