"""The whole road of a reader: the form, a letter by a real relay, the button, an edition, and out again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pytest
from playwright.sync_api import expect

from mailer.workspace import add_sample_edition
from tests.journeys.conftest import CommandLine
from tests.journeys.relay import running_relay

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.journeys.relay import Relay

BASE = "https://bulletin.example.org"
ANN, NEW = "ann@council.example", "ann@new.example"


class Town(NamedTuple):
    """A team whose site is up and whose mail leaves by a relay."""

    work: CommandLine
    relay: Relay
    url: str

    def mail(self, number: int, who: str) -> EmailMessage:
        """The mail of that number that left, once it has; it must be somebody's."""
        self.relay.wait_for(number)
        taken = self.relay.mails[number - 1]
        assert taken.recipient == who
        return taken.parsed

    def link(self, mail: EmailMessage, purpose: str) -> str:
        """A link of a mail, as it works on this machine."""
        body = mail.get_body(("plain",))
        assert body is not None
        found = re.search(rf"{BASE}/{purpose}/[\w.-]+", body.get_content())
        assert found, body.get_content()
        return found[0].replace(BASE, self.url.rstrip("/"))


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A workspace with the sample edition, live."""
    CommandLine(tmp_path).does("init", "work")
    with running_relay(tmp_path) as relay:
        work = CommandLine(tmp_path / "work", dict(relay.settings))
        add_sample_edition(work.folder)
        with work.running("serve", "--port", "0", "--monitor-port", "0") as serving:
            yield Town(
                work, relay, serving.says(rf"^Serving {BASE} at (http://127\.0\.0\.1:\d+/)$")
            )


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def subscribe(page: Page, town: Town) -> None:
    page.goto(town.url)
    page.get_by_role("link", name="Subscribe").click()
    heading(page, "Subscribe")
    press(page, "Subscribe")
    expect(page.get_by_role("alert")).to_contain_text("Type your e-mail address.")
    page.get_by_label("Your e-mail address").fill(ANN)
    page.get_by_label("Local Partnerships Bulletin").check()
    page.get_by_label("Your sector").select_option(label="Local government")
    page.get_by_label("Wales").check()
    page.get_by_label("I agree that").check()
    press(page, "Subscribe")
    heading(page, "Look into your inbox")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_reader_joins_chooses_reads_leaves_and_comes_back(
    browser: Browser, town: Town, scripts: bool
) -> None:
    page = browser.new_page(java_script_enabled=scripts)
    subscribe(page, town)
    letter = town.mail(1, ANN)
    assert letter["Subject"] == "Confirm your subscription"
    assert letter["List-Unsubscribe"] is None
    assert letter["Auto-Submitted"] == "auto-generated"

    page.goto(town.link(letter, "confirm"))
    press(page, "Yes, send it to me")
    heading(page, "You are subscribed")
    welcome = town.mail(2, ANN)
    assert welcome["Subject"] == "You are subscribed"
    page.goto(town.link(welcome, "preferences"))
    page.get_by_label("Wales").uncheck()
    page.get_by_label("South West").check()
    press(page, "Save")
    heading(page, "Your changes are saved")

    town.work.does("send", "issue-04", "--segment", "everyone", "--yes")
    edition = town.mail(3, ANN)
    assert edition["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    html = edition.get_body(("html",))
    assert html is not None
    assert "Devon and Cornwall lets" in html.get_content(), "an article for the South West"
    page.goto(town.link(edition, "unsubscribe"))
    press(page, "Stop sending me Local Partnerships Bulletin")
    heading(page, "You have left Local Partnerships Bulletin")
    press(page, "Undo")
    heading(page, "You are back")

    page.goto(town.link(edition, "preferences"))
    page.get_by_role("link", name="Change your e-mail address").click()
    page.get_by_label("Your new e-mail address").fill(NEW)
    press(page, "Send the letter")
    page.goto(town.link(town.mail(4, NEW), "address"))
    press(page, "Use this address")
    heading(page, "Your address is changed")
    assert town.mail(5, ANN)["Subject"] == "Your address was changed"
    story = town.work.does("subscribers", "show", NEW)
    for words in ("confirmed", "127.0.0.0/24", "Wording "):
        assert words in story


def test_the_team_has_its_side_of_the_road(browser: Browser, town: Town) -> None:
    work, page = town.work, browser.new_page(java_script_enabled=False)
    rules = '[subscribe]\nsector_domains = { local-government = ["gov.example"] }\n'
    settings = work.folder / "bulletin.toml"
    text = settings.read_text()
    settings.write_text(re.sub(r"^\[subscribe\]\n", rules, text, flags=re.MULTILINE))
    with work.running("serve", "--port", "0") as serving:
        strict = town._replace(url=serving.says(r"(http://127\.0\.0\.1:\d+/)$"))
        subscribe(page, strict)
        page.goto(strict.link(town.mail(1, ANN), "confirm"))
        press(page, "Yes, send it to me")
        heading(page, "We are looking at your request")
    assert ANN in work.does("subscribers", "waiting")
    assert "is subscribed to bulletin" in work.does("subscribers", "approve", ANN)
    assert work("subscribers", "refuse", ANN, "--yes").code == 1
    written = work.does("subscribers", "access", ANN, "--out", "ann")
    assert "ann/data.json" in written
    shown = (work.folder / "ann" / "index.html").read_text()
    assert ANN in shown
    assert "<style>" in shown
    assert "0" in work.does("retention", "run", "--dry-run")
    assert "is erased" in work.does("subscribers", "erase", ANN, "--yes")
    (work.folder / "list.csv").write_text(f"email\n{ANN}\n")
    assert "1 held back" in work.does("subscribers", "import", "list.csv", "-p", "bulletin")
    refused = work("subscribers", "add", ANN, "-p", "bulletin")
    assert "only the person can come back" in refused.err
    deeds = work.does("audit", "list", "--json")
    for action in ("approve", "access", "erase"):
        assert f'"action": "{action}"' in deeds
    assert ANN not in deeds


def test_the_archive_is_the_teams_to_fill(town: Town) -> None:
    assert "/archive/bulletin/issue-04/" in town.work.does("archive", "add", "issue-04")
    assert "issue-04" in town.work.does("archive", "list")
    assert "Wrote 1 issue to out" in town.work.does("archive", "export", "out")
    page = (town.work.folder / "out/bulletin/issue-04/index.html").read_text()
    assert "Operation Jigsaw" in page
    assert "Kilimanjaro" not in page
    assert "is not in the archive any more" in town.work.does("archive", "remove", "issue-04")
