"""What a relay's answer means."""

from __future__ import annotations

import pytest

from mailer.delivery.outcome import DeliveryState, cut_off, judge_reply, judge_size


@pytest.mark.parametrize(
    ("code", "state"),
    [
        (250, DeliveryState.ACCEPTED),
        (251, DeliveryState.ACCEPTED),
        (421, DeliveryState.DEFERRED),
        (452, DeliveryState.DEFERRED),
        (550, DeliveryState.REJECTED),
        (554, DeliveryState.REJECTED),
    ],
)
def test_the_first_digit_of_a_reply_decides(code: int, state: DeliveryState) -> None:
    outcome = judge_reply(code, "5.1.1 no such\r\n user ")
    assert (outcome.state, outcome.code) == (state, code)
    assert outcome.text == "5.1.1 no such user"


def test_a_connection_lost_before_the_body_leaves_the_mail_surely_unsent() -> None:
    assert cut_off(False, "gone").state is DeliveryState.DEFERRED


def test_a_connection_lost_after_the_body_leaves_nobody_knowing() -> None:
    assert cut_off(True, "gone").state is DeliveryState.UNCERTAIN


@pytest.mark.parametrize(
    ("code", "words", "counts"),
    [
        (552, "5.3.4 Message size exceeds fixed limit", True),
        (523, "Message too big", True),
        (552, "Requested mail action aborted: exceeded storage allocation", False),
    ],
)
def test_a_size_that_is_refused_is_the_mails_own_fault(code: int, words: str, counts: bool) -> None:
    outcome = judge_size(code, words)
    assert outcome is not None
    assert (outcome.state, outcome.reason) == (DeliveryState.REJECTED, "too-large")
    assert words in outcome.text
    # Only what has a code is followed up as a bounce.
    assert (outcome.code is not None) == counts


def test_a_sender_that_is_refused_is_no_matter_of_size() -> None:
    assert judge_size(550, "5.7.1 Not you") is None
