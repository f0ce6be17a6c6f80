"""The inbox as a person uses it, in Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Frame, Page

    from .conftest import Inbox

    Scheme = Literal["light", "dark"]


@pytest.fixture
def page(browser: Browser) -> Page:
    return browser.new_page(viewport={"width": 1280, "height": 800})


def the_mail(page: Page) -> Frame:
    """The document in the frame, loaded."""
    page.wait_for_load_state()
    return page.frames[1]


def test_from_the_list_to_a_mail_and_through_its_views(page: Page, inbox: Inbox) -> None:
    page.goto(inbox.url)
    expect(page.get_by_role("main").get_by_role("listitem")).to_have_count(5)
    page.get_by_role("link", name="Issue 4 – what changed (3)").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Issue 4 – what changed (3)")
    assert the_mail(page).inner_text("h1") == "Issue 4"
    expect(page.frame_locator("iframe").locator("#wide")).to_be_visible()

    page.get_by_role("link", name="Phone").click()
    expect(page.frame_locator("iframe").locator("#wide")).to_be_hidden()
    expect(page.locator("iframe")).to_have_css("width", "375px")

    page.get_by_role("link", name="Text", exact=True).click()
    expect(page.get_by_role("region", name="Text of the mail")).to_contain_text("Hello clerk 3")
    page.get_by_role("link", name="Source").click()
    expect(page.get_by_role("region", name="Source of the mail")).to_contain_text("X-Original-To")
    page.get_by_role("link", name="Headers").click()
    expect(page.get_by_role("row", name="List-Id")).to_contain_text("bulletin.partnership.example")


def test_a_search_is_kept_on_the_way_to_a_mail_and_back(browser: Browser, inbox: Inbox) -> None:
    page = browser.new_page(viewport={"width": 700, "height": 800})
    page.goto(inbox.url)
    page.get_by_role("searchbox").fill("clerk1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("clerk1")
    page.get_by_role("main").get_by_role("listitem").get_by_role("link").click()
    page.get_by_role("link", name="Back to the list").click()
    expect(page.get_by_role("searchbox")).to_have_value("clerk1")


def test_nothing_in_a_mail_runs_or_gets_out(page: Page, inbox: Inbox) -> None:
    answered = []
    page.on("requestfinished", lambda request: answered.append(request.url))
    page.goto(inbox.page())
    frame = the_mail(page)
    assert frame.inner_text("h1") == "Issue 4"
    assert page.title().startswith("Issue 4")
    frame.click("#send")
    loaded = frame.evaluate(
        "['ours', 'theirs'].map(id => document.getElementById(id).naturalWidth)"
    )
    assert loaded == [60, 0], "our picture shows, another server's is not fetched"
    assert frame.evaluate("location.pathname").endswith("/html"), "the form went nowhere"
    assert [url for url in answered if not url.startswith((inbox.url, "data:"))] == []


def test_links_within_a_mail_stay_and_links_to_the_web_open_beside_it(
    page: Page, inbox: Inbox
) -> None:
    page.context.route("https://example.org/**", lambda route: route.fulfill(body="the library"))
    page.goto(inbox.page())
    frame = the_mail(page)
    frame.click("text=To the ledger")
    assert frame.evaluate("location.hash") == "#ledger"
    with page.expect_popup() as opened:
        frame.click("text=The precedent library")
    assert opened.value.url == "https://example.org/library"
    assert opened.value.evaluate("window.opener") is None


@pytest.mark.parametrize("around", ["light", "dark"])
@pytest.mark.parametrize(
    ("asked", "colour"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(16, 21, 27)")]
)
def test_a_mail_is_seen_in_either_scheme_whatever_the_reader_prefers(
    browser: Browser, inbox: Inbox, around: Scheme, asked: str, colour: str
) -> None:
    page = browser.new_page(color_scheme=around)
    page.goto(inbox.page(rest=f"?scheme={asked}"))
    shown = the_mail(page).evaluate("getComputedStyle(document.body).backgroundColor")
    assert shown == colour


def test_new_mail_is_announced_on_an_open_list(page: Page, inbox: Inbox) -> None:
    page.goto(inbox.url)
    inbox.mailbox.deliver(b"Subject: Just in\r\n\r\nx", "a@b.example", "c@d.example")
    page.get_by_role("link", name="New mail has arrived").click()
    expect(page.get_by_role("link", name="Just in")).to_be_visible()


def test_it_works_without_javascript(browser: Browser, inbox: Inbox) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(inbox.url)
    page.get_by_role("searchbox").fill("clerk2")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Issue 4 – what changed (2)").click()
    page.get_by_role("link", name="Text", exact=True).click()
    expect(page.get_by_role("region", name="Text of the mail")).to_contain_text("clerk 2")


def test_the_keyboard_reaches_the_main_content_first(page: Page, inbox: Inbox) -> None:
    page.goto(inbox.url)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the main content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Issue 4 – what changed (4)")).to_be_focused()


def test_the_open_mail_is_in_sight_in_the_list_beside_it(browser: Browser, inbox: Inbox) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 500})
    page.goto(inbox.url)
    page.get_by_role("link", name="Issue 4 – what changed (0)").click()
    page.get_by_role("link", name="Phone").click()
    current = page.locator("nav [aria-current=page]")
    expect(current).to_have_text("Issue 4 – what changed (0)")
    expect(current).to_be_in_viewport()


PAGES = {
    "list": "",
    "mail": "messages/{id}?width=phone&scheme=dark",
    "text": "messages/{id}?view=text",
    "source": "messages/{id}?view=source",
    "headers": "messages/{id}?view=headers",
    "not found": "nowhere",
}


def test_every_page_is_accessible_and_fits(
    page: Page, inbox: Inbox, wrong: Callable[[Page], list[str]]
) -> None:
    found = {}
    for name, path in PAGES.items():
        page.goto(inbox.url + path.format(id=inbox.ids[0]))
        found[name] = wrong(page)
    assert found == {name: [] for name in PAGES}
