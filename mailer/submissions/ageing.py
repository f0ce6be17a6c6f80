"""What is held of articles and for how long: to be listed, to be deleted, and to be forgotten with a person.

Takes a connection and never commits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from mailer.submissions import sign_offs, store
from mailer.submissions.models import ArticleSignOff, ArticleSubmission
from subscribers.access import ArticleFact

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Set as AbstractSet

    from sqlalchemy import ColumnElement, Connection


def list_articles(connection: Connection, keys: AbstractSet[str]) -> list[ArticleFact]:
    """Every article that somebody with one of these addresses offered, or was asked to sign off."""
    offered = [
        ArticleFact(one.title, one.edition, f"offered, {one.state}", one.body, one.submitted_at)
        for one in store.of_addresses(connection, keys)
    ]
    asked = [
        ArticleFact(
            one.title, one.edition, "signed off" if one.signed_at else "asked to sign off", "",
            one.signed_at or one.asked_at,
        )
        for one in sign_offs.of_addresses(connection, keys)
    ]  # fmt: skip
    return [*offered, *asked]


def forget_articles(connection: Connection, keys: AbstractSet[str]) -> None:
    """Delete what somebody offered, and take them out of what they signed; an edition's files stay."""
    store.forget(connection, keys)
    sign_offs.forget(connection, keys)


class AgeingOffers:
    """Articles that nobody ever confirmed."""

    def count(self, connection: Connection, before: dt.datetime) -> int:
        """How many are from before."""
        return _count(connection, ArticleSubmission, store.is_unconfirmed(before))

    def blank(self, connection: Connection, before: dt.datetime) -> int:
        """Delete them."""
        return _delete(connection, ArticleSubmission, store.is_unconfirmed(before))


class AgeingArticles:
    """Articles that were decided, and sign-offs."""

    def count(self, connection: Connection, before: dt.datetime) -> int:
        """How many are from before."""
        decided = _count(connection, ArticleSubmission, store.is_settled(before))
        return decided + _count(connection, ArticleSignOff, sign_offs.is_older(before))

    def blank(self, connection: Connection, before: dt.datetime) -> int:
        """Delete them."""
        decided = _delete(connection, ArticleSubmission, store.is_settled(before))
        return decided + _delete(connection, ArticleSignOff, sign_offs.is_older(before))


def _count(connection: Connection, table: type, condition: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(table).where(condition)).scalar_one()


def _delete(connection: Connection, table: type, condition: ColumnElement[bool]) -> int:
    return connection.execute(delete(table).where(condition)).rowcount
