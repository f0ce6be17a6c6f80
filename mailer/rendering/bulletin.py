"""A variant of an edition becomes a mail.

Knows the order of the steps and what the templates are told; each step is another module's.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mailer.rendering import wording
from mailer.rendering.contents import contents
from mailer.rendering.direction import Direction, direction_of_language, direction_of_text
from mailer.rendering.markup import Ink, render_markup
from mailer.rendering.mjml import render_mjml
from mailer.rendering.plain import PlainRenderer
from mailer.rendering.rendered import RenderedEmail
from mailer.rendering.slots import Slot, marker
from mailer.rendering.templates import Markup, template_environment
from mailer.template_files import templates_folder

if TYPE_CHECKING:
    from mailer.content.edition import Edition, Image
    from mailer.content.variant import Variant
    from mailer.rendering.brand import Brand
    from mailer.rendering.templates import Template

_REMEMBERED_TEXTS = 256


class Renderer:
    """Renders variants for one publication; the templates are compiled once.

    `media_url` is a prefix: an image's address is `media_url + image.media_name`. A renderer
    remembers the texts that variants share, so one for many variants is quicker than one for each.
    """

    def __init__(
        self, brand: Brand, publication_name: str, publication_description: str, media_url: str
    ) -> None:
        self._plain = PlainRenderer(brand, publication_name, publication_description)
        self._ink = Ink(brand.light.accent, brand.light.rule)
        self._markup = lru_cache(_REMEMBERED_TEXTS)(self._render_markup)
        self._told = {
            "brand": brand,
            "light": brand.light,
            "dark": brand.dark,
            "media_url": media_url,
            "publication_name": publication_name,
            "publication_description": publication_description,
            "markup": self._markup,
            **_SAME_FOR_ALL,
        }

    def render(self, variant: Variant) -> RenderedEmail:
        """One variant as mail, with markers where it becomes personal."""
        edition = variant.edition
        return RenderedEmail(
            subject=edition.subject,
            preheader=edition.preheader,
            html=render_mjml(self._mjml(edition)),
            text=self._plain.render(edition),
            language=edition.language,
        )

    def _mjml(self, edition: Edition) -> str:
        direction = direction_of_language(edition.language)
        return _template().render(
            self._told,
            edition=edition,
            title=wording.document_title(edition),
            issue_line=wording.issue_line(edition),
            contents=contents(edition),
            direction=direction,
            start="right" if direction is Direction.RTL else "left",
        )

    def _render_markup(self, text: str, heading: int = 4) -> Markup:
        return Markup(render_markup(text, self._ink, heading))


def width_within(image: Image, widest: int, highest: int | None = None) -> int:
    """How wide to show a picture, in pixels: no larger than it is, or than there is room for."""
    width = min(image.width, widest)
    if highest is not None:
        width = min(width, image.width * highest // image.height)
    return max(width, 1)


@lru_cache(1)
def _template() -> Template:
    # Compiling costs ten times what a mail does, and a preview makes a renderer for each change.
    return template_environment(templates_folder() / "bulletin").get_template("edition.mjml")


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _unbroken(words: str) -> str:
    return words.replace(" ", "\u00a0")


def _direction_attribute(text: str) -> Markup:
    rtl = direction_of_text(text) is Direction.RTL
    return Markup('dir="rtl" ') if rtl else Markup()


_SAME_FOR_ALL = {
    "body": "font-size:16px;line-height:24px",
    "small": "font-size:14px;line-height:20px",
    "wording": wording,
    "slots": {slot.value: marker(slot) for slot in Slot},
    "direction_of": _direction_attribute,
    "host": _host,
    "telephone_uri": wording.telephone_uri,
    "unbroken": _unbroken,
    "width_within": width_within,
}
