"""Fetching from files: each form of mailbox, what is done with a handled mail, and two at it at once."""

from __future__ import annotations

import io
import mailbox
import threading
from typing import TYPE_CHECKING

import pytest

from mailer.bounces import mailroom, service
from mailer.bounces.collect import collect
from mailer.bounces.files import Folder, Maildir, MailFile, Mbox, Standard
from mailer.bounces.place import SourceError, Tidying
from mailer.bounces.sources import parse_source
from subscribers.database import Database
from tests.post import PATHS, Post, returned
from tests.returned import report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mailer.bounces.collect import Collected
    from mailer.bounces.place import After, Source
    from mailer.bounces.result import Classified

PEOPLE = ("ann@example.org", "bob@example.org")
REPORTS = [returned(number, address) for number, address in enumerate(PEOPLE, 1)]


@pytest.fixture
def sqlite_post(sqlite_url: str) -> Iterator[Post]:
    """The post, on one engine: what differs here is the files."""
    database = Database(sqlite_url)
    yield filled(Post.of(database))
    database.dispose()


def filled(post: Post) -> Post:
    post.list(*PEOPLE)
    post.mail(*PEOPLE)
    return post


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """A Maildir with two reports, of which one was noticed, but not read."""
    made = mailbox.Maildir(tmp_path / "box")
    made.add(REPORTS[0])
    noticed = mailbox.MaildirMessage(REPORTS[1])
    noticed.set_subdir("cur")
    made.add(noticed)
    return tmp_path / "box"


def fetched(post: Post, source: Source) -> Collected:
    with source.open() as mails:
        return collect(post.bounces, mails, lambda: post.now)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


@pytest.mark.parametrize(
    ("after", "seen", "moved"), [("mark", 2, 0), ("move", 0, 2), ("delete", 0, 0)]
)
def test_a_maildir_is_tidied_as_it_is_told(
    sqlite_post: Post, box: Path, after: After, seen: int, moved: int
) -> None:
    source = parse_source(str(box), Tidying(after))
    assert isinstance(source, Maildir)
    assert fetched(sqlite_post, source).actions == {"suppress": 2}
    assert names(box / "new") == []
    marked = names(box / "cur")
    assert (len(marked), all(name.endswith(":2,S") for name in marked)) == (seen, True)
    handled = box / ".Handled" / "cur"
    assert (len(names(handled)) if handled.exists() else 0) == moved
    assert fetched(sqlite_post, source).mails == 0


@pytest.mark.parametrize(("after", "left"), [("mark", 2), ("move", 0), ("delete", 0)])
def test_a_folder_of_files_is_tidied_as_it_is_told(
    sqlite_post: Post, tmp_path: Path, after: After, left: int
) -> None:
    folder = tmp_path / "mails"
    folder.mkdir()
    for number, data in enumerate(REPORTS):
        (folder / f"{number}.eml").write_bytes(data)
    (folder / ".hidden").write_bytes(REPORTS[0])
    source = parse_source(str(folder), Tidying(after))
    assert isinstance(source, Folder)
    assert fetched(sqlite_post, source).actions == {"suppress": 2}
    assert fetched(sqlite_post, source).repeats == left
    assert (folder / "Handled").exists() == (after == "move")


def test_an_mbox_is_read_and_left_as_it_is(sqlite_post: Post, tmp_path: Path) -> None:
    made = mailbox.mbox(tmp_path / "mbox")
    for data in REPORTS:
        made.add(data)
    made.flush()
    made.close()
    before = (tmp_path / "mbox").read_bytes()
    source = parse_source(str(tmp_path / "mbox"), Tidying("delete"))
    assert isinstance(source, Mbox)
    assert fetched(sqlite_post, source).actions == {"suppress": 2}
    assert fetched(sqlite_post, source).repeats == 2
    assert (tmp_path / "mbox").read_bytes() == before


def test_the_same_mail_by_two_ways_is_handled_once(
    sqlite_post: Post, tmp_path: Path, box: Path
) -> None:
    (tmp_path / "one.eml").write_bytes(REPORTS[0].replace(b"\n", b"\r\n"))
    single = parse_source(str(tmp_path / "one.eml"), Tidying())
    assert isinstance(single, MailFile)
    assert fetched(sqlite_post, single).actions == {"suppress": 1}
    assert fetched(sqlite_post, parse_source(str(box), Tidying())).repeats == 1


