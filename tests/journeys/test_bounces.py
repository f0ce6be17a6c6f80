"""What comes back: from a refusal or a returned mail to an edition that leaves the dead mailbox out."""

from __future__ import annotations

import json
import signal
from email import message_from_bytes
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

import pytest

from tests.drafts import write_up
from tests.returned import complaint, holiday_notice, letter, report
from tests.soak.crowd import only_full

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import CommandLine

    from tests.journeys.relay import Relay

TEAM = "bulletin@partnerships.example.org"
MARK = "X-Bulletin-Delivery"


def data(command: CommandLine, *arguments: object, **variables: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(command.does(*arguments, "--json", **variables))


def reached(command: CommandLine) -> int:
    plan = data(command, "segment", "count", "everyone", "-p", "bulletin")
    count: int = plan["count"]
    return count


@pytest.fixture
def sent(live: CommandLine, relay: Relay) -> list[str]:
    """The addresses that a campaign went to."""
    live.does("send", "issue-04", "--segment", "police", "--yes")
    return sorted(relay.recipients)


def came_back(relay: Relay, address: str, write: Callable[..., bytes] = report) -> bytes:
    """What is reported of the mail to somebody, with that mail's own mark in the copy."""
    mail = next(each for each in relay.mails if each.recipient == address)
    return write(address, returned_headers=f"{MARK}: {mail.parsed[MARK]}")


def drop(folder: Path, *mails: bytes) -> Path:
    """Put mails into a Maildir."""
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    known = len(list((folder / "new").iterdir())) + len(list((folder / "cur").iterdir()))
    for number, mail in enumerate(mails, known):
        (folder / "new" / f"{number}.mx").write_bytes(mail)
    return folder


def test_files_are_judged_without_a_workspace(bulletin: CommandLine) -> None:
    folder = bulletin.folder
    (folder / "a.eml").write_bytes(report("ann@example.org"))
    (folder / "b.eml").write_bytes(letter("bob@example.org", TEAM))
    lines = bulletin.does("bounces", "classify", "a.eml", "b.eml", "--json").splitlines()
    first, second = map(json.loads, lines)
    assert second == {"file": "b.eml", "recipients": []}
    (told,) = first["recipients"]
    keys = ["address", "original", "class", "reason", "status", "smtp_code", "text", "reader"]
    assert list(told) == keys
    assert (told["address"], told["class"]) == ("ann@example.org", "hard")
    assert "b.eml: other" in bulletin.does("bounces", "classify", "a.eml", "b.eml")


def test_a_returned_mail_leaves_a_dead_mailbox_out_of_the_next_edition(
    live: CommandLine, relay: Relay, sent: list[str]
) -> None:
    dead, angry, away = sent[:3]
    before = reached(live)
    box = drop(
        live.folder / "returned",
        came_back(relay, dead),
        came_back(relay, angry, complaint),
        holiday_notice(away, TEAM),
        letter("somebody@example.org", TEAM),
    )
    out = live.does("bounces", "collect", box)
    assert "4 mails" in out
    assert "1 suppressed, 1 withdrawn by complaint" in out
    assert "bulletin bounces list --unmatched" in out
    (again,) = data(live, "bounces", "collect", copy_of(box))
    assert (again["mails"], again["repeats"]) == (4, 4)
    assert "0 mails: nothing new" in live.does("bounces", "collect", box)
    assert reached(live) == before - 2

    shown = live.does("suppressions", "show", dead)
    assert "mail came back" in shown
    (bounce,) = data(live, "bounces", "list", "--address", dead)
    assert (bounce["bounce_class"], bounce["action"]) == ("hard", "suppress")
    assert "There is no such mailbox" in live.does("bounces", "show", bounce["id"])
    assert data(live, "bounces", "count", "--by", "class") == [
        {"name": "complaint", "deliveries": 1, "hard": 0, "soft": 0, "complaints": 1},
        {"name": "hard", "deliveries": 1, "hard": 1, "soft": 0, "complaints": 0},
    ]
    assert "Came back after acceptance" in live.does("campaign", "report", 1)
    assert data(live, "subscribers", "show", angry)["person"]["status"] == "left"

    assert live("suppressions", "lift", dead, "--reason", "it is back").code == 1
    live.does("suppressions", "lift", dead, "--reason", "it is back", "--yes")
    assert reached(live) == before - 1


def copy_of(box: Path) -> Path:
    """The same mails, not marked at all."""
    mails = [path.read_bytes() for path in sorted((box / "cur").iterdir())]
    return drop(box.parent / "copy", *mails)


def test_a_place_that_is_gone_keeps_nobody_from_the_others(workspace: CommandLine) -> None:
    box = drop(workspace.folder / "returned", letter("bob@example.org", TEAM))
    gone = str(workspace.folder / "gone")
    ran = workspace("bounces", "collect", gone, box, "--json")
    assert (ran.code, gone in ran.err) == (1, True)
    failed, fetched = json.loads(ran.out)
    assert (failed["source"], fetched["unmatched"]) == (gone, 1)


@only_full
def test_a_person_settles_what_could_not_be_matched(live: CommandLine, sent: list[str]) -> None:
    box = drop(live.folder / "returned", report("nobody@elsewhere.example"), report("x@y.example"))
    live.does("bounces", "collect", box)
    first, second = data(live, "bounces", "list", "--unmatched")
    assert "names nobody" in first["why"]
    drop(box, report(sent[1]).replace(b"User unknown", b"\x1b[2J\xc2\x9b2J unknown"))
    live.does("bounces", "collect", box)
    third = data(live, "bounces", "list", "--unmatched")[2]
    assert "no mark of ours" in third["why"]
    for options in ((), ("--json",)):
        shown = live.does("bounces", "show", third["id"], "--unmatched", *options)
        assert "[2J 2J unknown" in shown
        assert not {"\x1b", "\x9b"} & set(shown)
    assert live.does("suppressions", "list") == "No address is suppressed.\n"
    live.does("bounces", "assign", third["id"], "--dismiss")
    whole = live.does("bounces", "show", first["id"], "--unmatched")
    assert "Undelivered Mail Returned to Sender" in whole
    assert live("bounces", "assign", first["id"], sent[0]).code == 1
    assert "suppress" in live.does("bounces", "assign", first["id"], sent[0], "--yes")
    live.does("bounces", "assign", second["id"], "--dismiss")
    assert live.does("bounces", "list", "--unmatched") == "No mail waits for a person.\n"
    gone = live("bounces", "show", 99)
    assert (gone.code, "there is none of that number" in gone.err) == (1, True)


def test_a_mail_server_can_pipe_a_mail_in_and_is_told_to_try_again(
    live: CommandLine, relay: Relay, sent: list[str]
) -> None:
    mail = b"From MAILER-DAEMON Tue Oct 13 09:31:00 2026\n" + came_back(relay, sent[0])
    done = live.fed(mail, "bounces", "collect", "-")
    assert (done.code, done.out, done.err) == (0, "", "")
    assert len(data(live, "suppressions", "list")) == 1
    (live.folder / "bulletin.db").rename(live.folder / "away.db")
    failed = live.fed(report(sent[1]), "bounces", "collect", "-")
    assert failed.code == 75
    assert "Error:" in failed.err


def test_mail_is_handled_as_it_comes_until_somebody_ends_it(
    live: CommandLine, relay: Relay, sent: list[str]
) -> None:
    box = drop(live.folder / "returned", came_back(relay, sent[0]))
    with live.running("bounces", "collect", box, "--watch") as watching:
        assert "1 recorded" in watching.says("(.*1 mail.*)")
        assert watching.end(signal.SIGINT).code == 130
    assert len(data(live, "suppressions", "list")) == 1


def all_came_back(workspace: Path) -> list[bytes]:
    """Reports of every mail in the built-in inbox."""
    mails = [message_from_bytes(path.read_bytes()) for path in workspace.rglob("new/*")]
    return [
        report(parseaddr(mail["To"])[1], returned_headers=f"{MARK}: {mail[MARK]}") for mail in mails
    ]


@only_full
def test_an_organisation_that_moved_is_held_and_then_moved(bulletin: CommandLine) -> None:
    bulletin.does("init", "work")
    work = type(bulletin)(bulletin.folder / "work")
    for name in ("ann", "bob", "cat", "dan", "eve"):
        work.does(
            "subscribers", "add", f"{name}@x.gsi.example", "-p", "bulletin", "--sector", "health"
        )
    work.does("edition", "new", "--publication", "bulletin")
    write_up(work.folder / "editions" / "issue-01")
    work.does("send", "issue-01", "-s", "everyone", "--yes")
    box = drop(work.folder / "returned", *all_came_back(work.folder))
    ran = work("bounces", "collect", box)
    assert ran.code == 0
    assert "x.gsi.example is held" in ran.err
    assert "5 of 5 addresses" in ran.err
    assert work.does("suppressions", "list") == "No address is suppressed.\n"
    assert reached(work) == 0
    (held,) = data(work, "domains", "list")
    assert (held["domain"], held["listed"]) == ("x.gsi.example", 5)

    move = ("domains", "migrate", "x.gsi.example", "gov.example")
    assert "5 addresses would be moved" in work.does(*move, "--dry-run")
    assert work(*move).code == 1
    assert "5 addresses moved, 0 left" in work.does(*move, "--yes")
    assert reached(work) == 5
    work.does("domains", "release", "x.gsi.example", "--reason", "moved to gov.example")
    assert work.does("domains", "list") == "No domain is held.\n"


def test_an_address_can_be_suppressed_by_hand(workspace: CommandLine) -> None:
    workspace.does("suppressions", "add", "stranger@example.org", "--reason", "asked by phone")
    assert "already" in workspace.does(
        "suppressions", "add", "Stranger@example.org", "--reason", "asked again"
    )
    (fact,) = data(workspace, "suppressions", "list", "--search", "STRANGER")
    assert (fact["address"], fact["reason"]) == ("stranger@example.org", "asked by phone")
    assert data(workspace, "suppressions", "list", "--reason", "asked again") == []


def test_without_a_place_to_fetch_from_the_way_to_name_one_is_told(workspace: CommandLine) -> None:
    ran = workspace("bounces", "collect")
    assert (ran.code, "bounces.sources" in ran.err) == (1, True)
    for source, told in (
        (
            "/nowhere",
            "there is no such file or folder; name the place where mail comes back to, or set",
        ),
        ("", "is empty"),
        ("~nobody-of-that-name/mail", "names somebody who has no home here"),
        ("imaps://user:secret@mail.example.org/", "BULLETIN_BOUNCES_PASSWORD"),
        ("imaps://user@mail.example.org/", "has no password"),
        ("pop3s://mail.example.org", "names no host or no user"),
    ):
        refused = workspace("bounces", "collect", source)
        assert (refused.code, told in refused.err, "secret" in refused.err) == (1, True, False)
