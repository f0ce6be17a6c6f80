"""The report as a page, in a real browser."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Literal

import pytest
from sqlalchemy import func, insert, select

from mailer.bounces.models import Bounce
from mailer.delivery.models import Delivery
from mailer.rendering.brand import Brand
from mailer.reporting.page import ReportPage
from mailer.reporting.report import compile_report
from mailer.template_files import templates_folder
from subscribers.database import Database
from subscribers.facets import DEFAULT_REGIONS, DEFAULT_SECTORS, FacetSet, Vocabulary
from tests.campaigns import BEGUN, Ledger, begin

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser, Page

Scheme = Literal["light", "dark"]
VOCABULARY = Vocabulary(DEFAULT_SECTORS, DEFAULT_REGIONS, ())
BRAND = Brand("The Local Partnerships team", "1 Example Street", "team@partnerships.example.org")
HIDDEN = 3
"""People in the smallest cell."""


def fill(ledger: Ledger) -> None:
    """Every sector and region, every state, two minutes, and words that try to be markup."""
    for place, region in enumerate(DEFAULT_REGIONS):
        for number, sector in enumerate(DEFAULT_SECTORS):
            count = HIDDEN if (place, number) == (0, 0) else 8 + place + number
            ledger.add(
                "accepted", count, FacetSet(sector.slug, frozenset({region.slug})), reply_code=250,
                address=f"reader{{n}}@partner{place}.example", reply_text="2.0.0 Ok: queued as 4F{n}A",
                attempts=1 + (place == 3), changed_at=BEGUN + dt.timedelta(seconds=place * 20),
            )  # fmt: skip
    ledger.add(
        "rejected", 4, reply_code=550, reply_text="<script>alert({n})</script>", reason="spam"
    )
    ledger.add("deferred", 2, reply_code=450, reply_text="4.2.0 " + "W" * 300, reason="greylisted")
    ledger.add("uncertain", 1, address="ann@solo.example")
    ledger.add("queued", 5)
    ledger.write(500)
    ledger.change(state="paused", paused_because="26% were rejected")
    come_back(ledger)


def come_back(ledger: Ledger) -> None:
    """One mail comes back after it was accepted."""
    with ledger.database.write() as connection:
        connection.execute(
            insert(Bounce).values(
                campaign_id=ledger.campaign_id, delivery_id=select(func.min(Delivery.id)).scalar_subquery(),
                address_key="ann@solo.example", domain="solo.example", failed_address="ann@solo.example",
                bounce_class="hard", blame="recipient", reason="user-unknown", text="no such user",
                found_by="return-path", sent_at=BEGUN, recorded_at=BEGUN, action="suppress", why="",
            )
        )  # fmt: skip


def render(ledger: Ledger, smallest: int = 5) -> str:
    with ledger.database.read() as connection:
        report = compile_report(connection, ledger.campaign_id, 8, BEGUN)
    page = ReportPage(templates_folder() / "report", BRAND, VOCABULARY, "The Bulletin", smallest)
    return page.render(report)


@pytest.fixture
def small(sqlite_url: str) -> Ledger:
    """A campaign in a database of its own."""
    return begin(Database(sqlite_url))


@pytest.fixture(scope="module")
def html(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The report on a campaign with something of everything."""
    path = tmp_path_factory.mktemp("report") / "bulletin.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    ledger = begin(database)
    fill(ledger)
    made = render(ledger)
    database.dispose()
    return made


