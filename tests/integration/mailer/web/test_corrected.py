"""A correction above what it corrects: in the archive, its feed, and a mail that is read in the browser."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from mailer.corrections import store
from mailer.corrections.correction import Correction
from mailer.site import archive_edition

from .conftest import ANN, TEAM, _edition

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

    from .conftest import Site

ATOM = "{http://www.w3.org/2005/Atom}"
SAID = dt.datetime(2126, 11, 3, 12, tzinfo=dt.UTC)
TEXT = "It is on **4 May**: see the [programme](https://example.org/a?b=1&c=2) <script>x</script>."
HEADING = "Correction, 3 November 2126"


def correct(site: Site, number: int = 1, text: str = TEXT, *, published: bool = True) -> None:
    said = Correction("bulletin", "issue-04", number, "Correction", text, "en-GB")
    with site.opened.database.write() as connection:
        store.keep(connection, said, "ann", SAID)
        if published:
            store.publish(connection, said, SAID)


@pytest.fixture
def shown(sqlite_site: Site) -> Site:
    """A site with one issue in its archive."""
    archive_edition(sqlite_site.opened, _edition())
    return sqlite_site


def test_the_archive_shows_a_correction_above_the_issue_and_dates_it(shown: Site) -> None:
    before = shown.ask("/archive/bulletin/issue-04/").body
    correct(shown)
    correct(shown, 2, "It is in Leeds.")
    page = shown.ask("/archive/bulletin/issue-04/").body
    assert HEADING not in before
    assert page.index(HEADING) < page.index("It is on <strong>4 May</strong>") < page.index("<h1>")
    assert page.index("4 May") < page.index("It is in Leeds.")
    assert "<script>x" not in page
    assert "Corrected on 3 November 2126." in shown.ask("/archive/").body
    # The issue may be put there anew: what was put right of it stays.
    archive_edition(shown.opened, _edition())
    assert HEADING in shown.ask("/archive/bulletin/issue-04/").body


def test_the_feed_has_the_issue_anew(shown: Site) -> None:
    correct(shown)
    feed = etree.fromstring(shown.ask("/archive/feed.xml").body.encode())
    entry = feed.find(f"{ATOM}entry")
    assert entry is not None
    for each in (feed, entry):
        assert dt.datetime.fromisoformat(each.findtext(f"{ATOM}updated") or "") == SAID
    assert (entry.findtext(f"{ATOM}published") or "") < SAID.isoformat()
    assert (entry.findtext(f"{ATOM}summary") or "").startswith("Corrected on 3 November 2126.")


def test_a_correction_that_is_not_published_is_shown_nowhere(shown: Site) -> None:
    correct(shown, published=False)
    for path in ("/archive/bulletin/issue-04/", "/archive/", "/archive/feed.xml"):
        assert "orrect" not in shown.ask(path).body
    assert "4 May" not in shown.ask(shown.path("view")).body


def test_a_mail_in_the_browser_is_as_it_was_sent_below_its_correction(shown: Site) -> None:
    as_sent = shown.ask(shown.path("view")).body
    correct(shown)
    for who in (ANN, TEAM):
        page = shown.ask(shown.path("view", who)).body
        assert page.index("<body>") < page.index(HEADING) < page.index("<h1>")
    mine = shown.ask(shown.path("view")).body
    begin, end = mine.index("<section"), mine.rindex("</section>") + len("</section>\n")
    assert (mine[:begin] + mine[end:]).split() == as_sent.split()


def test_corrections_are_accessible(
    shown: Site, browser: Browser, wrong: Callable[[Page], list[str]]
) -> None:
    correct(shown)
    page = browser.new_page()
    page.goto(f"{shown.url.rstrip('/')}/archive/bulletin/issue-04/")
    assert wrong(page) == []
