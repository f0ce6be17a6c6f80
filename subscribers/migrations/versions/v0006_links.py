"""What the public pages need: requests that wait for a confirmation, pauses, evidence, and the archive."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, columns and indexes."""
    op.add_column("consent_event", sa.Column("network", sa.String))
    _make_join_request()
    _make_address_request()
    _make_pause()
    _make_evidence()
    _make_archive()


def _make_join_request() -> None:
    texts = ("address", "address_key", "name", "organisation", "sector", "regions", "publications")
    more = ("wording", "language", "network", "state")
    op.create_table(
        "join_request",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("subscriber_id", _ROW_ID),
        *(sa.Column(name, sa.String, nullable=False) for name in (*texts, *more)),
        sa.Column("requested_at", _MOMENT, nullable=False),
        sa.Column("confirmed_at", _MOMENT),
        sa.Column("decided_at", _MOMENT),
        sa.Column("decided_by", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_join_request"),
        _of_subscriber("join_request"),
    )
    for columns in (("subscriber_id",), ("address_key",), ("requested_at",)):
        op.create_index(f"ix_join_request_{columns[0]}", "join_request", list(columns))
    op.create_index(
        "ix_join_request_network_requested_at", "join_request", ["network", "requested_at"]
    )


def _make_address_request() -> None:
    op.create_table(
        "address_request",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("subscriber_id", _ROW_ID, nullable=False),
        *(
            sa.Column(name, sa.String, nullable=False)
            for name in ("address", "address_key", "language")
        ),
        sa.Column("requested_at", _MOMENT, nullable=False),
        sa.Column("confirmed_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_address_request"),
        _of_subscriber("address_request"),
    )
    for name in ("subscriber_id", "requested_at"):
        op.create_index(f"ix_address_request_{name}", "address_request", [name])


def _make_pause() -> None:
    op.create_table(
        "pause",
        sa.Column("subscriber_id", _ROW_ID, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("subscriber_id", name="pk_pause"),
        _of_subscriber("pause"),
    )


def _make_evidence() -> None:
    op.create_table(
        "erasure",
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.Column("erased_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_erasure"),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        *(
            sa.Column(name, sa.String, nullable=False)
            for name in ("actor", "action", "subject", "detail")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entry"),
    )
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"])


def _make_archive() -> None:
    op.create_table(
        "archived_edition",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("publication", sa.String, nullable=False),
        sa.Column("slug", sa.String, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("dated", sa.Date, nullable=False),
        *(
            sa.Column(name, sa.String, nullable=False)
            for name in ("language", "title", "summary", "body")
        ),
        sa.Column("published_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_archived_edition"),
        sa.UniqueConstraint("publication", "slug", name="uq_archived_edition_publication_slug"),
    )


def _of_subscriber(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["subscriber_id"],
        ["subscriber.id"],
        name=f"fk_{table}_subscriber_id_subscriber",
        ondelete="CASCADE",
    )
