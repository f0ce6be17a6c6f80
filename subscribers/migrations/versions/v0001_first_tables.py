"""The first tables: the list itself.

Written out rather than taken from the models, which will move on while this revision stays as it
was.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make every table, index and trigger."""
    _make_facet_sets()
    _make_subscriber()
    _make_subscription()
    _make_consent_event()
    _make_suppression()
    if op.get_context().dialect.name == "sqlite":
        _guard_consent_on_sqlite()
    else:
        _guard_consent_on_postgresql()


def _make_facet_sets() -> None:
    op.create_table(
        "facet_set",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("sector", sa.String, nullable=False),
        sa.Column("regions", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_facet_set"),
        sa.UniqueConstraint("sector", "regions", name="uq_facet_set_sector_regions"),
    )
    op.create_table(
        "facet_set_region",
        sa.Column("facet_set_id", sa.Integer, nullable=False),
        sa.Column("region", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("facet_set_id", "region", name="pk_facet_set_region"),
        sa.ForeignKeyConstraint(
            ["facet_set_id"],
            ["facet_set.id"],
            name="fk_facet_set_region_facet_set_id_facet_set",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_facet_set_region_region", "facet_set_region", ["region"])


def _make_subscriber() -> None:
    op.create_table(
        "subscriber",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("address_key", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("organisation", sa.String, nullable=False),
        sa.Column("facet_set_id", sa.Integer, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subscriber"),
        sa.UniqueConstraint("address_key", name="uq_subscriber_address_key"),
        sa.ForeignKeyConstraint(
            ["facet_set_id"], ["facet_set.id"], name="fk_subscriber_facet_set_id_facet_set"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_subscriber_facet_set_id_status", "subscriber", ["facet_set_id", "status"])


def _make_subscription() -> None:
    op.create_table(
        "subscription",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("subscriber_id", _ROW_ID, nullable=False),
        sa.Column("publication", sa.String, nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("ended_at", _MOMENT),
        sa.Column("end_reason", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_subscription"),
        _of_subscriber("subscription"),
    )
    op.create_index("ix_subscription_subscriber_id", "subscription", ["subscriber_id"])
    op.create_index(
        "uq_subscription_live",
        "subscription",
        ["publication", "subscriber_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _make_consent_event() -> None:
    op.create_table(
        "consent_event",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("subscriber_id", _ROW_ID, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("publication", sa.String),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("wording", sa.String),
        sa.Column("detail", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_consent_event"),
        _of_subscriber("consent_event"),
    )
    op.create_index("ix_consent_event_subscriber_id", "consent_event", ["subscriber_id"])


def _make_suppression() -> None:
    op.create_table(
        "suppression",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("address_key", sa.String, nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("evidence", sa.String, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("lifted_at", _MOMENT),
        sa.Column("lift_reason", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_suppression"),
    )
    op.create_index(
        "uq_suppression_live",
        "suppression",
        ["address_key"],
        unique=True,
        sqlite_where=sa.text("lifted_at IS NULL"),
        postgresql_where=sa.text("lifted_at IS NULL"),
    )


def _of_subscriber(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["subscriber_id"],
        ["subscriber.id"],
        name=f"fk_{table}_subscriber_id_subscriber",
        ondelete="CASCADE",
    )


# A consent event may go only with its subscriber: by the time that an erasure's cascade reaches the
# events, the subscriber's row is gone, and that is what the triggers look for.


def _guard_consent_on_sqlite() -> None:
    op.execute("""
        CREATE TRIGGER consent_event_is_not_edited BEFORE UPDATE ON consent_event
        BEGIN SELECT RAISE(ABORT, 'a consent event is never edited'); END
    """)
    op.execute("""
        CREATE TRIGGER consent_event_is_not_deleted BEFORE DELETE ON consent_event
        WHEN EXISTS (SELECT 1 FROM subscriber WHERE id = OLD.subscriber_id)
        BEGIN SELECT RAISE(ABORT, 'a consent event goes only with its subscriber'); END
    """)


def _guard_consent_on_postgresql() -> None:
    op.execute("""
        CREATE FUNCTION guard_consent_event() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' THEN
                RAISE EXCEPTION 'a consent event is never edited';
            END IF;
            IF EXISTS (SELECT 1 FROM subscriber WHERE id = OLD.subscriber_id) THEN
                RAISE EXCEPTION 'a consent event goes only with its subscriber';
            END IF;
            RETURN OLD;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER consent_event_is_guarded BEFORE UPDATE OR DELETE ON consent_event
        FOR EACH ROW EXECUTE FUNCTION guard_consent_event()
    """)
