"""The ledger: campaigns, their variants, and a delivery for each recipient."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables and indexes."""
    _make_campaign()
    _make_variant()
    _make_aim()
    _make_delivery()


def _make_campaign() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("edition", sa.String, nullable=False),
        sa.Column("publication", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("route", sa.String, nullable=False),
        sa.Column("segment", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("finished_at", _MOMENT),
        sa.Column("holder", sa.String),
        sa.Column("held_until", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_campaign"),
    )
    op.create_index("ix_campaign_publication_edition", "campaign", ["publication", "edition"])


def _make_variant() -> None:
    op.create_table(
        "campaign_variant",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("campaign_id", sa.Integer, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("articles", sa.Integer, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("preheader", sa.String, nullable=False),
        sa.Column("html", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_campaign_variant"),
        sa.UniqueConstraint("campaign_id", "key", name="uq_campaign_variant_campaign_id_key"),
        _of("campaign_variant", "campaign_id", "campaign", "CASCADE"),
    )


def _make_aim() -> None:
    op.create_table(
        "campaign_aim",
        sa.Column("campaign_id", sa.Integer, nullable=False),
        sa.Column("facet_set_id", sa.Integer, nullable=False),
        sa.Column("variant_id", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "facet_set_id", name="pk_campaign_aim"),
        _of("campaign_aim", "campaign_id", "campaign", "CASCADE"),
        _of("campaign_aim", "facet_set_id", "facet_set"),
        _of("campaign_aim", "variant_id", "campaign_variant", "CASCADE"),
    )


def _make_delivery() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("campaign_id", sa.Integer, nullable=False),
        sa.Column("subscriber_id", _ROW_ID),
        sa.Column("facet_set_id", sa.Integer),
        sa.Column("variant_id", sa.Integer, nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("reply_code", sa.Integer),
        sa.Column("reply_text", sa.String),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint(
            "campaign_id", "subscriber_id", name="uq_delivery_campaign_id_subscriber_id"
        ),
        _of("delivery", "campaign_id", "campaign", "CASCADE"),
        _of("delivery", "subscriber_id", "subscriber", "SET NULL"),
        _of("delivery", "facet_set_id", "facet_set"),
        _of("delivery", "variant_id", "campaign_variant"),
    )
    op.create_index("ix_delivery_subscriber_id", "delivery", ["subscriber_id"])
    still_open = sa.text("state IN ('queued', 'sending', 'deferred')")
    op.create_index(
        "ix_delivery_open",
        "delivery",
        ["campaign_id", "id"],
        sqlite_where=still_open,
        postgresql_where=still_open,
    )


def _of(
    table: str, column: str, target: str, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{target}"
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=ondelete)
