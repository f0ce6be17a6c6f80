"""The public archive: every issue as a page that anybody may read, and a list and a feed of issues and packs.

Knows how an issue becomes a page here or a file elsewhere; must not know how mail is made, nor who gets it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from mailer.rendering.templates import Markup
from mailer.web import shelf
from mailer.web.entries import entries
from mailer.web.notes import notes_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from mailer.web.entries import Entry
    from mailer.web.public import PublicPages
    from mailer.web.shelf import Issue
    from subscribers.database import Database

ARCHIVE: Final = "archive"
_KEPT: Final = {"cache-control": "public, max-age=300", "x-robots-tag": "all"}
_NEWEST: Final = 20


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands: what its links begin with, what they end with, and where one subscribes.

    `root` is for issues, `packs` for packs.
    """

    root: str
    packs: str
    leaf: str
    subscribe: str

    def way(self, entry: Entry) -> str:
        """The way to an issue or a pack."""
        return f"{self.packs if entry.is_pack else self.root}{entry.path}{self.leaf}"


@dataclass(frozen=True, slots=True)
class ArchivePages:
    """The pages; `names` are the publications' own names, by slug."""

    database: Database
    pages: PublicPages
    names: Mapping[str, str]
    base_url: str
    can_subscribe: bool

    def routes(self) -> list[Route]:
        """Where the pages are."""
        return [
            Route(f"/{ARCHIVE}", self.index),
            Route(f"/{ARCHIVE}/", self.index),
            Route(f"/{ARCHIVE}/feed.xml", self.feed),
            Route(f"/{ARCHIVE}/{{publication}}/{{slug}}", self.issue),
            Route(f"/{ARCHIVE}/{{publication}}/{{slug}}/", self.issue),
        ]

    @property
    def _here(self) -> Place:
        return Place(f"/{ARCHIVE}/", "/", "", "/subscribe" if self.can_subscribe else "")

    def index(self, _request: Request) -> Response:
        """Every issue and pack, by publication."""
        with self.database.read() as connection:
            found = entries(connection)
        return _kept(self.list_page(found, self._here))

    def issue(self, request: Request) -> Response:
        """One issue."""
        named = request.path_params
        with self.database.read() as connection:
            found = shelf.find(connection, named["publication"], named["slug"])
        if found is None:
            raise HTTPException(404)
        return _kept(self.issue_page(found, self._here))

    def feed(self, _request: Request) -> Response:
        """The latest issues and packs, for feed readers."""
        with self.database.read() as connection:
            found = entries(connection)
        place = Place(f"{self.base_url}/{ARCHIVE}/", f"{self.base_url}/", "", "")
        return _kept(self.feed_of(found, place))

    def list_page(self, listed: Sequence[Entry], place: Place, **more: object) -> Response:
        """The list, with links as they are from `place`."""
        ordered = sorted(listed, key=lambda one: list(self.names).index(one.publication)
                         if one.publication in self.names else len(self.names))  # fmt: skip
        grouped = groupby(ordered, key=lambda one: one.publication)
        shelves = [(self.names.get(slug, slug), list(each)) for slug, each in grouped]
        values = {"shelves": shelves, "place": place, **more}
        return self.pages.page("archive.html", values)

    def issue_page(self, issue: Issue, place: Place, **more: object) -> Response:
        """An issue's page, with links as they are from `place`."""
        values = {
            "issue": issue,
            "body": Markup(issue.body),
            "notes": notes_of(issue.corrections),
            "publication": self.names.get(issue.publication, issue.publication),
            "place": place,
            **more,
        }
        return self.pages.page("issue.html", values, 200, (issue.language,))

    def feed_of(self, listed: Sequence[Entry], place: Place) -> Response:
        """The feed (RFC 4287) of an archive whose addresses are whole."""
        newest = list(listed)[:_NEWEST]
        moments = [one.updated_at for one in newest]
        values = {
            "entries": newest,
            "place": place,
            "updated": max(moments).isoformat() if moments else "2000-01-01T00:00:00+00:00",
        }
        response = self.pages.page("feed.xml", values)
        return Response(response.body, media_type="application/atom+xml")


def _kept(response: Response) -> Response:
    response.headers.update(_KEPT)
    return response
