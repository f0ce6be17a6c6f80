"""What a relay's answer means for one delivery. Pure: knows replies, never a socket."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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


def judge_reply(code: int, text: str) -> Outcome:
    """The outcome that a reply stands for (RFC 5321, section 4.2.1): 2yz done, 4yz later, 5yz no."""
    return Outcome(_STATES.get(code // 100, DeliveryState.REJECTED), code, " ".join(text.split()))


_STATES = {2: DeliveryState.ACCEPTED, 4: DeliveryState.DEFERRED}


def cut_off(body_sent: bool, text: str) -> Outcome:
    """The outcome when the connection ended without a reply.

    Once the end of the body may have reached the relay, only the relay knows whether it took the mail.
    """
    return Outcome(DeliveryState.UNCERTAIN if body_sent else DeliveryState.DEFERRED, None, text)
