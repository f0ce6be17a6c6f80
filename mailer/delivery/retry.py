"""When a mail that was put off is tried again, and when to give up. Pure: moments come in, moments go out.

RFC 5321, section 4.5.4.1: half an hour between attempts, and four to five days before giving up, for a server
that speaks to the world. A relay of one's own answers for itself, so the first attempts come sooner here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class RetrySchedule:
    """Waits after the first, second, … attempt; the last is repeated until `max_age` after the first one."""

    waits: tuple[dt.timedelta, ...] = (MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE, 240 * MINUTE)
    max_age: dt.timedelta = dt.timedelta(days=2)

    def next_attempt(
        self, attempts: int, first_tried_at: dt.datetime, now: dt.datetime
    ) -> dt.datetime | None:
        """When a mail is due again after so many attempts (at least 1); None when it is time to give up.

        The last attempt is at the end of `max_age`, not before: who is patient is not cheated of an hour.
        """
        end = first_tried_at + self.max_age
        if now >= end:
            return None
        wait = self.waits[min(attempts, len(self.waits)) - 1]
        return min(now + wait, end)


DEFAULT_RETRIES = RetrySchedule()
