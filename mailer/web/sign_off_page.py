"""The page behind the link of a letter on which an owner reads an article and signs it off.

The link is the whole authority: it names one letter. Opening it changes nothing; only the button does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from mailer.rendering.templates import Markup
from mailer.submissions.signing import SIGN_OFF, SIGN_OFF_WITHIN
from mailer.web.issue import article_words
from subscribers.asking import linked, read_request, refuse_foreign

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from mailer.content.edition import Article
    from mailer.submissions.signing import SignOffs
    from mailer.web.public import PublicPages
    from subscribers.asking import Asked
    from subscribers.facets import Vocabulary
    from subscribers.tokens import TokenSigner


@dataclass(frozen=True, slots=True)
class SignOffPage:
    """Read and sign off."""

    sign_offs: SignOffs
    signer: TokenSigner
    pages: PublicPages
    clock: Callable[[], dt.datetime]

    def routes(self) -> list[Route]:
        """Where the page is."""
        return [Route(f"/{SIGN_OFF}/{{token}}", self.sign_off, methods=["GET", "POST"])]

    async def sign_off(self, request: Request) -> Response:
        """Show the article and a button; or note that the owner pressed it."""
        number = linked(self.signer, SIGN_OFF, request, SIGN_OFF_WITHIN, self.clock())
        asked = await read_request(request)
        refuse_foreign(asked)
        return await run_in_threadpool(self._answer, number, asked)

    def _answer(self, number: int, asked: Asked) -> Response:
        pressed = asked.fields is not None
        found = (
            self.sign_offs.sign(number, asked.network, self.clock())
            if pressed
            else self.sign_offs.look(number)
        )
        values: dict[str, object] = {"step": "gone"}
        if found is not None:
            entry = found.entry
            signed = "signed" if entry.signed_at else "ask"
            step = "superseded" if found.is_superseded else signed
            values = {"step": step, "entry": entry, "shown": Markup(entry.shown)}
        return self.pages.page("sign-off.html", values, 200, asked.languages)


def show_article(
    article: Article, pages: PublicPages, vocabulary: Vocabulary, language: str
) -> str:
    """The article as its owner is shown it: all that its readers will see, as HTML without style."""
    values = {"article": article, **article_words(vocabulary)}
    page = pages.page("article_body.html", values, 200, (language,))
    return bytes(page.body).decode()
