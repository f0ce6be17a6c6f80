"""The public site: what all its pages share, who may ask for them, and the answer when one can't be had.

Must not know what any single page is for; those bring their routes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from mailer.web.loopback import LOCAL_NAMES
from mailer.web.pages import HEADERS, Pages, SafeHeaders
from mailer.web.request_log import RequestLog, log_failure
from subscribers.errors import BulletinError
from subscribers.faults import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.routing import BaseRoute
    from starlette.types import Receive, Scope, Send

    from mailer.rendering.brand import Brand

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
_HTTPS_ONLY: Final = {"strict-transport-security": "max-age=31536000"}


class PublicPages:
    """The templates in `pages/public/`, ready to answer with, and the application around them.

    `brand` is the head and foot of every page, `base_url` where people reach the site; each publication is
    its name and a sentence about it.
    """

    def __init__(
        self, brand: Brand, base_url: str, publications: Sequence[tuple[str, str]]
    ) -> None:
        self._brand = brand
        self._base = urlsplit(base_url)
        self._publications = publications
        self._pages = Pages()

    def page(self, template: str, values: Mapping[str, object], status: int = 200) -> Response:
        """Answer with a template filled in."""
        return self._pages.page(f"public/{template}", {"brand": self._brand, **values}, status)

    def application(self, routes: Sequence[BaseRoute]) -> Starlette:
        """The site with these pages and its own: `/`, `/healthz` and the style sheet."""
        own = [Route("/", self._home), Route("/healthz", _healthz), self._pages.static()]
        headers = _HEADERS | (_HTTPS_ONLY if self._base.scheme == "https" else {})
        hosts = (self._base.hostname or "", *LOCAL_NAMES)
        site = Starlette(
            routes=[*routes, *own],
            middleware=[
                Middleware(SafeHeaders, headers=headers),
                Middleware(RequestLog, places=_places([*routes, *own]), failed=self._failed),
                Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False),
            ],
            exception_handlers={HTTPException: self._refuse, BulletinError: self._fail},
            max_body_size=BODY_LIMIT,
        )
        # A mail program's POST may not be answered with a redirect, and nobody else needs one.
        site.router.redirect_slashes = False
        return site

    def _home(self, _request: Request) -> Response:
        response = self.page("home.html", {"publications": self._publications})
        response.headers["x-robots-tag"] = "all"
        return response

    def _refuse(self, _request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for no other
        response = self._refusal(error.status_code)
        response.headers.update(error.headers or {})
        return response

    def _fail(self, _request: Request, error: Exception) -> Response:
        log_failure(error)
        return self._refusal(503 if isinstance(error, DatabaseError) else 409)

    async def _failed(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._refusal(500)(scope, receive, send)

    def _refusal(self, status: int) -> Response:
        return self.page("refused.html", {"status": status}, status)


def _healthz(_request: Request) -> Response:
    return PlainTextResponse("ok\n")


def _places(routes: Sequence[BaseRoute]) -> set[str]:
    """The first part of every path that there is."""
    return {str(getattr(route, "path", "")).split("/")[1] for route in routes}
