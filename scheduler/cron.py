"""Five fields of cron as a series of local times: the only importer of cronsim.

A library, because the corners of cron (names, steps, `L`, `#`, which of two day fields counts) are what
people copy from elsewhere and expect to hold. This one has no dependency, follows Debian's cron, and a
monitoring service runs on it. It is asked for local times alone, so that the change of clocks is settled in
one place for every rule.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from cronsim import CronSim, CronSimError

if TYPE_CHECKING:
    from scheduler.recurrence import Works

_ALLOWED = "give the minute, hour, day of the month, month and weekday, as in 30 9 * * 2"
_LOOKED_AT = 50
_LEAST = dt.timedelta(hours=1)
_ANY_MOMENT = dt.datetime(2024, 1, 1)  # noqa: DTZ001 - a local time


@dataclass(frozen=True, slots=True)
class Cron:
    """A rule as cron has it: minute, hour, day of the month, month, day of the week."""

    expression: str

    @classmethod
    def parse(cls, expression: str) -> Cron:
        """Check an expression; raises ValueError when it isn't cron's, never comes, or comes too often."""
        if len(expression.split()) != 5:
            raise ValueError(_ALLOWED)
        try:
            times = list(islice(CronSim(expression, _ANY_MOMENT), _LOOKED_AT))
        except CronSimError as error:
            raise ValueError(f"{_ALLOWED}: {str(error).lower()}") from error
        if not times:
            raise ValueError("give a day that ever comes")
        if any(later - earlier < _LEAST for earlier, later in pairwise(times)):
            raise ValueError("give one that comes round at most once an hour")
        return cls(expression)

    @property
    def is_daily(self) -> bool:
        """Whether it comes at most once a day."""
        fields = CronSim(self.expression, _ANY_MOMENT)
        return len(fields.minutes) * len(fields.hours) == 1

    def after(self, local: dt.datetime, works: Works) -> dt.datetime | None:  # noqa: ARG002 - as every rule
        """The next time that all fields agree on."""
        return next(CronSim(self.expression, local), None)