def test_a_mail_that_the_program_stumbles_over_stays_and_keeps_back_no_other(
    sqlite_post: Post, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = service.classify

    def stumbles(data: bytes) -> Classified:
        if data == REPORTS[0]:
            raise RecursionError
        return real(data)

    source = parse_source(str(box), Tidying("delete"))
    with monkeypatch.context() as patched:
        patched.setattr(service, "classify", stumbles)
        collected = fetched(sqlite_post, source)
    assert (collected.mails, dict(collected.failed)) == (2, {"RecursionError": 1})
    assert collected.actions == {"suppress": 1}
    assert fetched(sqlite_post, source).actions == {"suppress": 1}


def test_parts_nested_by_the_thousand_wait_for_a_person(sqlite_post: Post) -> None:
    nested = b"".join(
        b"Content-Type: multipart/x; boundary=%d\n\n--%d\n" % (n, n) for n in range(5000)
    )
    data = b"From: =?utf-8?q?A_stranger?= <a@b.example>\nSubject: hello\n" + nested
    collected = fetched(sqlite_post, Standard(io.BytesIO(data)))
    assert (collected.fates, collected.failed.total()) == ({"unmatched": 1}, 0)
    with sqlite_post.database.read() as connection:
        (mail,) = mailroom.waiting(connection)
    assert (mail.sender, mail.subject) == ("A stranger <a@b.example>", "hello")


def test_standard_input_says_whom_the_mail_came_to(sqlite_post: Post) -> None:
    (number,) = sqlite_post.mail(PEOPLE[0])
    address = PATHS.address(PATHS.mark(number, sqlite_post.now))
    source = Standard(io.BytesIO(report("alias@elsewhere.example")), (address,))
    assert fetched(sqlite_post, source).actions == {"suppress": 1}
    assert fetched(sqlite_post, Standard(io.BytesIO(b" \n"))).mails == 0


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="there is no such file or folder"):
        parse_source(str(tmp_path / "nothing"), Tidying())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("imaps://user@[::1/INBOX", "imaps://[::1/INBOX"),
        ("imaps://user:s[cret@mail.example.org", "imaps://mail.example.org"),
        ("pop3s://user:s[cret", "pop3s://"),
        ("imaps://user:s\u2100cret@mail.example.org", "imaps://mail.example.org"),
    ],
)
def test_what_is_no_address_is_told_without_a_password(text: str, shown: str) -> None:
    with pytest.raises(SourceError, match="is no address") as caught:
        parse_source(text, Tidying(), "secret")
    assert caught.value.subject == shown
    assert "cret" not in str(caught.value)


def test_a_host_of_no_possible_name_is_told() -> None:
    with pytest.raises(SourceError, match="names a host that can't be"):
        parse_source("imaps://user@mail..example.org", Tidying(), "secret")


@pytest.mark.parametrize(
    ("text", "security", "port", "folder"),
    [
        ("imaps://a@mail.example.org", "tls", 993, "INBOX"),
        ("imap://a%40b@mail.example.org:1143/Returned%20mail", "starttls", 1143, "Returned mail"),
        ("pop3s://a@mail.example.org", "tls", 995, "INBOX"),
        ("pop3://a@mail.example.org?plain", "starttls", 110, "INBOX"),
        ("pop3://a@127.0.0.1?plain", "none", 110, "INBOX"),
    ],
)
def test_a_password_is_never_sent_in_the_open(
    text: str, security: str, port: int, folder: str
) -> None:
    source = parse_source(text, Tidying(), "secret")
    server = source.server  # type: ignore[attr-defined] # it is one on a server
    assert (server.security, server.port, server.folder) == (security, port, folder)


def test_two_collectors_at_once_handle_each_mail_once(post: Post, tmp_path: Path) -> None:
    people = [f"person{n}@example{n % 7}.org" for n in range(24)]
    post.list(*people)
    folder = tmp_path / "mails"
    folder.mkdir()
    for number, address in zip(post.mail(*people), people, strict=True):
        (folder / f"{number:02}.eml").write_bytes(returned(number, address))
    source, done = Folder(folder, Tidying()), []
    at_once = threading.Barrier(2)

    def work() -> None:
        at_once.wait(20)
        done.append(fetched(post, source))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(each.actions["suppress"] for each in done) == len(people)  # type: ignore[index]
    assert sum(each.repeats for each in done) == len(people)
