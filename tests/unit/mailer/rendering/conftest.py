"""Editions built by hand, rendered, and read back as a tree."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html as lxml_html

from mailer.content.edition import Article, Contact, Edition, Image, Link, Quote, Section
from mailer.content.variant import whole
from mailer.rendering.brand import Brand
from mailer.rendering.bulletin import Renderer
from mailer.rendering.slots import Slot, SlotTemplate
from mailer.rendering.stationery import Stationery

if TYPE_CHECKING:
    from collections.abc import Callable

VALUES = {
    Slot.NAME: "Siân",
    Slot.ADDRESS: "sian@council.example",
    Slot.VIEW_URL: "https://bulletin.example.org/view/1",
    Slot.PREFERENCES_URL: "https://bulletin.example.org/preferences/1",
    Slot.UNSUBSCRIBE_URL: "https://bulletin.example.org/unsubscribe/1",
}
BRAND = Brand(
    "Local Partnerships Team",
    "1 Example Street, Exampleton EX1 1EX",
    "bulletin@partnerships.example",
    "https://partnerships.example.org",
)


def make_image(**changes: object) -> Image:
    values: dict[str, Any] = {
        "name": "a.png",
        "alt": "A pair of scales.",
        "caption": "Coins on one side.",
        "width": 1200,
        "height": 675,
        "media_name": "abc.png",
        "data": b"png",
    }
    return Image(**(values | changes))


def make_article(slug: str = "first", **changes: object) -> Article:
    values: dict[str, Any] = {
        "slug": slug,
        "title": f"About {slug}",
        "section": "News",
        "order": 1,
        "body": "One paragraph.\n",
    }
    return Article(**(values | changes))


def make_full_article(slug: str = "full", **changes: object) -> Article:
    values: dict[str, Any] = {
        "body": "A [report on scales](https://example.org/scales).\n\n### Part\n\n- one\n- two\n\n"
        "| Cohort | Count |\n| --- | ---: |\n| Police | 200 |\n",
        "image": make_image(),
        "quote": Quote("It works.", "Policy adviser", "Example Service"),
        "contacts": (
            Contact(
                "Press desk", "Duty officer", "Example Force", "press@force.example", "01632 960101"
            ),
        ),
        "links": (
            Link("Read the library", "https://example.org/library"),
            Link("Send in a case", "https://example.org/send"),
        ),
    }
    return make_article(slug, **(values | changes))


def make_edition(*articles: Article, spotlight: str = "", **changes: object) -> Edition:
    titles = dict.fromkeys(article.section for article in articles)
    sections = tuple(
        Section(
            title.lower(),
            title,
            title == spotlight,
            tuple(a for a in articles if a.section == title),
        )
        for title in titles
    )
    values: dict[str, Any] = {
        "slug": "issue-04",
        "publication": "bulletin",
        "number": 4,
        "date": dt.date(2026, 10, 13),
        "title": "Partnerships Bulletin",
        "strapline": "Working together",
        "subject": "What is inside",
        "preheader": "And what else is inside",
        "language": "en-GB",
        "welcome": "Welcome to [the strategy](https://example.org/strategy).\n",
        "sections": sections,
    }
    return Edition(**(values | changes))


class Mail:
    """A rendered mail with its slots filled, as text and as a tree."""

    def __init__(self, edition: Edition, brand: Brand = BRAND) -> None:
        stationery = Stationery(brand, "the Partnerships Bulletin", "It comes quarterly.", "media/")
        self.rendered = Renderer(stationery).render(whole(edition))
        self.html = SlotTemplate.parse(self.rendered.html, html=True).fill(VALUES)
        self.text = SlotTemplate.parse(self.rendered.text, html=False).fill(VALUES)
        self.tree = lxml_html.document_fromstring(self.html)

    def all(self, path: str) -> list[Any]:
        found = self.tree.xpath(path)
        assert isinstance(found, list)
        return found

    def words(self, path: str) -> list[str]:
        return [" ".join(element.text_content().split()) for element in self.all(path)]


@pytest.fixture
def full_mail() -> Mail:
    """Every kind of block, in a spotlight and in a plain section, some of it aimed."""
    return Mail(
        make_edition(
            make_full_article("lead", section="Spotlight"),
            make_full_article("second", section="Spotlight", image=None),
            make_full_article("plain", title="A plain one"),
            make_full_article("aimed", title="An aimed one", regions=frozenset({"london"})),
            spotlight="Spotlight",
        )
    )


@pytest.fixture
def mail_of() -> Callable[..., Mail]:
    """A mail of one article with this body, or of these articles."""

    def build(
        body: str = "One.\n", *articles: Article, brand: Brand = BRAND, **changes: object
    ) -> Mail:
        chosen = articles or (make_article(body=body),)
        return Mail(make_edition(*chosen, **changes), brand)

    return build


@pytest.fixture
def article() -> Callable[..., Article]:
    """An article with only what is said."""
    return make_article


@pytest.fixture
def full_article() -> Callable[..., Article]:
    """An article with every kind of block."""
    return make_full_article


@pytest.fixture
def image() -> Callable[..., Image]:
    """A picture, with only what is said changed."""
    return make_image


@pytest.fixture
def brand() -> Brand:
    """An organisation with the colours of the house."""
    return BRAND
