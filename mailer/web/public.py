"""The public site: what all its pages share, who may ask for them, and the answer when one can't be had.

Must not know what any single page is for; those bring their routes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from mailer.rendering.templates import escape
from mailer.template_files import templates_folder
from mailer.web.loopback import LOCAL_NAMES
from mailer.web.metering import Meter
from mailer.web.pages import HEADERS, Pages, SafeHeaders
from mailer.web.request_log import RequestLog, log_failure
from mailer.web.speaking import Speech
from subscribers.catalogue import wanted_languages
from subscribers.errors import BulletinError
from subscribers.faults import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from starlette.requests import Request
    from starlette.routing import BaseRoute
    from starlette.types import Receive, Scope, Send

    from mailer.rendering.brand import Brand
    from subscribers.catalogue import Catalogue, Tongue

BODY_LIMIT: Final = 16_384
"""Bytes that a form may have: many times what the longest one of ours needs."""

PAGE_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)

_HEADERS: Final = HEADERS | {
    "content-security-policy": PAGE_POLICY,
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex",
}
_TABLES: Final = {
    "closed": "subscribe",
    "left-everything": "left",
    "moved": "new-address",
    "copy-request": "copy",
    "forgotten": "forget",
    "issue_body": "issue",
    "mail_note": "issue",
    "article_body": "issue",
    "article-step": "article",
    "feed.xml": "archive",
    "pack_gone": "pack",
}
"""Templates whose texts are with another page's; any other's have its own name."""

_MARK: Final = "\ue000{}\ue001"
"""Stands for a personal text in a page that is kept: neither settings nor texts may hold these letters."""
_MARKS: Final = re.compile("\ue000([a-z-]+)\ue001")
_MOST_KEPT: Final = 500
"""Pages kept: one for each set of publications that somebody gets, in each language."""

_WORDED: Final = (400, 403, 404, 405, 409, 413, 429, 503)
_HTTPS_ONLY: Final = {"strict-transport-security": "max-age=31536000"}


class PublicPages:
    """The templates in `pages/public/`, ready to answer with, and the application around them.

    `brand` is the head and foot of every page, `base_url` where people reach the site; each publication is
    its name and a sentence about it. `home` is what the first page leads to.
    """

    def __init__(
        self,
        brand: Brand,
        base_url: str,
        publications: Sequence[tuple[str, str]],
        catalogue: Catalogue,
        home: Mapping[str, bool],
    ) -> None:
        self._brand = brand
        self._base = urlsplit(base_url)
        self._home_values = {"publications": publications, **home}
        self._catalogue = catalogue
        self._speeches = {tongue.tag: Speech(tongue) for tongue in catalogue.tongues}
        self._pages = Pages()
        self._kept: dict[Hashable, list[str]] = {}
        self.meter = Meter()

    def page(
        self,
        template: str,
        values: Mapping[str, object],
        status: int = 200,
        languages: Sequence[str] = (),
    ) -> Response:
        """Answer with a template filled in, in the first of the languages that it can be had in."""
        tongue = self.tongue(template, languages)
        others = [one for one in self._catalogue.offered(_table(template)) if one is not tongue]
        shown = {"brand": self._brand, "tongues": others, **self._words(tongue), **values}
        response = self._pages.page(f"public/{template}", shown, status)
        response.headers["content-language"] = tongue.tag
        return response

    def kept_page(
        self,
        template: str,
        shape: Hashable,
        values: Callable[[Callable[[str], str]], Mapping[str, object]],
        personal: Mapping[str, str],
        status: int = 200,
        languages: Sequence[str] = (),
    ) -> Response:
        """The same for a page that many share but for a few texts, rendered once for each `shape`.

        `values` are those of the shape, with a mark for each text that is one person's; `personal` are those
        texts, of which only the marked ones are asked for.
        """
        tongue = self.tongue(template, languages)
        key = template, tongue.tag, shape
        pieces = self._kept.get(key)
        if pieces is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            shown = self.page(template, values(_MARK.format), 200, languages)
            pieces = self._kept[key] = _MARKS.split(bytes(shown.body).decode())
        filled = pieces.copy()
        filled[1::2] = [str(escape(personal[name])) for name in pieces[1::2]]
        response = HTMLResponse("".join(filled), status)
        response.headers["content-language"] = tongue.tag
        return response

    def _words(self, tongue: Tongue) -> Mapping[str, object]:
        return self._speeches[tongue.tag].words

    def standing_page(self, template: str, values: Mapping[str, object]) -> str:
        """A page as a file of its own, in the first language, with its style within."""
        response = self.page(template, values)
        page = bytes(response.body).decode()
        style = (templates_folder() / "pages" / "style.css").read_text(encoding="utf-8")
        linked = '<link rel="stylesheet" href="/static/style.css">'
        return page.replace(linked, f"<style>\n{style}</style>")

    def tongue(self, template: str, languages: Sequence[str]) -> Tongue:
        """The language in which a page is shown to somebody who wants these."""
        return self._catalogue.choose(_table(template), languages)

    def application(self, routes: Sequence[BaseRoute]) -> Starlette:
        """The site with these pages and its own: `/`, `/healthz` and the style sheet."""
        own = [Route("/", self._home), Route("/healthz", _healthz), self._pages.static()]
        headers = _HEADERS | (_HTTPS_ONLY if self._base.scheme == "https" else {})
        hosts = (self._base.hostname or "", *LOCAL_NAMES)
        site = Starlette(
            routes=[*routes, *own],
            middleware=[
                Middleware(SafeHeaders, headers=headers),
                Middleware(
                    RequestLog,
                    places=_places([*routes, *own]),
                    failed=self._failed,
                    meter=self.meter,
                ),
                Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False),
            ],
            exception_handlers={HTTPException: self._refuse, BulletinError: self._fail},
            max_body_size=BODY_LIMIT,
        )
        # A mail program's POST may not be answered with a redirect, and nobody else needs one.
        site.router.redirect_slashes = False
        return site

    def _home(self, _request: Request) -> Response:
        response = self.page("home.html", self._home_values)
        response.headers["x-robots-tag"] = "all"
        return response

    def _refuse(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for no other
        response = self._refusal(error.status_code, request.headers.get("accept-language", ""))
        response.headers.update(error.headers or {})
        return response

    def _fail(self, request: Request, error: Exception) -> Response:
        log_failure(error)
        status = 503 if isinstance(error, DatabaseError) else 409
        return self._refusal(status, request.headers.get("accept-language", ""))

    async def _failed(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._refusal(500)(scope, receive, send)

    def _refusal(self, status: int, accepted: str = "") -> Response:
        worded = status if status in _WORDED else 500
        languages = wanted_languages("", accepted)
        return self.page("refused.html", {"status": worded}, status, languages)


def _table(template: str) -> str:
    name = template.removesuffix(".html")
    return _TABLES.get(name, name)


def _healthz(_request: Request) -> Response:
    return PlainTextResponse("ok\n")


def _places(routes: Sequence[BaseRoute]) -> set[str]:
    """The first part of every path that there is."""
    return {str(getattr(route, "path", "")).split("/")[1] for route in routes}
