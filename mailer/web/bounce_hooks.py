"""Where mail providers report what came back: each at an address of its own, with a proof that it is they.

A provider whose key is not in the settings has no address. Must not know what follows from a notice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from mailer.bounces import mailgun, postmark, sendgrid, ses
from mailer.bounces.notice import NoticeError, Request
from mailer.web.request_log import LOG

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from starlette.requests import Request as WebRequest
    from starlette.responses import Response

    from mailer.bounces.notice import Notice
    from mailer.bounces.service import Bounces, Handled

    Read = Callable[[Request, dt.datetime], list[Notice]]

BODY_LIMIT: Final = 4 * 1024 * 1024
"""Bytes of a request: SendGrid sends hundreds of events at once, and Amazon the headers of a mail."""

_STATUS: Final = {"notice-forged": 403, "notice-unreadable": 400}
_TRY_LATER: Final = 503


@dataclass(frozen=True, slots=True)
class ProviderKeys:
    """What proves that a request is a provider's own; an empty one closes that provider's address."""

    ses_topic: str = ""
    sendgrid_key: str = ""
    mailgun_key: str = ""
    postmark_password: str = ""


@dataclass(frozen=True, slots=True)
class BounceHooks:
    """The addresses, and what they need."""

    bounces: Bounces
    keys: ProviderKeys
    fetch: ses.Fetch
    clock: Callable[[], dt.datetime]

    def routes(self) -> list[Route]:
        """Where providers that have a key report to: `/hooks/ses` and so on."""
        keys = self.keys
        readers: list[tuple[str, str, Read]] = [
            ("ses", keys.ses_topic, self._read_ses),
            ("sendgrid", keys.sendgrid_key, lambda r, _: sendgrid.read(r, keys.sendgrid_key)),
            ("mailgun", keys.mailgun_key, lambda r, now: mailgun.read(r, keys.mailgun_key, now)),
            (
                "postmark",
                keys.postmark_password,
                lambda r, _: postmark.read(r, keys.postmark_password),
            ),
        ]
        return [self._route(name, read) for name, key, read in readers if key]

    def _read_ses(self, request: Request, now: dt.datetime) -> list[Notice]:
        return ses.read(request, self.keys.ses_topic, self.fetch, now)

    def _route(self, name: str, read: Read) -> Route:
        async def answer(request: WebRequest) -> Response:
            headers = {key.lower(): value for key, value in request.headers.items()}
            posted = Request(headers, await request.body())
            return await run_in_threadpool(self._handle, posted, read)

        return Route(f"/hooks/{name}", answer, methods=["POST"], max_body_size=BODY_LIMIT)

    def _handle(self, request: Request, read: Read) -> Response:
        now = self.clock()
        try:
            notices = read(request, now)
        except NoticeError as error:
            return PlainTextResponse(f"{error.code}\n", _STATUS.get(error.code, _TRY_LATER))
        for notice in notices:
            self._tell(self.bounces.handle_notice(notice, now))
        return PlainTextResponse("ok\n")

    @staticmethod
    def _tell(handled: Handled) -> None:
        for ruling in handled.rulings:
            if ruling.has_begun_hold:
                what = "%s: nobody there is written to any more: %s; see `bulletin domains list`"
                LOG.warning(what, ruling.domain, ruling.decision.why)
