"""The public pages as a subscriber uses them, in Chromium, without JavaScript."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from subscribers import service

from .conftest import ANN, BOB, NOW, TEAM
from .test_subscribing import send_form, with_rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page
    from starlette.types import ASGIApp

    from .conftest import Site


@pytest.fixture
def page(browser: Browser) -> Page:
    return browser.new_page(java_script_enabled=False)


def go(page: Page, site: Site, purpose: str, who: str = ANN) -> None:
    page.goto(site.url.rstrip("/") + site.path(purpose, who))


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def button(page: Page, name: str) -> None:
    """Press a button, and wait for the page that follows."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def test_one_publication_is_left_and_taken_up_again(page: Page, sqlite_site: Site) -> None:
    go(page, sqlite_site, "unsubscribe")
    heading(page, "Stop getting Local Partnerships Bulletin?")
    expect(page.get_by_role("main")).to_contain_text("We send it to ann@example.org.")
    button(page, "Stop sending me Local Partnerships Bulletin")
    heading(page, "You have left Local Partnerships Bulletin")
    assert sqlite_site.gets() == {"quickupdates"}
    button(page, "Undo: send me Local Partnerships Bulletin again")
    heading(page, "You are back")
    assert sqlite_site.gets() == {"bulletin", "quickupdates"}


def test_who_has_left_one_already_may_still_leave_everything(page: Page, sqlite_site: Site) -> None:
    go(page, sqlite_site, "unsubscribe")
    button(page, "Stop sending me Local Partnerships Bulletin")
    go(page, sqlite_site, "unsubscribe")
    heading(page, "You do not get Local Partnerships Bulletin")
    button(page, "Stop all mail from The Local Partnerships team")
    heading(page, "You have left everything")
    assert sqlite_site.gets() == set()


def test_preferences_show_what_is_held_and_keep_what_is_changed(
    page: Page, sqlite_site: Site
) -> None:
    go(page, sqlite_site, "preferences")
    expect(page.get_by_label("Your name")).to_have_value("Ann Example")
    expect(page.get_by_label("Your organisation")).to_have_value("A & B")
    expect(page.get_by_label("Your sector")).to_have_value("health")
    expect(page.get_by_label("Wales")).to_be_checked()
    page.get_by_label("Your sector").select_option(label="Education")
    page.get_by_label("Wales").uncheck()
    page.get_by_label("National").check()
    page.get_by_label("#quickupdates campaign").uncheck()
    button(page, "Save")
    heading(page, "Your changes are saved")
    expect(page.get_by_role("main")).to_contain_text("We send Local Partnerships Bulletin to ann")
    page.get_by_role("link", name="Look at your choices again").click()
    expect(page.get_by_label("Your sector")).to_have_value("education")
    expect(page.get_by_label("National")).to_be_checked()
    expect(page.get_by_label("Wales")).not_to_be_checked()
    assert sqlite_site.gets() == {"bulletin"}


def test_nothing_ticked_is_nothing_sent(page: Page, sqlite_site: Site) -> None:
    go(page, sqlite_site, "preferences", BOB)
    page.get_by_label("Local Partnerships Bulletin").uncheck()
    button(page, "Save")
    expect(page.get_by_role("main")).to_contain_text(
        "We do not send anything to bob@police.example"
    )
    assert sqlite_site.gets(BOB) == set()


def test_a_slip_is_told_at_the_top_and_beside_its_field(page: Page, still_site: Site) -> None:
    before = still_site.story()
    go(page, still_site, "preferences")
    page.get_by_label("Your name").fill("x" * 301)
    page.get_by_label("Wales").uncheck()
    button(page, "Save")
    told = "Your name is 301 characters long, and 300 are allowed. Make it shorter."
    expect(page).to_have_title("Error: Change what you get – The Local Partnerships team")
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("There is a problem")
    expect(page.get_by_label("Your name")).to_have_accessible_description(f"Error: {told}")
    expect(page.get_by_label("Your name")).to_have_value("x" * 301)
    expect(page.get_by_label("Wales")).not_to_be_checked()
    summary.get_by_role("link", name=told).click()
    expect(page.get_by_label("Your name")).to_be_in_viewport()
    assert page.url.endswith("#name")
    assert still_site.story() == before


def test_the_keyboard_is_enough(page: Page, sqlite_site: Site) -> None:
    go(page, sqlite_site, "unsubscribe")
    for name in ("Skip to the main content", "The Local Partnerships team", "Cymraeg"):
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name=name)).to_be_focused()
    page.keyboard.press("Tab")
    leave = page.get_by_role("button", name="Stop sending me Local Partnerships Bulletin")
    expect(leave).to_be_focused()
    expect(leave).to_have_css("outline-style", "solid")
    page.keyboard.press("Enter")
    heading(page, "You have left Local Partnerships Bulletin")


def test_a_mail_read_online_shows_its_pictures_and_runs_nothing(
    browser: Browser, still_site: Site
) -> None:
    page = browser.new_page()
    go(page, still_site, "view")
    heading(page, "Dear Ann Example")
    expect(page).to_have_title("Issue 4")
    expect(page.get_by_role("heading", level=1)).to_have_css("color", "rgb(11, 79, 125)")
    assert page.evaluate("document.querySelector('img').naturalWidth") == 600


def test_every_page_is_accessible_and_fits(
    browser: Browser, still_site: Site, wrong: Callable[[Page], list[str]]
) -> None:
    paths = {
        "home": "/",
        "leave": still_site.path("unsubscribe"),
        "test": still_site.path("preferences", TEAM),
        "refused": "/unsubscribe/forged",
        "view": still_site.path("view"),
        "preferences": still_site.path("preferences"),
    }
    page, found = browser.new_page(), {}
    for name, path in paths.items():
        page.goto(still_site.url.rstrip("/") + path)
        found[name] = wrong(page)
    page.get_by_label("Your name").fill("x" * 301)
    button(page, "Save")
    found["slips"] = wrong(page)
    assert found == {name: [] for name in [*paths, "slips"]}


