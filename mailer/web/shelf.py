"""The queries over the public archive. Takes a connection and never commits."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - part of the public values
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from mailer.corrections.correction import Correction  # noqa: TC001 - part of the public values
from mailer.corrections.store import list_all_published, list_published
from mailer.web.models import ArchivedEdition

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row


@dataclass(frozen=True, slots=True)
class Issue:
    """An edition of the archive; its `body` is HTML without style, and empty in a list.

    Its corrections are those that were published, oldest first.
    """

    publication: str
    slug: str
    number: int
    dated: dt.date
    language: str
    title: str
    summary: str
    published_at: dt.datetime
    body: str = ""
    corrections: tuple[Correction, ...] = ()

    @property
    def updated_at(self) -> dt.datetime:
        """When it last said something new."""
        dates = (each.published_at for each in self.corrections)
        return max([self.published_at, *filter(None, dates)])


_COLUMNS = (
    ArchivedEdition.publication,
    ArchivedEdition.slug,
    ArchivedEdition.number,
    ArchivedEdition.dated,
    ArchivedEdition.language,
    ArchivedEdition.title,
    ArchivedEdition.summary,
    ArchivedEdition.published_at,
)


def put(connection: Connection, issue: Issue) -> None:
    """Put an issue into the archive, in the place of the one that is there."""
    remove(connection, issue.publication, issue.slug)
    connection.execute(
        insert(ArchivedEdition).values(
            publication=issue.publication,
            slug=issue.slug,
            number=issue.number,
            dated=issue.dated,
            language=issue.language,
            title=issue.title,
            summary=issue.summary,
            body=issue.body,
            published_at=issue.published_at,
        )
    )


def remove(connection: Connection, publication: str, slug: str) -> bool:
    """Take an issue out; False when it is not there."""
    gone = delete(ArchivedEdition).where(
        ArchivedEdition.publication == publication, ArchivedEdition.slug == slug
    )
    return connection.execute(gone).rowcount == 1


def issues(connection: Connection) -> list[Issue]:
    """Every issue, newest first, without its body."""
    newest = (ArchivedEdition.dated.desc(), ArchivedEdition.id.desc())
    found = [_issue(row) for row in connection.execute(select(*_COLUMNS).order_by(*newest))]
    corrections: defaultdict[tuple[str, str], list[Correction]] = defaultdict(list)
    for each in list_all_published(connection):
        corrections[each.publication, each.edition].append(each)
    return [
        replace(one, corrections=tuple(corrections[one.publication, one.slug])) for one in found
    ]


def find(connection: Connection, publication: str, slug: str) -> Issue | None:
    """One issue, with its body."""
    query = select(*_COLUMNS, ArchivedEdition.body).where(
        ArchivedEdition.publication == publication, ArchivedEdition.slug == slug
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return replace(_issue(row), corrections=tuple(list_published(connection, publication, slug)))


def _issue(row: Row[*tuple[Any, ...]]) -> Issue:
    return Issue(*row)
