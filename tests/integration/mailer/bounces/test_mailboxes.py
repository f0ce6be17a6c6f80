"""Fetching from a real mail server, by IMAP and POP3."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, get_args

import pytest

from mailer.bounces.collect import Collected, collect
from mailer.bounces.imap import ImapMailbox
from mailer.bounces.place import LARGEST_MAIL, After, Incoming, SourceError, Tidying
from mailer.bounces.sources import parse_source
from subscribers.database import Database
from tests.dovecot import PASSWORD
from tests.post import Post, returned
from tests.returned import letter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mailer.bounces.place import Source
    from tests.dovecot import Mailbox

PEOPLE = ("ann@example.org", "bob@example.org", "cat@example.org")
REPORTS = [returned(number, address) for number, address in enumerate(PEOPLE, 1)]


@pytest.fixture
def post(sqlite_url: str) -> Iterator[Post]:
    """The post, on one engine: what differs here is the mail server."""
    database = Database(sqlite_url)
    made = Post.of(database)
    made.list(*PEOPLE)
    made.mail(*PEOPLE)
    yield made
    database.dispose()


def source_of(
    mailbox: Mailbox, scheme: str, after: After = "mark", folder: str = "", password: str = PASSWORD
) -> Source:
    text = mailbox.address(scheme, folder)
    return parse_source(text, Tidying(after), password, mailbox.ca_file)


def fetched(post: Post, source: Source) -> Collected:
    with source.open() as mails:
        return collect(post.bounces, mails, lambda: post.now)


@pytest.mark.parametrize("scheme", ["imaps", "imap", "pop3s", "pop3"])
@pytest.mark.parametrize("after", get_args(After))
def test_every_mail_is_handled_once_by_any_way_into_the_mailbox(
    post: Post, mailbox: Mailbox, scheme: str, after: After
) -> None:
    mailbox.deliver(*REPORTS)
    source = source_of(mailbox, scheme, after)
    assert fetched(post, source).actions == {"suppress": 3}
    again = fetched(post, source)
    stays = 3 if scheme.startswith("pop3") and after == "mark" else 0
    assert (again.mails, again.repeats) == (stays, stays)
    mailbox.deliver(letter("somebody@example.org", "team@example.org"))
    assert fetched(post, source).fates == {"unmatched": 1}


def test_a_marked_mail_is_seen_and_stays(post: Post, mailbox: Mailbox) -> None:
    mailbox.deliver(*REPORTS)
    fetched(post, source_of(mailbox, "imaps"))
    marked = list((mailbox.maildir / "cur").iterdir())
    assert len(marked) == 3
    assert all("S" in path.name.partition(":2,")[2] for path in marked)


def test_a_moved_mail_is_in_the_other_folder(post: Post, mailbox: Mailbox) -> None:
    mailbox.deliver(*REPORTS)
    fetched(post, source_of(mailbox, "imaps", "move"))
    assert len(handled_mails(mailbox)) == 3
    handled = source_of(mailbox, "imaps", "delete", "Handled")
    assert fetched(post, handled).repeats == 3
    assert handled_mails(mailbox) == []


def test_a_server_with_imap_alone_will_do(post: Post, bare_mailbox: Mailbox) -> None:
    bare_mailbox.deliver(*REPORTS)
    source = source_of(bare_mailbox, "imaps", "move")
    with source.open() as mails:
        assert collect(post.bounces, mails, lambda: post.now).mails == 3
        mails.wait(0.01)
    assert len(handled_mails(bare_mailbox)) == 3
    assert fetched(post, source).mails == 0


def handled_mails(mailbox: Mailbox) -> list[Path]:
    folder = mailbox.maildir / ".Handled"
    return [*(folder / "cur").iterdir(), *(folder / "new").iterdir()]


@pytest.mark.parametrize("scheme", ["imaps", "pop3s"])
def test_a_kill_between_handling_and_marking_is_harmless(
    post: Post, mailbox: Mailbox, scheme: str
) -> None:
    mailbox.deliver(*REPORTS)
    source = source_of(mailbox, scheme, "delete")
    with source.open() as mails:
        first: Incoming = next(iter(mails.unhandled()))
        post.bounces.handle(first.data, post.now)
    collected = fetched(post, source)
    assert (collected.mails, collected.repeats) == (3, 1)
    assert collected.actions == {"suppress": 2}
    assert fetched(post, source).mails == 0


def test_a_line_of_any_length_and_a_mail_of_any_size_keep_back_no_other(
    post: Post, mailbox: Mailbox
) -> None:
    long_line = letter("a@example.org", "team@example.org") + b"x" * 70_000 + b".\n"
    large = REPORTS[0] + b"x" * 70 * 1_000 + b"\n" + (b"y" * 76 + b"\n") * (LARGEST_MAIL // 70)
    mailbox.deliver(long_line, large, *REPORTS[1:])
    collected = fetched(post, source_of(mailbox, "pop3s", "delete"))
    assert collected.actions == {"suppress": 3}
    assert collected.fates == {"recorded": 3, "unmatched": 1}
    assert fetched(post, source_of(mailbox, "pop3s")).mails == 0


def test_what_was_deleted_is_gone_though_something_goes_wrong_afterwards(
    post: Post, mailbox: Mailbox
) -> None:
    mailbox.deliver(*REPORTS)
    with pytest.raises(RuntimeError):
        put_one_away_and_stumble(source_of(mailbox, "pop3s", "delete"))
    assert fetched(post, source_of(mailbox, "pop3s")).mails == 2


def put_one_away_and_stumble(source: Source) -> None:
    with source.open() as mails:
        next(iter(mails.unhandled())).put_away()
        raise RuntimeError


def test_new_mail_ends_the_wait_at_once(post: Post, mailbox: Mailbox) -> None:
    source = source_of(mailbox, "imaps")
    assert isinstance(source, ImapMailbox)
    with source.open() as mails:
        assert collect(post.bounces, mails, lambda: post.now).mails == 0
        waits = threading.Timer(0.5, mailbox.deliver, REPORTS[:1])
        waits.start()
        mails.wait(30)
        waits.join()
        assert collect(post.bounces, mails, lambda: post.now).mails == 1


@pytest.mark.parametrize("scheme", ["imaps", "imap", "pop3s", "pop3"])
def test_a_wrong_password_is_told_without_repeating_it(mailbox: Mailbox, scheme: str) -> None:
    source = source_of(mailbox, scheme, password="wrong-one")
    with pytest.raises(SourceError) as caught, source.open():
        pass
    assert "BULLETIN_BOUNCES_PASSWORD" in str(caught.value)
    assert "wrong-one" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["imaps", "imap", "pop3s", "pop3"])
def test_a_certificate_of_a_stranger_is_refused(mailbox: Mailbox, scheme: str) -> None:
    source = parse_source(mailbox.address(scheme), Tidying(), PASSWORD)
    with pytest.raises(SourceError, match="certificate"), source.open():
        pass
