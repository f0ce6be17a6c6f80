"""The pages on which a person changes their address, sees what is held of them, and asks to be forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse
from starlette.routing import Route

from subscribers.access import gather
from subscribers.address import AddressError, parse_address
from subscribers.admission import Verdict
from subscribers.asking import linked, read_request, refuse_foreign
from subscribers.preferences import Slip, first
from subscribers.reception import COPY_REQUEST, FORGET, NEW_ADDRESS
from subscribers.self_service import ACTOR, COPY, ERASE, LETTER_LINK_LASTS, MOVE
from subscribers.visitor import Nobody, Trouble, Visitor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from subscribers.access import Holding, Records
    from subscribers.asking import Asked
    from subscribers.erasing import Eraser
    from subscribers.reception import Reception
    from subscribers.self_service import SelfService

_BOTH: Final = ["GET", "POST"]


@dataclass(frozen=True, slots=True)
class PersonPages:
    """New address, copy of what is held, erasure."""

    reception: Reception
    service: SelfService
    eraser: Eraser
    records: Records

    def routes(self) -> list[Route]:
        """Where the pages are."""
        return [
            Route(
                f"/{NEW_ADDRESS}/{{token}}",
                self._behind(NEW_ADDRESS, self._ask_move),
                methods=_BOTH,
            ),
            Route(
                f"/{COPY_REQUEST}/{{token}}",
                self._behind(COPY_REQUEST, self._ask_copy),
                methods=_BOTH,
            ),
            Route(f"/{FORGET}/{{token}}", self._behind(FORGET, self._forget), methods=_BOTH),
            Route(f"/{ERASE}/{{token}}", self._behind(ERASE, self._erase), methods=_BOTH),
            Route(f"/{MOVE}/{{token}}", self._behind(MOVE, self._move), methods=_BOTH),
            Route(f"/{COPY}/{{token}}", self._behind(COPY, self._copy)),
            Route(f"/{COPY}/{{token}}/data.json", self._behind(COPY, self._copy_data)),
        ]

    def _behind(
        self, purpose: str, answer: Callable[[int, Asked], Response]
    ) -> Callable[..., object]:
        """A page that is open by a link of its purpose; links of letters grow too old."""
        lasts = LETTER_LINK_LASTS if purpose in (MOVE, COPY, ERASE) else None

        async def respond(request: Request) -> Response:
            number = linked(self.reception.signer, purpose, request, lasts, self.reception.clock())
            asked = await read_request(request)
            refuse_foreign(asked)
            return await run_in_threadpool(answer, number, asked)

        return respond

    def _ask_move(self, delivery_id: int, asked: Asked) -> Response:
        visitor = self.reception.visitor(delivery_id)
        if isinstance(visitor, Nobody) or visitor.trouble or asked.fields is None:
            return self._address_page(visitor, asked)
        typed = first(asked.fields, "address").strip()
        try:
            address = parse_address(typed)
        except AddressError:
            slips = [Slip("address", "address-wrong" if typed else "address-empty")]
            return self._address_page(visitor, asked, 422, slips=slips, typed=typed)
        context = self.reception.context(asked, "new-address.html")
        verdict = self.service.ask_move(visitor, address, context)
        if verdict is not Verdict.OPEN:
            slips = [Slip("address", f"address-{verdict}")]
            return self._address_page(visitor, asked, 422, slips=slips, typed=typed)
        return self._address_page(visitor, asked, sent_to=address.mailbox)

    def _address_page(
        self,
        visitor: Visitor | Nobody,
        asked: Asked,
        status: int = 200,
        *,
        slips: Sequence[Slip] = (),
        typed: str = "",
        sent_to: str = "",
    ) -> Response:
        said = {"slips": slips, "typed": typed, "sent_to": sent_to}
        return self._page("new-address", visitor, asked, status, **said)

    def _move(self, request_id: int, asked: Asked) -> Response:
        moving = self.service.look_at_move(request_id)
        if moving is None:
            return self.reception.pages.page(
                "nobody.html", {"why": Nobody.GONE}, 200, asked.languages
            )
        step = "confirm"
        if asked.fields is not None:
            context = self.reception.context(asked, "new-address.html")
            step = "done" if self.service.move(request_id, context) else "taken"
        values = {"address": moving.address, "step": step}
        return self.reception.pages.page("moved.html", values, 200, asked.languages)

    def _ask_copy(self, delivery_id: int, asked: Asked) -> Response:
        visitor = self.reception.visitor(delivery_id)
        if isinstance(visitor, Visitor) and not visitor.trouble and asked.fields is not None:
            self.service.ask_copy(visitor, self.reception.context(asked, "copy.html"))
        return self._page("copy-request", visitor, asked, is_sent=asked.fields is not None)

    def _copy(self, delivery_id: int, asked: Asked) -> Response:
        visitor = self.reception.visitor(delivery_id)
        known = _known(visitor)
        if known is None:
            return self._page("copy", visitor, asked)
        values = {
            "holding": self._gather(known),
            "vocabulary": self.reception.vocabulary,
            "json_link": f"/{COPY}/{asked.token}/data.json",
        }
        return self.reception.pages.page("copy.html", values, 200, asked.languages)

    def _copy_data(self, delivery_id: int, asked: Asked) -> Response:
        visitor = self.reception.visitor(delivery_id)
        known = _known(visitor)
        if known is None:
            return self._page("copy", visitor, asked)
        named = {"content-disposition": 'attachment; filename="what-we-hold.json"'}
        return JSONResponse(self._gather(known).data(), headers=named)

    def _gather(self, visitor: Visitor) -> Holding:
        reception = self.reception
        return gather(reception.database, visitor.address, self.records, reception.clock())

    def _forget(self, delivery_id: int, asked: Asked) -> Response:
        visitor = self.reception.visitor(delivery_id)
        known = _known(visitor)
        if known is None or asked.fields is None:
            return self._page("forget", visitor, asked, step="ask")
        self.service.ask_erasure(known, self.reception.context(asked, "forget.html"))
        return self._page("forget", visitor, asked, step="sent")

    def _erase(self, delivery_id: int, asked: Asked) -> Response:
        visitor = self.reception.visitor(delivery_id)
        known = _known(visitor)
        if known is None or asked.fields is None:
            return self._page("forget", visitor, asked, step="confirm", token=asked.token)
        address, now = parse_address(known.address), self.reception.clock()
        self.eraser.erase(address, actor=ACTOR, why="asked by the subscriber", now=now)
        return self.reception.pages.page("forgotten.html", {}, 200, asked.languages)

    def _page(
        self,
        template: str,
        visitor: Visitor | Nobody,
        asked: Asked,
        status: int = 200,
        **values: object,
    ) -> Response:
        return self.reception.page(template, visitor, asked, status, **values)


def _known(visitor: Visitor | Nobody) -> Visitor | None:
    """The visitor, if there is one and the mail went to the address that is theirs now."""
    if isinstance(visitor, Nobody) or visitor.trouble is Trouble.ELSEWHERE:
        return None
    return visitor
