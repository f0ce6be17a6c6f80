"""Findings that a person let pass, and why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, columns and indexes."""
    op.create_table(
        "check_override",
        sa.Column("id", sa.Integer, nullable=False),
        *(
            sa.Column(name, sa.String, nullable=False)
            for name in ("content", "rule", "path", "evidence", "what", "reason", "actor")
        ),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT),
        sa.Column("ended_by", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_check_override"),
    )
    op.create_index("ix_check_override_content", "check_override", ["content"])
