"""Whatever the bytes, reading them ends soon and raises nothing."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.bounces_fuzz import mutate
from mailer.bounces.classify import classify
from mailer.bounces.mail import DEEPEST_PART, MOST_PARTS, parse_mail
from mailer.bounces.result import MailKind
from mailer.bounces.verdict import LONGEST_TEXT, judge
from tests.bounce_samples import NAMES, read_sample

SEEDS = [read_sample(name) for name in NAMES]
HEAD = b"From: MAILER-DAEMON@example.org\nSubject: Undelivered Mail Returned to Sender\n"
REPORT = HEAD + b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n"
DELIVERY_STATUS = b"Content-Type: message/delivery-status\n\n"
EVENT = (
    b'From: x\n\n{"notificationType":"Bounce",'
    b'"bounce":{"bouncedRecipients":[{"emailAddress":"ann@example.org",'
)
MEGABYTE = 1 << 20
MANY_PARTS = b"Content-Type: multipart/mixed; boundary=b\n\n"
PUNYCODE = b"--b\nContent-Type: text/plain; charset=punycode\n\n" + b"a-" * 8_000 + b"\n"


# How long a mail may take is measured below, in processor time: the clock of a busy machine says nothing.
@settings(deadline=None)
@given(st.binary(max_size=2_000))
def test_no_bytes_raise(mail: bytes) -> None:
    classify(mail)
    classify(HEAD + mail)
    classify(REPORT + DELIVERY_STATUS + mail)


@settings(deadline=None)
@given(st.integers(min_value=0))
def test_no_mutation_of_a_bounce_raises_or_hangs(seed: int) -> None:
    mail = mutate(random.Random(seed), SEEDS)
    begin = time.process_time()
    classify(mail)
    assert time.process_time() - begin < 1


@settings(deadline=None)
@given(st.none() | st.integers(), st.none() | st.text(max_size=20), st.text(max_size=300))
def test_any_reply_is_judged(code: int | None, status: str | None, text: str) -> None:
    verdict = judge(code, status, text)
    assert len(verdict.text) <= LONGEST_TEXT


@pytest.mark.parametrize(
    "mail",
    [
        b"",
        b"\n" * MEGABYTE,
        b" " * MEGABYTE,
        b"\0" * MEGABYTE,
        HEAD + b"\n" + b"a@" * MEGABYTE,
        HEAD + b"\n" + b"a" * MEGABYTE,
        HEAD + b"\n" + b"<" * MEGABYTE,
        HEAD + b"\n" + b"- " * MEGABYTE,
        HEAD + b"\nA message that you sent could not be delivered to one " + b"<p" * 50_000,
        HEAD + b"\n" + b">>> DATA " * 100_000,
        HEAD + b"\n" + b"expanded from <" * 50_000,
        HEAD + b"\n" + b"mailbox " * 100_000,
        HEAD + b"\n" + b"ann@example.org\n" * 50_000,
        HEAD + b"\n" + b"".join(b"a%d@example.org\n\n" % n for n in range(50_000)),
        HEAD + b"Content-Type: text/html\n\n" + b"<style" * 100_000,
        HEAD + b"Content-Type: text/html\n\n" + b"<!--" * 100_000,
        HEAD + b"Content-Type: text/html\n\n" + b"<p " * 100_000,
        HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"=" * MEGABYTE,
        HEAD + b"Content-Type: text/plain; charset=idna\n\n" + b"xn--a." * 100_000,
        HEAD + b"Content-Type: text/plain; charset=punycode\n\n" + b"a-" * 100_000,
        HEAD + b"Content-Type: text/plain; charset=hex\n\n550",
        HEAD + MANY_PARTS + b"".join(PUNYCODE for _ in range(60)),
        HEAD + MANY_PARTS + b"".join(PUNYCODE.replace(b"punycode", b"PunyCode") for _ in range(60)),
        HEAD + b"Content-Type: " + b";a=b" * 200_000,
        b"Subject: " + b"=?utf-8?b?" * 100_000 + b"\n\n",
        b"Subject: " + b"fail a " * 100_000 + b"\nFrom: postmaster@example.org\n\n",
        b"A: b\n" * 200_000,
        REPORT + DELIVERY_STATUS + b"Final-Recipient: rfc822;a@b.example\n\n" * 25_000,
        b"".join(b"Content-Type: multipart/x; boundary=%d\n\n--%d\n" % (n, n) for n in range(20_000)),
        b"Content-Type: multipart/x; boundary=b\n\n" + b"--b\n\n" * 200_000,
        b'From: x\n\n{"notificationType":' + b"[" * MEGABYTE,
        b'From: x\n\n{"notificationType":' + b"9" * 5_000 + b"}",
        HEAD + b"Content-Type: text/html\n\n&#" + b"9" * 5_000 + b";&#x" + b"f" * 5_000 + b";",
        HEAD + b"Content-Type: text/plain; charset=\0\n\nno",
        HEAD + b"X-Failed-Recipients: " + b"ann@example.org," * 50_000 + b"\n\nno",
    ],
)  # fmt: skip
def test_a_hostile_mail_takes_less_than_a_second(mail: bytes) -> None:
    classify(b"")  # the phrases are compiled once, at the first mail
    begin = time.process_time()
    classify(mail)
    assert time.process_time() - begin < 1


@pytest.mark.parametrize(
    "mail",
    [
        HEAD
        + b"Content-Type: text/plain; charset=unicode_escape\n\n<ann@example.org>: \\ud800 \\x00 full",
        HEAD + b"\n<ann@example.org>: mailbox\0full\x1b[2J",
        HEAD + b"\n<ann@example.org>: mailbox full \xc2\x9b2J",
        EVENT + b'"status":"5.2.2\\ud800","diagnosticCode":"\\u0000 mailbox \\udfff full"}]}}',
        b"Subject: Automatic reply \0\nFrom: ann@example.org\n\n",
    ],
)
def test_what_is_kept_can_be_stored_and_shown(mail: bytes) -> None:
    (found,) = classify(mail).recipients
    for text in (found.address, found.text, found.status or ""):
        assert text.encode().isascii()
        assert text.isprintable()


def test_parts_are_bounded_in_number_and_depth() -> None:
    assert (
        len(parse_mail(b"Content-Type: multipart/x; boundary=b\n\n" + b"--b\n\n" * 1_000).parts)
        <= MOST_PARTS
    )
    deep = b"".join(b"Content-Type: multipart/x; boundary=%d\n\n--%d\n" % (n, n) for n in range(50))
    (part,) = parse_mail(deep).parts
    assert part.body.count(b"Content-Type") == 50 - DEEPEST_PART - 1


def test_an_attached_mail_is_not_looked_into() -> None:
    inner = b"Content-Type: message/rfc822\n\n" + SEEDS[0]
    mail = (
        b"From: ann@example.org\nContent-Type: multipart/mixed; boundary=q\n\n--q\n"
        + inner
        + b"\n--q--\n"
    )
    assert classify(mail).kind is MailKind.OTHER


@pytest.mark.parametrize(
    "sender", [b"", b"From:\n", b"From: =?utf-8?b?4pyJ?=\n", b"From: <>\n", b"From: a b c @\n"]
)
def test_a_report_without_a_usable_sender_is_read(sender: bytes) -> None:
    body = DELIVERY_STATUS + b"Final-Recipient: rfc822; ann@example.org\nStatus: 5.1.1\n"
    (found,) = classify(sender + REPORT.partition(b"\n")[2] + body).recipients
    assert found.address == "ann@example.org"
