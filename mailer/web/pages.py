"""What every page shares: templates, headers that keep it safe, the style sheet.

Must not know what any single page shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from mailer.rendering.templates import template_environment
from mailer.rendering.wording import in_count, in_size
from mailer.template_files import templates_folder
from mailer.web.loopback import LOCAL_NAMES
from mailer.web.wording import in_time

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS: Final = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}
"""For every page of ours, whoever may ask for it."""

_LOCAL_HEADERS: Final = HEADERS | {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'self'"
    ),
    "x-frame-options": "SAMEORIGIN",
}


class Pages:
    """The templates in `pages/`, ready to answer with."""

    def __init__(self) -> None:
        self._folder = templates_folder() / "pages"
        self._templates = template_environment(self._folder)
        self._templates.filters.update(in_size=in_size, in_time=in_time, in_count=in_count)

    def page(self, template: str, values: Mapping[str, object], status: int = 200) -> HTMLResponse:
        """Answer with a template filled in."""
        html = self._templates.get_template(template).render(values)
        return HTMLResponse(html, status_code=status)

    def static(self) -> Mount:
        """The route of the style sheet and of our own few lines of script."""
        return Mount("/static", _PageFiles(directory=self._folder))

    def local_app(self, name: str, routes: Sequence[BaseRoute]) -> Starlette:
        """An application for this machine alone; `name` is what a missing page leads back to."""

        def refuse(_request: Request, error: Exception) -> Response:
            status = error.status_code if isinstance(error, HTTPException) else 500
            return self.page("refused.html", {"name": name, "status": status}, status)

        return Starlette(
            routes=[*routes, self.static()],
            middleware=[
                Middleware(SafeHeaders, headers=_LOCAL_HEADERS),
                Middleware(TrustedHostMiddleware, allowed_hosts=LOCAL_NAMES, www_redirect=False),
            ],
            exception_handlers={HTTPException: refuse},
        )


class SafeHeaders:
    """Adds the headers that keep a page safe, where the response doesn't set its own."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self._app = app
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, with the missing headers added."""

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._completed(message.get("headers", []))
            await send(message)

        await self._app(scope, receive, send_safely if scope["type"] == "http" else send)

    def _completed(self, headers: Sequence[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        present = {name.lower() for name, _ in headers}
        return [*headers, *(pair for pair in self._headers if pair[0] not in present)]


class _PageFiles(StaticFiles):
    """The folder of the templates without the templates."""

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        return super().lookup_path(path) if path.endswith((".css", ".js")) else ("", None)

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["cache-control"] = "no-cache"  # Asked again each time: it has an ETag.
        return response
