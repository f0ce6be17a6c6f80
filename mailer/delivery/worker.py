"""Sends whatever is due, for as long as it is let: campaigns and letters side by side, through every trouble.

A relay or a database that is down is waited out. Any number of workers may run, on any number of hosts.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from mailer.delivery.sender import Sender
from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mailer.delivery.outcome import Outcome
    from mailer.delivery.sender import Job
    from subscribers.database import Database

AGAIN_AFTER = 5.0
"""Seconds before a worker begins again that something stopped."""

_DRIFT = dt.timedelta(seconds=30)


class ClockError(BulletinError):
    """This host's clock is wrong: leases and limits that hosts share would not hold."""


@dataclass
class Worker:
    """Runs one sender for each job until it is stopped."""

    jobs: Sequence[Job]
    on_trouble: Callable[[BulletinError], None]
    on_outcome: Callable[[Outcome], None] = lambda _: None
    _senders: list[Sender] = field(default_factory=list)
    _stopped: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Send until `stop`. Raises ClockError when this host's clock is not the database's."""
        lanes = (self._carry(job) for job in self.jobs)
        ended = await asyncio.gather(*lanes, return_exceptions=True)
        for failure in ended:
            if failure is not None:
                raise failure

    def stop(self) -> None:
        """Finish what is in flight, and end. To be called in the loop that runs it."""
        self._stopped.set()
        for sender in self._senders:
            sender.stop.set()

    async def _carry(self, job: Job) -> None:
        while not self._stopped.is_set():
            sender = Sender(job, self.on_outcome)
            self._senders.append(sender)
            try:
                await asyncio.to_thread(check_clock, job.desk.database, job.desk.clock())
                await sender.run()
            except ClockError:
                self.stop()
                raise
            except BulletinError as error:
                self.on_trouble(error)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stopped.wait(), AGAIN_AFTER)
            except BaseException:
                # Let the other lanes finish what they have in flight.
                self.stop()
                raise
            finally:
                self._senders.remove(sender)


def check_clock(database: Database, now: dt.datetime) -> None:
    """Raise ClockError when the database's clock differs: a file has no clock of its own."""
    with database.read() as connection:
        if connection.dialect.name == "sqlite":
            return
        theirs: dt.datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    off = now - theirs
    if abs(off) > _DRIFT:
        raise ClockError(
            "clock-drift", "this host's clock",
            f"is {abs(off.total_seconds()):,.0f} s {'ahead of' if off > dt.timedelta() else 'behind'} "
            "the database's",
            "set both by a time server (NTP), and start again",
        )  # fmt: skip
