"""The first five minutes: the demo, and the mails it leaves in the inbox."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from mailer.sandbox.mailbox import Mailbox
from mailer.workspace import sample_subscribers

if TYPE_CHECKING:
    from conftest import CommandLine


def test_the_demo_sends_the_sample_edition_to_the_inbox(bulletin: CommandLine) -> None:
    out = bulletin.does("demo", "here")
    with sample_subscribers().open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if "bulletin" in row["publications"].split(";")]
    assert f"{len(rows)} recipients: {len(rows)} accepted, in 12 variants" in out
    assert "bulletin inbox --workspace here" in out

    mailbox = Mailbox(bulletin.folder / "here" / "inbox")
    listing = mailbox.listing(1000)
    assert sorted(each.recipient for each in listing) == sorted(row["email"] for row in rows)
    mail = mailbox.read(listing[0].id)
    assert mail.html is not None
    assert mail.text is not None
    assert "Operation Jigsaw" in mail.html
    assert "Operation Jigsaw" in mail.text


def test_a_second_demo_asks_for_another_folder_and_changes_nothing(bulletin: CommandLine) -> None:
    bulletin.does("demo", "here")
    again = bulletin("demo", "here")
    assert again.code == 1
    assert "there is a bulletin.toml already; choose another folder" in again.err
    assert Mailbox(bulletin.folder / "here" / "inbox").count() == 305
    bulletin.does("demo", "here", "--fresh")
    assert Mailbox(bulletin.folder / "here" / "inbox").count() == 305


def test_fresh_deletes_nothing_that_a_demo_did_not_make(bulletin: CommandLine) -> None:
    bulletin.does("init", "mine")
    refused = bulletin("demo", "mine", "--fresh")
    assert refused.code == 1
    assert (bulletin.folder / "mine" / "bulletin.toml").exists()
