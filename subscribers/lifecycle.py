"""The states of a subscriber, what can happen to one, and which happening leads where.

Knows no address, no table and no clock.
"""

from __future__ import annotations

from enum import StrEnum

from subscribers.errors import BulletinError


class Status(StrEnum):
    """Where a subscriber stands."""

    PENDING = "pending"
    """Asked to join, and has not confirmed yet: nothing but the confirmation letter is sent."""
    ACTIVE = "active"
    """May be written to, about the publications subscribed to."""
    LEFT = "left"
    """Left everything. Only the person can come back; an import cannot."""


class EventKind(StrEnum):
    """What a consent event records."""

    IMPORTED = "imported"
    ADDED = "added"
    SUBSCRIBED = "subscribed"
    CONFIRMED = "confirmed"
    CHANGED = "changed"
    UNSUBSCRIBED = "unsubscribed"
    LEFT = "left"
    SUPPRESSED = "suppressed"
    RESTORED = "restored"


class LifecycleError(BulletinError):
    """Something was asked of a subscriber that its state does not allow."""


# None is an address that is not on the list yet.
TRANSITIONS: dict[tuple[Status | None, EventKind], Status] = {
    (None, EventKind.IMPORTED): Status.ACTIVE,
    (None, EventKind.ADDED): Status.ACTIVE,
    (None, EventKind.SUBSCRIBED): Status.PENDING,
    (Status.PENDING, EventKind.IMPORTED): Status.ACTIVE,
    (Status.PENDING, EventKind.ADDED): Status.ACTIVE,
    (Status.PENDING, EventKind.SUBSCRIBED): Status.PENDING,
    (Status.PENDING, EventKind.CONFIRMED): Status.ACTIVE,
    (Status.PENDING, EventKind.CHANGED): Status.PENDING,
    (Status.PENDING, EventKind.UNSUBSCRIBED): Status.PENDING,
    (Status.PENDING, EventKind.LEFT): Status.LEFT,
    (Status.PENDING, EventKind.SUPPRESSED): Status.PENDING,
    (Status.PENDING, EventKind.RESTORED): Status.PENDING,
    (Status.ACTIVE, EventKind.IMPORTED): Status.ACTIVE,
    (Status.ACTIVE, EventKind.ADDED): Status.ACTIVE,
    (Status.ACTIVE, EventKind.SUBSCRIBED): Status.ACTIVE,
    (Status.ACTIVE, EventKind.CONFIRMED): Status.ACTIVE,
    (Status.ACTIVE, EventKind.CHANGED): Status.ACTIVE,
    (Status.ACTIVE, EventKind.UNSUBSCRIBED): Status.ACTIVE,
    (Status.ACTIVE, EventKind.LEFT): Status.LEFT,
    (Status.ACTIVE, EventKind.SUPPRESSED): Status.ACTIVE,
    (Status.ACTIVE, EventKind.RESTORED): Status.ACTIVE,
    # Coming back takes the person's own confirmation, like joining for the first time.
    (Status.LEFT, EventKind.SUBSCRIBED): Status.PENDING,
    (Status.LEFT, EventKind.SUPPRESSED): Status.LEFT,
    (Status.LEFT, EventKind.RESTORED): Status.LEFT,
}


def after(status: Status | None, happening: EventKind, subject: str) -> Status:
    """The state that `happening` leads to; `subject` names the person in the error.

    Raises `LifecycleError` when the state does not allow it.
    """
    reached = TRANSITIONS.get((status, happening))
    if reached is None:
        raise LifecycleError(
            "transition-refused",
            subject,
            f"cannot be {happening}: {_describe(status)}",
            _REMEDIES.get(status, "nothing was changed"),
        )
    return reached


_REMEDIES: dict[Status | None, str] = {
    None: "check the address, or add the subscriber first",
    Status.LEFT: "nothing was changed; only the person can come back, by subscribing again",
}


def _describe(status: Status | None) -> str:
    return "not on the list" if status is None else f"the subscriber is {status}"
