"""The queries over sign-offs. Takes a connection and never commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, func, insert, or_, select, update

from mailer.submissions.models import ArticleSignOff
from mailer.submissions.sign_off import SignOff

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from mailer.submissions.sign_off import Piece


def ask(
    connection: Connection,
    piece: Piece,
    owner: str,
    actor: str,
    now: datetime,
    *,
    address_key: str = "",
    shown: str = "",
) -> int:
    """Note that an owner is asked to sign off an article as it stands; returns the entry's number."""
    made = insert(ArticleSignOff).values(
        edition=piece.edition,
        article=piece.article.slug,
        title=piece.article.title,
        fingerprint=piece.fingerprint,
        owner=owner,
        address_key=address_key,
        shown=shown,
        asked_at=now,
        asked_by=actor,
        signed_by="",
        note="",
    )
    return connection.execute(made.returning(ArticleSignOff.id)).scalar_one()


def sign(connection: Connection, number: int, signed_by: str, note: str, now: datetime) -> bool:
    """Note that an entry was signed; False when it was already."""
    unsigned = and_(ArticleSignOff.id == number, ArticleSignOff.signed_at.is_(None))
    signed = update(ArticleSignOff).where(unsigned)
    values = {"signed_at": now, "signed_by": signed_by, "note": note}
    return connection.execute(signed.values(**values)).rowcount > 0


def find(connection: Connection, number: int) -> SignOff | None:
    """The entry of that number."""
    found = _all(connection, ArticleSignOff.id == number)
    return found[0] if found else None


def of_edition(connection: Connection, edition: str) -> list[SignOff]:
    """Every entry about an edition's articles, oldest first."""
    return _all(connection, ArticleSignOff.edition == edition)


def of_addresses(connection: Connection, keys: AbstractSet[str]) -> list[SignOff]:
    """Every entry about the owners with these addresses, oldest first."""
    return _all(connection, _of_person(keys))


def forget(connection: Connection, keys: AbstractSet[str]) -> None:
    """Take the addresses out of the entries; what was signed stays signed."""
    blanked = update(ArticleSignOff).where(_of_person(keys))
    connection.execute(blanked.values(owner="", address_key="", signed_by="", note=""))


def is_older(before: datetime) -> ColumnElement[bool]:
    """Whether nothing has come to an entry since a moment."""
    return func.coalesce(ArticleSignOff.signed_at, ArticleSignOff.asked_at) < before


def _of_person(keys: AbstractSet[str]) -> ColumnElement[bool]:
    return or_(ArticleSignOff.address_key.in_(keys), func.lower(ArticleSignOff.owner).in_(keys))


def _all(connection: Connection, condition: ColumnElement[bool]) -> list[SignOff]:
    query = select(ArticleSignOff.__table__).where(condition).order_by(ArticleSignOff.id)
    return [SignOff(**row) for row in connection.execute(query).mappings()]
