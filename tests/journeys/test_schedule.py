"""From `schedule add` to the inbox: a team's calendar, by the command line alone."""

from __future__ import annotations

import datetime as dt
import json
import mailbox
import re
import signal
import sqlite3
import subprocess
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from mailer.sandbox.mailbox import Mailbox
from tests.returned import report
from tests.soak.crowd import only_full

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import CommandLine, Running

    from tests.journeys.relay import Relay

POLICE = 54
CONNECTIONS = 4
QUARTERLY = ("schedule", "add", "-p", "bulletin", "--quarterly", "second tuesday", "--at", "09:30")


@pytest.fixture
def workspace(short: CommandLine) -> CommandLine:
    """What an edition says is nothing to its schedule."""
    return short


def here_and_now() -> dt.datetime:
    return dt.datetime.now(ZoneInfo("Europe/London"))


def date_edition(workspace: CommandLine, day: dt.date) -> None:
    """Give the sample edition another date."""
    path = workspace.folder / "editions" / "issue-04" / "edition.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(?m)^date: .*$", f"date: {day}", text), encoding="utf-8")


def add_for_today(workspace: CommandLine, seconds: float, *more: str) -> dict[str, Any]:
    """A schedule that falls due today, so many seconds from now, for the edition of that date."""
    due = here_and_now() + dt.timedelta(seconds=seconds)
    date_edition(workspace, due.date())
    at = f"{due:%Y-%m-%d %H:%M:%S}"
    added = workspace.does("schedule", "add", "-p", "bulletin", "--at", at, "--json", *more)
    found: dict[str, Any] = json.loads(added)
    return found


def add_due(workspace: CommandLine, *more: str) -> dt.date:
    """A schedule that has fallen due a moment ago; gives its date."""
    add_for_today(workspace, 3600, *more)
    due = here_and_now() - dt.timedelta(seconds=1)
    date_edition(workspace, due.date())
    time_passes(workspace, due)
    return due.date()


def time_passes(workspace: CommandLine, due: dt.datetime) -> None:
    """What was to come is due now: the schedule is older, and nobody has looked at it since."""
    before = f"{due - dt.timedelta(days=1):%Y-%m-%d %H:%M:%S}.000000"
    at = f"{due.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S}.000000"
    with sqlite3.connect(workspace.folder / "bulletin.db") as connection:
        rule = f"{due:%Y-%m-%d %H:%M:%S}"
        connection.execute("UPDATE schedule SET rule = ?, settled_until = ?", (rule, before))
        connection.execute("UPDATE occurrence SET due_at = ? WHERE state = 'waiting'", (at,))
    connection.close()


def shown(workspace: CommandLine, number: int = 1) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(workspace.does("schedule", "show", str(number), "--json"))
    return found


def became(workspace: CommandLine, number: int = 1) -> tuple[str, str]:
    """State and remark of the one occurrence on record."""
    (only,) = shown(workspace, number)["occurrences"]
    return only["state"], only["remark"]


# ---- a calendar


def test_a_quarterly_schedule_is_added_and_looked_at(workspace: CommandLine) -> None:
    out = workspace.does(*QUARTERLY)
    assert out.startswith(
        "Schedule 1: bulletin to everyone, each quarter, second tuesday at 09:30 (Europe/London)\n"
    )
    assert len(out.splitlines()) == 5
    (listed,) = json.loads(workspace.does("schedule", "list", "--json"))
    assert (listed["state"], listed["days_off"], listed["nations"]) == (
        "active",
        "next",
        ["england"],
    )
    ahead = json.loads(workspace.does("schedule", "next", "--count", "8", "--json"))
    assert ahead[0] == listed["next"] | {"edition": None, "state": "nothing there", "why": None}
    for each in ahead:
        due = dt.datetime.fromisoformat(each["due_at"]).astimezone(ZoneInfo("Europe/London"))
        assert (due.weekday(), due.hour, due.minute) == (1, 9, 30)
        assert due.month in (1, 4, 7, 10)
        assert 8 <= due.day <= 14
    assert "bulletin" in workspace.does("schedule", "list")
    assert "none yet" in workspace.does("schedule", "next", "1")


