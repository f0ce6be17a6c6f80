"""The preview of an edition in a browser, which follows the files as they are saved.

Knows the page and its controls. Editions, and how they become mail, are the source's business.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol, TypeVar
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from mailer.web.mail_frame import OWN_POLICY, Scheme, framed_html, mail_response
from mailer.web.pages import Pages
from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from starlette.applications import Starlette
    from starlette.requests import Request

SIZE_LIMIT: Final = 102_400
"""Bytes of HTML beyond which Gmail cuts a mail off."""

LOOK_EVERY: Final = 0.3
"""Seconds between two looks at the files."""

_NO_CHOICE: Final[Sequence[tuple[str, str]]] = ()

Value = TypeVar("Value")

_VIEWS: Final = {"desktop": "Desktop", "phone": "Phone", "dark": "Dark", "text": "Text"}


@dataclass(frozen=True, slots=True)
class Preview:
    """An edition as one group of readers gets it. `html` is None when its problems forbid a mail.

    `size` counts bytes of HTML, `problems` are sentences for the editor.
    """

    subject: str
    preheader: str
    html: str | None = field(repr=False)
    text: str | None = field(repr=False)
    problems: Sequence[str]
    articles: int
    size: int


class PreviewSource(Protocol):
    """The edition that is looked at. Each call may read files anew; none should raise, any may."""

    def title(self) -> str:
        """What the edition is called."""

    def sectors(self) -> Sequence[tuple[str, str]]:
        """The sectors to choose from: slug and label."""

    def regions(self) -> Sequence[tuple[str, str]]:
        """The regions to choose from: slug and label."""

    def render(self, sector: str | None, region: str | None) -> Preview:
        """The mail for readers of a sector and region; None is everyone's."""

    def fingerprint(self) -> str:
        """Changes when any file of the edition does."""

    def media(self, name: str) -> tuple[bytes, str] | None:
        """A picture's bytes and media type, by the name that the mail uses behind `/media/`."""


def build_preview(source: PreviewSource) -> Starlette:
    """The application. The mail it shows refers to its pictures as /media/…"""
    pages = Pages()
    preview = _PreviewPages(source, pages)
    routes = [
        Route("/", preview.page),
        Route("/mail", preview.mail),
        Route("/events", preview.events),
        Route("/media/{name}", preview.media),
    ]
    return pages.local_app("preview", routes)


@dataclass(frozen=True, slots=True)
class _Choice:
    """For whom, and how, the edition is shown."""

    sector: str | None
    region: str | None
    view: str

    @property
    def scheme(self) -> Scheme:
        """The colours in which the mail is shown."""
        return Scheme.DARK if self.view == "dark" else Scheme.LIGHT

    def address(self, path: str = "/", **changes: str) -> str:
        """The address of a page for the same readers, but for what is changed."""
        asked = {"sector": self.sector, "region": self.region, "view": self.view, **changes}
        kept = urlencode({name: value for name, value in asked.items() if value})
        return f"{path}?{kept}"


class _PreviewPages:
    """The pages, one method each; those that render run in threads."""

    def __init__(self, source: PreviewSource, pages: Pages) -> None:
        self._source = source
        self._pages = pages

    def page(self, request: Request) -> Response:
        """The controls, the report and the frame."""
        # Before the rendering: a file saved meanwhile is then noticed, and shown a moment later.
        fingerprint = self._fingerprint()
        chosen = self._choice(request)
        shown = {
            "title": _tried(self._source.title, "Edition"),
            "sectors": _tried(self._source.sectors, _NO_CHOICE),
            "regions": _tried(self._source.regions, _NO_CHOICE),
            "views": _VIEWS,
            "chosen": chosen,
            "preview": self._render(chosen),
            "limit": SIZE_LIMIT,
            "fingerprint": fingerprint,
        }
        return self._pages.page("preview.html", shown)

    def mail(self, request: Request) -> Response:
        """What the frame loads."""
        chosen = self._choice(request)
        html = self._render(chosen).html
        if html is None:
            raise HTTPException(404)
        return mail_response(framed_html(html, chosen.scheme), OWN_POLICY)

    def media(self, request: Request) -> Response:
        """One picture."""
        found = _tried(lambda: self._source.media(request.path_params["name"]), None)
        if found is None or not found[1].startswith("image/"):
            raise HTTPException(404)
        return Response(found[0], media_type=found[1])

    async def events(self, request: Request) -> Response:
        """A stream with one event for each change of the edition since the page was made."""
        seen = request.headers.get("last-event-id") or request.query_params.get("seen", "")
        return StreamingResponse(self._changes(request, seen), media_type="text/event-stream")

    async def _changes(self, request: Request, seen: str) -> AsyncIterator[str]:
        yield "retry: 1000\n\n"
        while not await request.is_disconnected():
            current = await run_in_threadpool(self._fingerprint)
            if current != seen:
                seen = current
                yield f"id: {current}\ndata: changed\n\n"
            await asyncio.sleep(LOOK_EVERY)

    def _fingerprint(self) -> str:
        current = _tried(self._source.fingerprint, "")
        return hashlib.sha256(current.encode()).hexdigest()[:16]

    def _choice(self, request: Request) -> _Choice:
        asked = request.query_params
        view = asked.get("view", "")
        return _Choice(
            sector=_known(asked.get("sector"), _tried(self._source.sectors, _NO_CHOICE)),
            region=_known(asked.get("region"), _tried(self._source.regions, _NO_CHOICE)),
            view=view if view in _VIEWS else "desktop",
        )

    def _render(self, chosen: _Choice) -> Preview:
        try:
            return self._source.render(chosen.sector, chosen.region)
        except BulletinError as error:
            return _unrendered(str(error))
        except Exception as error:  # noqa: BLE001  # An editor needs to read what broke, not a 500.
            return _unrendered(f"The mail could not be made: {type(error).__name__}: {error}")


def _known(slug: str | None, choices: Sequence[tuple[str, str]]) -> str | None:
    return slug if any(slug == known for known, _ in choices) else None


def _unrendered(problem: str) -> Preview:
    return Preview("", "", None, None, (problem,), 0, 0)


def _tried(call: Callable[[], Value], otherwise: Value) -> Value:
    # What breaks here breaks in `render` too, where it is shown.
    try:
        return call()
    except Exception:  # noqa: BLE001
        return otherwise
