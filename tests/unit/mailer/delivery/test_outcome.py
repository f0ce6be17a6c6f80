"""What a relay's answer means."""

from __future__ import annotations

import pytest

from mailer.delivery.outcome import DeliveryState, cut_off, judge_reply


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
