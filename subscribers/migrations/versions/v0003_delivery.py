"""What sending needs beyond a queue: batches to claim, times of the next try, and shared pacing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, columns and indexes."""
    _extend_campaign()
    _extend_delivery()
    _make_batch()
    _make_pace()
    _make_permit()
    _carry_over()


def _extend_campaign() -> None:
    with op.batch_alter_table("campaign") as table:
        table.add_column(sa.Column("paused_because", sa.String))
        for name in ("recipients", "tried", "failed"):
            table.add_column(sa.Column(name, sa.Integer, nullable=False, server_default="0"))
        # Batches are what a process holds now.
        table.drop_column("holder")
        table.drop_column("held_until")


def _extend_delivery() -> None:
    # An index less to keep for every mail that is frozen and sent: one unique pair, subscriber first, says
    # who has had what, and a batch knows its rows by their numbers.
    op.drop_index("ix_delivery_open", "delivery")
    op.drop_index("ix_delivery_subscriber_id", "delivery")
    with op.batch_alter_table("delivery") as table:
        table.add_column(sa.Column("reason", sa.String))
        table.add_column(sa.Column("first_tried_at", _MOMENT))
        table.add_column(sa.Column("next_attempt_at", _MOMENT))
        table.add_column(sa.Column("payload", sa.String))
        table.drop_constraint("uq_delivery_campaign_id_subscriber_id", type_="unique")
        table.create_unique_constraint(
            "uq_delivery_subscriber_id_campaign_id", ["subscriber_id", "campaign_id"]
        )
        # Three checks a row, of what the statement that freezes an audience has just joined: they took two
        # thirds of its time on PostgreSQL. Nothing deletes a campaign, a variant or a facet set.
        for name in (
            "campaign_id_campaign",
            "variant_id_campaign_variant",
            "facet_set_id_facet_set",
        ):
            table.drop_constraint(f"fk_delivery_{name}", type_="foreignkey")
    op.create_index("ix_delivery_campaign_id_id", "delivery", ["campaign_id", "id"])
    if op.get_bind().dialect.name == "postgresql":
        # Room on each page for the two updates of a mail's life, which then touch no index.
        op.execute("ALTER TABLE delivery SET (fillfactor = 50)")


def _make_batch() -> None:
    op.create_table(
        "delivery_batch",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("campaign_id", sa.Integer, nullable=False),
        sa.Column("first_id", _ROW_ID, nullable=False),
        sa.Column("last_id", _ROW_ID, nullable=False),
        sa.Column("is_open", sa.Boolean, nullable=False),
        sa.Column("is_canary", sa.Boolean, nullable=False),
        sa.Column("due_at", _MOMENT),
        sa.Column("holder", sa.String),
        sa.Column("held_until", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_delivery_batch"),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
            name="fk_delivery_batch_campaign_id_campaign",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_delivery_batch_campaign_id", "delivery_batch", ["campaign_id"])
    still_open = sa.text("is_open")
    op.create_index(
        "ix_delivery_batch_open",
        "delivery_batch",
        ["campaign_id", "id"],
        sqlite_where=still_open,
        postgresql_where=still_open,
    )


def _make_pace() -> None:
    op.create_table(
        "pace",
        sa.Column("scope", sa.String, nullable=False),
        sa.Column("next_at", _MOMENT, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("used", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("scope", name="pk_pace"),
    )


def _make_permit() -> None:
    op.create_table(
        "permit",
        sa.Column("scope", sa.String, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("holder", sa.String),
        sa.Column("held_until", _MOMENT),
        sa.PrimaryKeyConstraint("scope", "number", name="pk_permit"),
    )


def _carry_over() -> None:
    """Campaigns of before: how many recipients they have, and one batch for whatever is still to go."""
    op.execute(
        "UPDATE campaign SET recipients ="
        " (SELECT count(*) FROM delivery WHERE delivery.campaign_id = campaign.id)"
    )
    op.execute(
        "INSERT INTO delivery_batch (campaign_id, first_id, last_id, is_open, is_canary, due_at)"
        " SELECT campaign_id, min(id), max(id), true, false, min(changed_at) FROM delivery"
        " WHERE state IN ('queued', 'sending', 'deferred') GROUP BY campaign_id"
    )
