"""What is read from mails after the manner of many mail systems. All of them are invented."""

from __future__ import annotations

import pytest

from mailer.bounces.classify import classify
from mailer.bounces.reason import BounceClass, Reason
from mailer.bounces.result import FailedRecipient, MailKind, Reader
from tests.bounce_samples import NAMES, read_sample

HARD, SOFT, IGNORE = BounceClass.HARD, BounceClass.SOFT, BounceClass.IGNORE

# Each sample is about ann@example.org, and was sent for delivery TOKEN41.
BOUNCES = {
    "communigate": (SOFT, Reason.BLOCKLISTED, "5.7.1"),
    "coremail": (HARD, Reason.USER_UNKNOWN, None),
    "domino": (HARD, Reason.USER_UNKNOWN, "5.1.1"),
    "exchange-2003": (HARD, Reason.USER_UNKNOWN, None),
    "exchange-2016": (HARD, Reason.USER_UNKNOWN, "5.1.1"),
    "exchange-german": (SOFT, Reason.MAILBOX_FULL, "5.2.2"),
    "exim": (HARD, Reason.USER_UNKNOWN, None),
    "french": (SOFT, Reason.MAILBOX_FULL, None),
    "gmail-report": (HARD, Reason.USER_UNKNOWN, "5.1.1"),
    "gmail-text": (SOFT, Reason.POLICY, "5.7.1"),
    "groupwise": (HARD, Reason.USER_UNKNOWN, None),
    "hmailserver": (HARD, Reason.USER_UNKNOWN, None),
    "imail": (HARD, Reason.USER_UNKNOWN, None),
    "japanese": (HARD, Reason.USER_UNKNOWN, None),
    "mailenable": (SOFT, Reason.MAILBOX_FULL, None),
    "mangled": (HARD, Reason.USER_UNKNOWN, "5.1.1"),
    "mdaemon": (HARD, Reason.USER_UNKNOWN, "5.1.1"),
    "mobile-full": (SOFT, Reason.MAILBOX_FULL, None),
    "notes": (HARD, Reason.USER_UNKNOWN, None),
    "office-365": (HARD, Reason.USER_UNKNOWN, "5.1.10"),
    "office-365-restricted": (SOFT, Reason.RECIPIENT_REFUSED, "5.7.133"),
    "one-and-one": (HARD, Reason.USER_UNKNOWN, "5.1.1"),
    "outlook-com": (HARD, Reason.USER_UNKNOWN, "5.5.0"),
    "polish": (HARD, Reason.USER_UNKNOWN, None),
    "postfix": (HARD, Reason.USER_UNKNOWN, "5.1.1"),
    "postfix-delayed": (SOFT, Reason.DELAYED, "4.4.1"),
    "powermta": (SOFT, Reason.MAILBOX_DISABLED, "5.2.1"),
    "qmail": (HARD, Reason.USER_UNKNOWN, "5.1.1"),
    "qmail-local-full": (SOFT, Reason.MAILBOX_FULL, None),
    "qq": (HARD, Reason.USER_UNKNOWN, None),
    "sendmail": (HARD, Reason.USER_UNKNOWN, "5.1.1"),
    "sendmail-old": (HARD, Reason.USER_UNKNOWN, None),
    "spanish": (HARD, Reason.USER_UNKNOWN, None),
    "success": (IGNORE, Reason.SUCCESS, "2.0.0"),
    "surfcontrol": (HARD, Reason.USER_UNKNOWN, None),
    "yahoo": (HARD, Reason.USER_UNKNOWN, None),
}


def only(name: str) -> FailedRecipient:
    (recipient,) = classify(read_sample(name)).recipients
    return recipient


@pytest.mark.parametrize(("name", "expected"), BOUNCES.items())
def test_a_bounce_says_who_and_why(
    name: str, expected: tuple[BounceClass, Reason, str | None]
) -> None:
    result = classify(read_sample(name))
    (found,) = result.recipients
    assert result.kind is MailKind.BOUNCE
    assert found.address == "ann@example.org"
    assert (found.bounce_class, found.reason, found.status) == expected


