"""Mails over time: how long the steps of a curve are, and the steps themselves. Pure."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_STEPS = 72
_STEPS = {
    1: "second",
    10: "10 seconds",
    60: "minute",
    300: "5 minutes",
    900: "15 minutes",
    3600: "hour",
    21_600: "6 hours",
    86_400: "day",
    604_800: "week",
}
"""Seconds, and how people call them."""


@dataclass(frozen=True, slots=True)
class Step:
    """The mails accepted from `at` on, for one step: at the first try, and at a later one."""

    at: dt.datetime
    first: int
    retried: int

    @property
    def accepted(self) -> int:
        """Both together."""
        return self.first + self.retried


@dataclass(frozen=True, slots=True)
class Curve:
    """The steps from the first accepted mail to the last, empty ones too. `seconds` is the length of each."""

    seconds: int
    steps: tuple[Step, ...]

    @property
    def unit(self) -> str:
        """A step in words: `minute`, `5 minutes`."""
        return _STEPS[self.seconds]

    @property
    def peak(self) -> Step | None:
        """The fullest step."""
        return max(self.steps, key=lambda step: step.accepted, default=None)


def step_seconds(begun: dt.datetime, ended: dt.datetime, most: int = MOST_STEPS) -> int:
    """The shortest step by which this time is told in at most so many of them, or the longest there is."""
    span = (ended - begun).total_seconds()
    return next((step for step in _STEPS if span / step < most - 1), max(_STEPS))


def coarsen(curve: Curve, most: int) -> Curve:
    """The same mails in at most so many steps, where there are steps long enough for that."""
    if len(curve.steps) <= most:
        return curve
    seconds = step_seconds(curve.steps[0].at, curve.steps[-1].at, most)
    counts: Counter[tuple[int, bool]] = Counter()
    for step in curve.steps:
        number = int(step.at.timestamp()) // seconds
        counts.update({(number, False): step.first, (number, True): step.retried})
    return draw(seconds, counts)


def draw(seconds: int, counts: Mapping[tuple[int, bool], int]) -> Curve:
    """A curve from counts by (number of the step since 1970, whether it was a retry)."""
    numbers = [number for number, _ in counts]
    if not numbers:
        return Curve(seconds, ())
    steps = (
        Step(
            dt.datetime.fromtimestamp(number * seconds, dt.UTC),
            counts.get((number, False), 0),
            counts.get((number, True), 0),
        )
        for number in range(min(numbers), max(numbers) + 1)
    )
    return Curve(seconds, tuple(steps))
