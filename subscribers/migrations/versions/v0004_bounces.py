"""What came back: bounce records, the mails that told of them, and domains that are held."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables and indexes."""
    _make_held_domain()
    _make_bounce()
    _make_handled_mail()
    _make_unmatched_mail()


def _make_held_domain() -> None:
    op.create_table(
        "held_domain",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("domain", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("held_at", _MOMENT, nullable=False),
        sa.Column("released_at", _MOMENT),
        sa.Column("release_reason", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_held_domain"),
    )
    live = sa.text("released_at IS NULL")
    op.create_index(
        "uq_held_domain_live",
        "held_domain",
        ["domain"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )


def _make_bounce() -> None:
    op.create_table(
        "bounce",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("delivery_id", _ROW_ID),
        sa.Column("campaign_id", sa.Integer),
        sa.Column("address_key", sa.String, nullable=False),
        sa.Column("domain", sa.String, nullable=False),
        sa.Column("failed_address", sa.String, nullable=False),
        sa.Column("bounce_class", sa.String, nullable=False),
        sa.Column("blame", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("status", sa.String),
        sa.Column("smtp_code", sa.Integer),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("reader", sa.String),
        sa.Column("found_by", sa.String, nullable=False),
        sa.Column("digest", sa.String),
        sa.Column("sent_at", _MOMENT, nullable=False),
        sa.Column("recorded_at", _MOMENT, nullable=False),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("why", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bounce"),
        _emptied_with("delivery"),
        _emptied_with("campaign"),
    )
    for columns in (["address_key"], ["domain", "sent_at"], ["campaign_id"], ["delivery_id"]):
        op.create_index(f"ix_bounce_{'_'.join(columns)}", "bounce", columns)


def _emptied_with(other: str) -> sa.ForeignKeyConstraint:
    name = f"fk_bounce_{other}_id_{other}"
    return sa.ForeignKeyConstraint([f"{other}_id"], [f"{other}.id"], name=name, ondelete="SET NULL")


def _make_handled_mail() -> None:
    op.create_table(
        "handled_mail",
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("fate", sa.String, nullable=False),
        sa.Column("handled_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_handled_mail"),
    )
    op.create_index("ix_handled_mail_handled_at", "handled_mail", ["handled_at"])


def _make_unmatched_mail() -> None:
    op.create_table(
        "unmatched_mail",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("why", sa.String, nullable=False),
        sa.Column("sender", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.Column("settled_at", _MOMENT),
        sa.Column("settled_by", sa.String),
        sa.Column("settlement", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_unmatched_mail"),
        sa.UniqueConstraint("digest", name="uq_unmatched_mail_digest"),
    )
