"""A campaign at one moment of its sending, and how fast it goes from one moment to the next. Pure."""

from __future__ import annotations

import datetime as dt
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mailer.delivery.campaign import CampaignState
from mailer.delivery.outcome import DeliveryState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mailer.reporting.replies import ReplyGroup

ENDED = (CampaignState.FINISHED, CampaignState.CANCELLED)
_WAITING = (DeliveryState.QUEUED, DeliveryState.SENDING)


@dataclass(frozen=True, slots=True)
class TroubledDomain:
    """A domain and how many of the latest mails that were not accepted went to it."""

    domain: str
    count: int


@dataclass(frozen=True, slots=True)
class Progress:
    """One campaign at `at`. `next_due` is when the next mail that waits for its time goes out.

    `domains` and `replies` are of the latest mails that were deferred, rejected or are in doubt.
    """

    at: dt.datetime
    campaign_id: int
    edition: str
    segment: str
    state: CampaignState
    paused_because: str | None
    recipients: int
    counts: Mapping[DeliveryState, int]
    holders: Sequence[str]
    next_due: dt.datetime | None
    domains: Sequence[TroubledDomain]
    replies: Sequence[ReplyGroup]

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ENDED

    @property
    def waiting(self) -> int:
        """How many mails have yet to be tried."""
        return sum(self.counts.get(state, 0) for state in _WAITING)

    @property
    def handled(self) -> int:
        """How many mails have been tried, however that ended."""
        return self.recipients - self.waiting


@dataclass(frozen=True, slots=True)
class Rate:
    """Mails handled a second, over the last `seconds` of which there are looks."""

    per_second: float
    seconds: float


@dataclass(slots=True)
class Pace:
    """Remembers a minute of looks at one campaign."""

    _looks: deque[tuple[dt.datetime, int]] = field(default_factory=deque)

    def note(self, seen: Progress) -> None:
        """Take one more look into account."""
        self._looks.append((seen.at, seen.handled))
        # One look older than a minute stays: it is where the minute begins.
        while len(self._looks) > 2 and self._age(1) >= 60:
            self._looks.popleft()

    def over(self, seconds: float) -> Rate | None:
        """The rate over the last so many seconds, or as far back as there are looks; None with one look."""
        ages = [self._age(number) for number in range(len(self._looks))]
        start = max((n for n, age in enumerate(ages) if age >= seconds), default=0)
        if not ages or ages[start] <= 0:
            return None
        handled = self._looks[-1][1] - self._looks[start][1]
        return Rate(max(handled, 0) / ages[start], ages[start])

    def time_left(self, seen: Progress) -> dt.timedelta | None:
        """How long the mails that wait to be tried will take at this rate; None when it can't be told."""
        rate = self.over(10)
        if rate is None or rate.per_second <= 0 or not seen.waiting or not seen.holders:
            return None
        return dt.timedelta(seconds=round(seen.waiting / rate.per_second))

    def _age(self, number: int) -> float:
        return (self._looks[-1][0] - self._looks[number][0]).total_seconds()