@pytest.mark.parametrize("name", BOUNCES)
def test_line_ends_and_a_mailbox_line_change_nothing(name: str) -> None:
    mail = read_sample(name)
    assert classify(mail.replace(b"\n", b"\r\n")) == classify(mail)
    assert classify(b"From MAILER-DAEMON Tue Oct 13 09:31:00 2026\n" + mail) == classify(mail)


def test_every_sample_is_tried() -> None:
    elsewhere = {
        "auth-failure", "complaint", "complaint-redacted", "exim-alias", "holiday", "holiday-german",
        "nobody-named", "not-spam", "several",
    }  # fmt: skip
    assert set(NAMES) == {*BOUNCES, *elsewhere}


def test_the_returned_copy_names_its_delivery() -> None:
    traces = classify(read_sample("postfix")).traces
    assert traces.return_paths == ("bounces+token@lists.example.com",)
    assert traces.delivery_headers == ("TOKEN41",)
    assert traces.message_ids == ("d41.c7@lists.example.com",)


def test_a_copy_pasted_as_text_names_its_delivery_too() -> None:
    assert classify(read_sample("qmail")).traces.delivery_headers == ("TOKEN41",)
    assert classify(read_sample("sendmail-old")).traces.message_ids == ("d41.c7@lists.example.com",)


def test_a_report_about_several_cuts_the_reason_for_each() -> None:
    found = classify(read_sample("several")).recipients
    assert [(one.address, one.reason) for one in found] == [
        ("ann@example.org", Reason.USER_UNKNOWN),
        ("bob@example.org", Reason.MAILBOX_FULL),
        ("cat@example.org", Reason.SPAM),
    ]


def test_an_alias_keeps_the_address_that_was_written_to() -> None:
    found = only("exim-alias")
    assert found.address == "old.mailbox@mail.example.net"
    assert found.original == "ann@example.org"


def test_a_report_that_names_nobody_is_judged_as_a_whole() -> None:
    result = classify(read_sample("nobody-named"))
    assert result.kind is MailKind.BOUNCE
    assert result.recipients == ()
    assert result.verdict is not None
    assert result.verdict.reason is Reason.MAILBOX_FULL


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("complaint", Reason.COMPLAINT),
        ("complaint-redacted", Reason.COMPLAINT),
        ("not-spam", Reason.NOT_SPAM),
        ("auth-failure", Reason.AUTHENTICATION_REPORT),
    ],
)
def test_a_feedback_report_is_a_complaint_only_if_somebody_complains(
    name: str, reason: Reason
) -> None:
    found = only(name)
    assert (found.address, found.reason) == ("ann@example.org", reason)
    assert (found.bounce_class is BounceClass.COMPLAINT) == (reason is Reason.COMPLAINT)


def test_a_complaint_that_names_nobody_is_still_one() -> None:
    nobody = read_sample("complaint-redacted").replace(b"To: ann@example.org", b"To: undisclosed")
    result = classify(nobody)
    assert (result.kind, result.recipients) == (MailKind.COMPLAINT, ())
    assert result.verdict is not None
    assert result.verdict.bounce_class is BounceClass.COMPLAINT


@pytest.mark.parametrize("name", ["holiday", "holiday-german"])
def test_a_holiday_notice_changes_nothing_whatever_its_words(name: str) -> None:
    result = classify(read_sample(name))
    assert result.kind is MailKind.AUTO_REPLY
    assert [one.bounce_class for one in result.recipients] == [IGNORE]


def test_the_reader_is_named() -> None:
    readers = {name: only(name).reader for name in ("postfix", "exim", "qmail", "complaint")}
    assert readers == {
        "postfix": Reader.DELIVERY_REPORT,
        "exim": Reader.FAILED_RECIPIENTS,
        "qmail": Reader.TEXT,
        "complaint": Reader.COMPLAINT,
    }
