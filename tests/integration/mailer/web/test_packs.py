"""The pages of campaign packs: what can be had at which minute, and what can't by any trick."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
import re
import zipfile
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from lxml import etree

from mailer.packing import PackErrand, errand, pack_pages, pack_shelf
from mailer.site import archive_pages, public_pages
from mailer.web.archive_files import ArchiveFiles
from tests.packs import NOON, asset, film, leaflet, pack

from .conftest import BASE, Answer, Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page
    from starlette.types import ASGIApp

    from mailer.content.pack import Pack

NAME = "quickupdates/software-updates"
PAGE = f"/packs/{NAME}"
MINUTE = dt.timedelta(minutes=1)
SECOND = dt.timedelta(seconds=1)


@dataclass
class Clock:
    """A clock that a test moves."""

    now: dt.datetime = NOON

    def __call__(self) -> dt.datetime:
        return self.now


@dataclass
class Stall:
    """A site whose clock a test moves, and what is published there."""

    site: Site
    clock: Clock
    errands: list[PackErrand] = field(default_factory=list)

    def publish(self, chosen: Pack) -> None:
        errand(self.site.opened, chosen).publish()

    def ask(self, path: str = "", **headers: str) -> Answer:
        return self.site.ask(f"{PAGE}{path}", **headers)

    def unzip(self) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(self.fetch("/pack.zip"))) as opened:
            assert opened.testzip() is None
            return {name.partition("/")[2]: opened.read(name) for name in opened.namelist()}

    def fetch(self, path: str) -> bytes:
        with urlopen(f"{self.site.url.rstrip('/')}{PAGE}{path}", timeout=10) as answer:
            return bytes(answer.read())


@pytest.fixture
def stall(sqlite_site: Site, serve: Callable[[ASGIApp], str]) -> Iterator[Stall]:
    yield from _stall(sqlite_site, serve)


@pytest.fixture
def each_stall(site: Site, serve: Callable[[ASGIApp], str]) -> Iterator[Stall]:
    """The same, on each database."""
    yield from _stall(site, serve)


def _stall(site: Site, serve: Callable[[ASGIApp], str]) -> Iterator[Stall]:
    clock, pages = Clock(), public_pages(site.opened)
    rooms = [
        replace(pack_pages(site.opened, pages), clock=clock),
        archive_pages(site.opened, pages),
    ]
    application = pages.application([route for room in rooms for route in room.routes()])
    yield Stall(replace(site, url=serve(application)), clock)


# ---- the page


def test_a_page_has_all_that_a_partner_needs(each_stall: Stall) -> None:
    each_stall.publish(pack())
    page = each_stall.ask()
    assert page.status == 200
    assert page.headers["x-robots-tag"] == "all"
    for words in (
        "Update when it asks", "Install the update on the day your phone offers it.",
        "Update &amp; restart. &lt;b&gt; #quickupdates", "23 of 3,000 characters",
        f'href="{PAGE}/pack.zip"', f'href="{PAGE}/assets/poster.png"', "https://video.example.org/1",
        "PNG picture, 1080 × 1080 pixels, 6 KB", "What poster.png shows.", "Open Government Licence v3.0",
        "A &amp; B &lt;Ltd&gt;", "https://example.org/s", "mailto:desk@example.org",
        'href="/subscribe?publication=quickupdates"', "6 October 2026",
    ):  # fmt: skip
        assert words in page.body
    assert "<script" not in page.body
    assert each_stall.ask("/").body == page.body


def test_a_file_is_given_out_as_what_it_is_and_never_shown_within_our_pages(stall: Stall) -> None:
    poster = asset()
    assert poster.file
    stall.publish(pack(poster, leaflet()))
    answer = stall.ask("/assets/poster.png")
    assert answer.status == 200
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"] == 'attachment; filename="poster.png"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "public, no-cache"
    assert hashlib.sha256(stall.fetch("/assets/poster.png")).hexdigest() == poster.file.checksum
    assert stall.ask("/assets/leaflet.pdf").headers["content-type"] == "application/pdf"
    assert stall.site.ask(f"{PAGE}/assets/poster.png", method="HEAD").status == 200
    again = stall.ask("/assets/poster.png", if_none_match=answer.headers["etag"])
    assert (again.status, again.body) == (304, "")


def test_the_zip_opens_and_holds_what_its_manifest_says(stall: Stall) -> None:
    stall.publish(pack())
    answer = stall.ask("/pack.zip")
    assert answer.headers["content-type"] == "application/zip"
    name = "quickupdates-software-updates.zip"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    held = stall.unzip()
    manifest = json.loads(held["manifest.json"])
    for each in [*manifest["assets"], *manifest["texts"]]:
        if "file" in each:
            data = held[each["file"]]
            assert (len(data), hashlib.sha256(data).hexdigest()) == (each["size"], each["sha256"])
    assert stall.ask("/pack.zip", if_none_match=answer.headers["etag"]).status == 304


def test_what_is_edited_in_the_folder_is_published_by_a_command_alone(stall: Stall) -> None:
    stall.publish(pack())
    before = stall.ask("/pack.zip").headers["etag"]
    stall.publish(pack(asset("new.png"), title="Another title"))
    assert "Another title" in stall.ask().body
    assert stall.ask("/assets/poster.png").status == 404
    assert stall.ask("/pack.zip").headers["etag"] != before


def test_a_zip_that_somebody_may_be_reading_outlives_the_next_one_for_an_hour(stall: Stall) -> None:
    stall.publish(pack(asset(embargo=NOON)))
    zips = stall.site.opened.pack_files / "zips" / NAME
    stall.clock.now = NOON - MINUTE
    stall.ask("/pack.zip")
    (first,) = zips.iterdir()
    stall.clock.now = NOON
    stall.ask("/pack.zip")
    assert first.exists()
    long_ago = first.stat().st_mtime - 7200
    os.utime(first, (long_ago, long_ago))
    stall.publish(pack(title="Another title"))
    stall.ask("/pack.zip")
    assert not first.exists()
    assert len(list(zips.iterdir())) == 2


# ---- what may be had when


def test_an_embargo_holds_to_the_minute(stall: Stall) -> None:
    secret = asset("secret.png", title="A poster", alt="A padlock", embargo=NOON)
    stall.publish(pack(asset(), secret))
    for moment in (NOON - MINUTE, NOON - SECOND, NOON, NOON + MINUTE):
        stall.clock.now = moment
        is_open = moment >= NOON
        status = 200 if is_open else 404
        assert stall.ask("/assets/secret.png").status == status
        assert stall.ask("/tiles/secret.png").status == status
        assert ("assets/secret.png" in stall.unzip()) is is_open
        page = stall.ask().body
        assert ("secret.png" in page, "A padlock" in page) == (is_open, is_open)
        assert ("You can have it from" in page) is not is_open


def test_an_embargo_ends_by_itself_and_says_in_local_time_when(stall: Stall) -> None:
    stall.publish(pack(asset(embargo=NOON)))
    stall.clock.now = NOON - MINUTE
    assert "You can have it from 7 July 2026, 12:00 BST." in stall.ask().body
    etag = stall.ask("/pack.zip").headers["etag"]
    stall.clock.now = NOON
    assert stall.ask("/pack.zip", if_none_match=etag).status == 200
    assert "assets/poster.png" in stall.unzip()
    assert stall.ask("/tiles/poster.png").status == 200


def test_nothing_under_embargo_lies_where_pictures_are_served_from(stall: Stall) -> None:
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    secret = asset(embargo=later)
    made = errand(stall.site.opened, pack(secret))
    made.publish()
    made.publish_media()
    assert secret.file
    names = {path.name for path in stall.site.opened.media.iterdir()}
    (tile,) = made.pictures.values()
    assert tile.media_name not in names
    for name in (
        tile.media_name,
        f"{secret.file.checksum}.png",
        f"{secret.file.checksum[:32]}.png",
    ):
        assert stall.site.ask(f"/media/{name}").status == 404


def test_what_expired_is_gone(stall: Stall) -> None:
    stall.publish(pack(asset(), asset("old.png", title="Old one", expires=NOON + MINUTE)))
    assert stall.ask("/assets/old.png").status == 200
    stall.clock.now = NOON + MINUTE
    assert "Old one" not in stall.ask().body
    assert "assets/old.png" not in stall.unzip()
    gone = stall.ask("/assets/old.png")
    assert gone.status == 410
    assert "was for a time that is over" in gone.body


def test_what_its_author_withdrew_says_why_though_its_file_was_deleted(stall: Stall) -> None:
    stall.publish(pack(asset("gone.png", file=None, withdrawn="Out of date.")))
    gone = stall.ask("/assets/gone.png")
    assert (gone.status, "Out of date." in gone.body) == (410, True)
    assert "Out of date." in stall.ask().body


def test_what_is_withdrawn_is_gone_at_once_and_says_why(each_stall: Stall) -> None:
    stall, opened = each_stall, each_stall.site.opened
    made = errand(opened, pack(asset(), asset("face.png")))
    made.publish()
    made.publish_media()
    tile = made.pictures["face.png"].media_name
    assert (opened.media / tile).exists()
    etag = stall.ask("/assets/face.png").headers["etag"]
    reason = "It shows a face & <no> consent"
    pack_shelf(opened).withdraw(NAME, "face.png", reason, "clerk", NOON)
    gone = stall.ask("/assets/face.png", if_none_match=etag)
    assert gone.status == 410
    for body in (gone.body, stall.ask().body):
        assert "It shows a face &amp; &lt;no&gt; consent" in body
    assert 'assets/face.png"' not in stall.ask().body
    assert "assets/face.png" not in stall.unzip()
    assert stall.ask("/tiles/face.png").status == 404
    assert not (opened.media / tile).exists()
    errand(opened, pack(asset(), asset("face.png"))).publish()
    assert stall.ask("/assets/face.png").status == 410, "publishing again brings nothing back"


# ---- what is not there


MISSING = [
    "/packs/quickupdates", "/packs/quickupdates/none", "/packs/none/software-updates", f"{PAGE}/x",
    f"{PAGE}/assets/", f"{PAGE}/assets/none.png", f"{PAGE}/assets/film", f"{PAGE}/tiles/leaflet.pdf",
    f"{PAGE}/assets/..%2f..%2fbulletin.toml", f"{PAGE}/assets/../../../bulletin.toml",
    f"{PAGE}/assets/%2e%2e%2fpack.zip", f"{PAGE}/assets/poster.png%00", f"{PAGE}/assets/POSTER.png",
    f"{PAGE}/assets/poster.png/", f"{PAGE}/assets/" + quote("\u202egnp.retsop"), "/packs/../quickupdates",
    "/packs/%2e%2e/software-updates", f"{PAGE}/tiles/..%2fassets%2fposter.png",
    f"{PAGE}/assets/{'x' * 3000}",
]  # fmt: skip


def test_what_is_not_there_is_404(stall: Stall) -> None:
    stall.publish(pack())
    assert {path: stall.site.ask(path).status for path in MISSING} == dict.fromkeys(MISSING, 404)


def test_the_folder_of_the_files_is_served_by_nobody(stall: Stall) -> None:
    poster = asset()
    stall.publish(pack(poster))
    assert poster.file
    files = stall.site.opened.pack_files
    assert (files / poster.file.checksum).is_file()
    assert files.stat().st_mode & 0o077 == 0
    for path in (f"/published/{poster.file.checksum}", f"/media/{poster.file.checksum}"):
        assert stall.site.ask(path).status == 404


def test_a_pack_that_was_taken_down_is_gone(stall: Stall) -> None:
    stall.publish(pack())
    pack_shelf(stall.site.opened).take_down(NAME, "clerk", NOON)
    for path in ("", "/pack.zip", "/assets/poster.png"):
        assert stall.ask(path).status == 404


# ---- the archive


def test_the_archive_and_the_feed_lead_to_packs_too(stall: Stall) -> None:
    stall.publish(pack())
    listed = stall.site.ask("/archive/").body
    assert f'<a href="{PAGE}/">Update when it asks: July 2026</a>' in listed
    feed = etree.fromstring(stall.site.ask("/archive/feed.xml").body.encode())
    (entry,) = feed.findall("{http://www.w3.org/2005/Atom}entry")
    assert entry.findtext("{http://www.w3.org/2005/Atom}id") == f"{BASE}{PAGE}/"


def test_the_archive_as_files_has_packs_without_what_is_under_embargo(
    stall: Stall, tmp_path: Path
) -> None:
    opened = stall.site.opened
    stall.publish(pack(asset(), asset("secret.png", embargo=NOON + MINUTE), film()))
    pages = archive_pages(opened)
    packs = replace(pack_pages(opened, pages.pages), clock=stall.clock)
    files = ArchiveFiles(pages, packs, opened.media, "https://www.example.org/b/")
    assert files.write(tmp_path) == 1
    place = tmp_path / "packs" / NAME
    written = {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()}
    assert written == {"index.html", "pack.zip", "assets/poster.png", "tiles/poster.png"}
    links = re.findall(r'(?:href|src)="([^"]+)"', (place / "index.html").read_text())
    for link in links:
        if ":" not in link and not link.startswith("#"):
            assert (place / link).exists(), link
    assert f'href="packs/{NAME}/index.html"' in (tmp_path / "index.html").read_text()
    assert f"https://www.example.org/b/packs/{NAME}/" in (tmp_path / "feed.xml").read_text()
    pack_shelf(opened).withdraw(NAME, "poster.png", "Wrong", "clerk", NOON)
    files.write(tmp_path)
    assert not (place / "assets").exists()


# ---- in a browser


def test_a_page_is_accessible_and_fits_and_works_by_one_press(
    stall: Stall, browser: Browser, wrong: Callable[[Page], list[str]]
) -> None:
    later = asset("later.png", embargo=NOON + MINUTE)
    stall.publish(pack(asset(), leaflet(), film(), later, asset("gone.png", withdrawn="Wrong")))
    page = browser.new_page()
    page.goto(f"{stall.site.url.rstrip('/')}{PAGE}")
    assert wrong(page) == []
    assert page.evaluate("document.querySelector('.tile img').naturalWidth") == 552
    page.locator(".copy").first.click()
    assert (
        page.evaluate("getSelection().toString()").strip() == "Update & restart. <b> #quickupdates"
    )
