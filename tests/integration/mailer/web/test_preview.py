"""The preview as an editor uses it, in Chromium."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, FrameLocator, Locator, Page, Route

    from .conftest import Desk

    Scheme = Literal["light", "dark"]


@pytest.fixture
def page(browser: Browser) -> Page:
    return browser.new_page(viewport={"width": 1280, "height": 800})


def mail(page: Page) -> FrameLocator:
    return page.frame_locator("iframe")


def headline(page: Page) -> Locator:
    return mail(page).get_by_role("heading", level=1)


def status(desk: Desk, path: str, host: str | None = None) -> int:
    server = urlsplit(desk.url)
    connection = http.client.HTTPConnection(server.hostname or "", server.port, timeout=10)
    connection.request("GET", path, headers={"Host": host} if host else {})
    answer = connection.getresponse().status
    connection.close()
    return answer


def test_it_shows_the_mail_and_how_it_arrives(page: Page, desk: Desk) -> None:
    page.goto(desk.url)
    expect(headline(page)).to_have_text("First draft for None in None")
    report = page.locator("#report")
    expect(report).to_contain_text("Issue 4 is here")
    expect(report).to_contain_text("What changed")
    expect(report).to_contain_text("14 articles, 81,234 of 102,400 bytes")
    expect(report).to_contain_text("No problems found")


def test_sector_and_region_choose_whose_mail_it_is(page: Page, desk: Desk) -> None:
    page.goto(desk.url + "?view=phone")
    page.get_by_label("Sector").select_option(label="Ports and shipping")
    page.get_by_label("Region").select_option(label="Wales")
    page.get_by_role("button", name="Show their mail").click()
    expect(headline(page)).to_have_text("First draft for ports in wales")
    expect(page.get_by_label("Sector")).to_have_value("ports")
    expect(page.get_by_role("link", name="Phone")).to_have_attribute("aria-current", "true")
    page.get_by_role("link", name="Dark").click()
    expect(headline(page)).to_have_text("First draft for ports in wales")


def test_the_views_are_what_they_say(page: Page, desk: Desk) -> None:
    page.goto(desk.url)
    expect(page.locator("iframe")).to_have_css("width", "680px")
    page.get_by_role("link", name="Phone").click()
    expect(page.locator("iframe")).to_have_css("width", "375px")
    page.get_by_role("link", name="Dark").click()
    expect(mail(page).locator("body")).to_have_css("background-color", "rgb(16, 21, 27)")
    page.get_by_role("link", name="Text").click()
    expect(page.get_by_role("region", name="Text of the mail")).to_have_text("TEXT First draft")


def test_a_saved_file_shows_at_once_and_the_place_is_kept(page: Page, desk: Desk) -> None:
    page.goto(desk.url)
    expect(page.get_by_role("status")).to_contain_text("Follows your files")
    page.evaluate("window.sameDocument = true")
    page.frames[1].evaluate("scrollTo(0, 400)")
    desk.file.write_text("Second draft\n!there is a slip")
    expect(headline(page)).to_contain_text("Second draft")
    expect(page.locator("#report")).to_contain_text("there is a slip")
    expect(page.get_by_role("status")).to_contain_text("Updated at")
    page.wait_for_function("document.querySelector('iframe').contentWindow.scrollY === 400")
    assert page.evaluate("window.sameDocument"), "the page around the mail was not loaded again"


def test_a_file_saved_while_the_page_was_on_its_way_is_not_missed(page: Page, desk: Desk) -> None:
    # The event stream is held back until the file has changed.
    def hold(route: Route) -> None:
        desk.file.write_text("Saved meanwhile")
        route.continue_()

    page.route("**/events*", hold)
    page.goto(desk.url)
    expect(headline(page)).to_contain_text("Saved meanwhile")


def test_it_recovers_when_the_errors_are_mended(page: Page, desk: Desk) -> None:
    desk.file.write_text("no mail\n!the date is missing")
    page.goto(desk.url)
    expect(page.get_by_role("main")).to_contain_text("There is no mail to show")
    expect(page.get_by_text("the date is missing")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("Follows your files")
    desk.file.write_text("Mended")
    expect(headline(page)).to_contain_text("Mended")
    desk.file.write_text("no mail\n!broken again")
    expect(page.get_by_role("main")).to_contain_text("There is no mail to show")


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("known failure", "edition.md:3: has no date; add one"),
        ("surprise", "The mail could not be made: ZeroDivisionError: nobody expected this"),
    ],
)
def test_a_failure_is_a_problem_on_the_page(
    page: Page, desk: Desk, words: str, problem: str
) -> None:
    desk.file.write_text(words)
    answer = page.goto(desk.url)
    assert answer is not None
    assert answer.status == 200
    expect(page.get_by_text(problem)).to_be_visible()


def test_a_file_that_vanishes_is_a_problem_too(page: Page, desk: Desk) -> None:
    desk.file.unlink()
    page.goto(desk.url)
    expect(page.get_by_text("FileNotFoundError")).to_be_visible()


def test_a_mail_over_the_limit_is_warned_of(page: Page, desk: Desk) -> None:
    desk.file.write_text("too long")
    page.goto(desk.url)
    expect(page.get_by_text("120,000 of 102,400 bytes")).to_be_visible()
    expect(page.get_by_text("Gmail cuts off")).to_be_visible()


def test_nothing_in_the_mail_runs(page: Page, desk: Desk) -> None:
    page.goto(desk.url)
    expect(headline(page)).to_have_text("First draft for None in None")
    page.goto(desk.url + "mail")
    expect(page.get_by_role("heading", level=1)).to_have_text("First draft for None in None")


def test_it_works_without_javascript(browser: Browser, desk: Desk) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(desk.url)
    expect(page.get_by_text("Reload this page to see what you have saved")).to_be_visible()
    page.get_by_label("Region").select_option("north-east")
    page.get_by_role("button", name="Show their mail").click()
    expect(headline(page)).to_contain_text("in north-east")
    page.get_by_role("link", name="Text").click()
    expect(page.get_by_role("region", name="Text of the mail")).to_contain_text("First draft")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/media/a.png", 200),
        ("/media/b.png", 404),
        ("/media/page.html", 404),
        ("/mail?sector=nobody&region=%00", 200),
        ("/?view=nonsense", 200),
        ("/static/preview.html", 404),
        ("/nowhere", 404),
    ],
)
def test_addresses_answer_as_they_should(desk: Desk, path: str, expected: int) -> None:
    assert status(desk, path) == expected


def test_a_name_that_is_not_this_machines_is_not_answered(desk: Desk) -> None:
    assert status(desk, "/", host="evil.example") == 400


def test_every_view_is_accessible_and_fits(
    browser: Browser, desk: Desk, wrong: Callable[[Page], list[str]]
) -> None:
    desk.file.write_text(
        "Draft\n!there is a slip in a file with a long_name_that_does_not_break_anywhere.md"
    )
    page, found = browser.new_page(), {}
    for view in ("desktop", "dark", "text"):
        page.goto(f"{desk.url}?view={view}")
        found[view] = wrong(page)
    assert found == {"desktop": [], "dark": [], "text": []}
