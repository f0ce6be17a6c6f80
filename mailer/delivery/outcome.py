"""What a relay's answer means for one delivery. Pure: knows replies, never a socket."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from mailer.bounces.reason import Reason
from mailer.bounces.verdict import judge

if TYPE_CHECKING:
    from mailer.bounces.stage import Stage


class DeliveryState(StrEnum):
    """Where one recipient's mail stands. `accepted` is the most that anyone here can know."""

    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REJECTED = "rejected"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"


OPEN_STATES = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.DEFERRED)
"""States from which a delivery may still go out."""

HAS_HAD_STATES = (*OPEN_STATES, DeliveryState.ACCEPTED, DeliveryState.UNCERTAIN)
"""States in which the person has, or may have, or will have the mail: nobody is mailed it again."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt ended: the new state, and the relay's own words."""

    state: DeliveryState
    code: int | None
    text: str
    reason: str | None = None
    """Why it was not accepted, by the vocabulary of reasons."""
    stage: Stage | None = None
    """Which command was refused."""


_TOO_MUCH = 552


def judge_reply(code: int, text: str, stage: Stage | None = None) -> Outcome:
    """The outcome that a reply stands for (RFC 5321, section 4.2.1): 2yz done, 4yz later, 5yz no.

    `stage` is the command that it answers: "unknown" means another thing after RCPT than after the body.
    """
    words = " ".join(text.split())
    if code // 100 == 2:
        return Outcome(DeliveryState.ACCEPTED, code, words)
    state = DeliveryState.DEFERRED if code // 100 == 4 else DeliveryState.REJECTED
    return Outcome(state, code, words, judge(code, None, words, stage).reason, stage)


def judge_size(code: int, text: str) -> Outcome | None:
    """The outcome when a relay refuses a mail's size as soon as it is announced; None for any other refusal.

    Nobody was named by then: words about a quota are about the mail, and follow no recipient (RFC 1870,
    section 6.1).
    """
    outcome = judge_reply(code, text)
    if outcome.reason == Reason.TOO_LARGE:
        return outcome
    if code != _TOO_MUCH:
        return None
    return Outcome(outcome.state, None, f"too large: {code} {outcome.text}", Reason.TOO_LARGE)


def give_up(outcome: Outcome) -> Outcome:
    """The end of a mail that was put off for too long."""
    text = f"gave up after {outcome.code or 'no reply'} again and again: {outcome.text}"
    return replace(outcome, state=DeliveryState.REJECTED, text=text)


def spoilt(error: Exception) -> Outcome:
    """The end of a mail that could not be made: no fault of whom it was for."""
    return Outcome(DeliveryState.REJECTED, None, f"could not be made: {error}", Reason.CONTENT)


def cut_off(body_sent: bool, text: str) -> Outcome:
    """The outcome when the connection ended without a reply.

    Once the end of the body may have reached the relay, only the relay knows whether it took the mail.
    """
    return Outcome(DeliveryState.UNCERTAIN if body_sent else DeliveryState.DEFERRED, None, text)