@pytest.fixture(scope="module")
def address(html: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page as a file."""
    path: Path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(html, encoding="utf-8")
    return path.as_uri()


def opened(browser: Browser, address: str, width: int, scheme: Scheme) -> Page:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(address)
    return page


def test_axe_finds_nothing_serious_and_nothing_scrolls_sideways(
    browser: Browser, address: str, wrong: Callable[..., list[str]]
) -> None:
    page = opened(browser, address, 640, "light")
    page.locator("summary").click()
    assert wrong(page, (320, 640, 1280)) == []


def test_it_asks_for_nothing_and_runs_nothing(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    assert asked == [address]
    assert page.locator("script").count() == 0
    assert page.get_by_text("<script>alert([number])</script>").count() == 1


def test_each_chart_is_one_picture_with_its_figures_in_a_table_beside_it(
    browser: Browser, address: str
) -> None:
    page = opened(browser, address, 1280, "light")
    pictures = page.get_by_role("img")
    assert pictures.count() == 3
    for number in range(3):
        picture = pictures.nth(number)
        assert picture.locator("title").text_content()
        assert picture.locator("desc").text_content()
        assert picture.locator("xpath=ancestor::section//table").count() == 1


def test_charts_are_drawn_for_the_width_and_bars_have_the_colours_of_the_brand(
    browser: Browser, address: str
) -> None:
    for width, drawn in ((1280, "860"), (320, "320")):
        page = opened(browser, address, width, "light")
        chart = page.get_by_role("img").first
        assert (chart.get_attribute("viewBox") or "").split()[2] == drawn
        bar = chart.locator(".color-0 rect").first
        assert bar.evaluate("bar => getComputedStyle(bar).fill") == "rgb(11, 79, 125)"
        size = chart.locator("text").first.evaluate("e => e.getBoundingClientRect().height")
        assert size >= 10


def test_what_came_back_later_is_told_by_reason(html: str) -> None:
    assert re.search(r"<th scope=\"row\">User unknown</th>(\s*<td[^>]*>[10]</td>){4}", html)


def test_on_paper_it_is_light_and_the_wide_charts_are_there(browser: Browser, address: str) -> None:
    page = opened(browser, address, 700, "dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator("h1").evaluate("e => getComputedStyle(e).color") == "rgb(23, 32, 43)"
    assert page.locator(".for-wide svg").first.is_visible()
    assert not page.locator("summary").is_visible()


def cells(html: str, table: str) -> list[list[str]]:
    """The rows of a table by its title, as text."""
    found = re.search(rf'aria-label="{table}".*?<tbody>(.*?)</tbody>', html, re.DOTALL)
    assert found
    rows = re.findall(r"<tr.*?</tr>", found[1], re.DOTALL)
    return [re.findall(r">([^<>\n]+)</(?:th|td|span)>", row) for row in rows]


REACH = "Mails accepted by region and sector"


def test_a_small_count_is_hidden_with_three_more_so_that_no_sum_tells_it(html: str) -> None:
    rows = cells(html, REACH)
    assert rows[0][:2] == ["North East", "hidden"]
    hidden = [
        (r, c) for r, row in enumerate(rows) for c, cell in enumerate(row) if cell == "hidden"
    ]
    assert len(hidden) == 4
    assert len({r for r, _ in hidden}) == len({c for _, c in hidden}) == 2
    assert "fewer than 5 people" in html


def test_with_a_smallest_cell_of_one_nothing_is_hidden(small: Ledger) -> None:
    fill(small)
    html = render(small, smallest=1)
    assert cells(html, REACH)[0][:2] == ["North East", str(HIDDEN)]
    assert "hidden</span>" not in html


def test_three_people_have_no_table(small: Ledger) -> None:
    small.add("accepted", 3, reply_code=250, reply_text="Ok")
    small.write()
    html = render(small)
    assert "The table is left out" in html
    assert REACH not in html


def test_a_domain_of_one_person_is_not_named(html: str) -> None:
    assert "solo.example" not in html
    assert "other domains" in cells(html, "Mails by the recipients&#39; domain")[-1][0]


def test_it_says_why_it_rests_and_what_to_do_about_mails_in_doubt(html: str) -> None:
    assert "The campaign is paused: 26% were rejected." in html
    assert "1 mail is in doubt" in html
    assert "bulletin campaign resolve 1 --accept" in html


def test_a_campaign_of_which_nothing_has_left_has_a_page_too(small: Ledger) -> None:
    small.add("queued", 2)
    small.write()
    html = render(small)
    assert "No mail has been accepted yet." in html
    assert "<svg" not in html or "curve" not in html
