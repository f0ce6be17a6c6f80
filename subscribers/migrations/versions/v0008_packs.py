"""Campaign packs: what was published, and what was withdrawn."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, columns and indexes."""
    op.create_table(
        "published_pack",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("publication", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("dated", sa.Date, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("summary", sa.String, nullable=False),
        sa.Column("content", sa.String, nullable=False),
        sa.Column("published_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_published_pack"),
        sa.UniqueConstraint("name", name="uq_published_pack_name"),
    )
    op.create_index("ix_published_pack_publication", "published_pack", ["publication"])
    op.create_table(
        "withdrawn_asset",
        *(
            sa.Column(name, sa.String, nullable=False)
            for name in ("pack", "asset", "reason", "actor")
        ),
        sa.Column("withdrawn_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("pack", "asset", name="pk_withdrawn_asset"),
    )