def test_every_page_that_follows_a_deed_is_accessible_and_fits(
    browser: Browser, sqlite_site: Site, wrong: Callable[[Page], list[str]]
) -> None:
    page, found = browser.new_page(), {}
    go(page, sqlite_site, "unsubscribe")
    for deed in ("Stop sending me", "Undo"):
        button(page, deed)
        found[deed] = wrong(page)
    go(page, sqlite_site, "preferences")
    button(page, "Save")
    found["Save"] = wrong(page)
    go(page, sqlite_site, "unsubscribe")
    button(page, "Stop all mail")
    found["Stop all mail"] = wrong(page)
    button(page, "Undo: send me again what I got")
    heading(page, "You are back")
    found["Undo all"] = wrong(page)
    database = sqlite_site.opened.database
    service.suppress(database, BOB, reason="bounce", evidence="", now=NOW, actor="clerk")
    go(page, sqlite_site, "preferences", BOB)
    heading(page, "We have stopped writing to you")
    found["suppressed"] = wrong(page)
    assert found == {deed: [] for deed in found}


def test_every_page_of_joining_and_choosing_is_accessible_and_fits(
    browser: Browser, sqlite_site: Site, wrong: Callable[[Page], list[str]]
) -> None:
    site, page, found = sqlite_site, browser.new_page(), {}

    def look(name: str, path: str = "", press: str = "") -> None:
        if path:
            page.goto(site.url.rstrip("/") + path)
        if press:
            button(page, press)
        if told := wrong(page):
            found[name] = told

    look("form", "/subscribe")
    look("slips", press="Subscribe")
    page.get_by_label("Your e-mail address").fill("cat@council.example")
    page.get_by_label("Local Partnerships Bulletin").check()
    page.get_by_label("Your sector").select_option(label="Health")
    page.get_by_label("I agree that").check()
    look("sent", press="Subscribe")
    link = site.letters("cat@council.example")[0].link
    look("confirm", link)
    look("confirmed", press="Yes, send it to me")
    look("gone", f"/confirm/{_signed(site, 'confirm', '999')}")
    look("copy", site.path("copy-request"))
    look("copy sent", press="Send me the letter")
    look("what is held", site.letters(ANN)[-1].link)
    look("welsh form", "/subscribe?lang=cy")
    look("welsh leaving", f"{site.path('unsubscribe', BOB)}?lang=cy")
    page.locator("summary").first.click()
    look("reasons")
    look("new address", site.path("new-address"))
    look("no address", press="Send the letter")
    page.get_by_label("Your new e-mail address").fill("ann@new.example")
    look("letter to the new address", press="Send the letter")
    look("move", site.letters("ann@new.example")[0].link)
    look("moved", press="Use this address")
    look("new address of somebody", site.path("new-address", BOB))
    page.get_by_label("Your new e-mail address").fill("cat2@council.example")
    page.get_by_role("button", name="Send the letter").click()
    service.suppress(
        site.opened.database, "cat2@council.example", reason="complaint", evidence="", now=NOW,
        actor="clerk",
    )  # fmt: skip
    look("taken", site.letters("cat2@council.example")[0].link, "Use this address")
    heading(page, "This address cannot be used")
    look("a mail to the old address", site.path("preferences"))
    look("leaving from there", site.path("unsubscribe"))
    look("forget", site.path("forget", BOB))
    look("forget sent", press="Send me the letter")
    look("forget for good", site.letters(BOB)[-1].link)
    look("forgotten", press="Delete everything about me")
    look("gone for good", site.path("preferences", BOB))
    assert found == {}


def test_the_pages_of_a_door_that_is_closed_or_watched_are_accessible_and_fit(
    browser: Browser,
    sqlite_site: Site,
    serve: Callable[[ASGIApp], str],
    wrong: Callable[[Page], list[str]],
) -> None:
    page, found = browser.new_page(), {}
    watched = with_rules(sqlite_site, serve, 'sector_domains = { health = ["nhs.example"] }')
    send_form(watched, sector="health")
    page.goto(watched.url.rstrip("/") + watched.letters()[0].link)
    button(page, "Yes, send it to me")
    heading(page, "We are looking at your request")
    found["held"] = wrong(page)
    page.goto(f"{with_rules(sqlite_site, serve, 'open = false').url}subscribe")
    heading(page, "You cannot subscribe here")
    found["closed"] = wrong(page)
    assert found == {name: [] for name in found}


def test_the_form_can_be_filled_in_with_the_keyboard_alone(page: Page, sqlite_site: Site) -> None:
    page.goto(f"{sqlite_site.url}subscribe")
    page.get_by_label("Your e-mail address").focus()
    page.keyboard.type("cat@council.example")
    for key in ("Tab", "Space", "Tab", "Tab", "Tab", "Tab"):
        page.keyboard.press(key)
    expect(page.get_by_label("Your sector")).to_be_focused()
    page.keyboard.type("Health")
    agree = page.get_by_label("I agree that")
    for _ in range(20):
        page.keyboard.press("Tab")
        if agree.evaluate("box => box === document.activeElement"):
            break
    expect(agree).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Subscribe")).to_be_focused()
    page.keyboard.press("Enter")
    heading(page, "Look into your inbox")
    assert [letter.address for letter in sqlite_site.letters()] == ["cat@council.example"]


def _signed(site: Site, purpose: str, payload: str) -> str:
    now = dt.datetime.now(dt.UTC)
    return site.opened.signer.sign(purpose, payload, now=now)
