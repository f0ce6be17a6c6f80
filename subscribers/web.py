"""The pages on which a person leaves, comes back, and changes what they get, by the signed links of a mail.

The link is the whole authority: it names one delivery, for one purpose. Opening it changes nothing, for
scanners open every link of a mail; only the POST of a page's form does, or a mail program's one-click POST
(RFC 8058). What pages look like is known upstairs and declared here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from subscribers.admission import Verdict
from subscribers.asking import linked, read_request, refuse_foreign
from subscribers.preferences import Slip, is_whole, read_preferences
from subscribers.self_service import LINK, ONE_CLICK, REASONS, Context, SelfService
from subscribers.visitor import Nobody, Trouble, Visitor, find_visitor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from subscribers.asking import Asked
    from subscribers.catalogue import Tongue
    from subscribers.database import Database
    from subscribers.facets import Vocabulary
    from subscribers.forms import Fields
    from subscribers.preferences import Preferences
    from subscribers.tokens import TokenSigner
    from subscribers.visitor import FindMail

UNSUBSCRIBE: Final = "unsubscribe"
PREFERENCES: Final = "preferences"
UNDO: Final = "undo"
NEW_ADDRESS: Final = "new-address"
COPY_REQUEST: Final = "copy-request"
FORGET: Final = "forget"

UNDO_LASTS: Final = dt.timedelta(days=1)

_ONE_CLICK_FOR_NOBODY: Final = {
    Nobody.TEST: "This was a test mail. Nothing was changed.\n",
    Nobody.GONE: "This address is not on the list.\n",
}

# An address to which we stopped writing can still be taken off, and its person can still ask to be forgotten;
# nothing else can begin or change. A mail that went to another address is good for leaving alone.
_FOR_LEAVING: Final = {"leave", "left"}
_OPEN: Final = {
    Trouble.ELSEWHERE: _FOR_LEAVING,
    Trouble.PAUSED: {*_FOR_LEAVING, "forget"},
    Trouble.LEFT: {"forget"},
}


class Pages(Protocol):
    """Fills in the templates of the public pages."""

    def page(
        self,
        template: str,
        values: Mapping[str, object],
        status: int = 200,
        languages: Sequence[str] = (),
    ) -> Response:
        """Answer with a page, in the first of the languages that it can be had in."""

    def tongue(self, template: str, languages: Sequence[str]) -> Tongue:
        """The language in which the page would be."""


@dataclass(frozen=True, slots=True)
class Reception:
    """Who opened a link, and the page that answers: what all pages behind links need."""

    database: Database
    signer: TokenSigner
    vocabulary: Vocabulary
    find_mail: FindMail
    pages: Pages
    clock: Callable[[], dt.datetime]

    def visitor(self, delivery_id: int) -> Visitor | Nobody:
        """Whoever a delivery was made for."""
        return find_visitor(self.database, self.vocabulary, self.find_mail, delivery_id)

    def context(self, asked: Asked, template: str) -> Context:
        """How and when something is asked, for the record and for the letters."""
        tongue = self.pages.tongue(template, asked.languages)
        return Context(self.clock(), asked.network, tongue.tag)

    def page(
        self,
        template: str,
        visitor: Visitor | Nobody,
        asked: Asked,
        status: int = 200,
        **values: object,
    ) -> Response:
        """The page, or the one that says why there is none for this visitor."""
        if isinstance(visitor, Nobody):
            return self.pages.page("nobody.html", {"why": visitor}, 200, asked.languages)
        if visitor.trouble and template not in _OPEN[visitor.trouble]:
            return self.pages.page("trouble.html", {"visitor": visitor}, 200, asked.languages)
        shown = {
            "visitor": visitor,
            "vocabulary": self.vocabulary,
            "links": self._links(visitor.delivery_id, asked.suffix),
            **values,
        }
        return self.pages.page(f"{template}.html", shown, status, asked.languages)

    def _links(self, delivery_id: int, suffix: str) -> dict[str, str]:
        now, payload = self.clock(), str(delivery_id)
        links = {UNDO: f"/{UNDO}/{self.signer.sign(UNDO, payload, now=now)}{suffix}"}
        for purpose in (UNSUBSCRIBE, PREFERENCES, NEW_ADDRESS, COPY_REQUEST, FORGET):
            links[purpose] = f"/{purpose}/{self.signer.sign(purpose, payload)}{suffix}"
        return links


@dataclass(frozen=True, slots=True)
class SubscriptionPages:
    """Leave, come back, choose."""

    reception: Reception
    service: SelfService

    def routes(self) -> list[Route]:
        """Where the pages are."""
        return [
            Route(f"/{UNSUBSCRIBE}/{{token}}", self.unsubscribe, methods=["GET", "POST"]),
            Route(f"/{PREFERENCES}/{{token}}", self.preferences, methods=["GET", "POST"]),
            Route(f"/{UNDO}/{{token}}", self.undo, methods=["POST"]),
        ]

    async def unsubscribe(self, request: Request) -> Response:
        """Ask what to leave; or leave it, by the page's form or by one click."""
        delivery_id = linked(self.reception.signer, UNSUBSCRIBE, request)
        asked = await read_request(request)
        return await run_in_threadpool(self._unsubscribe, delivery_id, asked)

    async def undo(self, request: Request) -> Response:
        """Take up again the publication that was just left."""
        now = self.reception.clock()
        delivery_id = linked(self.reception.signer, UNDO, request, UNDO_LASTS, now)
        asked = await read_request(request)
        refuse_foreign(asked)
        return await run_in_threadpool(self._undo, delivery_id, asked)

    async def preferences(self, request: Request) -> Response:
        """Show what is held and got; or keep what the form says."""
        delivery_id = linked(self.reception.signer, PREFERENCES, request)
        asked = await read_request(request)
        refuse_foreign(asked)
        return await run_in_threadpool(self._preferences, delivery_id, asked)

    # ---- what each does, in a thread of its own

    def _unsubscribe(self, delivery_id: int, asked: Asked) -> Response:
        visitor, fields = self.reception.visitor(delivery_id), asked.fields
        if fields is not None and _is_one_click(fields):
            return self._leave_by_one_click(visitor, asked)
        refuse_foreign(asked)
        if isinstance(visitor, Nobody) or fields is None:
            return self._page("leave", visitor, asked)
        match fields.get("leave"):
            case ["publication"]:
                self._leave(visitor, visitor.publication.slug, asked)
                return self._page("left", self.reception.visitor(delivery_id), asked)
            case ["everything"]:
                self._leave(visitor, None, asked)
                return self._page("leave", self.reception.visitor(delivery_id), asked)
            case _:
                return self._page("leave", visitor, asked, 400)

    def _leave_by_one_click(self, visitor: Visitor | Nobody, asked: Asked) -> Response:
        if isinstance(visitor, Nobody):
            return PlainTextResponse(_ONE_CLICK_FOR_NOBODY[visitor])
        self._leave(visitor, visitor.publication.slug, asked, ONE_CLICK)
        return PlainTextResponse(f"You have left {visitor.publication.label}.\n")

    def _leave(
        self, visitor: Visitor, publication: str | None, asked: Asked, source: str = LINK
    ) -> None:
        reason = (asked.fields or {}).get("reason", [""])[0]
        context = self.reception.context(asked, "leave.html")
        self.service.leave(visitor, publication, context, source=source, reason=reason)

    def _undo(self, delivery_id: int, asked: Asked) -> Response:
        visitor = self.reception.visitor(delivery_id)
        if isinstance(visitor, Visitor) and not visitor.trouble:
            tongue = self.reception.pages.tongue("left.html", asked.languages)
            words = tongue.say("left.undo", publication=visitor.publication.label)
            self.service.resume(visitor, words, self.reception.context(asked, "left.html"))
        return self._page("back", visitor, asked)

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
        )


def _is_one_click(fields: Fields) -> bool:
    return any(value.strip() == "One-Click" for value in fields.get("List-Unsubscribe", ()))
