"""One recipient's mail as bytes: what a mail program reads in it, and what the wire allows."""

from __future__ import annotations

import dataclasses
import datetime as dt
import email
import re
from email import policy
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage as StandardMessage
from typing import TYPE_CHECKING

import pytest

from mailer.bounces.return_path import ReturnPaths
from mailer.delivery.header import checked_head
from mailer.delivery.message import Composer, Letterhead, Mail, Recipient, personal_values
from mailer.rendering.rendered import RenderedEmail
from mailer.rendering.slots import Slot, SlotTemplate, marker
from subscribers.stamps import Stamper

if TYPE_CHECKING:
    from email.message import EmailMessage

NOW = dt.datetime(2026, 10, 13, 9, 30, tzinfo=dt.UTC)
MARKS = ReturnPaths(Stamper([b"k" * 32]), "bounces", "bounces.example.org")
HEAD = Letterhead(
    sender_name="Łocal Partnerships, “team”",
    sender_address="bulletin@example.org",
    reply_to="replies@example.org",
    publication="bulletin",
    publication_name="The Bulletin",
    base_url="https://bulletin.example.org",
    campaign_id=7,
)
LONG = "A line of sixty thousand characters. " * 1700
RENDERED = RenderedEmail(
    subject="What partners did – and will do: " + "a long subject, " * 8 + "and an end",
    preheader="Preheader",
    html=f"<p>Hello {marker(Slot.NAME)}</p><a href='{marker(Slot.UNSUBSCRIBE_URL)}'>x</a>{LONG}",
    text=f"Hello {marker(Slot.NAME)}\n.\n..dots\nFrom here\n{marker(Slot.VIEW_URL)}\n",
    language="en-GB",
)

NAMES = [
    "",
    "Ada Example",
    "Siân O'Neill",
    '"Quoted" Name',
    "A very long name " * 12,
    "שלום עולם",
    "😀 Emoji",
    ".leading dot",
    "a=b==c",
    "spaces" + " " * 200 + "between",
    "comma, semi; <angle> (paren) @ at",
    "<script>alert(1)</script>",
]


class _Signer:
    def sign(self, purpose: str, payload: str) -> str:
        return f"{purpose}-{payload}-token"


def compose(name: str) -> bytes:
    return mail_to(Recipient(42, "reader@example.org", name)).message


def mail_to(recipient: Recipient, now: dt.datetime = NOW) -> Mail:
    return Composer(HEAD, RENDERED, _Signer(), MARKS).compose(recipient, now)


def parse(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=policy.default)  # type: ignore[return-value]


@pytest.mark.parametrize("name", NAMES)
def test_every_line_is_legal_on_the_wire(name: str) -> None:
    raw = compose(name)
    raw.decode("ascii")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    head, _, body = raw.partition(b"\r\n\r\n")
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert max(map(len, body.split(b"\r\n"))) <= 76


@pytest.mark.parametrize("name", NAMES)
def test_every_header_is_there_once(name: str) -> None:
    names = [header.lower() for header in parse(compose(name)).keys()]  # noqa: SIM118
    assert len(names) == len(set(names))
    assert {
        "from", "to", "reply-to", "subject", "date", "message-id", "list-id", "list-unsubscribe",
        "list-unsubscribe-post", "list-help", "list-owner", "list-archive", "list-post", "feedback-id",
        "auto-submitted", "mime-version", "content-type",
    } <= set(names)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_the_parsed_mail_equals_the_rendered_one(name: str) -> None:
    message = parse(compose(name))
    assert message["Subject"] == RENDERED.subject
    assert message["From"].addresses[0].display_name == HEAD.sender_name
    assert message["To"].addresses[0].addr_spec == "reader@example.org"
    shown = name or "colleague"
    text = message.get_body(("plain",))
    html = message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == (
        f"Hello {shown}\n.\n..dots\nFrom here\nhttps://bulletin.example.org/view/view-42-token\n"
    )
    assert "unsubscribe/unsubscribe-42-token" in html.get_content()
    assert LONG.strip() in html.get_content()
    assert "<script>" not in html.get_content()


def test_leaving_takes_one_click_as_rfc_8058_asks() -> None:
    raw = compose("Ada")
    assert (
        b"List-Unsubscribe: <https://bulletin.example.org/unsubscribe/unsubscribe-42-token>\r\n"
        in raw
    )
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw


