"""A correction becomes a mail: short, and in the look of the edition that it corrects.

Knows the order of its parts; the frame is the stationery's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailer.content.edition import Link
from mailer.rendering import wording
from mailer.rendering.mjml import render_mjml
from mailer.rendering.plain import PlainRenderer, band, write_link
from mailer.rendering.prose import render_prose
from mailer.rendering.rendered import RenderedEmail
from mailer.rendering.slots import Slot, marker
from mailer.rendering.stationery import Masthead, mail_template, values_of_language

if TYPE_CHECKING:
    from mailer.content.edition import Edition
    from mailer.rendering.stationery import Stationery


def render_correction(
    stationery: Stationery, edition: Edition, subject: str, text: str, online: str | None
) -> RenderedEmail:
    """The mail to an edition's readers; `text` is Markdown, `online` where the edition can be read."""
    return _Correction(stationery, edition, text, online).render(subject)


@dataclass(frozen=True, slots=True)
class _Correction:
    stationery: Stationery
    edition: Edition
    text: str
    online: str | None

    def render(self, subject: str) -> RenderedEmail:
        return RenderedEmail(
            subject=subject,
            preheader=wording.CORRECTION_PREHEADER,
            html=render_mjml(self._mjml(subject)),
            text=self._plain(),
            language=self.edition.language,
        )

    @property
    def _masthead(self) -> Masthead:
        line = wording.issue_line(self.edition)
        return Masthead(self.edition.title, self.edition.strapline, line, wording.VIEW_MAIL_ONLINE)

    @property
    def _links(self) -> list[Link]:
        words = wording.correction_link(self.edition)
        return [Link(words, self.online)] if self.online else []

    def _mjml(self, subject: str) -> str:
        return mail_template("bulletin/correction.mjml").render(
            self.stationery.values(),
            **values_of_language(self.edition.language),
            title=subject,
            masthead=self._masthead,
            lead=wording.correction_lead(self.edition),
            text=self.text,
            links=self._links,
        )

    def _plain(self) -> str:
        parts = [
            band(wording.CORRECTION),
            f"Dear {marker(Slot.NAME)},",
            render_prose(wording.correction_lead(self.edition)),
            render_prose(self.text),
            *map(write_link, self._links),
        ]
        return PlainRenderer(self.stationery).enclose(self._masthead, parts)
