"""The folder of mail: what is kept, in which order, and which ids lead to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.sandbox.errors import MailNotFoundError
from mailer.sandbox.mailbox import Mailbox

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def mailbox(tmp_path: Path) -> Mailbox:
    return Mailbox(tmp_path / "inbox")


def keep(mailbox: Mailbox, subject: str, recipient: str = "clerk@harbour.example") -> str:
    mail = f"From: Team <team@partnership.example>\r\nSubject: {subject}\r\n\r\nHello\r\n"
    return mailbox.deliver(mail.encode(), "bounce@partnership.example", recipient)


def subjects(mailbox: Mailbox, **asked: str) -> list[str]:
    return [row.subject for row in mailbox.listing(100, **asked)]


def test_the_envelope_goes_on_top_and_the_rest_stays_as_it_came(mailbox: Mailbox) -> None:
    mail = b"Subject: as it came\r\n\r\n .\t \r\nno line end"
    mail_id = mailbox.deliver(mail, "bounce+7@partnership.example", "clerk@harbour.example")
    assert mailbox.source(mail_id) == (
        b"Return-Path: <bounce+7@partnership.example>\r\n"
        b"Delivered-To: clerk@harbour.example\r\n"
        b"X-Original-To: clerk@harbour.example\r\n" + mail
    )


def test_an_envelope_can_not_smuggle_in_a_header(mailbox: Mailbox) -> None:
    mail_id = mailbox.deliver(b"\r\n", "a@b.example\r\nBcc: x@y.example", "c@d.example\nX-Evil: 1")
    names = [name for name, _ in mailbox.read(mail_id).headers]
    assert names == ["Return-Path", "Delivered-To", "X-Original-To"]


def test_the_newest_mail_comes_first_even_within_one_tick(mailbox: Mailbox) -> None:
    for number in range(50):
        keep(mailbox, str(number))
    assert subjects(mailbox) == [str(number) for number in reversed(range(50))]


def test_pages_follow_on_without_gap_or_overlap(mailbox: Mailbox) -> None:
    for number in range(7):
        keep(mailbox, str(number))
    first = mailbox.listing(3)
    second = mailbox.listing(3, before=first[-1].id)
    third = mailbox.listing(3, before=second[-1].id)
    assert [row.subject for row in first + second + third] == ["6", "5", "4", "3", "2", "1", "0"]


def test_a_search_looks_past_what_does_not_match(mailbox: Mailbox) -> None:
    keep(mailbox, "Issue 4", "press@county.example")
    for _ in range(5):
        keep(mailbox, "Please confirm")
    assert subjects(mailbox, query="COUNTY issue") == ["Issue 4"]
    assert subjects(mailbox, query="county confirm") == []


def test_mail_that_another_reader_has_moved_and_flagged_is_still_there(
    mailbox: Mailbox, tmp_path: Path
) -> None:
    mail_id = keep(mailbox, "Seen elsewhere")
    inbox = tmp_path / "inbox"
    (inbox / "new" / mail_id).rename(inbox / "cur" / f"{mail_id}:2,S")
    assert subjects(Mailbox(inbox)) == ["Seen elsewhere"]
    assert mailbox.read(mail_id).header("Subject") == "Seen elsewhere"


def test_what_is_not_mail_is_passed_over(mailbox: Mailbox, tmp_path: Path) -> None:
    (tmp_path / "inbox" / "new" / ".DS_Store").write_bytes(b"x")
    keep(mailbox, "Mail")
    assert mailbox.count() == 1
    assert subjects(mailbox) == ["Mail"]


def test_an_emptied_inbox_is_empty_and_says_how_much_there_was(mailbox: Mailbox) -> None:
    mail_id = keep(mailbox, "Gone soon")
    keep(mailbox, "Gone too")
    assert subjects(mailbox) == ["Gone too", "Gone soon"]
    assert mailbox.clear() == 2
    assert (mailbox.count(), subjects(mailbox)) == (0, [])
    with pytest.raises(MailNotFoundError, match="not in the inbox"):
        mailbox.read(mail_id)


def test_two_mailboxes_on_one_folder_see_each_others_mail(tmp_path: Path) -> None:
    one, other = Mailbox(tmp_path), Mailbox(tmp_path)
    keep(one, "First")
    keep(other, "Second")
    assert subjects(one) == subjects(other) == ["Second", "First"]


def test_a_row_tells_the_size_on_disk_and_when_it_came(mailbox: Mailbox) -> None:
    mail_id = keep(mailbox, "Sized")
    row = mailbox.listing(1)[0]
    assert row.size == len(mailbox.source(mail_id)) == mailbox.read(mail_id).size
    assert row.received == mailbox.read(mail_id).received
    assert row.received.utcoffset() is not None


@pytest.mark.parametrize(
    "mail_id",
    [
        "",
        ".",
        "..",
        "../secret",
        "new/x",
        "/etc/passwd",
        "0" * 19 + "-0000000g",
        "x\x00y",
        "a" * 999,
    ],
)
def test_an_id_that_names_no_mail_is_refused(
    mailbox: Mailbox, mail_id: str, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("not mail")
    with pytest.raises(MailNotFoundError):
        mailbox.read(mail_id)


@given(st.text(max_size=60))
def test_no_invented_id_ever_reaches_a_file(mail_id: str) -> None:
    # Made without its folders: only the check of the id stands between the text and the disk.
    bare = Mailbox.__new__(Mailbox)
    with pytest.raises(MailNotFoundError):
        bare.read(mail_id)
