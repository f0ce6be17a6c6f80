"""The pages on which a partner offers an article: the form, and the button behind the link of the letter.

As with joining, the form's answer never tells whether an address is known; opening a link changes nothing.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import Route

from mailer.content.picture import Picture, PictureFault, prepare
from mailer.submissions.form import MAX_TEXT, Answers, find_faults, read_answers
from mailer.submissions.service import CONFIRM, CONFIRM_WITHIN
from mailer.submissions.submission import State
from subscribers.asking import linked, read_request, refuse_foreign
from subscribers.forms import read_file
from subscribers.networks import shorten
from subscribers.open_form import OpenForm

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from mailer.submissions.form import Fault
    from mailer.submissions.service import Submissions
    from mailer.web.public import PublicPages
    from subscribers.admission import DomainRules
    from subscribers.asking import Asked
    from subscribers.forms import Fields
    from subscribers.joining import Answer
    from subscribers.tokens import TokenSigner

ARTICLE: Final = "article"
FORM: Final = "article-form"

BODY_LIMIT: Final = 8_500_000
"""Bytes of the whole form: enough for a telephone's photograph."""
_AT_ONCE: Final = 8
"""Forms that are taken in at a time, for each may hold so many bytes; one is read at a time, for its picture
takes a second of a processor and a hundred megabytes."""
_OF_NETWORK: Final = 4
"""Of these, so that nobody who sends slowly keeps all others waiting."""
_PATIENCE: Final = 60
"""Seconds in which a form must have come in whole."""


@dataclass(frozen=True, slots=True)
class ArticlePages:
    """Offer an article, and confirm it. `organisation` is who will publish it."""

    submissions: Submissions
    rules: DomainRules
    signer: TokenSigner
    pages: PublicPages
    organisation: str
    clock: Callable[[], dt.datetime]
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))
    _bench: asyncio.Lock = field(default_factory=asyncio.Lock)
    _sending: Counter[str] = field(default_factory=Counter)

    def routes(self) -> list[Route]:
        """Where the pages are."""
        verbs = ["GET", "POST"]
        return [
            Route(f"/{ARTICLE}", self.write, methods=verbs, max_body_size=BODY_LIMIT),
            Route(f"/{CONFIRM}/{{token}}", self.confirm, methods=verbs),
        ]

    async def write(self, request: Request) -> Response:
        """Show the form; or take it down and answer by letter."""
        if request.method != "POST":
            return self._form(await read_request(request), Answers())
        network = shorten(request.client.host if request.client else "")
        if self._sending[network] >= _OF_NETWORK:
            raise HTTPException(429)
        self._sending[network] += 1
        try:
            async with self._turns:
                return await self._read(request)
        finally:
            self._sending[network] -= 1
            if not self._sending[network]:
                del self._sending[network]

    async def _read(self, request: Request) -> Response:
        try:
            async with asyncio.timeout(_PATIENCE):
                asked = await read_request(request)
                body = await request.body()
        except TimeoutError:
            raise HTTPException(400) from None
        fields = asked.fields or {}
        async with self._bench:
            kind = request.headers.get("content-type", "")
            answers = await run_in_threadpool(_read_answers, fields, kind, body)
            if asked.is_foreign or not self._guard.is_of_ours(fields):
                return self._form(asked, answers, is_again=True)
            answers, faults = await run_in_threadpool(self._examine, answers)
        if faults:
            return self._form(asked, answers, faults, 422)
        return await self._take_down(answers, asked, fields)

    @property
    def _guard(self) -> OpenForm:
        return OpenForm(FORM, self.signer, self.clock)

    def _examine(self, answers: Answers) -> tuple[Answers, list[Fault]]:
        """The answers with their picture as it may be kept, and what is wrong with them."""
        made = _prepare(answers.picture) if answers.picture else None
        seen = made if isinstance(made, PictureFault) else None
        if isinstance(made, Picture):
            answers = replace(answers, picture=made.data)
        return answers, find_faults(answers, self.submissions.editions, self.rules, seen)

    async def _take_down(self, answers: Answers, asked: Asked, fields: Fields) -> Response:
        tongue = self.pages.tongue("article.html", asked.languages)
        agreed = tongue.say("article.share", organisation=self.organisation)

        def offer() -> Answer:
            made = answers.offer(agreed, tongue.tag, asked.network)
            return self.submissions.offer(made, self.clock())

        await self._guard.take_down(fields, offer)
        return self._step("sent", asked, address=answers["address"])

    async def confirm(self, request: Request) -> Response:
        """Show a button; or note that the submitter pressed it."""
        number = linked(self.signer, CONFIRM, request, CONFIRM_WITHIN, self.clock())
        asked = await read_request(request)
        refuse_foreign(asked)
        return await run_in_threadpool(self._confirm, number, asked)

    def _confirm(self, number: int, asked: Asked) -> Response:
        pressed = asked.fields is not None
        submissions = self.submissions
        found = submissions.confirm(number, self.clock()) if pressed else submissions.look(number)
        if found is None:
            return self._step("gone", asked)
        step = "confirm" if found.state is State.OPEN else "confirmed"
        return self._step(step, asked, title=found.title)

    def _step(self, step: str, asked: Asked, **values: object) -> Response:
        return self.pages.page("article-step.html", {"step": step, **values}, 200, asked.languages)

    def _form(
        self,
        asked: Asked,
        answers: Answers,
        faults: Sequence[Fault] = (),
        status: int = 200,
        *,
        is_again: bool = False,
    ) -> Response:
        values = {
            "answers": answers,
            "slips": faults,
            "is_again": is_again,
            **self._guard.guards(),
            "editions": self.submissions.editions,
            "longest": f"{MAX_TEXT:,}",
            "action": f"/{ARTICLE}{asked.suffix}",
        }
        return self.pages.page("article.html", values, status, asked.languages)


def _read_answers(fields: Fields, content_type: str, body: bytes) -> Answers:
    return read_answers(fields, read_file(content_type, body, "picture"))


def _prepare(data: bytes) -> Picture | PictureFault:
    """The picture as it may be kept: what a camera wrote into it is nobody's to publish."""
    made = prepare(data)
    if isinstance(made, Picture) and made.media_name.endswith(".gif"):
        return PictureFault("is a GIF file", "save it as JPEG or PNG")
    return made
