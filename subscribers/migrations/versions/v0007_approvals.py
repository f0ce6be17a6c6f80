"""What was submitted, approved and rejected, and the fingerprint that a campaign was approved with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, columns and indexes."""
    words = ("name", "publication", "segment", "fingerprint", "parts")
    op.create_table(
        "approval",
        sa.Column("id", sa.Integer, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in words),
        sa.Column("recipients", sa.Integer, nullable=False),
        sa.Column("submitted_by", sa.String, nullable=False),
        sa.Column("submitted_at", _MOMENT, nullable=False),
        sa.Column("decision", sa.String, nullable=False),
        sa.Column("decided_by", sa.String),
        sa.Column("decided_at", _MOMENT),
        sa.Column("reason", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_approval"),
    )
    op.create_index("ix_approval_name_publication", "approval", ["name", "publication"])
    op.add_column("campaign", sa.Column("approved", sa.String))
