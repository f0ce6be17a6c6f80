"""Who opened a link, and the page that answers: what all pages behind the links of a mail need.

What pages look like, and what was mailed, is known upstairs and declared here. Reads and never writes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

from subscribers.self_service import Context
from subscribers.visitor import NOTHING_HELD, Nobody, Trouble, Visitor, find_visitors

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from starlette.responses import Response

    from subscribers.asking import Asked
    from subscribers.catalogue import Tongue
    from subscribers.database import Database
    from subscribers.facets import Vocabulary
    from subscribers.tokens import TokenSigner
    from subscribers.visitor import FindMails

    Mark = Callable[[str], str]
    """Makes the mark of a text that is one person's, by its name."""

UNSUBSCRIBE: Final = "unsubscribe"
PREFERENCES: Final = "preferences"
UNDO: Final = "undo"
BACK: Final = "back"
NEW_ADDRESS: Final = "new-address"
COPY_REQUEST: Final = "copy-request"
FORGET: Final = "forget"

_PURPOSES: Final = (UNSUBSCRIBE, PREFERENCES, UNDO, NEW_ADDRESS, COPY_REQUEST, FORGET)

# An address to which we stopped writing can still be taken off, and its person can still ask to be forgotten;
# nothing else can begin or change. A mail that went to another address is good for leaving alone.
_FOR_LEAVING: Final = {"leave", "left"}
_OPEN: Final = {
    Trouble.ELSEWHERE: _FOR_LEAVING,
    Trouble.PAUSED: {*_FOR_LEAVING, "forget"},
    Trouble.LEFT: {"forget", "left-everything"},
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

    def kept_page(
        self,
        template: str,
        shape: Hashable,
        values: Callable[[Mark], Mapping[str, object]],
        personal: Mapping[str, str],
        status: int = 200,
        languages: Sequence[str] = (),
    ) -> Response:
        """The same for a page that many share but for a few texts, rendered once for each `shape`.

        `values` are those of the shape, with a mark for each text that is one person's; `personal` are those
        texts, of which only the marked ones are asked for.
        """

    def tongue(self, template: str, languages: Sequence[str]) -> Tongue:
        """The language in which the page would be."""


@dataclass(frozen=True, slots=True)
class Reception:
    """Who opened a link, and the page that answers: what all pages behind links need."""

    database: Database
    signer: TokenSigner
    vocabulary: Vocabulary
    find_mails: FindMails
    pages: Pages
    clock: Callable[[], dt.datetime]

    def visitor(self, delivery_id: int) -> Visitor | Nobody:
        """Whoever a delivery was made for."""
        (found,) = self.visitors([delivery_id])
        return found

    def visitors(self, delivery_ids: Sequence[int]) -> list[Visitor | Nobody]:
        """The same for many."""
        return find_visitors(self.database, self.vocabulary, self.find_mails, delivery_ids)

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
        links = _Links(self.signer, self.clock, visitor.delivery_id, asked.suffix)
        shown = {"visitor": visitor, "vocabulary": self.vocabulary, "links": links, **values}
        return self.pages.page(f"{template}.html", shown, status, asked.languages)

    def kept_page(
        self,
        template: str,
        visitor: Visitor | Nobody,
        asked: Asked,
        status: int = 200,
        **values: object,
    ) -> Response:
        """The same for a page that tells nothing of a person but address and publications."""
        if isinstance(visitor, Nobody) or (
            visitor.trouble and template not in _OPEN[visitor.trouble]
        ):
            return self.page(template, visitor, asked)
        anybody = replace(visitor, delivery_id=0, subscriber_id=0, address="", held=NOTHING_HELD)

        def shared(mark: Mark) -> Mapping[str, object]:
            links = {purpose: mark(purpose) for purpose in _PURPOSES}
            return {"visitor": replace(anybody, address=mark("address")), "links": links, **values}

        personal = _Links(self.signer, self.clock, visitor.delivery_id, asked.suffix)
        personal["address"] = visitor.address
        return self.pages.kept_page(
            f"{template}.html", anybody, shared, personal, status, asked.languages
        )


class _Links(dict[str, str]):
    """The links to a person's other pages by their purpose, each signed when it is asked for."""

    def __init__(
        self, signer: TokenSigner, clock: Callable[[], dt.datetime], delivery_id: int, suffix: str
    ) -> None:
        super().__init__()
        self._signer = signer
        self._clock = clock
        self._payload = str(delivery_id)
        self._suffix = suffix

    def __missing__(self, purpose: str) -> str:
        now = self._clock() if purpose in {UNDO, BACK} else None
        self[purpose] = (
            f"/{purpose}/{self._signer.sign(purpose, self._payload, now=now)}{self._suffix}"
        )
        return self[purpose]