def test_what_goes_next_is_shown_with_its_edition(workspace: CommandLine) -> None:
    workspace.does(*QUARTERLY)
    first, second = json.loads(workspace.does("schedule", "next", "--count", "2", "--json"))
    date_edition(workspace, dt.date.fromisoformat(second["date"]))
    ahead = json.loads(workspace.does("schedule", "next", "--count", "2", "--json"))
    assert [each["edition"] for each in ahead] == [None, "issue-04"]
    assert first["date"] < second["date"]


def test_an_occurrence_is_skipped_and_another_moved(workspace: CommandLine) -> None:
    workspace.does(*QUARTERLY)
    first, second, third = json.loads(workspace.does("schedule", "next", "--count", "3", "--json"))
    assert "leaves out" in workspace.does("schedule", "skip", "1")
    to = f"{second['date']} 16:00"
    moved = json.loads(
        workspace.does("schedule", "move", "1", second["date"], "--to", to, "--json")
    )
    assert moved["date"] == second["date"]
    assert moved["notes"][0].startswith(f"moved to {to} by ")
    ahead = shown(workspace)["next"]
    assert [each["date"] for each in ahead[:2]] == [second["date"], third["date"]]
    assert [each["state"] for each in shown(workspace)["occurrences"]] == ["waiting", "skipped"]
    # What was left out can be taken back by giving it a time.
    workspace.does("schedule", "move", "1", first["date"], "--to", f"{first['date']} 11:00")
    assert shown(workspace)["next"][0]["date"] == first["date"]


@only_full
def test_a_schedule_rests_goes_on_and_ends(workspace: CommandLine) -> None:
    workspace.does(*QUARTERLY)
    assert "Schedule 1 is paused." in workspace.does("schedule", "pause", "1")
    assert shown(workspace)["state"] == "paused"
    assert "Schedule 1 goes on." in workspace.does("schedule", "resume", "1")
    unasked = workspace("schedule", "remove", "1")
    assert (unasked.code, "Add --yes" in unasked.err) == (1, True)
    workspace.does("schedule", "remove", "1", "--yes")
    assert json.loads(workspace.does("schedule", "list", "--json")) == []
    assert "There is no schedule yet" in workspace.does("schedule", "list")
    assert "Nothing is to come" in workspace.does("schedule", "next")
    refused = workspace("schedule", "resume", "1")
    assert (refused.code, "is removed" in refused.err) == (1, True)


@only_full
def test_a_blackout_holds_what_reaches_its_regions_and_says_so(workspace: CommandLine) -> None:
    workspace.does(*QUARTERLY)
    workspace.does(*QUARTERLY, "--segment", "south-west-partners")
    date = shown(workspace)["next"][0]["date"]
    told = workspace.does(
        "schedule", "blackout", "add", date, date, "--reason", "the pre-election period",
        "--region", "Wales",
    )  # fmt: skip
    assert told == f"Blackout 1: nothing goes out to wales until {date}.\n"
    held, free = shown(workspace, 1)["next"][0], shown(workspace, 2)["next"][0]
    assert held["notes"][0].startswith("held by the pre-election period until")
    assert held["due_at"] > free["due_at"]
    assert (held["date"], free["notes"]) == (date, [])
    assert "the pre-election period" in workspace.does("schedule", "blackout", "list")
    workspace.does("schedule", "blackout", "remove", "1")
    assert json.loads(workspace.does("schedule", "blackout", "list", "--json")) == []
    assert shown(workspace, 1)["next"][0]["notes"] == []
    everywhere = workspace.does(
        "schedule", "blackout", "add", date, date, "--reason", "rest", "--region", "national"
    )
    assert "to anybody" in everywhere


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--quarterly", "some tuesday", "--at", "09:30"), "is no rule for a schedule"),
        (("--quarterly", "second tuesday", "--at", "half past nine"), "such as 09:30"),
        (("--at", "2020-01-01 09:30"), "is past"),
        (("--cron", "*/5 * * * *"), "at most once an hour"),
        (("--cron", "0 9 * * *", "--zone", "Europe/Atlantis"), "is no time zone"),
        (("--at", "2099-01-01 09:30", "--segment", "polise"), 'segment "polise"'),
        (("--at", "2099-01-01 09:30", "-p", "bulletins"), "is no publication"),
    ],
)
def test_what_cannot_be_kept_is_refused(
    workspace: CommandLine, words: tuple[str, ...], told: str
) -> None:
    ran = workspace("schedule", "add", "-p", "bulletin", *words)
    assert ran.code == 1
    assert told in ran.err


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--quarterly", "second tuesday"),
        ("--cron", "0 9 * * *", "--at", "09:30"),
        ("--quarterly", "15th", "--cron", "0 9 * * *"),
    ],
)
def test_a_rule_is_given_in_one_way(workspace: CommandLine, words: tuple[str, ...]) -> None:
    ran = workspace("schedule", "add", "-p", "bulletin", *words)
    assert ran.code == 2
    assert "give --quarterly with --at, or --at alone, or --cron alone" in ran.err


