"""The pages on which a person changes their own subscription, by the signed links of a mail.

The link is the whole authority: it names one delivery, for one purpose. Opening it changes nothing, for
scanners open every link of a mail; only the POST of a page's form does, or a mail program's one-click POST
(RFC 8058). What pages look like is known upstairs and declared here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from subscribers.forms import FormError, read_form
from subscribers.preferences import is_whole, read_preferences
from subscribers.self_service import LINK, ONE_CLICK, QUESTION, keep, leave, resume, resume_words
from subscribers.tokens import TokenError
from subscribers.visitor import Nobody, Trouble, Visitor, find_visitor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from subscribers.database import Database
    from subscribers.facets import Vocabulary
    from subscribers.forms import Fields
    from subscribers.preferences import Preferences, Slip
    from subscribers.tokens import TokenSigner
    from subscribers.visitor import FindMail

UNSUBSCRIBE: Final = "unsubscribe"
PREFERENCES: Final = "preferences"
UNDO: Final = "undo"

UNDO_LASTS: Final = dt.timedelta(days=1)

_ONE_CLICK_FOR_NOBODY: Final = {
    Nobody.TEST: "This was a test mail. Nothing was changed.\n",
    Nobody.GONE: "This address is not on the list.\n",
}

# An address to which we stopped writing can still be taken off; nothing else can begin or change.
_FOR_LEAVING: Final = {"leave", "left"}


class Pages(Protocol):
    """Fills in the templates of the public pages."""

    def page(self, template: str, values: Mapping[str, object], status: int = 200) -> Response:
        """Answer with a page."""


@dataclass(frozen=True, slots=True)
class SubscriptionPages:
    """The pages and what they need: where the list is, who signs, and who knows what was mailed."""

    database: Database
    signer: TokenSigner
    vocabulary: Vocabulary
    find_mail: FindMail
    pages: Pages
    clock: Callable[[], dt.datetime]

    def routes(self) -> list[Route]:
        """Where the pages are."""
        return [
            Route(f"/{UNSUBSCRIBE}/{{token}}", self.unsubscribe, methods=["GET", "POST"]),
            Route(f"/{PREFERENCES}/{{token}}", self.preferences, methods=["GET", "POST"]),
            Route(f"/{UNDO}/{{token}}", self.undo, methods=["POST"]),
        ]

    async def unsubscribe(self, request: Request) -> Response:
        """Ask what to leave; or leave it, by the page's form or by one click."""
        delivery_id = linked_delivery(self.signer, UNSUBSCRIBE, request)
        fields = await _posted(request)
        return await run_in_threadpool(self._unsubscribe, delivery_id, fields)

    async def undo(self, request: Request) -> Response:
        """Take up again the publication that was just left."""
        delivery_id = linked_delivery(self.signer, UNDO, request, UNDO_LASTS, self.clock())
        return await run_in_threadpool(self._undo, delivery_id)

    async def preferences(self, request: Request) -> Response:
        """Show what is held and got; or keep what the form says."""
        delivery_id = linked_delivery(self.signer, PREFERENCES, request)
        fields = await _posted(request)
        return await run_in_threadpool(self._preferences, delivery_id, fields)

    # ---- what each does, in a thread of its own

    def _unsubscribe(self, delivery_id: int, fields: Fields | None) -> Response:
        visitor = self._visitor(delivery_id)
        if fields is not None and _is_one_click(fields):
            return self._leave_by_one_click(visitor)
        if isinstance(visitor, Nobody) or fields is None:
            return self._page("leave", visitor)
        match fields.get("leave"):
            case ["publication"]:
                self._leave(visitor, visitor.publication.slug, LINK)
                return self._page("left", self._visitor(delivery_id))
            case ["everything"]:
                self._leave(visitor, None, LINK)
                return self._page("leave", self._visitor(delivery_id))
            case _:
                return self._page("leave", visitor, status=400)

    def _leave_by_one_click(self, visitor: Visitor | Nobody) -> Response:
        if isinstance(visitor, Nobody):
            return PlainTextResponse(_ONE_CLICK_FOR_NOBODY[visitor])
        self._leave(visitor, visitor.publication.slug, ONE_CLICK)
        return PlainTextResponse(f"You have left {visitor.publication.label}.\n")

    def _leave(self, visitor: Visitor, publication: str | None, source: str) -> None:
        leave(self.database, visitor, publication, source=source, now=self.clock())

    def _undo(self, delivery_id: int) -> Response:
        visitor = self._visitor(delivery_id)
        if isinstance(visitor, Visitor) and not visitor.trouble:
            resume(self.database, visitor, now=self.clock())
        return self._page("back", visitor)

    def _preferences(self, delivery_id: int, fields: Fields | None) -> Response:
        visitor = self._visitor(delivery_id)
        if isinstance(visitor, Nobody) or visitor.trouble or fields is None:
            return self._page("preferences", visitor)
        if not is_whole(fields):
            return self._page("preferences", visitor, status=400)
        answers, slips = read_preferences(fields, self.vocabulary)
        if slips:
            return self._page("preferences", visitor, answers, slips, status=422)
        keep(self.database, visitor, answers, self._offered(), now=self.clock())
        return self._page("saved", self._visitor(delivery_id))

    def _offered(self) -> frozenset[str]:
        return frozenset(one.slug for one in self.vocabulary.publications)

    # ---- who, and in which words

    def _visitor(self, delivery_id: int) -> Visitor | Nobody:
        return find_visitor(self.database, self.vocabulary, self.find_mail, delivery_id)

    def _page(
        self,
        template: str,
        visitor: Visitor | Nobody,
        answers: Preferences | None = None,
        slips: Sequence[Slip] = (),
        status: int = 200,
    ) -> Response:
        """The page, or the one that says why there is none for this visitor."""
        if isinstance(visitor, Nobody):
            return self.pages.page("nobody.html", {"why": visitor})
        if visitor.trouble is Trouble.LEFT or (visitor.trouble and template not in _FOR_LEAVING):
            return self.pages.page("trouble.html", {"visitor": visitor})
        values = {
            "visitor": visitor,
            "answers": answers or visitor.held,
            "slips": {slip.field: slip.what for slip in slips},
            "vocabulary": self.vocabulary,
            "question": QUESTION,
            "resume_words": resume_words(visitor.publication),
            "links": self._links(visitor.delivery_id),
        }
        return self.pages.page(f"{template}.html", values, status)

    def _links(self, delivery_id: int) -> dict[str, str]:
        now, payload = self.clock(), str(delivery_id)
        return {
            UNSUBSCRIBE: f"/{UNSUBSCRIBE}/{self.signer.sign(UNSUBSCRIBE, payload)}",
            PREFERENCES: f"/{PREFERENCES}/{self.signer.sign(PREFERENCES, payload)}",
            UNDO: f"/{UNDO}/{self.signer.sign(UNDO, payload, now=now)}",
        }


def linked_delivery(
    signer: TokenSigner,
    purpose: str,
    request: Request,
    max_age: dt.timedelta | None = None,
    now: dt.datetime | None = None,
) -> int:
    """The number of the delivery that a link names; answers 404 unless it was made here for this purpose."""
    token = request.path_params["token"]
    try:
        return int(signer.verify(purpose, token, max_age=max_age, now=now))
    except TokenError:
        raise HTTPException(404) from None


async def _posted(request: Request) -> Fields | None:
    """The fields that were posted; None for a request that may change nothing."""
    if request.method != "POST":
        return None
    try:
        return read_form(request.headers.get("content-type", ""), await request.body())
    except (FormError, ClientDisconnect):
        raise HTTPException(400) from None


def _is_one_click(fields: Fields) -> bool:
    return any(value.strip() == "One-Click" for value in fields.get("List-Unsubscribe", ()))
