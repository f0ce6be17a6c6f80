"""What the words and numbers of mail systems mean. The replies are invented after the manner of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mailer.bounces.reason import MEANINGS, Blame, BounceClass, Reason
from mailer.bounces.stage import Stage
from mailer.bounces.verdict import LONGEST_TEXT, judge, judge_all
from tests.bounce_samples import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterator


def rows() -> Iterator[tuple[str, Reason]]:
    reason = Reason.UNKNOWN
    for line in (SAMPLES / "replies.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            reason = Reason(line.strip("[]"))
        elif line:
            yield line, reason


ROWS = list(rows())


@pytest.mark.parametrize(("reply", "reason"), ROWS)
def test_a_reply_is_understood(reply: str, reason: Reason) -> None:
    assert judge(None, None, reply).reason is reason


@pytest.mark.parametrize(("reply", "reason"), ROWS)
def test_a_reply_that_says_not_now_is_never_hard(reply: str, reason: Reason) -> None:
    assert judge(450, "4.0.0", reply).bounce_class is not BounceClass.HARD, reason


def test_every_reason_has_a_meaning_in_one_sentence() -> None:
    assert set(MEANINGS) == set(Reason)
    for meaning in MEANINGS.values():
        assert meaning.sentence.endswith(".")
        assert meaning.sentence.count(".") == 1


def test_only_an_address_or_its_domain_can_be_a_dead_one() -> None:
    hard = {m.blame for m in MEANINGS.values() if m.bounce_class is BounceClass.HARD}
    assert hard == {Blame.RECIPIENT, Blame.DOMAIN}


def test_a_permanent_status_alone_is_not_hard() -> None:
    assert judge(550, "5.0.0", "No").bounce_class is BounceClass.SOFT
    assert judge(554, "5.7.1", "No").bounce_class is BounceClass.SOFT


def test_a_status_about_the_address_is_hard_without_words() -> None:
    assert judge(550, "5.1.1", "").reason is Reason.USER_UNKNOWN


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("5.1.2", Reason.HOST_UNKNOWN), ("5.1.6", Reason.MAILBOX_MOVED), ("5.1.8", Reason.SENDER_REFUSED),
        ("5.2.2", Reason.MAILBOX_FULL), ("4.4.7", Reason.EXPIRED), ("5.3.4", Reason.TOO_LARGE),
        ("5.4.6", Reason.LOOP), ("5.7.26", Reason.AUTHENTICATION), ("5.7.99", Reason.POLICY),
        ("2.0.0", Reason.SUCCESS), ("5.0.0", Reason.UNKNOWN), ("nonsense", Reason.UNKNOWN),
    ],
)  # fmt: skip
def test_a_status_speaks_where_no_word_does(status: str, reason: Reason) -> None:
    assert judge(None, status, "").reason is reason


def test_words_outweigh_the_numbers() -> None:
    assert judge(550, "5.1.1", "mailbox full").reason is Reason.MAILBOX_FULL
    assert judge(550, "5.1.1", "rejected as spam").bounce_class is BounceClass.SOFT


def test_a_link_or_an_address_says_nothing() -> None:
    text = "550 5.1.1 <spam.policy@example.org> User unknown, see https://example.org/dnsbl/policy.html#quota"
    assert judge(None, None, text).reason is Reason.USER_UNKNOWN


def test_a_host_that_refuses_after_the_body_has_looked_at_the_mail() -> None:
    assert judge(550, None, "User unknown", Stage.RECIPIENT).bounce_class is BounceClass.HARD
    assert judge(550, None, "User unknown", Stage.BODY).reason is Reason.RECIPIENT_REFUSED
    assert judge(550, "5.1.1", "User unknown", Stage.BODY).bounce_class is BounceClass.HARD


def test_a_refusal_of_the_sender_is_not_about_the_recipient() -> None:
    assert judge(550, None, "User unknown", Stage.SENDER).reason is Reason.SENDER_REFUSED
    assert judge(550, None, "Access denied", Stage.GREETING).reason is Reason.BLOCKLISTED


@pytest.mark.parametrize(
    "text",
    [
        "... while talking to mx.example.org.: >>> DATA <<< 550 User unknown 554 5.0.0 Service unavailable",
        "host mx.example.org said: 550 User unknown (in reply to end of DATA command)",
        "SMTP error from remote mail server after end of data: 550 User unknown",
    ],
)
def test_the_command_is_read_from_the_text(text: str) -> None:
    assert judge(None, None, text).reason is Reason.RECIPIENT_REFUSED


def test_where_commands_are_pipelined_the_answer_to_data_may_be_about_the_recipient() -> None:
    text = ">>> DATA <<< 550 5.5.0 Invalid recipient 550 5.1.1 <ann@example.org>... User unknown"
    assert judge(None, None, text).bounce_class is BounceClass.HARD


def test_a_quoted_reply_outweighs_the_words_around_it() -> None:
    text = "5.1.0 - Unknown address error 554-'5.7.1 rejected as spam' (delivery attempts: 0)"
    assert judge(None, None, text).reason is Reason.SPAM


def test_the_closest_text_is_heard_first() -> None:
    verdict = judge_all(None, None, ["no", "mailbox full"], aside="blocked using dnsbl.example")
    assert (verdict.reason, verdict.text) == (Reason.MAILBOX_FULL, "mailbox full")


def test_what_will_not_be_tried_again_is_hard_in_spite_of_a_temporary_reply() -> None:
    text = "450 4.1.1 <ann@example.org>: Recipient address rejected: User unknown in local table"
    assert judge_all(None, None, [text]).bounce_class is BounceClass.SOFT
    assert judge_all(None, None, [text], final=True).bounce_class is BounceClass.HARD


def test_the_exact_status_of_the_text_outweighs_a_vague_field() -> None:
    assert judge(None, "5.0.0", "550 5.2.2 over quota").status == "5.2.2"
    assert judge(None, "5.1.1", "550 5.2.2 over quota").status == "5.1.1"


def test_a_text_is_kept_on_one_line_and_within_bounds() -> None:
    verdict = judge(None, None, "mailbox\n  full " + "x" * 10_000)
    assert verdict.text.startswith("mailbox full")
    assert len(verdict.text) == LONGEST_TEXT
