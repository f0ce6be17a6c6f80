"""A team's road from an empty folder to a sent edition, by the command line alone."""

from __future__ import annotations

import email
import json
import re
from email import policy
from typing import TYPE_CHECKING

import pytest

from mailer.sandbox.mailbox import Mailbox
from tests.drafts import write_up

if TYPE_CHECKING:
    from conftest import CommandLine


def test_a_new_edition_is_written_checked_and_sent(bulletin: CommandLine) -> None:
    bulletin.does("init", "work")
    work = type(bulletin)(bulletin.folder / "work")
    assert "Began issue 1" in work.does("edition", "new", "--publication", "bulletin")
    draft = work("edition", "check", "issue-01")
    assert draft.code == 1
    assert '"Write the article here" was left to be filled in' in draft.out
    write_up(work.folder / "editions" / "issue-01")
    assert "1 article in 1 section, nothing wrong" in work.does("edition", "check", "issue-01")
    work.does("subscribers", "add", "ann@example.org", "-p", "bulletin", "--sector", "health")
    assert "Recipients 1, in 1 variant" in work.does(
        "send", "issue-01", "-s", "everyone", "--dry-run"
    )
    assert Mailbox(work.folder / "inbox").count() == 0
    assert "1 recipient: 1 accepted" in work.does("send", "issue-01", "-s", "everyone", "--yes")
    assert Mailbox(work.folder / "inbox").count() == 1

    second = work("send", "issue-01", "-s", "everyone", "--yes")
    assert second.code == 1
    assert "there is nobody in the segment who has not had it" in second.err
    assert "Began issue 2" in work.does("edition", "new", "--publication", "bulletin")


def test_nobody_is_mailed_unasked(workspace: CommandLine) -> None:
    ran = workspace("send", "issue-04", "--segment", "everyone")
    assert ran.code == 1
    assert "nothing was done. Add --yes to go ahead" in ran.err
    assert workspace.does("campaign", "list") == "Nothing has been sent yet.\n"


def test_render_writes_every_variant_in_three_forms(workspace: CommandLine) -> None:
    written = json.loads(workspace.does("edition", "render", "issue-04", "--out", "out", "--json"))
    out = workspace.folder / "out"
    assert len(written) >= 12
    assert len(list(out.glob("*.html"))) == len(list(out.glob("*.txt"))) == len(written)
    for each in written:
        html = (out / f"{each['variant']}.html").read_text(encoding="utf-8")
        assert each["html_bytes"] == len(html.encode()) <= 85_000
        for name in re.findall(r'src="media/([^"]+)"', html):
            assert (out / "media" / name).is_file()
        mail = email.message_from_bytes(
            (out / f"{each['variant']}.eml").read_bytes(), policy=policy.default
        )
        assert mail["Subject"] == "Operation Jigsaw, £255m recovered and the SCPO library"


def test_a_test_mail_goes_to_the_team_as_one_group_sees_it(workspace: CommandLine) -> None:
    workspace.does(
        "send", "issue-04", "--test", "me@example.org", "--sector", "health", "--region", "wales"
    )
    mailbox = Mailbox(workspace.folder / "inbox")
    (only,) = mailbox.listing(10)
    assert only.recipient == "me@example.org"
    text = mailbox.read(only.id).text
    assert text is not None
    assert "Kilimanjaro" not in text
    plan = json.loads(workspace.does("send", "issue-04", "-s", "everyone", "--dry-run", "--json"))
    assert plan["recipients"] == 305


def test_segments_and_campaigns_can_be_looked_at(workspace: CommandLine) -> None:
    workspace.does("send", "issue-04", "--segment", "police", "--yes")
    shown = json.loads(workspace.does("campaign", "show", "1", "--json"))
    counted = json.loads(workspace.does("segment", "count", "police", "-p", "bulletin", "--json"))
    assert shown["recipients"] == counted["count"] == shown["counts"]["accepted"]
    assert shown["state"] == "finished"
    assert {cell["sector"] for cell in shown["cells"]} == {"law-enforcement"}
    assert sum(variant["recipients"] for variant in shown["variants"]) == shown["recipients"]
    assert "Law enforcement" in workspace.does("segment", "show", "police")
    rest = json.loads(workspace.does("send", "issue-04", "-s", "everyone", "--dry-run", "--json"))
    assert rest["recipients"] == 305 - shown["recipients"]


def test_an_export_can_be_imported_again_without_a_change(workspace: CommandLine) -> None:
    workspace.does("subscribers", "export", "all.csv")
    report = json.loads(workspace.does("subscribers", "import", "all.csv", "--json"))
    assert (report["rows"], report["unchanged"]) == (316, 316)


def test_who_left_stays_gone(workspace: CommandLine) -> None:
    workspace.does("subscribers", "export", "all.csv")
    first = json.loads(workspace.does("subscribers", "list", "--limit", "1", "--json"))[0]
    workspace.does("subscribers", "unsubscribe", first["address"])
    out = workspace.does("subscribers", "import", "all.csv")
    assert "1 held back" in out
    story = json.loads(workspace.does("subscribers", "show", first["address"], "--json"))
    assert story["person"]["status"] == "left"
    assert [event["kind"] for event in story["events"]][-1] == "left"


COMMANDS = [
    "init", "demo", "check", "edition new", "edition list", "edition check", "edition render",
    "edition preview", "gallery", "edition submit", "edition approve", "edition reject", "edition correct",
    "pack new", "pack list", "pack check", "pack build", "pack preview", "pack submit", "pack approve",
    "pack reject", "pack send", "pack publish", "pack withdraw", "pack remove",
    "article list", "article show", "article accept", "article decline", "article import", "article ask",
    "article sign-off", "article sign-offs",
    "subscribers import", "subscribers export", "subscribers add", "subscribers change",
    "subscribers unsubscribe", "subscribers list", "subscribers show", "subscribers count",
    "subscribers waiting", "subscribers approve", "subscribers refuse", "subscribers access",
    "subscribers erase", "retention run", "audit list", "archive add", "archive list", "archive remove",
    "archive export", "segment list", "segment count", "segment show", "send", "campaign list",
    "campaign show", "campaign deliveries", "campaign pause", "campaign resume", "campaign retry",
    "campaign cancel", "campaign resolve", "campaign report", "status", "bounces classify",
    "bounces collect", "bounces list", "bounces show", "bounces assign", "bounces count",
    "suppressions list", "suppressions show", "suppressions add", "suppressions lift", "domains list",
    "domains release", "domains migrate", "worker", "serve", "dkim new", "dkim show", "inbox",
    "database migrate", "database check", "doctor", "settings", "schedule add", "schedule list",
    "schedule next", "schedule show", "schedule pause", "schedule resume", "schedule skip",
    "schedule move", "schedule remove", "schedule blackout add", "schedule blackout list",
    "schedule blackout remove", "scheduler",
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example_and_speaks_json(
    bulletin: CommandLine, command: str
) -> None:
    text = bulletin.does(*command.split(), "--help")
    assert "Example" in text
    assert f"bulletin {command.split(maxsplit=1)[0]}" in text
    assert "--json" in text
