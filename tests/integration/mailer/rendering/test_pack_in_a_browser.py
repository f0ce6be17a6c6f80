"""The mail of a sample pack in Chromium."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from mailer.content.pack_reader import read_pack
from mailer.packs.tiles import every_offer, tile_pictures
from mailer.rendering.pack import PackRenderer
from mailer.rendering.slots import SlotTemplate
from mailer.rendering.stationery import Stationery
from mailer.template_files import templates_folder
from subscribers.facets import Facet, Vocabulary

from .conftest import BRAND, VALUES
from .test_browser import INKS, opened, scroll_width

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def pack_page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the mail as a page, with its pictures beside it."""
    folder = templates_folder() / "sample" / "packs" / "quickupdates" / "software-updates"
    vocabulary = Vocabulary((), (), (Facet("quickupdates", "quickupdates"),))
    pack = read_pack(folder, vocabulary, ZoneInfo("Europe/London")).pack
    assert pack
    pictures = tile_pictures(pack)
    stationery = Stationery(BRAND, "#quickupdates campaign", "Messages for all.", "media/")
    renderer = PackRenderer(stationery, "https://bulletin.example.org/packs/", dt.UTC)
    html = renderer.render(pack, every_offer(pack, pictures)).html
    place = tmp_path_factory.mktemp("pack")
    (place / "media").mkdir()
    for picture in pictures.values():
        (place / "media" / picture.media_name).write_bytes(picture.data)
    (place / "mail.html").write_text(SlotTemplate.parse(html, html=True).fill(VALUES))
    return (place / "mail.html").as_uri()


@pytest.mark.parametrize(("width", "beside"), [(320, False), (640, True)])
def test_a_pack_is_accessible_and_its_tiles_stand_side_by_side_where_there_is_room(
    browser: Browser,
    pack_page: str,
    faults: Callable[[Page], list[str]],
    width: int,
    beside: bool,
) -> None:
    for scheme in ("light", "dark"):
        with opened(browser, pack_page, width, scheme) as page:
            assert faults(page) == []
            assert page.evaluate(INKS) == []
            assert scroll_width(page) <= width
            first, second = (page.locator("img").nth(n).bounding_box() for n in (0, 1))
            assert first
            assert second
            assert (second["x"] > first["x"] + first["width"]) is beside
