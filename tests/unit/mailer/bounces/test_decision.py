from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mailer.bounces.decision import Action, DomainHealth, Failure, Policy, counted_days, decide
from mailer.bounces.reason import MEANINGS, Blame, BounceClass, Reason

START = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
POLICY = Policy(soft_run=3, soft_days=14, hold_least=5, hold_share=0.5)
ALONE = DomainHealth(failing=1, listed=40)
PERSONAL_SOFT = [
    reason
    for reason, meaning in MEANINGS.items()
    if meaning.bounce_class is BounceClass.SOFT and meaning.blame in {Blame.RECIPIENT, Blame.DOMAIN}
]
NOT_THE_PERSONS = [
    reason
    for reason, meaning in MEANINGS.items()
    if meaning.blame in {Blame.MESSAGE, Blame.SENDER, Blame.RELAY}
]


def day(number: float) -> dt.datetime:
    return START + dt.timedelta(days=number)


def soft(number: float, reason: Reason = Reason.MAILBOX_FULL) -> Failure:
    return Failure(day(number), BounceClass.SOFT, reason)


def hard(number: float = 0) -> Failure:
    return Failure(day(number), BounceClass.HARD, Reason.USER_UNKNOWN)


def decided(
    *failures: Failure, successes: tuple[dt.datetime, ...] = (), domain: DomainHealth = ALONE
) -> Action:
    *earlier, newest = failures
    return decide(newest, earlier, successes, domain, POLICY).action


def test_a_hard_failure_suppresses_at_once_and_says_why() -> None:
    decision = decide(hard(), [], [day(-1)], ALONE, POLICY)
    assert decision.action is Action.SUPPRESS
    assert decision.why == "There is no such mailbox."


def test_a_hard_failure_of_before_a_lift_changes_nothing_and_one_of_after_it_does() -> None:
    for sent, lifted, expected in (
        (0, 1, Action.KEEP),
        (1, 1, Action.KEEP),
        (2, 1, Action.SUPPRESS),
    ):
        assert decide(hard(sent), [], [], ALONE, POLICY, [day(lifted)]).action is expected


def test_soft_failures_suppress_after_the_run_over_the_time() -> None:
    assert decided(soft(0), soft(7)) is Action.KEEP
    assert decided(soft(0), soft(7), soft(13)) is Action.KEEP
    assert decided(soft(0), soft(7), soft(14)) is Action.SUPPRESS


def test_soft_failures_of_one_day_count_once() -> None:
    assert decided(soft(0), soft(14), soft(14.1), soft(14.2)) is Action.KEEP


def test_a_mail_that_arrived_makes_earlier_failures_forgotten() -> None:
    run = soft(0), soft(7), soft(14)
    assert decided(*run, successes=(day(8),)) is Action.KEEP
    assert decided(*run, successes=(day(-3),)) is Action.SUPPRESS


def test_a_complaint_is_a_withdrawal_even_where_the_domain_is_held() -> None:
    complaint = Failure(day(0), BounceClass.COMPLAINT, Reason.COMPLAINT)
    held = DomainHealth(failing=40, listed=40, is_held=True)
    assert decided(complaint) is decided(complaint, domain=held) is Action.WITHDRAW


@pytest.mark.parametrize("reason", NOT_THE_PERSONS)
@pytest.mark.parametrize("bounce_class", [BounceClass.HARD, BounceClass.SOFT])
def test_a_fault_of_the_mail_or_its_sender_never_counts_against_the_person(
    reason: Reason, bounce_class: BounceClass
) -> None:
    blocked = [Failure(day(n * 10), bounce_class, reason) for n in range(9)]
    assert decided(*blocked) is Action.KEEP
    assert decided(*blocked, soft(90)) is Action.KEEP


@pytest.mark.parametrize("reason", NOT_THE_PERSONS)
def test_of_these_only_a_host_that_has_given_the_domain_up_can_hold_it(reason: Reason) -> None:
    together = DomainHealth(failing=40, listed=40)
    action = decided(Failure(day(0), BounceClass.SOFT, reason), domain=together)
    forsaken = reason is Reason.RELAYING_DENIED
    assert action is (Action.HOLD if forsaken else Action.KEEP)


