"""A mail read in the browser: exactly what was mailed to the one whose link it is, and its pictures.

Knows how a stored variant becomes a page; must not know how it was made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.responses import HTMLResponse
from starlette.routing import Route

from mailer.corrections.store import list_published
from mailer.delivery.lookup import find_delivery, find_variant
from mailer.delivery.message import Recipient, personal_values
from mailer.rendering.slots import SlotTemplate
from mailer.web.notes import with_notes
from mailer.web.pictures import picture_response
from subscribers.asking import linked
from subscribers.visitor import Nobody

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

    from mailer.delivery.lookup import Mailed
    from mailer.delivery.message import Letterhead
    from mailer.rendering.rendered import RenderedEmail
    from mailer.web.public import PublicPages
    from subscribers.database import Database
    from subscribers.tokens import TokenSigner

VIEW: Final = "view"

MAIL_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""A mail carries its style within; beside that it may show our own pictures, and nothing else."""


@dataclass(frozen=True, slots=True)
class ReadingPages:
    """The pages and what they need; `media` holds the pictures, at `base_url`/media/ in every mail."""

    database: Database
    signer: TokenSigner
    letterhead: Callable[[str, int], Letterhead]
    pages: PublicPages
    base_url: str
    media: Path

    def routes(self) -> list[Route]:
        """Where the pages are."""
        return [Route(f"/{VIEW}/{{token}}", self.view), Route("/media/{name}", self.picture)]

    def view(self, request: Request) -> Response:
        """The mail as it was sent, below whatever was put right since."""
        delivery_id = linked(self.signer, VIEW, request)
        with self.database.read() as connection:
            mailed = find_delivery(connection, delivery_id)
            rendered = find_variant(connection, mailed.variant_id) if mailed else None
            corrections = (
                list_published(connection, mailed.publication, mailed.edition) if mailed else []
            )
        if mailed is None or rendered is None:
            return self.pages.page("nobody.html", {"why": Nobody.TEST})
        html = with_notes(self._filled(mailed, rendered), corrections, self.pages)
        return HTMLResponse(html, headers={"content-security-policy": MAIL_POLICY})

    def picture(self, request: Request) -> Response:
        """One picture."""
        return picture_response(self.media, request.path_params["name"])

    def _filled(self, mailed: Mailed, rendered: RenderedEmail) -> str:
        head = self.letterhead(mailed.publication, mailed.campaign_id)
        recipient = Recipient(mailed.delivery_id, mailed.address, mailed.name)
        values = personal_values(head, self.signer, recipient)
        # The pictures come from wherever this page does, so that they show before the site has its name.
        html = rendered.html.replace(f"{self.base_url}/media/", "/media/")
        return SlotTemplate.parse(html, html=True).fill(values)
