"""The pages on which a person leaves, comes back, and changes what they get, by the signed links of a mail.

The link is the whole authority: it names one delivery, for one purpose. Opening it changes nothing, for
scanners open every link of a mail; only the POST of a page's form does, or a mail program's one-click POST
(RFC 8058).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from subscribers.admission import Verdict
from subscribers.asking import linked, read_request, refuse_foreign
from subscribers.gathering import Gathering
from subscribers.leaving import REASONS
from subscribers.preferences import Slip, is_whole, read_preferences
from subscribers.reception import BACK, PREFERENCES, UNDO, UNSUBSCRIBE
from subscribers.self_service import ONE_CLICK, wish_to_leave
from subscribers.visitor import Nobody, Trouble, Visitor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from subscribers.asking import Asked
    from subscribers.forms import Fields
    from subscribers.leaving import Leaving
    from subscribers.preferences import Preferences
    from subscribers.reception import Reception
    from subscribers.self_service import SelfService

UNDO_LASTS: Final = dt.timedelta(days=1)


@dataclass(frozen=True)
class SubscriptionPages:
    """Leave, come back, choose."""

    reception: Reception
    service: SelfService

    @cached_property
    def _visitors(self) -> Gathering[int, Visitor | Nobody]:
        return Gathering(self.reception.visitors)

    @cached_property
    def _leaving(self) -> Gathering[Leaving, bool]:
        return Gathering(self.service.leave_each)

    def routes(self) -> list[Route]:
        """Where the pages are."""
        return [
            Route(f"/{UNSUBSCRIBE}/{{token}}", self.unsubscribe, methods=["GET", "POST"]),
            Route(f"/{PREFERENCES}/{{token}}", self.preferences, methods=["GET", "POST"]),
            Route(f"/{UNDO}/{{token}}", self.undo, methods=["POST"]),
            Route(f"/{BACK}/{{token}}", self.back, methods=["POST"]),
        ]

    async def unsubscribe(self, request: Request) -> Response:
        """Ask what to leave; or leave it, by the page's form or by one click."""
        delivery_id = linked(self.reception.signer, UNSUBSCRIBE, request)
        asked = await read_request(request)
        if asked.fields is None:
            return self._leave_page(await self._visitors.ask(delivery_id), asked)
        if _is_one_click(asked.fields):
            visitor = await self._visitors.ask(delivery_id)
            return await self._leave_by_one_click(visitor, asked.fields, asked)
        refuse_foreign(asked)
        return await run_in_threadpool(self._unsubscribe, delivery_id, asked.fields, asked)

    async def undo(self, request: Request) -> Response:
        """Take up again the publication that was just left."""
        return await self._taken_back(request, UNDO, self._undo)

    async def back(self, request: Request) -> Response:
        """Take up again everything that was just left."""
        return await self._taken_back(request, BACK, self._back)

    async def _taken_back(
        self, request: Request, purpose: str, answer: Callable[[int, Asked], Response]
    ) -> Response:
        now = self.reception.clock()
        delivery_id = linked(self.reception.signer, purpose, request, UNDO_LASTS, now)
        asked = await read_request(request)
        refuse_foreign(asked)
        return await run_in_threadpool(answer, delivery_id, asked)

    async def preferences(self, request: Request) -> Response:
        """Show what is held and got; or keep what the form says."""
        delivery_id = linked(self.reception.signer, PREFERENCES, request)
        asked = await read_request(request)
        refuse_foreign(asked)
        return await run_in_threadpool(self._preferences, delivery_id, asked)

    async def _leave_by_one_click(
        self, visitor: Visitor | Nobody, fields: Fields, asked: Asked
    ) -> Response:
        if isinstance(visitor, Nobody):
            return self._tell_program("nobody", f"heading_{visitor}", asked)
        publication = visitor.publication
        context = self.reception.context(asked, "leave.html")
        wish = wish_to_leave(visitor, publication.slug, context, ONE_CLICK, _reason(fields))
        if not await self._leaving.ask(wish):
            await run_in_threadpool(self.service.leave_alone, wish)
        return self._tell_program("left", "heading", asked, publication=publication.label)

    def _tell_program(self, table: str, key: str, asked: Asked, **values: str) -> Response:
        """What a mail program is told, and may show: no page, but a line of its heading's words."""
        tongue = self.reception.pages.tongue(f"{table}.html", asked.languages)
        return PlainTextResponse(f"{tongue.say(f'{table}.{key}', **values)}.\n")

    # ---- what each does, in a thread of its own

    def _unsubscribe(self, delivery_id: int, fields: Fields, asked: Asked) -> Response:
        visitor = self.reception.visitor(delivery_id)
        if isinstance(visitor, Nobody):
            return self._leave_page(visitor, asked)
        match fields.get("leave"):
            case ["publication"]:
                self._leave(visitor, visitor.publication.slug, fields, asked)
                return self._page("left", self.reception.visitor(delivery_id), asked)
            case ["everything"]:
                self._leave(visitor, None, fields, asked)
                return self._left_everything(visitor, self.reception.visitor(delivery_id), asked)
            case _:
                return self._leave_page(visitor, asked, 400)

    def _leave(
        self, visitor: Visitor, publication: str | None, fields: Fields, asked: Asked
    ) -> None:
        context = self.reception.context(asked, "leave.html")
        self.service.leave(visitor, publication, context, reason=_reason(fields))

    def _left_everything(self, before: Visitor, now: Visitor | Nobody, asked: Asked) -> Response:
        # Whoever had left before, or is suppressed, has nothing to undo.
        if before.trouble is None:
            return self._page("left-everything", now, asked)
        return self._leave_page(now, asked)

    def _leave_page(self, visitor: Visitor | Nobody, asked: Asked, status: int = 200) -> Response:
        return self.reception.kept_page("leave", visitor, asked, status, reasons=REASONS)

    def _undo(self, delivery_id: int, asked: Asked) -> Response:
        visitor = self.reception.visitor(delivery_id)
        if isinstance(visitor, Visitor) and not visitor.trouble:
            tongue = self.reception.pages.tongue("left.html", asked.languages)
            words = tongue.say("left.undo", publication=visitor.publication.label)
            self.service.resume(visitor, words, self.reception.context(asked, "left.html"))
        taken_up = [visitor.publication] if isinstance(visitor, Visitor) else []
        return self._page("back", visitor, asked, taken_up=taken_up)

    def _back(self, delivery_id: int, asked: Asked) -> Response:
        visitor = self.reception.visitor(delivery_id)
        if isinstance(visitor, Visitor) and visitor.trouble is Trouble.LEFT:
            words = self.reception.pages.tongue("left.html", asked.languages).say(
                "left.undo_everything"
            )
            context = self.reception.context(asked, "left.html")
            self.service.come_back(visitor, words, UNDO_LASTS, context)
            visitor = self.reception.visitor(delivery_id)
        taken_up = visitor.gets if isinstance(visitor, Visitor) else ()
        return self._page("back", visitor, asked, taken_up=taken_up)

    def _preferences(self, delivery_id: int, asked: Asked) -> Response:
        visitor, fields = self.reception.visitor(delivery_id), asked.fields
        if isinstance(visitor, Nobody) or visitor.trouble or fields is None:
            return self._page("preferences", visitor, asked)
        if not is_whole(fields):
            return self._page("preferences", visitor, asked, 400)
        today = self.reception.clock().date()
        answers, slips = read_preferences(fields, self.reception.vocabulary, today)
        if not slips and self._keep(visitor, answers, asked) is not Verdict.OPEN:
            slips = [Slip("sector", "sector-held")]
        if slips:
            return self._page("preferences", visitor, asked, 422, answers=answers, slips=slips)
        return self._page("saved", self.reception.visitor(delivery_id), asked)

    def _keep(self, visitor: Visitor, answers: Preferences, asked: Asked) -> Verdict:
        tongue = self.reception.pages.tongue("preferences.html", asked.languages)
        words = tongue.say("preferences.publications")
        offered = frozenset(one.slug for one in self.reception.vocabulary.publications)
        context = self.reception.context(asked, "preferences.html")
        return self.service.keep(visitor, answers, offered, words, context)

    def _page(
        self,
        template: str,
        visitor: Visitor | Nobody,
        asked: Asked,
        status: int = 200,
        *,
        answers: Preferences | None = None,
        slips: Sequence[Slip] = (),
        **values: object,
    ) -> Response:
        held = visitor.held if isinstance(visitor, Visitor) else None
        return self.reception.page(
            template,
            visitor,
            asked,
            status,
            answers=answers or held,
            slips=slips,
            typed=asked.fields or {},
            reasons=REASONS,
            **values,
        )


def _reason(fields: Fields) -> str:
    return fields.get("reason", [""])[0]


def _is_one_click(fields: Fields) -> bool:
    return any(value.strip() == "One-Click" for value in fields.get("List-Unsubscribe", ()))
