"""The pages on which somebody joins: the form, and the button behind the link of the letter.

The form's answer never tells whether an address is known: same words, same headers, and the same time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from subscribers.asking import linked, read_request, refuse_foreign
from subscribers.join_form import JoinForm, join_slips, read_join_form
from subscribers.joining import CONFIRM, CONFIRM_WITHIN, Outcome
from subscribers.open_form import OpenForm
from subscribers.preferences import Preferences
from subscribers.requests import RequestState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from subscribers.asking import Asked
    from subscribers.facets import Vocabulary
    from subscribers.forms import Fields
    from subscribers.joining import Answer, Door
    from subscribers.preferences import Slip
    from subscribers.reception import Pages
    from subscribers.requests import Joining
    from subscribers.tokens import TokenSigner

SUBSCRIBE: Final = "subscribe"
FORM: Final = "form"

_PAGES: Final = {
    Outcome.JOINED: "confirmed.html",
    Outcome.HELD: "held.html",
    Outcome.GONE: "gone.html",
}


@dataclass(frozen=True, slots=True)
class JoiningPages:
    """Subscribe and confirm. `organisation` is who asks for the consent."""

    door: Door
    signer: TokenSigner
    vocabulary: Vocabulary
    pages: Pages
    organisation: str
    clock: Callable[[], dt.datetime]
    is_open: bool = True

    def routes(self) -> list[Route]:
        """Where the pages are."""
        return [
            Route(f"/{SUBSCRIBE}", self.subscribe, methods=["GET", "POST"]),
            Route(f"/{CONFIRM}/{{token}}", self.confirm, methods=["GET", "POST"]),
        ]

    async def subscribe(self, request: Request) -> Response:
        """Show the form; or take it down and answer by letter."""
        asked = await read_request(request)
        if not self.is_open:
            return self.pages.page("closed.html", {}, 404 if asked.fields else 200, asked.languages)
        if asked.fields is None:
            return self._form(asked, self._asked_for(request))
        form = read_join_form(asked.fields)
        # A form that stands on another site leads to ours, which says what is agreed to.
        if asked.is_foreign or not self._guard.is_of_ours(asked.fields):
            return self._form(asked, form, is_again=True)
        slips = join_slips(form, self.vocabulary, self.door.rules)
        if slips:
            return self._form(asked, form, slips, 422)
        return await self._take_down(form, asked, asked.fields)

    @property
    def _guard(self) -> OpenForm:
        return OpenForm(FORM, self.signer, self.clock)

    def _asked_for(self, request: Request) -> JoinForm:
        """The empty form, but for the publications that the link names: `/subscribe?publication=…`."""
        offered = {one.slug for one in self.vocabulary.publications}
        named = offered & set(request.query_params.getlist("publication"))
        return JoinForm(profile=Preferences("", "", "", frozenset(), frozenset(named)))

    async def _take_down(self, form: JoinForm, asked: Asked, fields: Fields) -> Response:
        tongue = self.pages.tongue("subscribe.html", asked.languages)
        wording = tongue.say("subscribe.consent", organisation=self.organisation)

        def ask() -> Answer:
            return self.door.ask(form.wish(wording, tongue.tag, asked.network), self.clock())

        await self._guard.take_down(fields, ask)
        return self.pages.page("sent.html", {"address": form.address}, 200, asked.languages)

    async def confirm(self, request: Request) -> Response:
        """Show a button; or let in who pressed it."""
        number = linked(self.signer, CONFIRM, request, CONFIRM_WITHIN, self.clock())
        asked = await read_request(request)
        refuse_foreign(asked)
        return await run_in_threadpool(self._confirm, number, asked)

    def _confirm(self, number: int, asked: Asked) -> Response:
        if asked.fields is not None:
            outcome = self.door.confirm(number, asked.network, self.clock())
            return self._about(_PAGES[outcome], self.door.look(number), asked)
        request = self.door.look(number)
        is_open = request is not None and request.state is RequestState.OPEN
        return self._about("confirm.html" if is_open else _page_of(request), request, asked)

    def _about(self, template: str, request: Joining | None, asked: Asked) -> Response:
        if request is None:
            return self.pages.page("gone.html", {}, 200, asked.languages)
        values = {
            "address": request.address,
            "publications": self.door.names(request.publications),
        }
        return self.pages.page(template, values, 200, asked.languages)

    def _form(
        self,
        asked: Asked,
        form: JoinForm,
        slips: Sequence[Slip] = (),
        status: int = 200,
        *,
        is_again: bool = False,
    ) -> Response:
        values = {
            "form": form,
            "slips": slips,
            "is_again": is_again,
            **self._guard.guards(),
            "vocabulary": self.vocabulary,
            "action": f"/{SUBSCRIBE}{asked.suffix}",
        }
        return self.pages.page("subscribe.html", values, status, asked.languages)


def _page_of(request: Joining | None) -> str:
    match request.state if request else None:
        case RequestState.CONFIRMED | RequestState.KNOWN:
            return "confirmed.html"
        case RequestState.HELD:
            return "held.html"
    return "gone.html"
