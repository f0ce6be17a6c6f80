"""How fast, how many at a time, and at what hours mail may leave. Pure rules; who counts is `allotment`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

RELAY = ""
"""The scope of the whole relay; every other scope is a group of recipient domains."""

_LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True, slots=True)
class Limit:
    """Mails a second, and connections at one time; None is no limit."""

    per_second: float | None = None
    connections: int | None = None


@dataclass(frozen=True, slots=True)
class WarmUp:
    """How many mails may leave on the first, second, … day, while a new address earns its reputation.

    After the last of them there is no limit. `first_day` is a day in the time zone of the sending hours.
    """

    first_day: dt.date
    mails: tuple[int, ...]

    def allowance(self, day: dt.date) -> int | None:
        """How many mails may leave on a day; None is no limit."""
        number = (day - self.first_day).days
        if number < 0:
            return 0
        return self.mails[number] if number < len(self.mails) else None


@dataclass(frozen=True, slots=True)
class SendingHours:
    """When editions may leave: from `begin` until before `end`, on these days (Monday is 0), local time."""

    begin: dt.time = dt.time.min
    end: dt.time = dt.time.max
    days: frozenset[int] = frozenset(range(7))
    zone: ZoneInfo = _LONDON

    def opening(self, now: dt.datetime) -> dt.datetime:
        """`now` where mail may leave at this moment, else the next moment at which it may."""
        local = now.astimezone(self.zone)
        for ahead in range(8):
            day = local.date() + dt.timedelta(days=ahead)
            begin, end = self._on(day, self.begin), self._on(day, self.end)
            if day.weekday() in self.days and now < end:
                return max(now, begin)
        msg = "there is no day on which mail may leave"
        raise ValueError(msg)

    def day(self, now: dt.datetime) -> dt.date:
        """Which day it is there."""
        return now.astimezone(self.zone).date()

    def next_day(self, now: dt.datetime) -> dt.datetime:
        """When the next day begins there."""
        return self._on(self.day(now) + dt.timedelta(days=1), dt.time.min)

    def _on(self, day: dt.date, time: dt.time) -> dt.datetime:
        # A time that a change of the clocks leaves out counts as the moment of the change.
        return dt.datetime.combine(day, time, self.zone).astimezone(dt.UTC)


@dataclass(frozen=True)
class Pacing:
    """All the limits of a workspace. They hold for all processes together."""

    relay: Limit = Limit()
    domains: Mapping[str, Limit] = field(default_factory=dict)
    """By domain: `example.org` for itself, `*.example.org` for all below it taken together."""
    warm_up: WarmUp | None = None
    hours: SendingHours = SendingHours()

    @property
    def counts(self) -> bool:
        """Whether anything has to be counted."""
        return bool(self.domains) or self.warm_up is not None or self.relay.per_second is not None

    def scope(self, domain: str) -> str:
        """The group of domains under which mail to `domain` is limited; `RELAY` when it is not by domain."""
        if domain in self.domains:
            return domain
        labels = domain.split(".")
        above = (f"*.{'.'.join(labels[begin:])}" for begin in range(1, len(labels)))
        return next((pattern for pattern in above if pattern in self.domains), RELAY)

    def limit(self, scope: str) -> Limit:
        """The limit of a scope."""
        return self.relay if scope == RELAY else self.domains[scope]
