"""How many connections to the relay one process may have open, of all that there may be.

A permit is held as long as its connection is open, so that an idle process keeps nobody else waiting.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from mailer.delivery import allotment
from mailer.delivery.batches import LEASE
from mailer.delivery.pacing import RELAY

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from subscribers.database import Database

ASK_AGAIN = 0.5
"""Seconds before one asks again for a permit that others have."""


class Permits:
    """Hands out permits to the sessions of one process; `of` None is no limit."""

    def __init__(
        self, database: Database, of: int | None, holder: str, clock: Callable[[], dt.datetime]
    ) -> None:
        self._database = database
        self._of = of
        self._holder = holder
        self._clock = clock

    async def take(self, is_over: Callable[[], bool]) -> bool:
        """Wait for a permit; False when it is over before there was one."""
        while self._of is not None:
            if is_over():
                return False
            if await asyncio.to_thread(self._acquire, self._of):
                return True
            await asyncio.sleep(ASK_AGAIN)
        return True

    async def give_back(self) -> None:
        """Give up one permit."""
        if self._of is not None:
            await asyncio.to_thread(self._release)

    def _acquire(self, of: int) -> int:
        now = self._clock()
        with self._database.write() as connection:
            return allotment.acquire(connection, RELAY, of, 1, self._holder, now + LEASE, now)

    def _release(self) -> None:
        with self._database.write() as connection:
            allotment.release_one(connection, self._holder, RELAY)
