"""Articles from partners, and who signed them off."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, columns and indexes."""
    _make_submission()
    _make_sign_off()


def _make_submission() -> None:
    who = ("channel", "state", "address", "address_key", "name", "organisation")
    what = ("title", "body", "contact_name", "contact_email", "contact_telephone")
    more = ("link_text", "link_url", "picture_alt", "agreed", "language", "network")
    became = ("edition", "article", "decided_by", "reason")
    op.create_table(
        "article_submission",
        sa.Column("id", _ROW_ID, nullable=False),
        *_texts(*who, *what, *more, *became),
        sa.Column("picture", sa.LargeBinary),
        sa.Column("submitted_at", _MOMENT, nullable=False),
        sa.Column("confirmed_at", _MOMENT),
        sa.Column("decided_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_article_submission"),
    )
    for columns in (
        ["address_key"], ["submitted_at"], ["network", "submitted_at"], ["edition", "state"],
    ):  # fmt: skip
        name = f"ix_article_submission_{'_'.join(columns)}"
        op.create_index(name, "article_submission", columns)


def _make_sign_off() -> None:
    what = ("edition", "article", "title", "fingerprint", "shown")
    who = ("owner", "address_key", "asked_by", "signed_by", "note")
    op.create_table(
        "article_sign_off",
        sa.Column("id", _ROW_ID, nullable=False),
        *_texts(*what, *who),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("signed_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_article_sign_off"),
    )
    for columns in (["address_key"], ["signed_at"], ["edition", "article"]):
        op.create_index(f"ix_article_sign_off_{'_'.join(columns)}", "article_sign_off", columns)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, nullable=False) for name in names]
