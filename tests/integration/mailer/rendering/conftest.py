"""The sample edition as a mail on disk, with its pictures beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mailer.content.reader import read_edition
from mailer.content.variant import Variant, whole
from mailer.rendering.brand import Brand
from mailer.rendering.bulletin import Renderer
from mailer.rendering.slots import Slot, SlotTemplate
from mailer.rendering.stationery import Stationery
from mailer.template_files import templates_folder
from subscribers.facets import Facet, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mailer.content.edition import Edition

_SECTORS = "law-enforcement local-government health education private"
_REGIONS = "north-east east-of-england south-west wales national"
VALUES = {
    Slot.NAME: "Siân",
    Slot.ADDRESS: "a.very.long.mailbox.name.of.a.team@partnerships.council.example",
    Slot.VIEW_URL: f"https://bulletin.example.org/view/{'x' * 120}",
    Slot.PREFERENCES_URL: f"https://bulletin.example.org/preferences/{'x' * 120}",
    Slot.UNSUBSCRIBE_URL: f"https://bulletin.example.org/unsubscribe/{'x' * 120}",
}
BRAND = Brand(
    "Local Partnerships Team",
    "1 Example Street, Exampleton EX1 1EX",
    "bulletin@partnerships.example",
    "https://partnerships.example.org",
)


class SampleMail:
    """A variant of the sample, its slots filled."""

    def __init__(self, variant: Variant, media_url: str = "media/") -> None:
        stationery = Stationery(
            BRAND, "the Partnerships Bulletin", "It comes quarterly.", media_url
        )
        rendered = Renderer(stationery).render(variant)
        self.html = SlotTemplate.parse(rendered.html, html=True).fill(VALUES)
        self.text = SlotTemplate.parse(rendered.text, html=False).fill(VALUES)


def _facets(slugs: str) -> tuple[Facet, ...]:
    return tuple(Facet(slug, slug) for slug in slugs.split())


@pytest.fixture(scope="session")
def edition() -> Edition:
    """The sample edition, read from its folder."""
    vocabulary = Vocabulary(_facets(_SECTORS), _facets(_REGIONS), _facets("bulletin quickupdates"))
    reading = read_edition(templates_folder() / "sample" / "editions" / "issue-04", vocabulary)
    assert reading.edition, reading.problems
    return reading.edition


@pytest.fixture(scope="session")
def sample_mail(edition: Edition) -> SampleMail:
    """The sample with every article, as it would be sent."""
    return SampleMail(whole(edition), "https://bulletin.example.org/media/")


@pytest.fixture(scope="session")
def write_mail(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Edition], str]:
    """Writes an edition's mail and its pictures to a new folder; gives the page's address."""

    def write(edition: Edition) -> str:
        folder: Path = tmp_path_factory.mktemp("mail")
        (folder / "media").mkdir()
        for image in edition.images:
            (folder / "media" / image.media_name).write_bytes(image.data)
        page = folder / "mail.html"
        page.write_text(SampleMail(whole(edition)).html)
        return page.as_uri()

    return write


@pytest.fixture(scope="session")
def mail_page(edition: Edition, write_mail: Callable[[Edition], str]) -> str:
    """The address of the sample mail as a page."""
    return write_mail(edition)
