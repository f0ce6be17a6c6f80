"""Someone else's HTML, shown within a page of ours without harm.

The frame's own policy refuses scripts, forms and everything from other servers. What is changed in
the HTML only serves the reader: pictures that this server holds, links that open in a new tab, and
the colours of the scheme that was asked for.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from starlette.responses import HTMLResponse

POLICY: Final = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""For a mail that may come from anywhere: it is nobody's page, and nothing in it runs."""

OWN_POLICY: Final = POLICY + " allow-same-origin"
"""For a mail of our own making: still nothing runs, but the page around it may reload it, which keeps
the place to which one has scrolled."""

_WEB_LINK: Final = re.compile(r"<a(?=\s(?:[^>]*\s)?href\s*=\s*[\"']?https?://)", re.IGNORECASE)
_MEDIA_QUERY: Final = re.compile(
    r"\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)", re.IGNORECASE
)
_OFFERED_SCHEMES: Final = re.compile(
    r"(color-scheme(?:[\"']\s+content\s*=\s*[\"']|\s*:\s*))(?:light\s+dark|dark\s+light)",
    re.IGNORECASE,
)


class Scheme(StrEnum):
    """The colours that the mail takes its reader to have chosen."""

    LIGHT = "light"
    DARK = "dark"


def framed_html(html: str, scheme: Scheme, base_url: str = "") -> str:
    """The mail with its pictures fetched from here, and its links opening beside it.

    `base_url` is where the mail believes `/media/` to be. Links within the mail stay in the frame.
    """
    here = html.replace(f"{base_url.rstrip('/')}/media/", "/media/") if base_url else html
    linked = _WEB_LINK.sub('<a target="_blank" rel="noopener noreferrer"', here)
    return _in_scheme(linked, scheme)


def mail_response(html: str, policy: str = POLICY) -> HTMLResponse:
    """The answer that the frame loads."""
    return HTMLResponse(html, headers={"content-security-policy": policy})


def _in_scheme(html: str, scheme: Scheme) -> str:
    # A page can't tell a frame for sure which scheme to prefer: whether `color-scheme` on the frame's
    # element reaches the media query depends on the browser and on what it was told itself. So the
    # query is answered here, by one that always or never holds.
    def answer(query: re.Match[str]) -> str:
        return "(min-width: 0)" if query[1].lower() == scheme else "(max-width: 0)"

    return _OFFERED_SCHEMES.sub(rf"\g<1>{scheme}", _MEDIA_QUERY.sub(answer, html))
