"""Health and figures for the team's monitoring, on a port of their own that the public never sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from mailer.web.pages import HEADERS, SafeHeaders
from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from mailer.web.metering import Gauge, Meter

_PROMETHEUS: Final = "text/plain; version=0.0.4"


@dataclass(frozen=True, slots=True)
class Monitoring:
    """The pages: `check` raises BulletinError while the site can't work, `gauges` asks the database."""

    meter: Meter
    check: Callable[[], None]
    gauges: Callable[[], Sequence[Gauge]]

    def application(self) -> Starlette:
        """`/healthz`, `/readyz` and `/metrics`."""
        return Starlette(
            routes=[
                Route("/healthz", self.healthz),
                Route("/readyz", self.readyz),
                Route("/metrics", self.metrics),
            ],
            middleware=[Middleware(SafeHeaders, headers=HEADERS)],
        )

    def healthz(self, _request: Request) -> Response:
        """Whether the process answers at all."""
        return PlainTextResponse("ok\n")

    def readyz(self, _request: Request) -> Response:
        """Whether the database is there, and of this program's version."""
        try:
            self.check()
        except BulletinError as error:
            return PlainTextResponse(f"{error.code}\n", 503)
        return PlainTextResponse("ready\n")

    def metrics(self, _request: Request) -> Response:
        """The figures; those of the database are left out while it can't be asked."""
        try:
            gauges = self.gauges()
        except BulletinError:
            gauges = ()
        return PlainTextResponse(self.meter.text(gauges), media_type=_PROMETHEUS)