def test_a_mail_still_under_way_counts_for_nothing() -> None:
    waiting = [soft(n * 10, Reason.DELAYED) for n in range(9)]
    assert decided(*waiting) is Action.KEEP


@pytest.mark.parametrize(
    ("failing", "listed", "action"),
    [
        (4, 4, Action.SUPPRESS),
        (5, 10, Action.HOLD),
        (5, 11, Action.SUPPRESS),
        (600, 90_000, Action.SUPPRESS),
    ],
)
def test_a_domain_is_held_when_enough_of_it_fails(
    failing: int, listed: int, action: Action
) -> None:
    assert decided(hard(), domain=DomainHealth(failing, listed)) is action


def test_nobody_at_a_held_domain_is_suppressed() -> None:
    held = DomainHealth(failing=1, listed=40, is_held=True)
    assert decided(hard(), domain=held) is Action.HOLD
    assert decided(soft(0), soft(9), soft(20), domain=held) is Action.HOLD


@given(st.lists(st.floats(0, 60), min_size=1), st.lists(st.floats(0, 60)))
def test_the_order_in_which_failures_are_told_does_not_matter(
    failed: list[float], arrived: list[float]
) -> None:
    failures, successes = [soft(n) for n in failed], [day(n) for n in arrived]
    assert counted_days(failures, successes) == counted_days(failures[::-1], successes[::-1])


class OneAddress(RuleBasedStateMachine):
    """An address through the months: what is decided about it, beside a plain account of what happened."""

    @initialize()
    def begin(self) -> None:
        self.today = 0
        self.failures: list[Failure] = []
        self.successes: list[dt.datetime] = []
        self.days_in_a_row: list[int] = []

    @rule(days=st.integers(0, 20))
    def time_passes(self, days: int) -> None:
        self.today += days

    @rule()
    def a_mail_arrives(self) -> None:
        # Later on the day than any failure.
        self.successes.append(day(self.today + 0.5))
        self.days_in_a_row = []
        self.today += 1

    @rule(reason=st.sampled_from(PERSONAL_SOFT))
    def a_mail_fails_softly(self, reason: Reason) -> None:
        if self.today not in self.days_in_a_row:
            self.days_in_a_row.append(self.today)
        action = self.told(soft(self.today, reason))
        run = self.days_in_a_row
        enough = len(run) >= POLICY.soft_run and run[-1] - run[0] >= POLICY.soft_days
        assert action is (Action.SUPPRESS if enough else Action.KEEP)

    @rule(reason=st.sampled_from(NOT_THE_PERSONS))
    def a_mail_is_refused_for_what_it_is(self, reason: Reason) -> None:
        assert self.told(soft(self.today, reason)) is Action.KEEP

    @rule()
    def an_answer_comes(self) -> None:
        answer = Failure(day(self.today), BounceClass.IGNORE, Reason.AUTO_REPLY)
        assert self.told(answer) is Action.KEEP

    @rule()
    def somebody_complains(self) -> None:
        complaint = Failure(day(self.today), BounceClass.COMPLAINT, Reason.COMPLAINT)
        assert self.told(complaint) is Action.WITHDRAW

    @invariant()
    def a_dead_mailbox_is_always_suppressed_and_never_in_a_domain_that_fails_together(self) -> None:
        gone = Failure(day(self.today), BounceClass.HARD, Reason.USER_UNKNOWN)
        told = [
            decide(gone, self.failures, self.successes, health, POLICY).action
            for health in (ALONE, DomainHealth(20, 40))
        ]
        assert told == [Action.SUPPRESS, Action.HOLD]

    def told(self, failure: Failure) -> Action:
        action = decide(failure, self.failures, self.successes, ALONE, POLICY).action
        self.failures.append(failure)
        return action


TestOneAddress = OneAddress.TestCase
