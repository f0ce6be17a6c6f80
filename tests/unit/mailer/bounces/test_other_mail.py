"""Mail that is no bounce is left alone, however much it speaks of bounces."""

from __future__ import annotations

import pytest

from bench.bounces import passed_on
from mailer.bounces.classify import classify
from mailer.bounces.reason import BounceClass
from mailer.bounces.result import Classified, MailKind
from tests.bounce_samples import NAMES, read_sample

LETTER = """Return-Path: <ann@example.org>
From: Ann Reader <ann@example.org>
To: bulletin@lists.example.com
Subject: {subject}
{extra}Content-Type: text/plain; charset=utf-8

{body}
"""


def letter(subject: str, body: str, extra: str = "") -> Classified:
    return classify(LETTER.format(subject=subject, body=body, extra=extra).encode())


def is_left_alone(result: Classified) -> bool:
    return all(one.bounce_class is BounceClass.IGNORE for one in result.recipients)


@pytest.mark.parametrize("name", NAMES)
def test_a_bounce_that_a_person_passes_on_is_a_person_s_mail(name: str) -> None:
    assert all(is_left_alone(classify(mail)) for mail in passed_on(read_sample(name)))


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Delivery problem", "bob@example.net told me: 550 5.1.1 User unknown. Can you look?"),
        ("Undeliverable", "Your last issue was undeliverable to bob@example.net, he says."),
        ("Returned mail", "I returned the mail to sender, to bob@example.net."),
        ("Mailbox full", "My mailbox is full, write to bob@example.net until Monday."),
        ("", ""),
    ],
)
def test_a_person_may_write_about_bounces(subject: str, body: str) -> None:
    result = letter(subject, body)
    assert result.kind is MailKind.OTHER
    assert result.recipients == ()
    assert result.verdict is None


def test_a_postmaster_who_forwards_a_report_is_a_person() -> None:
    mail = b"From: Postmaster <postmaster@example.org>\nTo: bulletin@lists.example.com\n"
    mail += b"Subject: Fwd: Undelivered Mail\n\nSee below.\n\n" + read_sample("qmail")
    assert classify(mail).kind is MailKind.OTHER


def test_a_newsletter_about_mail_delivery_is_no_bounce() -> None:
    extra = "List-Id: <mail.example.org>\nList-Unsubscribe: <https://example.org/u>\n"
    result = letter(
        "Mail delivery failed? Ten ways to mend it", "User unknown: bob@example.net", extra
    )
    assert result.kind is MailKind.OTHER


def test_a_phishing_mail_that_plays_a_mail_system_names_nobody() -> None:
    mail = b"""Return-Path: <x@bad.example>
From: "Mail Administrator" <it-support@bad.example>
To: bulletin@lists.example.com
Subject: Undelivered messages: your mailbox is full

Dear bulletin@lists.example.com, 7 messages could not be delivered to you.
Release them: https://bad.example/login?u=bulletin@lists.example.com
"""
    assert classify(mail).recipients == ()


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: The bulletin", "Out of Office: The bulletin", "Autoreply: hello",
        "Abwesenheitsnotiz",
        "Réponse automatique : The bulletin", "Risposta automatica: assente", "Respuesta automática",
        "Automatisch antwoord: afwezig", "Odpowiedź automatyczna", "自動返信", "自动回复: The bulletin",
    ],
)  # fmt: skip
def test_an_automatic_reply_is_known_by_its_subject(subject: str) -> None:
    result = letter(subject, "550 5.1.1 User unknown. Write to bob@example.net instead.")
    assert result.kind is MailKind.AUTO_REPLY
    assert [one.address for one in result.recipients] == ["ann@example.org"]
    assert is_left_alone(result)


@pytest.mark.parametrize(
    "header", ["Auto-Submitted: auto-replied", "X-Autoreply: yes", "Precedence: auto_reply"]
)
def test_an_automatic_reply_is_known_by_its_headers(header: str) -> None:
    assert letter("Thank you", "I have left.", f"{header}\n").kind is MailKind.AUTO_REPLY


def test_a_read_receipt_is_no_bounce() -> None:
    mail = b"""From: ann@example.org
To: bulletin@lists.example.com
Subject: Not read: The bulletin
Content-Type: multipart/report; report-type=disposition-notification; boundary=b

--b

Your message was deleted without being read.

--b
Content-Type: message/disposition-notification

Final-Recipient: rfc822; ann@example.org
Disposition: automatic-action/MDN-sent-automatically; deleted

--b--
"""
    assert is_left_alone(classify(mail))


def test_an_unsubscribe_that_a_mail_client_wrote_counts_like_a_complaint() -> None:
    result = letter("unsubscribe", "", "Auto-Submitted: auto-replied\n")
    assert result.kind is MailKind.COMPLAINT
    assert [one.bounce_class for one in result.recipients] == [BounceClass.COMPLAINT]
