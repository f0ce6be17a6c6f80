"""When a campaign goes so wrong that nobody should wait for its end to look at it. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mailer.delivery.outcome import DeliveryState

if TYPE_CHECKING:
    from mailer.delivery.outcome import Outcome

_FEW = 3
"""Failures that may be chance, however few were tried."""

FAILED_STATES = (DeliveryState.REJECTED, DeliveryState.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class BreakerRule:
    """Shares of rejected and uncertain outcomes, 0 to 1, beyond which a campaign is paused.

    `last_share` is of the last `last` outcomes, `whole_share` of all; neither is judged on fewer than
    `at_least`.
    """

    last: int = 200
    last_share: float = 0.25
    whole_share: float = 0.1
    at_least: int = 100

    def judge_first(self, tried: int, failed: int) -> str | None:
        """Why not to go on after the first few, in words, or None, however few they are."""
        if failed >= _FEW and failed > tried * self.whole_share:
            return _words(failed, tried, f"the first {tried:,}", self.whole_share)
        return None


DEFAULT_BREAKER = BreakerRule()


@dataclass(slots=True)
class Breaker:
    """The last outcomes of one campaign, as one process sees them."""

    rule: BreakerRule
    _last: deque[bool] = field(default_factory=deque)
    _failed: int = 0

    def note(self, outcome: Outcome) -> None:
        """Take an outcome into account; one that is only put off says nothing yet."""
        if outcome.state is DeliveryState.DEFERRED:
            return
        self._last.append(outcome.state in FAILED_STATES)
        self._failed += self._last[-1]
        if len(self._last) > self.rule.last:
            self._failed -= self._last.popleft()

    def verdict(self, tried: int, failed: int) -> str | None:
        """Why to pause, in words, or None; `tried` and `failed` count the whole campaign."""
        last = len(self._last)
        if (
            last >= min(self.rule.at_least, self.rule.last)
            and self._failed > last * self.rule.last_share
        ):
            return _words(self._failed, last, f"the last {last:,}", self.rule.last_share)
        if tried >= self.rule.at_least and failed > tried * self.rule.whole_share:
            return _words(failed, tried, f"{tried:,}", self.rule.whole_share)
        return None


def _words(failed: int, count: int, of: str, limit: float) -> str:
    shares = f"{failed / count:.0%}, more than {limit:.0%}"
    return f"{failed:,} of {of} mails were rejected or are in doubt ({shares})"
