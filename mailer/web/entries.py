"""What the archive lists: issues and packs, newest first. Takes a connection and never commits."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - part of the public values
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailer.packs.store import list_published
from mailer.web import shelf

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from mailer.packs.store import Listed
    from mailer.web.shelf import Issue


@dataclass(frozen=True, slots=True)
class Entry:
    """An issue or a pack as lists and feeds show it; only an issue has a number.

    `slug` is an edition's name or a pack's; `path` is where its page is: below the archive for an issue,
    below the site for a pack.
    """

    publication: str
    slug: str
    path: str
    is_pack: bool
    title: str
    number: int | None
    dated: dt.date
    language: str
    summary: str
    published_at: dt.datetime
    updated_at: dt.datetime
    corrected: tuple[dt.datetime, ...] = ()


def entries(connection: Connection) -> list[Entry]:
    """Everything that was published, newest first."""
    issues = [_of_issue(issue) for issue in shelf.issues(connection)]
    packs = [_of_pack(pack) for pack in list_published(connection)]
    return sorted([*issues, *packs], key=lambda one: one.dated, reverse=True)


def _of_issue(issue: Issue) -> Entry:
    return Entry(
        publication=issue.publication,
        slug=issue.slug,
        path=f"{issue.publication}/{issue.slug}/",
        is_pack=False,
        title=issue.title,
        number=issue.number,
        dated=issue.dated,
        language=issue.language,
        summary=issue.summary,
        published_at=issue.published_at,
        updated_at=issue.updated_at,
        corrected=tuple(each.published_at for each in issue.corrections if each.published_at),
    )


def _of_pack(pack: Listed) -> Entry:
    return Entry(
        publication=pack.publication,
        slug=pack.name,
        path=f"packs/{pack.name}/",
        is_pack=True,
        title=pack.title,
        number=None,
        dated=pack.dated,
        language=pack.language,
        summary=pack.summary,
        published_at=pack.published_at,
        updated_at=pack.published_at,
    )
