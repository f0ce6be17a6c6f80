"""The gallery as a browser shows it, beside what was approved. A change that is meant: `make approve`."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Literal

import pytest
from playwright.sync_api import expect

from mailer.gallery import MEDIA, make_plates
from mailer.rendering.brand import Brand
from mailer.web.gallery import build_gallery, gallery_files, write_gallery
from tests import photographs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser, Page
    from starlette.types import ASGIApp

Scheme = Literal["light", "dark"]
BRAND = Brand(
    "Local Partnerships Team",
    "1 Example Street, Exampleton EX1 1EX",
    "bulletin@partnerships.example",
    "https://partnerships.example.org",
)
PHOTOGRAPHS = [
    "edition-640-light", "edition-320-dark", "edition-logo-640-dark", "edition-rtl-640-light",
    "pack-640-dark", "pack-320-light", "correction-640-light", "correction-320-dark",
    "letter-confirm-640-light", "letter-confirm-320-dark", "notice-due-640-dark",
]  # fmt: skip
# What stands where the difference begins: the last title above it.
TITLE_ABOVE = """top => {
  const titles = [...document.querySelectorAll('h1, h2, h3, h4')]
  const above = titles.filter(title => title.getBoundingClientRect().top + scrollY <= top + 8)
  return above.length ? above.at(-1).textContent : 'the top'
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("gallery")
    write_gallery(gallery_files(make_plates(BRAND), MEDIA), place)
    return place


@pytest.fixture(scope="module")
def letters_alike() -> None:
    """Elsewhere another font may stand in for Arial: nothing would be where it was approved."""
    program = shutil.which("fc-match") or "fc-match"
    command = [program, "--format", "%{family}", "Arial"]
    found = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    if "Liberation Sans" not in found:
        if os.environ.get("CI") == "true":
            pytest.fail("Liberation Sans is not installed")
        pytest.skip("Liberation Sans is not installed")


@pytest.mark.usefixtures("letters_alike")
@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_every_block_looks_as_it_was_approved(browser: Browser, folder: Path, name: str) -> None:
    plate, width, scheme = name.rsplit("-", 2)
    page = browser.new_page(viewport={"width": int(width), "height": 480})
    page.goto((folder / f"{plate}-{scheme}.html").as_uri())
    taken = photographs.load(page.screenshot(full_page=True, animations="disabled"))
    approved = photographs.APPROVED / f"{name}.png"
    if os.environ.get("APPROVE"):
        photographs.save(taken, approved)
    found = photographs.differ(photographs.load(approved), taken)
    if found:
        shown = photographs.DIFFERENCES / f"{name}.png"
        photographs.save(found.shown, shown)
        above = page.evaluate(TITLE_ABOVE, found.top)
        pytest.fail(
            f"{name}: {found.squares} squares differ, from {found.top} pixels on, below “{above}”; "
            f"see {shown}, and if it is meant: make approve"
        )


def test_nothing_lies_among_what_was_approved_that_is_not_compared() -> None:
    held = list(photographs.APPROVED.iterdir())
    assert {path.stem for path in held} == set(PHOTOGRAPHS)
    assert sum(path.stat().st_size for path in held) < 600_000


@pytest.fixture
def page(browser: Browser) -> Page:
    return browser.new_page(viewport={"width": 1700, "height": 900})


def test_the_page_shows_each_mail_in_light_in_dark_and_on_a_phone(
    page: Page,
    serve: Callable[[ASGIApp], str],
    faults: Callable[[Page], list[str]],
) -> None:
    address = serve(build_gallery(gallery_files(make_plates(BRAND)[:1], MEDIA)))
    page.goto(address)
    frames = page.locator("#edition iframe")
    widths = frames.evaluate_all("frames => frames.map(frame => frame.clientWidth)")
    assert widths == [640, 640, 320]
    ground = "body => getComputedStyle(body).backgroundColor"
    dark = page.frame_locator("#edition iframe >> nth=1")
    assert dark.locator("body").evaluate(ground) == "rgb(16, 21, 27)"
    picture = dark.locator("img").first
    picture.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert picture.evaluate("image => image.naturalWidth") == 1200
    assert faults(page) == []
    assert page.goto(f"{address}/nothing").status == 404  # type: ignore[union-attr]


def test_opened_from_a_disk_its_frames_show_their_pictures(page: Page, folder: Path) -> None:
    page.goto((folder / "index.html").as_uri())
    frame = page.locator("#edition-logo iframe").first
    frame.scroll_into_view_if_needed()
    # Waits by asking again: within a frame without scripts no event of the picture would be heard.
    logo = frame.content_frame.locator("img").first
    expect(logo).to_have_js_property("naturalWidth", 302)
