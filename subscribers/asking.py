"""What a request to a page says: the form that was posted, in which language, from which network, from where.

Knows HTTP; must not know a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from subscribers.catalogue import wanted_languages
from subscribers.forms import FormError, read_form
from subscribers.networks import shorten
from subscribers.tokens import TokenError

if TYPE_CHECKING:
    import datetime as dt

    from starlette.requests import Request

    from subscribers.forms import Fields
    from subscribers.tokens import TokenSigner

_LONGEST_TAG: Final = 12
_READ_AT_ONCE: Final = 65_536
"""Bytes of a form that is read while nobody else is answered; megabytes take a second."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as the pages need it; `fields` is None for one that may change nothing.

    `suffix` keeps the language that was chosen on the way to the next page; `token` is what opened this one.
    """

    languages: tuple[str, ...]
    suffix: str
    network: str
    is_foreign: bool
    """Whether a browser says that the form stood on another site."""
    fields: Fields | None = None
    token: str = ""


async def read_request(request: Request) -> Asked:
    """The request, with its form; answers 400 for a body that is no form."""
    chosen = request.query_params.get("lang", "")[:_LONGEST_TAG]
    tag = chosen if chosen.replace("-", "").isalnum() and chosen.isascii() else ""
    return Asked(
        languages=wanted_languages(tag, request.headers.get("accept-language", "")),
        suffix=f"?lang={tag}" if tag else "",
        network=shorten(request.client.host if request.client else ""),
        is_foreign=request.headers.get("sec-fetch-site") in {"cross-site", "same-site"},
        fields=await _posted(request),
        token=request.path_params.get("token", ""),
    )


def refuse_foreign(asked: Asked) -> None:
    """Answer 403 to a form that stood on another site: what acts here is pressed here."""
    if asked.fields is not None and asked.is_foreign:
        raise HTTPException(403)


def linked(
    signer: TokenSigner,
    purpose: str,
    request: Request,
    max_age: dt.timedelta | None = None,
    now: dt.datetime | None = None,
) -> int:
    """The number that a link names; answers 404 unless it was made here for this purpose."""
    token = request.path_params["token"]
    try:
        return int(signer.verify(purpose, token, max_age=max_age, now=now))
    except TokenError:
        raise HTTPException(404) from None


async def _posted(request: Request) -> Fields | None:
    if request.method != "POST":
        return None
    kind = request.headers.get("content-type", "")
    try:
        body = await request.body()
        if len(body) > _READ_AT_ONCE:
            return await run_in_threadpool(read_form, kind, body)
        return read_form(kind, body)
    except (FormError, ClientDisconnect):
        raise HTTPException(400) from None
