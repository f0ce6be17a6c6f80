"""What the team is told of its calendar: the matter, and the words of its letter. Pure.

Knows what is said of which case; must not know where schedules and approvals are kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping  # noqa: TC003 - part of the public values
from dataclasses import dataclass, field
from enum import StrEnum


class NoticeKind(StrEnum):
    """What has happened, or has not."""

    DUE = "due"
    """Something is due, and nothing can go."""
    UNAPPROVED = "unapproved"
    """It came to its time, and goes once something is approved."""
    UNSENT = "unsent"
    """It came to its time, and nothing went."""
    HELD = "held"
    """A blackout gave it another time."""
    SUBMITTED = "submitted"
    """Something waits for somebody's approval."""


class Stage(StrEnum):
    """How near a due time is that nothing is ready for."""

    WEEK = "week"
    DAY = "day"


_SPANS = {Stage.DAY: dt.timedelta(days=1), Stage.WEEK: dt.timedelta(days=7)}

LONGEST_SPAN = max(_SPANS.values())
"""How far ahead anybody is told of anything."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A letter to the team. `values` fill its places; `commands` are what to type, each on a line."""

    kind: NoticeKind
    values: Mapping[str, str]
    commands: tuple[str, ...] = field(default=())


def stage_of(due_at: dt.datetime, now: dt.datetime) -> Stage | None:
    """The nearest stage that a due time to come has reached: after the day's letter there is no week's."""
    left = due_at - now
    if left <= dt.timedelta():
        return None
    return next((stage for stage, span in _SPANS.items() if left <= span), None)


def left_in_words(due_at: dt.datetime, now: dt.datetime) -> str:
    """`in 7 days`, `in 1 hour`: rounded down, but for what is nearly whole."""
    left = due_at - now + dt.timedelta(minutes=30)
    days, hours = left.days, left.seconds // 3600
    number, unit = (days, "day") if days else (max(hours, 1), "hour")
    return f"in {number} {unit}" + ("s" if number != 1 else "")
