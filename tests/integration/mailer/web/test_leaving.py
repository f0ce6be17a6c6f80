"""The road of a link: out of a mail in the inbox, through Chromium, to who gets the next issue."""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING, NamedTuple
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect

from mailer.sandbox.mailbox import Mailbox
from mailer.workspace import add_sample_edition
from tests.drafts import write_up
from tests.journeys.conftest import CommandLine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

BASE = "https://bulletin.example.org"
ANN, BOB = "ann@example.org", "bob@example.org"


class Team(NamedTuple):
    """A team at work: its command line, and the address at which its site is served."""

    work: CommandLine
    url: str

    def link(self, purpose: str, who: str = ANN) -> str:
        """A link of somebody's latest mail, as it works on this machine."""
        found = re.search(rf"{BASE}/{purpose}/[\w.-]+", self.mail(who))
        assert found
        return found[0].replace(BASE, self.url)

    def mail(self, who: str) -> str:
        """The HTML of somebody's latest mail."""
        mailbox = Mailbox(self.work.folder / "inbox")
        latest = next(each for each in mailbox.listing(100) if each.recipient == who)
        return mailbox.read(latest.id).html or ""

    def send(self, edition: str) -> list[str]:
        """Send an edition to everybody; gives who got a mail by it."""
        mailbox = Mailbox(self.work.folder / "inbox")
        before = {each.id for each in mailbox.listing(100)}
        self.work.does("send", edition, "--segment", "everyone", "--yes")
        return sorted(each.recipient for each in mailbox.listing(100) if each.id not in before)


def post(url: str, body: str) -> tuple[int, str]:
    with urlopen(Request(url, body.encode(), method="POST"), timeout=20) as answer:
        return answer.status, answer.read().decode()


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    """Two subscribers who have had the sample edition, and a site that is up."""
    CommandLine(tmp_path).does("init", "work")
    work = CommandLine(tmp_path / "work")
    add_sample_edition(work.folder)
    for address in (ANN, BOB):
        work.does("subscribers", "add", address, "--publication", "bulletin", "--sector", "health")
    with work.running("serve", "--port", "0") as serving:
        started = Team(work, serving.says(rf"^Serving {BASE} at (http://127\.0\.0\.1:\d+)/$"))
        assert started.send("issue-04") == [ANN, BOB]
        yield started
        ended = serving.end(signal.SIGTERM)
    assert ended.code == 0
    lines = ended.err.splitlines()
    assert lines
    logged = re.compile(r"[\d-]+ [\d:,]+ (GET|POST) /([a-z]{0,11}|…) \d{3} \d+ ms")
    assert [line for line in lines if not logged.fullmatch(line)] == []


def test_who_leaves_gets_no_next_issue_until_they_undo_it(browser: Browser, team: Team) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(team.link("unsubscribe"))
    team.work.does("edition", "new", "--publication", "bulletin")
    write_up(team.work.folder / "editions" / "issue-05")
    page.get_by_role("button", name="Stop sending me Local Partnerships Bulletin").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "You have left Local Partnerships Bulletin"
    )
    assert team.send("issue-05") == [BOB]
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are back")
    assert team.send("issue-05") == [ANN]

    assert post(team.link("unsubscribe", BOB), "List-Unsubscribe=One-Click") == (
        200,
        "You have left Local Partnerships Bulletin.\n",
    )
    team.work.does("edition", "new", "--publication", "bulletin")
    write_up(team.work.folder / "editions" / "issue-06")
    assert team.send("issue-06") == [ANN]


def test_the_mail_reads_online_exactly_as_it_came(browser: Browser, team: Team) -> None:
    with urlopen(team.link("view"), timeout=20) as answer:
        online = answer.read().decode()
    came = team.mail(ANN).replace("\r\n", "\n").replace(f"{BASE}/media/", "/media/")
    assert online.strip() == came.strip()

    page = browser.new_page()
    page.goto(team.link("view"))
    expect(page.get_by_text("Meet the team behind Operation Jigsaw").first).to_be_visible()
    widths = "[...document.images].map(image => image.naturalWidth)"
    page.wait_for_function(f"{widths}.length > 5 && {widths}.every(width => width > 0)")
