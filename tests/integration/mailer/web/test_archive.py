"""The public archive: pages, feed and files, on both databases and in Chromium."""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from lxml import etree
from PIL import Image as Picture
from playwright.sync_api import expect

from mailer.content.edition import Article, Contact, Edition, Image, Link, Quote, Section
from mailer.packing import pack_pages
from mailer.site import archive_edition, archive_pages
from mailer.web import shelf
from mailer.web.archive_files import ArchiveFiles

from .conftest import ANN, BASE, PICTURE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from .conftest import Site

ATOM = "{http://www.w3.org/2005/Atom}"
HARBOUR = Image("harbour.png", "A harbour", "At low tide", 600, 300, PICTURE, b"")
TABLE = "| a | b |\n|---|---|\n| 1 | 2 |\n"
BODY = f"Some **bold** words & a <script>alert(1)</script>.\n\n- one\n- two\n\n{TABLE}"


def edition(slug: str = "issue-04", number: int = 4) -> Edition:
    team = Contact("The team", "Leads it", None, "team@example.org", "020 7946 0001")
    articles = (
        Article(
            "open",
            "Open to <all>",
            "News",
            1,
            BODY,
            HARBOUR,
            Quote("It works.", "A lead", None),
            (team,),
            (Link("Read the plan", "https://example.org/plan"),),
        ),
        Article(
            "police",
            "For the police",
            "News",
            2,
            "For some.",
            sectors=frozenset({"law-enforcement"}),
        ),
    )
    return Edition(
        slug, "bulletin", number, dt.date(2026, 10, 13), "The Bulletin", "What partners did",
        "Subject", "In short & in full", "en-GB", "Welcome to *you*.",
        (Section("news", "News", False, articles),),
    )  # fmt: skip


@pytest.fixture
def shown(site: Site) -> Site:
    """A site with one issue in its archive."""
    publish(site)
    return site


def publish(site: Site, slug: str = "issue-04", number: int = 4) -> None:
    picture = (site.opened.media / PICTURE).read_bytes()
    archive_edition(site.opened, edition(slug, number))
    (site.opened.media / PICTURE).write_bytes(picture)


def files_of(site: Site) -> ArchiveFiles:
    opened, pages = site.opened, archive_pages(site.opened)
    packs = pack_pages(opened, pages.pages)
    return ArchiveFiles(pages, packs, opened.media, "https://www.example.org/b/")


def test_an_issue_is_a_page_that_holds_nothing_of_anybody(shown: Site) -> None:
    page = shown.ask("/archive/bulletin/issue-04/")
    assert page.status == 200
    assert page.headers["cache-control"] == "public, max-age=300"
    assert page.headers["x-robots-tag"] == "all"
    for words in ('<h3 id="open">Open to &lt;all&gt;</h3>', "Welcome to <em>you</em>", "At low tide",
                  f'src="/media/{PICTURE}"', "mailto:team@example.org", "Read the plan"):  # fmt: skip
        assert words in page.body
    assert "For the police" not in page.body, "what is aimed at some is not for everybody"
    assert "<script" not in page.body
    assert "style=" not in page.body
    for of_a_mail in (ANN, "/unsubscribe/", "/preferences/", "/view/", "Dear "):
        assert of_a_mail not in page.body
    assert shown.ask("/archive/bulletin/issue-04").body == page.body


def test_the_list_and_the_feed_lead_to_every_issue(shown: Site) -> None:
    publish(shown, "issue-05", 5)
    listed = shown.ask("/archive/")
    assert re.findall(r'href="(/archive/bulletin/[^"]+)"', listed.body) == [
        "/archive/bulletin/issue-05/", "/archive/bulletin/issue-04/",
    ]  # fmt: skip
    answer = shown.ask("/archive/feed.xml")
    assert answer.headers["content-type"] == "application/atom+xml"
    feed = etree.fromstring(answer.body.encode())
    assert feed.findtext(f"{ATOM}id") == f"{BASE}/archive/"
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}id") for entry in entries] == [
        f"{BASE}/archive/bulletin/issue-05/", f"{BASE}/archive/bulletin/issue-04/",
    ]  # fmt: skip
    assert entries[0].findtext(f"{ATOM}summary") == "In short & in full"
    for entry in (feed, *entries):
        dt.datetime.fromisoformat(entry.findtext(f"{ATOM}updated") or "")


def test_publishing_again_takes_the_place_of_what_was_there(shown: Site) -> None:
    publish(shown, "issue-04", 7)
    assert "Issue 7, October 2026" in shown.ask("/archive/bulletin/issue-04/").body
    assert shown.ask("/archive/").body.count("<li lang") == 1


def test_an_empty_archive_says_so_and_what_is_not_there_is_404(still_site: Site) -> None:
    assert "There is nothing here yet." in still_site.ask("/archive/").body
    assert etree.fromstring(still_site.ask("/archive/feed.xml").body.encode()) is not None
    for path in ("/archive/bulletin/none/", "/archive/bulletin/", "/archive/x/../y"):
        assert still_site.ask(path).status == 404


def test_the_archive_reads_as_files_too(
    sqlite_site: Site, tmp_path: Path, browser: Browser
) -> None:
    publish(sqlite_site)
    folder = tmp_path / "public"
    files = files_of(sqlite_site)
    assert files.write(folder) == 1
    written = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert written == {
        "index.html", "feed.xml", "style.css", f"media/{PICTURE}", "bulletin/issue-04/index.html",
    }  # fmt: skip
    page = browser.new_page()
    page.goto((folder / "index.html").as_uri())
    page.get_by_role("link", name="The Bulletin: Issue 4").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The Bulletin")
    assert page.evaluate("document.querySelector('img').naturalWidth") == 600
    assert page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") == "680px"
    page.get_by_role("link", name="All issues").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What we have sent")
    hrefs = page.evaluate("[...document.links].map(link => link.getAttribute('href'))")
    assert f"{BASE}/subscribe" in hrefs
    assert [href for href in hrefs if href.startswith("/")] == []
    assert "https://www.example.org/b/bulletin/issue-04/" in (folder / "feed.xml").read_text()


def test_an_issue_that_was_taken_out_is_no_longer_among_the_files(
    sqlite_site: Site, tmp_path: Path
) -> None:
    publish(sqlite_site)
    opened = sqlite_site.opened
    files = files_of(sqlite_site)
    files.write(tmp_path)
    own = tmp_path / "others" / "about" / "index.html"
    own.parent.mkdir(parents=True)
    own.write_text("not of the archive")
    with opened.database.write() as connection:
        shelf.remove(connection, "bulletin", "issue-04")
    assert files.write(tmp_path) == 0
    assert not (tmp_path / "bulletin" / "issue-04").exists()
    assert own.is_file()


def test_an_issue_is_accessible_and_fits(
    sqlite_site: Site, browser: Browser, wrong: Callable[[Page], list[str]]
) -> None:
    wide = sqlite_site.opened.media / PICTURE
    Picture.new("RGB", (1200, 600), (11, 79, 125)).save(wide)
    publish(sqlite_site)
    page, found = browser.new_page(), {}
    for path in ("archive/", "archive/bulletin/issue-04/"):
        page.goto(f"{sqlite_site.url.rstrip('/')}/{path}")
        found[path] = wrong(page)
    assert found == {path: [] for path in found}
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the main content")).to_be_focused()
