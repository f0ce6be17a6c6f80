"""What a team sees of a campaign while it is sent, and what it hands on afterwards."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from subscribers.database import Database
from tests.campaigns import begin

if TYPE_CHECKING:
    from conftest import CommandLine

    from tests.campaigns import Ledger
    from tests.journeys.relay import Relay


@pytest.fixture
def sent(workspace: CommandLine) -> CommandLine:
    """A workspace that has sent the sample edition to its inbox."""
    workspace.does("send", "issue-04", "--segment", "everyone", "--yes")
    return workspace


@pytest.fixture
def ledger(workspace: CommandLine) -> Ledger:
    """A campaign in the workspace's database, for the test to fill."""
    database = Database(f"sqlite:///{workspace.folder / 'bulletin.db'}")
    return begin(database)


def test_a_sent_edition_has_a_report_in_the_terminal_as_data_and_as_a_page(
    sent: CommandLine,
) -> None:
    told = sent.does("campaign", "report", "1")
    assert "accepted    305" in re.sub(r" +", "    ", told)
    assert "Law" in told
    data = json.loads(sent.does("campaign", "report", "1", "--json"))
    assert data["recipients"] == data["counts"]["accepted"] == 305
    assert sum(step["first_try"] for step in data["curve"]["steps"]) == 305
    assert sum(reply["count"] for reply in data["replies"]) == 305
    assert "Wrote report.html" in sent.does("campaign", "report", "1", "--html", "report.html")
    page = (sent.folder / "report.html").read_text(encoding="utf-8")
    assert "Operation Jigsaw" in page
    assert "It went to the built-in inbox" in page
    assert not re.findall(r'(?:src|href)="|url\(|@import', page)


def test_a_report_on_no_campaign_says_so(workspace: CommandLine) -> None:
    ran = workspace("campaign", "report", "7", "--html", "report.html")
    assert ran.code == 1
    assert "campaign 7: there is none of that number" in ran.err
    assert list(workspace.folder.glob("*report.html*")) == []


def test_the_smallest_cell_is_a_setting(sent: CommandLine) -> None:
    for smallest, hides in (("1", False), ("20", True)):
        sent.does(
            "campaign", "report", "1", "--html", "r.html", BULLETIN_REPORT_SMALLEST_CELL=smallest
        )
        page = (sent.folder / "r.html").read_text(encoding="utf-8")
        assert ("hidden</span>" in page or "table is left out" in page) is hides


def test_status_says_when_nothing_is_being_sent(workspace: CommandLine) -> None:
    assert workspace.does("status").startswith("Nothing is being sent")
    assert json.loads(workspace.does("status", "--json"))["campaigns"] == []
    assert workspace.does("status", "--watch").startswith("Nothing is being sent")


def test_status_of_a_finished_campaign_can_be_watched_and_ends_at_once(sent: CommandLine) -> None:
    assert "campaign 1 finished: 305 accepted" in sent.does("status", "1", "--watch")
    (line,) = sent.does("status", "1", "--watch", "--json").splitlines()
    (campaign,) = json.loads(line)["campaigns"]
    assert (campaign["state"], campaign["counts"]) == ("finished", {"accepted": 305})


def test_status_looks_on_while_another_process_sends(live: CommandLine, relay: Relay) -> None:
    relay.allow(100)
    with live.running("send", "issue-04", "--segment", "everyone", "--yes") as sending:
        relay.wait_for(101)
        looked = json.loads(live.does("status", "--json"))
        (campaign,) = looked["campaigns"]
        assert (campaign["campaign"], campaign["state"]) == (1, "sending")
        assert len(campaign["senders"]) == 1
        assert sum(campaign["counts"].values()) == campaign["recipients"] == 305
        assert campaign["counts"]["accepted"] <= 100 < campaign["waiting"] <= 305
        assert campaign["rate"] is not None
        with live.running("status", "--watch") as watched:
            watched.says("campaign 1 sending: ")
            relay.allow()
            watched.says("campaign 1 finished: 305 accepted")
            assert watched.end().code == 0
        assert sending.end().code == 0


def test_a_watched_campaign_is_told_of_when_it_changes_until_it_ends(
    workspace: CommandLine, ledger: Ledger
) -> None:
    ledger.add("queued", 5)
    ledger.write()
    with workspace.running("status", "--watch") as watched:
        watched.says("campaign 1 sending: 5 queued")
        ledger.change(state="paused", paused_because="too much was rejected")
        watched.says(r"campaign 1 paused \(too much was rejected\): 5 queued")
        ledger.change(state="finished")
        watched.says("campaign 1 finished: 5 queued")
        assert watched.end().code == 0


def test_as_data_a_watched_campaign_is_a_line_each_second(
    workspace: CommandLine, ledger: Ledger
) -> None:
    ledger.add("queued", 5)
    ledger.write()
    with workspace.running("status", "1", "--watch", "--json") as watched:
        for _ in range(2):
            seen = json.loads(watched.says(r"(\{.*\})"))
            assert seen["campaigns"][0]["waiting"] == 5
        assert watched.end(signal.SIGINT).code == 0


def test_in_a_terminal_it_is_drawn_in_place_and_ctrl_c_ends_it_in_order(
    workspace: CommandLine, ledger: Ledger
) -> None:
    ledger.add("queued", 3)
    ledger.add("rejected", 2, reply_code=550, reply_text="5.1.1 No such user")
    ledger.write()
    ours, theirs = pty.openpty()
    environment = workspace.environment | {"TERM": "xterm"}
    command = [sys.executable, "-m", "mailer.cli", "status", "--watch"]
    with subprocess.Popen(
        command, cwd=workspace.folder, env=environment, stdout=theirs, stderr=subprocess.PIPE
    ) as watching:
        os.close(theirs)
        shown = b""
        # The second drawing first wipes the first one.
        while shown.count(b"Campaign 1: issue-04 to everyone, sending") < 2:
            shown += os.read(ours, 10_000)
        watching.send_signal(signal.SIGINT)
        assert watching.wait(60) == 0
    os.close(ours)
    assert "2 of 5 handled; 3 queued, 2 rejected" in shown.decode()
    assert "5.1.1 No such user" in shown.decode()
    assert "Nobody is sending it now" in shown.decode()


def test_drawing_is_not_loaded_by_commands_that_do_not_draw() -> None:
    script = "import sys, mailer.cli.campaign, mailer.cli.status; sys.exit('pygal' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
