"""Mails, addresses and passages are taken apart as they come, not as they ought to be."""

from __future__ import annotations

import pytest

from mailer.bounces.addresses import address_of, addresses_in
from mailer.bounces.mail import decode_words, first, parse_mail, plain_text
from mailer.bounces.passage import passage_about, source_of, target_of
from mailer.bounces.returned import cut
from mailer.bounces.stage import Stage, stage_of
from mailer.bounces.status import find_code, find_status

NOTICE = """Sorry, this failed.

<ann@example.org>: mailbox full
  and no room

<bob@example.org> (expanded from <team@example.org>):

  user unknown
<cat@example.org>: gone
"""


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("<ann@example.org>: no", ["ann@example.org"]),
        ("[SMTP:ann@example.org]", ["ann@example.org"]),
        ("to ann@example.org.", ["ann@example.org"]),
        ("地址（ann@example.org）不存在", ["ann@example.org"]),
        (
            "a.b+c_d@sub.example.org, 'x-y@example.net'",
            ["a.b+c_d@sub.example.org", "x-y@example.net"],
        ),
        ("ann@example.org ann@example.org", ["ann@example.org"]),
        ("/var/mail/ann@example.org", ["ann@example.org"]),
        ("IMCEASMTP-ann+40example+2Eorg@relay.example.net", ["ann@example.org"]),
        (
            "IMCEASMTP-ann+00+40example+2Eorg@x.example",
            ["IMCEASMTP-ann+00+40example+2Eorg@x.example"],
        ),
        ("ann at example.org, @example.org, ann@", []),
    ],
)
def test_addresses_are_found_as_they_are_written(text: str, addresses: list[str]) -> None:
    assert addresses_in(text) == addresses


@pytest.mark.parametrize(
    "field",
    [
        "rfc822; ann@example.org", "RFC822;<ann@example.org>", "ann@example.org",
        "rfc822; &lt;ann@example.org&gt;",
        'rfc822; "Ann" <ann@example.org> (Ann)', "system;<ann@example.org>", "rfc/822;ann@example.org",
    ],
)  # fmt: skip
def test_the_address_of_a_field_is_read_without_its_dress(field: str) -> None:
    assert address_of(field) == "ann@example.org"


@pytest.mark.parametrize("field", ["", "rfc822;", "rfc822; @mx.example.org", "unknown"])
def test_a_field_without_an_address_names_nobody(field: str) -> None:
    assert address_of(field) == ""


def test_a_passage_ends_with_its_paragraph_or_the_next_recipient() -> None:
    assert "no room" in passage_about(NOTICE, ("ann@example.org",))
    assert "unknown" not in passage_about(NOTICE, ("ann@example.org",))
    others = ("ann@example.org", "cat@example.org")
    passage = passage_about(NOTICE, ("bob@example.org",), others)
    assert "gone" not in passage


def test_a_reason_behind_a_blank_line_belongs_to_the_address() -> None:
    assert "full" in passage_about(
        "<ann@example.org>:\n\nmailbox full\n\nbye", ("ann@example.org",)
    )


def test_an_alias_is_read_both_ways() -> None:
    assert source_of(NOTICE, "bob@example.org") == "team@example.org"
    assert target_of(NOTICE, "team@example.org") == "bob@example.org"
    assert source_of(NOTICE, "ann@example.org") is None


def test_a_boundary_that_begins_another_does_not_split_it() -> None:
    mail = parse_mail(
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/mixed; boundary=xy\n\n"
        b"--xy\n\none\n--xy\n\ntwo\n--xy--\n--x\n\nthree\n--x--\n"
    )
    assert [part.text.strip() for part in mail.parts if part.text.strip()] == [
        "one",
        "two",
        "three",
    ]


@pytest.mark.parametrize(
    ("head", "body", "text"),
    [
        (b"Content-Transfer-Encoding: base64", b"bWFpbGJveCBmdWxs", "mailbox full"),
        (b"Content-Transfer-Encoding: base64", b"mailbox full!", "mailbox full!"),
        (b"Content-Transfer-Encoding: quoted-printable", b"mailbox=20fu=\nll", "mailbox full"),
        (b"Content-Type: text/plain; charset=iso-2022-jp", "宛先".encode("iso-2022-jp"), "宛先"),
        (b"Content-Type: text/plain; charset=no-such-set", "Größe".encode(), "Größe"),
        (b"Content-Type: text/plain; charset=us-ascii", "Größe".encode("latin-1"), "Gr��e"),
        (b"Subject: none", "Größe".encode("latin-1"), "Größe"),
    ],
)
def test_a_body_is_decoded_as_far_as_it_goes(head: bytes, body: bytes, text: str) -> None:
    assert parse_mail(head + b"\n\n" + body).parts[0].text == text


def test_html_is_read_without_its_tags_and_hidden_parts() -> None:
    html = b"<style>user unknown</style><p>mailbox&nbsp;<b>full</b><!-- spam --></p>"
    words = plain_text(parse_mail(b"Content-Type: text/html\n\n" + html).parts[0]).split()
    assert words == ["mailbox", "full"]


def test_headers_are_unfolded_and_their_names_are_lower_case() -> None:
    mail = parse_mail(b"SUBJECT : one\n two\nsubject: three\n\nbody")
    assert mail.headers["subject"] == ["one two", "three"]
    assert first(mail.headers, "to") == ""


def test_encoded_words_are_read_or_left_alone() -> None:
    assert decode_words("=?utf-8?q?Gr=C3=B6=C3=9Fe?= now") == "Größe now"
    assert decode_words("=?utf-8?b?x?= =?") != ""


def test_a_copy_is_told_from_the_notice() -> None:
    copy = b"To: ann@example.org\nFrom: x@example.net\n"
    mail = b"Subject: no\n\nIt failed.\n\n--- Original message ---\n\n" + copy
    letter = cut(parse_mail(mail))
    assert letter.notice.strip() == "It failed."
    assert letter.returned["to"] == ["ann@example.org"]


def test_the_original_message_that_was_received_is_no_copy() -> None:
    text = b"Subject: no\n\nThe original message was received at noon.\nann@example.org: user unknown\n"
    assert "user unknown" in cut(parse_mail(text)).notice


@pytest.mark.parametrize(
    ("text", "code", "status"),
    [
        ("550 5.1.1 no", 550, "5.1.1"), ("550-5.1.1 no", 550, "5.1.1"), ("smtp; 421 later", 421, None),
        ("(#5.2.2)", None, "5.2.2"), ("192.0.2.25 said 5.7.1", None, "5.7.1"), ("version 8.14.4", None, None),
        ("250 2.0.0 ok, then 554 no", 554, "2.0.0"), ("mail550", None, None), ("", None, None),
    ],
)  # fmt: skip
def test_codes_are_found_in_text(text: str, code: int | None, status: str | None) -> None:
    assert (find_code(text), find_status(text)) == (code, status)


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("(in reply to RCPT TO command)", Stage.RECIPIENT), ("(in reply to end of DATA command)", Stage.BODY),
        ("(in reply to MAIL FROM command)", Stage.SENDER), ("(in reply to EHLO command)", Stage.GREETING),
        ("after RCPT TO:<ann@example.org>:", Stage.RECIPIENT), ("550 no [RCPT_TO]", Stage.RECIPIENT),
        ("mx did not like our RCPT TO:", Stage.RECIPIENT), ("nothing told", None),
    ],
)  # fmt: skip
def test_the_refused_command_is_found_in_text(text: str, stage: Stage | None) -> None:
    assert stage_of(text) is stage
