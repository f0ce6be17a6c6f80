"""When a campaign has gone so wrong that it stops by itself."""

from __future__ import annotations

from mailer.delivery.breaker import Breaker, BreakerRule
from mailer.delivery.outcome import DeliveryState, Outcome

RULE = BreakerRule(last=20, last_share=0.5, whole_share=0.2, at_least=10)
FINE = Outcome(DeliveryState.ACCEPTED, 250, "Ok")
REFUSED = Outcome(DeliveryState.REJECTED, 550, "No")
DOUBTFUL = Outcome(DeliveryState.UNCERTAIN, None, "lost")
BUSY = Outcome(DeliveryState.DEFERRED, 450, "Later")


def breaker(*outcomes: Outcome) -> Breaker:
    made = Breaker(RULE)
    for outcome in outcomes:
        made.note(outcome)
    return made


def test_a_few_failures_at_the_start_break_nothing() -> None:
    assert breaker(*[REFUSED] * 9).verdict(9, 9) is None


def test_too_many_of_the_last_break_it_however_well_it_went_before() -> None:
    made = breaker(*[FINE] * 1000, *[REFUSED] * 11)
    assert made.verdict(1011, 11) == (
        "11 of the last 20 mails were rejected or are in doubt (55%, more than 50%)"
    )


def test_too_many_of_the_whole_break_it_even_when_they_come_slowly() -> None:
    made = breaker(*[FINE, FINE, FINE, REFUSED] * 10)
    assert made.verdict(40, 10) == (
        "10 of 40 mails were rejected or are in doubt (25%, more than 20%)"
    )


def test_doubt_counts_like_a_refusal() -> None:
    assert breaker(*[DOUBTFUL] * 20).verdict(20, 20) is not None


def test_a_mail_that_is_only_put_off_says_nothing() -> None:
    assert breaker(*[BUSY] * 100).verdict(0, 0) is None


def test_old_failures_are_forgotten_as_better_ones_follow() -> None:
    made = breaker(*[REFUSED] * 20, *[FINE] * 15)
    assert made.verdict(1000, 20) is None
