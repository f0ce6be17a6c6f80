"""What every mail to the subscribers of a publication has in common, as its templates are told it.

Knows the frame: head, masthead, footer, colours, slots. Must not know what stands between them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mailer.rendering import wording
from mailer.rendering.direction import Direction, direction_of_language, direction_of_text
from mailer.rendering.markup import Ink, render_markup
from mailer.rendering.slots import Slot, marker
from mailer.rendering.templates import Markup, template_environment
from mailer.template_files import templates_folder

if TYPE_CHECKING:
    from mailer.content.edition import Article, Image
    from mailer.rendering.brand import Brand
    from mailer.rendering.templates import Template

_REMEMBERED_TEXTS = 256


@dataclass(frozen=True, slots=True)
class Masthead:
    """What stands at the top: what it is, in a few words; which one; and how its web version is called."""

    title: str
    strapline: str
    line: str
    view_online: str


@dataclass(frozen=True, slots=True)
class Stationery:
    """Who the mail comes from. `media_url` is a prefix: a picture's address is this and its `media_name`."""

    brand: Brand
    publication_name: str
    publication_description: str
    media_url: str

    def values(self) -> dict[str, Any]:
        """What the templates are told of it, beside what is the same in every mail."""
        ink = Ink(self.brand.light.accent, self.brand.light.rule)

        def markup(text: str, base: Direction, heading: int = 4) -> Markup:
            return Markup(render_markup(text, ink, heading, base))

        return {
            "brand": self.brand,
            "light": self.brand.light,
            "dark": self.brand.dark,
            "media_url": self.media_url,
            "publication_name": self.publication_name,
            "publication_description": self.publication_description,
            "markup": lru_cache(_REMEMBERED_TEXTS)(markup),
            **_SAME_FOR_ALL,
        }


@dataclass(frozen=True, slots=True)
class Way:
    """How an article runs. `attributes` say so where the mail around it is in another language or way."""

    direction: Direction
    attributes: Markup
    ours: Markup

    @property
    def start(self) -> str:
        """The side where its lines begin."""
        return self.direction.start


def values_of_language(tag: str) -> dict[str, Any]:
    """What the templates are told of a mail's language."""
    direction = direction_of_language(tag)
    ours = _ours_within(tag, direction)

    def direction_of(text: str, around: Direction = direction) -> Markup:
        found = direction_of_text(text) or around
        return Markup() if found is around is direction else Markup(f'dir="{found}" ')

    def way_of(article: Article) -> Way:
        named = article.language
        found = (
            direction_of_language(named) if named else direction_of_text(article.title) or direction
        )
        attributes = f'lang="{named}" ' if named and named.lower() != tag.lower() else ""
        attributes += f'dir="{found}" style="text-align:{found.start}" ' * (found is not direction)
        return Way(found, Markup(attributes.rstrip()), _ours_within(named or tag, found))

    return {
        "language": tag,
        "direction": direction,
        "start": direction.start,
        "direction_of": direction_of,
        "way_of": way_of,
        "way": Way(direction, Markup(), ours),
        "ours": ours,
    }


def _ours_within(tag: str, direction: Direction) -> Markup:
    # Our own sentences are English in every edition: a voice of another language could not read them, and
    # without a direction of their own their full stops would stand before them.
    if direction is Direction.LTR and tag.partition("-")[0].lower() == "en":
        return Markup()
    return Markup('lang="en-GB" dir="ltr" ')


@lru_cache(8)
def mail_template(name: str) -> Template:
    """The template of that path below the templates' folder."""
    # Compiling costs ten times what a mail does, and a preview makes a renderer for each change.
    return template_environment(templates_folder()).get_template(name)


def width_within(image: Image, widest: int, highest: int | None = None) -> int:
    """How wide to show a picture, in pixels: no larger than it is, or than there is room for."""
    width = min(image.width, widest)
    if highest is not None:
        width = min(width, image.width * highest // image.height)
    return max(width, 1)


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _unbroken(words: str) -> str:
    return words.replace(" ", "\u00a0")


_SAME_FOR_ALL = {
    "body": "font-size:16px;line-height:24px",
    "small": "font-size:14px;line-height:20px",
    "wording": wording,
    "slots": {slot.value: marker(slot) for slot in Slot},
    "host": _host,
    "telephone_uri": wording.telephone_uri,
    "unbroken": _unbroken,
    "width_within": width_within,
}
