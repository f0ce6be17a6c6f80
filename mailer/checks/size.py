"""Is the mail small enough to be shown whole? Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailer.content.problem import Problem

if TYPE_CHECKING:
    from pathlib import PurePath

    from mailer.rendering.rendered import RenderedEmail

GMAIL_LIMIT = 102_400
"""Bytes of HTML beyond which Gmail cuts a mail off, unsubscribe link and all."""

# The links of a real mail are longer than the marks that hold their places.
_LINKS = 1_500


def check_size(rendered: RenderedEmail, path: PurePath) -> list[Problem]:
    """A problem of the edition at `path` when its largest variant is too large."""
    size = len(rendered.html.encode()) + _LINKS
    if size <= GMAIL_LIMIT:
        return []
    what = f"the mail has {size:,} bytes of HTML, and Gmail shows only the first {GMAIL_LIMIT:,}"
    return [Problem(path, 0, what, "shorten articles, or leave some for the next edition")]
