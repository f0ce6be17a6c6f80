"""Lets mails through at the pace that is allowed, in step with every other process that sends.

Moments and connections are asked for a few at a time, each asking one short transaction in a thread. Knows
groups of domains and moments; must not know a mail.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from mailer.delivery import allotment
from mailer.delivery.batches import LEASE
from mailer.delivery.pacing import RELAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from mailer.delivery.pacing import Pacing
    from subscribers.database import Database

_AHEAD_SECONDS = 0.5
_CHUNK = 100
_DAY_CHUNK = 20
_ASK_AGAIN = dt.timedelta(seconds=0.5)
_WARM_UP = "warm-up"


class Later(NamedTuple):
    """Which limit is reached, and when it may let one through."""

    scope: str
    moment: dt.datetime


@dataclass(slots=True)
class _Turnstile:
    """What this process may use of one scope: moments that it reserved, and connections that it has."""

    moments: deque[dt.datetime] = field(default_factory=deque)
    permits: int = 0
    in_use: int = 0
    ask_again_at: dt.datetime | None = None


class Gate:
    """Says of one mail after the other whether it may leave now. `holder` names this process."""

    def __init__(
        self, database: Database, pacing: Pacing, holder: str, clock: Callable[[], dt.datetime]
    ) -> None:
        self._database = database
        self._pacing = pacing
        self._holder = holder
        self._clock = clock
        self._turnstiles: dict[str, _Turnstile] = {}
        self._asking = asyncio.Lock()
        self._of_day = 0
        self._day: dt.date | None = None

    @property
    def is_open_to_all(self) -> bool:
        """Whether there is no limit at all."""
        return not self._pacing.counts

    def scope(self, domain: str) -> str:
        """Under which limit a domain falls."""
        return self._pacing.scope(domain)

    async def admit(self, scope: str, *, warms_up: bool) -> Later | None:
        """None when one more mail of this scope may leave now, else which limit says when to ask again.

        Whoever was let in has used it up, and tells by `leave` when the mail is through.
        """
        now = self._clock()
        scopes = {scope, RELAY}
        for each in scopes:
            moment = await self._look(each, now)
            if moment is not None:
                return Later(each, moment)
        if warms_up:
            moment = await self._look_at_the_day(now)
            if moment is not None:
                return Later(RELAY, moment)
            self._of_day -= self._pacing.warm_up is not None
        for each in scopes:
            self._pass(each)
        return None

    def leave(self, scope: str) -> None:
        """A mail that was let in is through."""
        if scope in self._turnstiles:
            self._turnstiles[scope].in_use -= 1

    async def give_back(self) -> None:
        """Let other processes have the connections of scopes that are not in use."""
        for scope, turnstile in list(self._turnstiles.items()):
            # One at a time: a permit that is asked for meanwhile must not be given away with the others.
            async with self._asking:
                if turnstile.permits and not turnstile.in_use:
                    turnstile.permits = 0
                    await asyncio.to_thread(self._release, scope)

    async def _look(self, scope: str, now: dt.datetime) -> dt.datetime | None:
        """None when one may pass, else when to ask again."""
        limit = self._pacing.limit(scope)
        turnstile = self._turnstiles.setdefault(scope, _Turnstile())
        # How many connections there are to the relay is settled where they are opened.
        if scope != RELAY and limit.connections is not None:
            if turnstile.in_use >= turnstile.permits:
                await self._ask_for_permit(scope, limit.connections, turnstile, now)
            if turnstile.in_use >= turnstile.permits:
                return now + _ASK_AGAIN
        if limit.per_second is not None:
            moment = await self._next_moment(scope, limit.per_second, turnstile, now)
            if moment > now:
                return moment
        return None

    async def _next_moment(
        self, scope: str, per_second: float, turnstile: _Turnstile, now: dt.datetime
    ) -> dt.datetime:
        count = max(1, min(_CHUNK, int(per_second * _AHEAD_SECONDS)))
        furthest = allotment.LONGEST_QUEUE + dt.timedelta(seconds=count / per_second)
        if turnstile.moments and turnstile.moments[0] - now > furthest:
            # The clock was set back.
            turnstile.moments.clear()
        if not turnstile.moments:
            reserved = await asyncio.to_thread(self._reserve, scope, per_second, count, now)
            turnstile.moments.extend(reserved)
        return turnstile.moments[0]

    def _pass(self, scope: str) -> None:
        turnstile = self._turnstiles[scope]
        if turnstile.moments:
            turnstile.moments.popleft()
        turnstile.in_use += 1

    async def _ask_for_permit(
        self, scope: str, of: int, turnstile: _Turnstile, now: dt.datetime
    ) -> None:
        again = turnstile.ask_again_at or now
        # Further ahead than one ever asks again, it was the clock that was set back.
        if turnstile.permits >= of or now < again <= now + _ASK_AGAIN:
            return
        async with self._asking:
            turnstile.permits += await asyncio.to_thread(self._acquire, scope, of, now)
        turnstile.ask_again_at = now + _ASK_AGAIN

    async def _look_at_the_day(self, now: dt.datetime) -> dt.datetime | None:
        warm_up, hours = self._pacing.warm_up, self._pacing.hours
        if warm_up is None:
            return None
        day = hours.day(now)
        if day != self._day:
            self._day, self._of_day = day, 0
        allowance = warm_up.allowance(day)
        if self._of_day == 0:
            granted = _DAY_CHUNK
            if allowance is not None:
                granted = await asyncio.to_thread(self._take_of_day, day, allowance)
            self._of_day = granted
        return None if self._of_day else hours.next_day(now)

    # ---- one transaction each

    def _reserve(
        self, scope: str, per_second: float, count: int, now: dt.datetime
    ) -> list[dt.datetime]:
        with self._database.write() as connection:
            return allotment.reserve(connection, scope, per_second, count, now)

    def _acquire(self, scope: str, of: int, now: dt.datetime) -> int:
        with self._database.write() as connection:
            return allotment.acquire(connection, scope, of, 1, self._holder, now + LEASE, now)

    def _take_of_day(self, day: dt.date, allowance: int) -> int:
        chunk = min(_DAY_CHUNK, max(1, allowance // 10))
        with self._database.write() as connection:
            return allotment.take_of_day(connection, _WARM_UP, day, allowance, chunk)

    def _release(self, scope: str) -> None:
        with self._database.write() as connection:
            allotment.release(connection, self._holder, scope)