# ---- when it falls due


def test_the_edition_of_the_day_reaches_the_inbox_at_its_time(workspace: CommandLine) -> None:
    with workspace.running("scheduler") as running:
        running.says("Watching 0 schedules")
        due = dt.datetime.fromisoformat(
            add_for_today(workspace, 10, "--segment", "police")["next"][0]["due_at"]
        )
        running.says("schedule 1, bulletin of .*: firing")
        assert dt.datetime.now(dt.UTC) >= due
        running.says("done: issue-04: campaign 1, 54 recipients: 54 accepted")
        assert running.end(signal.SIGTERM).code == 0
    assert Mailbox(workspace.folder / "inbox").count() == POLICE
    assert became(workspace) == ("done", "issue-04: campaign 1, 54 recipients: 54 accepted")
    (campaign,) = json.loads(workspace.does("campaign", "list", "--json"))
    assert campaign["actor"] == "schedule 1"
    assert json.loads(workspace.does("scheduler", "--once", "--json")) == {"fired": 0, "handled": 0}


def test_two_schedulers_send_it_once(workspace: CommandLine) -> None:
    add_due(workspace, "--segment", "police")
    with workspace.running("scheduler") as one, workspace.running("scheduler") as other:
        one.says("Watching")
        other.says("Watching")
        for _ in range(100):
            state = [each["state"] for each in shown(workspace)["occurrences"]]
            if state == ["done"]:
                break
        told = one.end(signal.SIGINT).out + other.end(signal.SIGINT).out
    assert told.count("firing") == told.count("done") == 1
    assert Mailbox(workspace.folder / "inbox").count() == POLICE


def test_once_for_a_timer_sends_what_is_due_and_ends(workspace: CommandLine) -> None:
    add_due(workspace, "--segment", "police")
    ran = workspace("scheduler", "--once")
    assert ran.code == 0
    assert f"{POLICE} accepted" in ran.out
    assert ran.out.endswith("1 occurrence fired.\n")


def test_a_host_that_runs_a_scheduler_alone_fetches_what_came_back(
    workspace: CommandLine,
) -> None:
    box = mailbox.Maildir(workspace.folder / "returned")
    workspace.variables["BULLETIN_BOUNCES_SOURCES"] = "returned"
    box.add(report("ann@example.org"))
    told = workspace.does("scheduler", "--once")
    assert told == "0 occurrences fired. 1 mail that came back: see `bulletin bounces list`.\n"
    assert [mail.get_flags() for mail in box] == ["S"]
    box.add(report("bob@example.org"))
    with workspace.running("scheduler") as running:
        running.says("Watching 0 schedules")
        ended = running.end(signal.SIGTERM)
    assert (ended.code, [mail.get_flags() for mail in box]) == (0, ["S"] * 2)
    assert len(json.loads(workspace.does("bounces", "list", "--unmatched", "--json"))) == 2


