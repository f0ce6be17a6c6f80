"""What becomes of a day on which nobody works: the day after, the day before, the day itself, or none.

Pure: who asks says which days are off and why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

DayOff = Callable[[dt.date], str]
"""Why a day is off, as in "Saturday" or "Good Friday"; empty when it is a working day."""

_ONE_DAY = dt.timedelta(days=1)


class DayRule(StrEnum):
    """Where an occurrence goes that falls on a day off."""

    NEXT = "next"
    PREVIOUS = "previous"
    KEEP = "keep"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Moved:
    """The day that a rule gives. `why` is empty when it is the day that was asked about."""

    day: dt.date
    why: str


def move(day: dt.date, rule: DayRule, day_off: DayOff) -> Moved | None:
    """The day on which something meant for `day` happens; None when it doesn't happen at all."""
    reason = "" if rule is DayRule.KEEP else day_off(day)
    if not reason:
        return Moved(day, "")
    if rule is DayRule.SKIP:
        return None
    step = _ONE_DAY if rule is DayRule.NEXT else -_ONE_DAY
    found = day + step
    while day_off(found):
        found += step
    return Moved(found, f"moved from {day:%A %-d %B}: {reason}")
