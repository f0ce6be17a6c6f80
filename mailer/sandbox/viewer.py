"""The inbox in a browser: the list, one mail in four views, and its parts.

Knows pages and addresses. How mail is kept and read, `mailbox` knows; how it is framed, `web`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mailer.sandbox.errors import MailNotFoundError
from mailer.web.mail_frame import Scheme, framed_html, mail_response
from mailer.web.pages import Pages
from mailer.web.pictures import picture_response

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.applications import Starlette
    from starlette.requests import Request

    from mailer.sandbox.envelope import Message, Summary
    from mailer.sandbox.mailbox import Mailbox

PAGE: Final = 40
"""Rows on a page of the list."""

SOURCE_SHOWN: Final = 200_000
"""Characters of a mail's source on its page; the whole is one link away."""

_VIEWS: Final = {"html": "HTML", "text": "Text", "source": "Source", "headers": "Headers"}
_WIDTHS: Final = {"desktop": "Desktop", "phone": "Phone"}
_SCHEMES: Final = {Scheme.LIGHT.value: "Light", Scheme.DARK.value: "Dark"}


def build_inbox(mailbox: Mailbox, media: Path, base_url: str) -> Starlette:
    """The application. `media` holds the pictures that mail refers to as `base_url`/media/…"""
    pages = Pages()
    inbox = _Inbox(mailbox, media, base_url, pages)
    routes = [
        Route("/", inbox.rows),
        Route("/messages.json", inbox.rows_as_json),
        Route("/messages/{id}", inbox.message),
        Route("/messages/{id}/html", inbox.html),
        Route("/messages/{id}/source", inbox.source),
        Route("/messages/{id}/attachments/{number:int}", inbox.attachment),
        Route("/media/{name}", inbox.media),
    ]
    return pages.local_app("inbox", routes)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the list a reader is: what was searched for, and the last row of the page before."""

    query: str
    before: str

    @classmethod
    def of(cls, request: Request) -> _Place:
        asked = request.query_params
        return cls(asked.get("q", "").strip()[:200], asked.get("before", ""))

    def address(self, path: str = "/", **changes: str) -> str:
        """The address of a page that keeps this place, but for what is changed."""
        asked = {"q": self.query, "before": self.before, **changes}
        kept = urlencode({name: value for name, value in asked.items() if value})
        return f"{path}?{kept}" if kept else path


@dataclass(frozen=True, slots=True)
class _Rows:
    """One page of the list. `older` is the id to go on from, if there is more."""

    shown: list[Summary]
    older: str


class _Inbox:
    """The pages, one method each. Starlette runs them in threads, for they read files."""

    def __init__(self, mailbox: Mailbox, media: Path, base_url: str, pages: Pages) -> None:
        self._mailbox = mailbox
        self._media = media
        self._base_url = base_url
        self._pages = pages

    def rows(self, request: Request) -> Response:
        """The list."""
        place = _Place.of(request)
        return self._pages.page("inbox.html", self._around(place))

    def rows_as_json(self, request: Request) -> Response:
        """The list as data, and the number of mails in all."""
        rows = self._page_of(_Place.of(request))
        found = [_as_json(row) for row in rows.shown]
        return JSONResponse({"count": self._mailbox.count(), "messages": found})

    def message(self, request: Request) -> Response:
        """One mail beside the list it was chosen from."""
        mail, place = self._mail(request), _Place.of(request)
        wanted = {
            "view": _choice(request, "view", _VIEWS, "html" if mail.html is not None else "text"),
            "width": _choice(request, "width", _WIDTHS),
            "scheme": _choice(request, "scheme", _SCHEMES),
        }
        path = f"/messages/{mail.id}"
        shown: dict[str, object] = {
            "mail": mail,
            "source": mail.source[:SOURCE_SHOWN],
            "choices": {"view": _VIEWS, "width": _WIDTHS, "scheme": _SCHEMES},
            "turned": lambda **changes: place.address(path, **{**wanted, **changes}) + "#open",
        }
        return self._pages.page("message.html", self._around(place) | shown | wanted)

    def html(self, request: Request) -> Response:
        """What the frame of a mail loads."""
        html = self._mail(request).html
        if html is None:
            raise HTTPException(404)
        scheme = Scheme(_choice(request, "scheme", _SCHEMES))
        return mail_response(framed_html(html, scheme, self._base_url))

    def source(self, request: Request) -> Response:
        """The bytes of a mail, to read or to keep."""
        mail_id = request.path_params["id"]
        content = self._bytes(mail_id)
        return Response(content, headers=_attached(f"{mail_id}.eml"), media_type="message/rfc822")

    def attachment(self, request: Request) -> Response:
        """One attached file; never opened here, whatever it says that it is."""
        mail, number = self._mail(request), request.path_params["number"]
        if number >= len(mail.attachments):
            raise HTTPException(404)
        chosen = mail.attachments[number]
        media_type = "application/octet-stream"
        return Response(chosen.content, headers=_attached(chosen.name), media_type=media_type)

    def media(self, request: Request) -> Response:
        """One picture."""
        return picture_response(self._media, request.path_params["name"])

    def _around(self, place: _Place) -> dict[str, object]:
        return {
            "place": place,
            "rows": self._page_of(place),
            "count": self._mailbox.count(),
            "now": dt.datetime.now().astimezone(),
        }

    def _page_of(self, place: _Place) -> _Rows:
        # One row more than is shown tells whether there are older ones.
        found = self._mailbox.listing(PAGE + 1, place.before or None, place.query)
        shown = found[:PAGE]
        return _Rows(shown, shown[-1].id if len(found) > PAGE else "")

    def _mail(self, request: Request) -> Message:
        try:
            return self._mailbox.read(request.path_params["id"])
        except MailNotFoundError as error:
            raise HTTPException(404) from error

    def _bytes(self, mail_id: str) -> bytes:
        try:
            return self._mailbox.source(mail_id)
        except MailNotFoundError as error:
            raise HTTPException(404) from error


def _choice(request: Request, name: str, known: dict[str, str], usual: str = "") -> str:
    asked = request.query_params.get(name, "")
    return asked if asked in known else usual or next(iter(known))


def _attached(name: str) -> dict[str, str]:
    return {"content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}


def _as_json(row: Summary) -> dict[str, object]:
    return {
        "id": row.id,
        "received": row.received.isoformat(),
        "from": row.sender,
        "to": row.recipient,
        "subject": row.subject,
        "size": row.size,
    }