def test_without_an_edition_nothing_is_sent_and_that_is_on_record(workspace: CommandLine) -> None:
    add_due(workspace)
    date_edition(workspace, dt.date(2020, 1, 1))
    assert (
        "nothing-to-send: no edition of bulletin is dated" in workspace("scheduler", "--once").out
    )
    assert became(workspace)[0] == "nothing-to-send"
    assert workspace.does("campaign", "list") == "Nothing has been sent yet.\n"


def test_an_edition_that_cannot_be_read_fails_and_goes_when_it_is_mended_and_moved(
    workspace: CommandLine,
) -> None:
    date = add_due(workspace, "--segment", "police")
    path = workspace.folder / "editions" / "issue-04" / "edition.md"
    sound = path.read_text(encoding="utf-8")
    path.write_text(sound.replace("subject:", "subjekt:"), encoding="utf-8")
    ran = workspace("scheduler", "--once")
    assert ran.code == 3
    assert (
        "issue-04 has errors and can't be sent; `bulletin edition check issue-04` lists" in ran.out
    )
    path.write_text(sound, encoding="utf-8")
    to = f"{date + dt.timedelta(days=1)} 10:00"
    workspace.does("schedule", "move", "1", date, "--to", to)
    time_passes(workspace, here_and_now())
    assert f"{POLICE} accepted" in workspace("scheduler", "--once").out


def test_who_had_the_edition_by_hand_does_not_get_it_again(workspace: CommandLine) -> None:
    add_due(workspace, "--segment", "police")
    workspace.does("send", "issue-04", "--segment", "police", "--yes")
    told = "nothing-to-send: issue-04: there is nobody in police who has not had it"
    assert told in workspace("scheduler", "--once").out
    assert Mailbox(workspace.folder / "inbox").count() == POLICE


# ---- by a relay, and cut off


@contextmanager
def cut_off(live: CommandLine, relay: Relay) -> Iterator[Running]:
    """A scheduler whose relay has answered twenty mails, and is asked for one more by each connection."""
    relay.allow(20)
    add_due(live, "--segment", "police")
    with live.running("scheduler") as running:
        running.says("Watching")
        relay.wait_for(20 + CONNECTIONS)
        yield running


def answer_until_it_ends(running: Running, relay: Relay) -> None:
    """Answer what is in flight, and what was begun before the sending process heard that it is to stop."""
    for _ in range(6):
        relay.allow(CONNECTIONS)
        with suppress(subprocess.TimeoutExpired):
            running.process.wait(3)
            return


def test_a_scheduler_told_to_stop_puts_it_back_and_the_next_goes_on(
    live: CommandLine, relay: Relay
) -> None:
    with cut_off(live, relay) as running:
        running.process.send_signal(signal.SIGTERM)
        running.warns("the rest is put back")
        answer_until_it_ends(running, relay)
        ran = running.end()
    assert ran.code == 0, ran.err
    assert became(live) == ("waiting", "put back when the scheduler ended")
    relay.allow()
    assert f"{POLICE} accepted" in live.does("scheduler", "--once")
    assert len(relay.recipients) == len(set(relay.recipients)) == POLICE
    assert became(live)[0] == "done"


def test_a_scheduler_that_is_killed_leaves_it_to_the_next(live: CommandLine, relay: Relay) -> None:
    with cut_off(live, relay) as running:
        running.end(signal.SIGKILL)
    relay.allow()
    # The process that was sending ends by itself; until then it and the next one share the work.
    live.does("scheduler", "--once")
    assert became(live)[0] == "done"
    (campaign,) = json.loads(live.does("campaign", "list", "--json"))
    assert campaign["counts"] == {"accepted": POLICE}
    assert len(relay.recipients) == len(set(relay.recipients)) == POLICE
