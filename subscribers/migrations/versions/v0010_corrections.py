"""Corrections of what was sent, and what the team was told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, columns and indexes."""
    op.add_column("campaign", sa.Column("corrects", sa.String))
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("publication", sa.String, nullable=False),
        sa.Column("edition", sa.String, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        *(
            sa.Column(name, sa.String, nullable=False)
            for name in ("subject", "text", "language", "actor")
        ),
        sa.Column("written_at", _MOMENT, nullable=False),
        sa.Column("published_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_correction"),
        sa.UniqueConstraint(
            "publication", "edition", "number", name="uq_correction_publication_edition_number"
        ),
    )
    op.create_table(
        "notice",
        sa.Column("matter", sa.String, nullable=False),
        sa.Column("stage", sa.String, nullable=False),
        sa.Column("told_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("matter", "stage", name="pk_notice"),
    )
