"""The whole way round: a server returns a mail, IMAP fetches it, the next edition leaves its person out."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from tests import dovecot, postfix
from tests.drafts import write_up

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import CommandLine

    from tests.dovecot import Mailbox


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """The mailbox to which mail comes back, on a real server."""
    path = dovecot.program()
    missing = "Dovecot is not installed" if path is None else postfix.obstacle()
    if path is None or missing:
        if os.environ.get("CI") == "true":
            pytest.fail(missing or "")
        pytest.skip(missing or "")
    with dovecot.running(path) as server:
        yield server.open_mailbox()


@pytest.fixture
def reader(mailbox: Mailbox) -> Path:
    """Where the one who can be reached reads."""
    return mailbox.server.open_mailbox().maildir


@pytest.fixture
def work(bulletin: CommandLine, mailbox: Mailbox, reader: Path) -> Iterator[CommandLine]:
    """A workspace that sends by a mail server which takes everything, with two people, one of them gone."""
    server = mailbox.server
    homes = {"bounces@mail.test": mailbox.maildir, "here@people.test": reader}
    with postfix.running(homes, server.owner, server.group) as port:
        bulletin.does("init", "work")
        command = type(bulletin)(bulletin.folder / "work")
        command.variables |= {
            "BULLETIN_MODE": "live",
            "BULLETIN_APPROVAL_REQUIRED": "false",
            "BULLETIN_RELAY_HOST": "127.0.0.1",
            "BULLETIN_RELAY_PORT": str(port),
            "BULLETIN_RELAY_SECURITY": "none",
            "BULLETIN_SENDER_ADDRESS": "bulletin@mail.test",
            "BULLETIN_BOUNCES_DOMAIN": "mail.test",
            "BULLETIN_BOUNCES_SOURCES": mailbox.address("imaps"),
            "BULLETIN_BOUNCES_PASSWORD": dovecot.PASSWORD,
            "BULLETIN_BOUNCES_CA_FILE": str(mailbox.ca_file),
        }
        for name in ("here", "gone"):
            address = f"{name}@people.test"
            command.does("subscribers", "add", address, "-p", "bulletin", "--sector", "health")
        yield command


def test_who_cannot_be_reached_is_left_out_of_the_next_edition(
    work: CommandLine, mailbox: Mailbox, reader: Path
) -> None:
    work.does("edition", "new", "--publication", "bulletin")
    write_up(work.folder / "editions" / "issue-01")
    assert "2 accepted" in work.does("send", "issue-01", "-s", "everyone", "--yes")
    postfix.wait_for_mail(reader, 1)
    postfix.wait_for_mail(mailbox.maildir, 1)

    assert "1 suppressed" in work.does("bounces", "collect")
    (bounce,) = json.loads(work.does("bounces", "list", "--json"))
    assert (bounce["address"], bounce["found_by"]) == ("gone@people.test", "return-path")
    assert (bounce["bounce_class"], bounce["reason"]) == ("hard", "user-unknown")
    assert "nothing new" in work.does("bounces", "collect")

    work.does("edition", "new", "--publication", "bulletin")
    write_up(work.folder / "editions" / "issue-02")
    planned = work.does("send", "issue-02", "-s", "everyone", "--dry-run", "--json")
    assert json.loads(planned)["recipients"] == 1
