"""Bytes of mail, fair and foul, as rows and messages."""

from __future__ import annotations

import datetime as dt
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.sandbox.envelope import Message, parse_message, summarise

NOW = dt.datetime(2026, 10, 13, 9, 30, tzinfo=dt.UTC)


def parsed(raw: bytes) -> Message:
    return parse_message("an-id", NOW, raw)


def a_bulletin() -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Pêche et Ports <bulletin@partnership.example>"
    mail["To"] = "clerk@harbour.example"
    mail["Subject"] = "Issue 4: what changed – and what “stays”"
    mail.set_content("The text")
    mail.add_alternative("<p>The page</p>", subtype="html")
    return mail


def test_a_row_has_decoded_names_and_the_envelopes_recipient() -> None:
    raw = b"X-Original-To: alias@harbour.example\r\n" + a_bulletin().as_bytes()
    row = summarise("an-id", NOW, raw, 81_000)
    assert row.sender == "Pêche et Ports <bulletin@partnership.example>"
    assert row.sender_name == "Pêche et Ports"
    assert row.recipient == "alias@harbour.example"
    assert row.subject == "Issue 4: what changed – and what “stays”"
    assert (row.received, row.size) == (NOW, 81_000)


def test_a_row_without_an_envelope_names_whom_the_mail_says_it_is_for() -> None:
    assert summarise("an-id", NOW, a_bulletin().as_bytes(), 1).recipient == "clerk@harbour.example"


def test_a_header_folded_over_lines_is_one_text() -> None:
    row = summarise(
        "an-id", NOW, b"Subject: one\r\n two\r\n\tthree\r\nFrom: a@b.example\r\n\r\n", 1
    )
    assert row.subject == "one two three"


def test_headers_end_where_the_body_begins() -> None:
    row = summarise("an-id", NOW, b"From: a@b.example\r\n\r\nSubject: not a header\r\n", 1)
    assert row.subject == ""


@pytest.mark.parametrize(
    ("words", "matches"),
    [
        ((), True),
        (("issue",), True),
        (("harbour", "issue"), True),
        (("pêche",), True),
        (("issue", "elsewhere"), False),
    ],
)
def test_a_row_matches_when_every_word_is_somewhere_in_it(
    words: tuple[str, ...], matches: bool
) -> None:
    assert summarise("an-id", NOW, a_bulletin().as_bytes(), 1).matches(words) is matches


def test_a_sender_without_a_name_is_known_by_the_address() -> None:
    assert summarise("an-id", NOW, b"From: team@county.example\r\n\r\n", 1).sender_name == (
        "team@county.example"
    )


def test_both_bodies_are_found() -> None:
    mail = parsed(a_bulletin().as_bytes())
    assert (mail.html, mail.text) == ("<p>The page</p>\n", "The text\n")
    assert mail.header("subject") == "Issue 4: what changed – and what “stays”"
    assert mail.header("absent") == ""
    assert mail.attachments == ()


def test_attached_files_keep_their_bytes_and_names() -> None:
    mail = a_bulletin()
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="café.png")
    mail.add_attachment("<p>attached</p>", subtype="html", filename="page.html")
    read = parsed(mail.as_bytes())
    assert [(each.name, each.media_type) for each in read.attachments] == [
        ("café.png", "image/png"),
        ("page.html", "text/html"),
    ]
    assert read.attachments[0].content == b"\x89PNG"
    assert read.html == "<p>The page</p>\n"


def test_an_enclosed_mail_is_an_attachment_and_lends_no_text() -> None:
    mail = EmailMessage()
    mail.set_content("See below")
    mail.add_attachment(a_bulletin())
    read = parsed(mail.as_bytes())
    assert read.text == "See below\n"
    assert read.html is None
    assert b"The page" in read.attachments[0].content


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n\r\n",
        b"no header at all",
        b"Subject: =?utf-8?b?not base64!?=\r\n\r\n",
        b"Subject: =?no-such-charset?q?hello?=\r\n\r\n",
        b"Subject: \xff\xfe raw bytes\r\n\r\n",
        b"Content-Type: text/html; charset=no-such\r\n\r\n<p>caf\xe9</p>",
        b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\nnever closed',
        b"Content-Type: message/rfc822\r\n\r\n",
        b"Content-Type: text/plain; name*=utf-8''%ff%zz\r\nContent-Disposition: attachment\r\n\r\nx",
        b"Content-Type: ;;;\r\nFrom: <<>>@\r\nTo: \x00\r\n\r\nbody",
    ],
)
def test_awkward_mail_gives_what_can_be_had(raw: bytes) -> None:
    assert parsed(raw).size == len(raw)
    assert "\x00" not in summarise("an-id", NOW, raw, len(raw)).recipient


def test_a_body_in_an_unknown_charset_is_shown_with_marks_for_what_is_lost() -> None:
    mail = parsed(b"Content-Type: text/html; charset=no-such\r\n\r\n<p>caf\xe9</p>")
    assert mail.html == "<p>caf\ufffd</p>"


def test_parts_nested_thousands_deep_leave_the_headers_readable() -> None:
    depth = 3000
    opening = "".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(depth)
    )
    mail = parsed(b"Subject: deep\r\n" + opening.encode())
    assert mail.header("Subject") == "deep"


@given(st.binary(max_size=400))
def test_no_bytes_at_all_can_upset_the_reader(raw: bytes) -> None:
    parsed(raw)
    summarise("an-id", NOW, raw, len(raw))


_HEADER_NAMES = st.sampled_from(
    ["Subject", "From", "To", "Content-Type", "Content-Disposition", "Content-Transfer-Encoding"]
)


@given(st.lists(st.tuples(_HEADER_NAMES, st.text(max_size=60)), max_size=6), st.binary(max_size=80))
def test_no_headers_at_all_can_upset_the_reader(
    headers: list[tuple[str, str]], body: bytes
) -> None:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    raw = lines.encode("utf-8", "surrogatepass") + b"\r\n" + body
    mail = parsed(raw)
    for part in (mail.html, mail.text, mail.source, *(value for _, value in mail.headers)):
        (part or "").encode("utf-8")
