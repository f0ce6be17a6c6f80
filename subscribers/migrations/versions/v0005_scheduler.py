"""Schedules and their occurrences, and the periods in which nothing goes out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_MOMENT = sa.DateTime(timezone=True)
_LOCAL_TIME = sa.DateTime()


def upgrade() -> None:
    """Make the tables and indexes."""
    _make_schedule()
    _make_occurrence()
    _make_blackout()


def _make_schedule() -> None:
    words = ("publication", "segment", "kind", "rule", "at", "zone", "days", "nations")
    op.create_table(
        "schedule",
        sa.Column("id", sa.Integer, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in words),
        sa.Column("grace_seconds", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("settled_until", _LOCAL_TIME, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("removed_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_schedule"),
    )


def _make_occurrence() -> None:
    op.create_table(
        "occurrence",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("schedule_id", sa.Integer, nullable=False),
        sa.Column("nominal", _LOCAL_TIME, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("remark", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("holder", sa.String),
        sa.Column("held_until", _MOMENT),
        sa.Column("ended_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_occurrence"),
        sa.ForeignKeyConstraint(
            ["schedule_id"],
            ["schedule.id"],
            name="fk_occurrence_schedule_id_schedule",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("schedule_id", "nominal", name="uq_occurrence_schedule_id_nominal"),
    )
    op.create_index("ix_occurrence_state_due_at", "occurrence", ["state", "due_at"])


def _make_blackout() -> None:
    op.create_table(
        "blackout",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("starts", sa.Date, nullable=False),
        sa.Column("ends", sa.Date, nullable=False),
        sa.Column("regions", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_blackout"),
    )
