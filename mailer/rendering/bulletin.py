"""A variant of an edition becomes a mail.

Knows the order of the steps; what the frame is, and what stands in it, is other modules' business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailer.rendering import wording
from mailer.rendering.contents import contents
from mailer.rendering.mjml import render_mjml
from mailer.rendering.plain import PlainRenderer
from mailer.rendering.rendered import RenderedEmail
from mailer.rendering.stationery import Masthead, mail_template, values_of_language

if TYPE_CHECKING:
    from mailer.content.edition import Edition
    from mailer.content.variant import Variant
    from mailer.rendering.stationery import Stationery


class Renderer:
    """Renders variants on one stationery; the templates are compiled once.

    It remembers the texts that variants share, so one for many variants is quicker than one for each.
    """

    def __init__(self, stationery: Stationery) -> None:
        self._plain = PlainRenderer(stationery)
        self._told = stationery.values()

    def render(self, variant: Variant) -> RenderedEmail:
        """One variant as mail, with markers where it becomes personal."""
        edition = variant.edition
        masthead = masthead_of(edition)
        return RenderedEmail(
            subject=edition.subject,
            preheader=edition.preheader,
            html=render_mjml(self._mjml(edition, masthead)),
            text=self._plain.render(edition, masthead),
            language=edition.language,
        )

    def _mjml(self, edition: Edition, masthead: Masthead) -> str:
        return mail_template("bulletin/edition.mjml").render(
            self._told,
            **values_of_language(edition.language),
            edition=edition,
            title=wording.document_title(edition),
            masthead=masthead,
            contents=contents(edition),
        )


def masthead_of(edition: Edition) -> Masthead:
    """Which issue it is."""
    line = wording.issue_line(edition)
    return Masthead(edition.title, edition.strapline, line, wording.VIEW_ONLINE)
