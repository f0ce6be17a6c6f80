"""An edition and its articles as values: what is said, in which order, to whom it is aimed.

Must not know how they are read from a folder or how they look.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt


@dataclass(frozen=True, slots=True)
class Image:
    """A picture with its bytes, so that what was checked is what is sent. Width and height in pixels."""

    name: str
    alt: str
    caption: str | None
    width: int
    height: int
    media_name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Quote:
    """A pull quote and who said it."""

    text: str
    name: str
    role: str | None


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask: a person or a team, with at least one way to reach them."""

    name: str
    role: str | None
    organisation: str | None
    email: str | None
    telephone: str | None


@dataclass(frozen=True, slots=True)
class Link:
    """Where to read on. `text` says what the reader gets there."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Article:
    """One article. Empty `sectors` or `regions` aim at everyone; `slug` names its anchor and is unique.

    `owner` is who must sign it off, by name or address; readers never see it. `language` is empty where it is
    the edition's.
    """

    slug: str
    title: str
    section: str
    order: int
    body: str
    image: Image | None = None
    quote: Quote | None = None
    contacts: tuple[Contact, ...] = ()
    links: tuple[Link, ...] = ()
    sectors: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    owner: str = ""
    language: str = ""

    @property
    def aimed(self) -> bool:
        """Whether only some readers get this article."""
        return bool(self.sectors or self.regions)


@dataclass(frozen=True, slots=True)
class Section:
    """A titled group of articles, in reading order."""

    slug: str
    title: str
    spotlight: bool
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """One issue of a publication. `slug` is its folder's name; `welcome` is Markdown."""

    slug: str
    publication: str
    number: int
    date: dt.date
    title: str
    strapline: str
    subject: str
    preheader: str
    language: str
    welcome: str
    sections: tuple[Section, ...]

    @property
    def articles(self) -> tuple[Article, ...]:
        """Every article, in reading order."""
        return tuple(article for section in self.sections for article in section.articles)

    @property
    def images(self) -> tuple[Image, ...]:
        """Every picture, in reading order."""
        return tuple(article.image for article in self.articles if article.image)
