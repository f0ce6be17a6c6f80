"""What was put right of an issue, above its page in the archive and above its mail in the browser. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mailer.rendering.markup import render_web_markup
from mailer.rendering.templates import Markup

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from mailer.corrections.correction import Correction
    from mailer.web.public import PublicPages

_BODY = re.compile(r"<body[^>]*>")


def notes_of(corrections: Sequence[Correction]) -> list[tuple[dt.datetime | None, Markup]]:
    """When each was published, and its text as HTML."""
    return [(each.published_at, Markup(render_web_markup(each.text))) for each in corrections]


def with_notes(html: str, corrections: Sequence[Correction], pages: PublicPages) -> str:
    """A mail as it was sent, below its corrections."""
    if not corrections:
        return html
    languages = [each.language for each in corrections]
    answer = pages.page("mail_note.html", {"notes": notes_of(corrections)}, 200, languages)
    shown = bytes(answer.body).decode()
    return _BODY.sub(lambda body: body[0] + shown, html, count=1)