def test_the_message_id_is_the_same_for_every_attempt_and_another_for_every_delivery() -> None:
    later = NOW + dt.timedelta(hours=4)
    first, again, other = (
        mail_to(Recipient(number, "a@example.org", ""), when).message
        for number, when in ((1, NOW), (1, later), (2, NOW))
    )
    assert parse(first)["Message-ID"] == parse(again)["Message-ID"]
    assert parse(first)["Message-ID"] != parse(other)["Message-ID"]
    assert parse(first)["Message-ID"].endswith("@example.org>")


def reference(name: str) -> EmailMessage:
    """The same mail by the standard library alone, serialised and read again."""
    values = personal_values(HEAD, _Signer(), Recipient(42, "reader@example.org", name))
    message = StandardMessage(policy.SMTP.clone(max_line_length=76))
    message["From"] = Address(HEAD.sender_name, addr_spec=HEAD.sender_address)
    message["To"] = Address(name, addr_spec="reader@example.org")
    message["Reply-To"] = Address(addr_spec=HEAD.reply_to)
    message["Subject"] = RENDERED.subject
    message.set_content(SlotTemplate.parse(RENDERED.text, html=False).fill(values))
    message.add_alternative(
        SlotTemplate.parse(RENDERED.html, html=True).fill(values), subtype="html"
    )
    return parse(message.as_bytes(policy=policy.SMTP.clone(max_line_length=998)))


@pytest.mark.parametrize("name", NAMES)
def test_the_mail_equals_the_standard_librarys(name: str) -> None:
    ours, theirs = parse(compose(name)), reference(name)
    for header in ("From", "To", "Reply-To", "Subject"):
        assert ours[header] == theirs[header], header
    for kind in ("plain", "html"):
        mine, other = ours.get_body((kind,)), theirs.get_body((kind,))
        assert mine is not None
        assert other is not None
        assert mine.get_content().rstrip("\r\n") == other.get_content().rstrip("\r\n")


HOSTILE = [
    "=?utf-8?q?x=0d=0aReply-To:_evil@evil.example?=",
    "=?utf-8?b?eA0KLg0KTUFJTCBGUk9NOjxjQGI+DQo=?=",
    "x =?utf-8?q?=0d=0aBcc:_e@evil.example?= y",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_words_that_look_encoded_bring_no_header_and_no_end_of_their_own(words: str) -> None:
    head = dataclasses.replace(HEAD, sender_name=words, publication_name=words)
    rendered = dataclasses.replace(RENDERED, subject=words)
    composer = Composer(head, rendered, _Signer(), MARKS)
    raw = composer.compose(Recipient(42, "reader@example.org", words), NOW).message
    assert b"\r\n." not in raw
    message = parse(raw)
    assert "Bcc" not in message
    assert message.get_all("Reply-To") == ["replies@example.org"]
    assert str(make_header(decode_header(email.message_from_bytes(raw)["Subject"]))) == words
    lines = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert all(re.match(rb"[A-Za-z-]+: |[ \t]", line) for line in lines)


@pytest.mark.parametrize(
    "text",
    [
        "A: b\r\n\r\nbody\r\n",
        "A: b\r\n.\r\n",
        "A: b\nC: d\r\n",
        "A: b",
        "A: \0\r\n",
        "no header\r\n",
    ],
)
def test_a_head_with_a_line_of_its_own_making_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a line of its own making"):
        checked_head(text)


def test_every_mail_has_a_return_path_of_its_own_and_the_same_mark_in_a_header() -> None:
    mail = mail_to(Recipient(42, "reader@example.org", "R"))
    mark = parse(mail.message)["X-Bulletin-Delivery"]
    assert mail.sender == f"bounces+{mark}@bounces.example.org"
    assert MARKS.read_mark(mark, NOW) == 42


def test_without_a_domain_for_bounces_they_go_to_the_sender() -> None:
    marks = dataclasses.replace(MARKS, domain="")
    composer = Composer(HEAD, RENDERED, _Signer(), marks)
    mail = composer.compose(Recipient(42, "reader@example.org", "R"), NOW)
    assert mail.sender == HEAD.sender_address
    assert parse(mail.message)["X-Bulletin-Delivery"]


def test_a_new_key_does_not_change_the_message_id_of_a_mail_that_is_sent_again() -> None:
    old, new = b"o" * 32, b"n" * 32
    before = ReturnPaths(Stamper([old]), "bounces", "example.org")
    after = ReturnPaths(Stamper([new, old]), "bounces", "example.org")
    assert before.message_id(42, "example.org") == after.message_id(42, "example.org")
