"""One line in the log for each request, without an address or a token in it.

A path's first part says which page it was; what follows can be a token, with which anybody could act for
somebody else. What breaks is told by its kind and its place in the code, for its message may quote data.
"""

from __future__ import annotations

import logging
import time
import traceback
from typing import TYPE_CHECKING, Final

from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from mailer.web.metering import Meter

LOG: Final = logging.getLogger("bulletin.requests")

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RequestLog:
    """Writes the line, and answers with `failed` when the application breaks before it has answered."""

    def __init__(
        self, app: ASGIApp, places: Collection[str], failed: ASGIApp, meter: Meter | None = None
    ) -> None:
        self._app = app
        self._meter = meter
        self._places = frozenset(places)
        self._failed = failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0

        async def send_noting(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, receive, send_noting)
        except Exception as error:  # noqa: BLE001 - nothing that breaks may reach a log that quotes it
            log_failure(error)
            if not status:
                await self._failed(scope, receive, send_noting)
        finally:
            self._note(scope, status, time.perf_counter() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        place = scope["path"].split("/")[1:2]
        shown = place[0] if place and place[0] in self._places else "…"
        method = scope["method"] if scope["method"] in _METHODS else "…"
        LOG.info("%s /%s %d %.0f ms", method, shown, status, seconds * 1000)
        if self._meter is not None:
            self._meter.note(f"/{shown}", method, status, seconds)


def log_failure(error: Exception) -> None:
    """Write what broke: its code or kind, and where, but not its message."""
    if isinstance(error, BulletinError):
        LOG.error("failed: %s", error.code)
        return
    place = "".join(traceback.format_tb(error.__traceback__))
    LOG.error("failed: %s\n%s", type(error).__name__, place.rstrip())
