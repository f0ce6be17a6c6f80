"""Carries one campaign: mails made ready, sessions that hand them over, and a recorder before and after each.

A use case: it commits, each step on its own, and holds no transaction while it talks to the relay. The clock
and the database are given to it.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailer.delivery import ledger
from mailer.delivery.campaign import CampaignError, CampaignState, find_campaign
from mailer.delivery.outcome import DeliveryState
from mailer.delivery.recorder import Recorder
from mailer.delivery.session import Session
from mailer.delivery.smtp import RelayError
from mailer.delivery.supply import Supply

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from mailer.delivery.ledger import Queued
    from mailer.delivery.message import Composer
    from mailer.delivery.outcome import Outcome
    from mailer.delivery.smtp import RelayAddress
    from subscribers.database import Database

LEASE = dt.timedelta(minutes=2)
"""For how long a process has a campaign to itself after its last sign of life."""

LOOK_EVERY = 0.5
"""Seconds between two looks at whether somebody paused the campaign."""

_FETCH = 200


@dataclass(frozen=True, slots=True)
class Job:
    """Everything it takes to send one campaign. `holder` names this process."""

    campaign_id: int
    relay: RelayAddress
    connections: int
    composers: Mapping[int, Composer]
    on_uncertain: DeliveryState
    holder: str
    is_gone: Callable[[str], bool] = lambda _: False
    """Whether a process that held the campaign is known to have ended."""


class Sender:
    """Sends one campaign until nothing is queued, `stop` is set, somebody pauses it, or the relay fails."""

    def __init__(
        self,
        database: Database,
        job: Job,
        clock: Callable[[], dt.datetime],
        on_outcome: Callable[[Outcome], None],
    ) -> None:
        self._database = database
        self._job = job
        self._clock = clock
        self._on_outcome = on_outcome
        self.stop = asyncio.Event()

    async def run(self) -> None:
        """Send what is queued or deferred.

        Raises RelayError, or whatever kept the ledger from being written, with everything that was surely not
        sent still in the queue.
        """
        await asyncio.to_thread(self._take_up)
        try:
            async with self._watched():
                await self._send_all()
        finally:
            await asyncio.to_thread(self._put_down)

    async def _send_all(self) -> None:
        supply = Supply(self._fetch, self._job.composers, self._clock)
        closing = asyncio.create_task(self._close_when_stopped(supply))
        try:
            async with Recorder(self._database, self._clock) as recorder:
                numbers = range(self._job.connections)
                sessions = [
                    Session(self._job.relay, supply, recorder, self._on_outcome) for _ in numbers
                ]
                ended = await asyncio.gather(*(s.run() for s in sessions), return_exceptions=True)
            recorder.raise_failure()
            _raise_unless_done(ended, supply)
        finally:
            closing.cancel()
            supply.close()

    async def _close_when_stopped(self, supply: Supply) -> None:
        await self.stop.wait()
        supply.close()

    @contextlib.asynccontextmanager
    async def _watched(self) -> AsyncIterator[None]:
        """Meanwhile, keep the campaign ours, and stop when somebody pauses or cancels it."""
        ended = asyncio.Event()
        watching = asyncio.create_task(self._watch(ended))
        try:
            yield
        finally:
            ended.set()
            await watching

    async def _watch(self, ended: asyncio.Event) -> None:
        while not (ended.is_set() or self.stop.is_set()):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), LOOK_EVERY)
                return
            try:
                wanted = await asyncio.to_thread(self._is_wanted)
            except Exception:
                # A campaign that can't be watched can't be paused, and would be somebody else's in a while.
                self.stop.set()
                raise
            if not wanted:
                self.stop.set()

    # ---- one transaction each

    def _take_up(self) -> None:
        now, campaign_id = self._clock(), self._job.campaign_id
        with self._database.write() as connection:
            campaign = find_campaign(connection, campaign_id)
            if campaign.state is CampaignState.CANCELLED:
                raise CampaignError(
                    "campaign-cancelled",
                    f"campaign {campaign_id}",
                    "was cancelled",
                    "send the edition anew",
                )
            if campaign.state is CampaignState.FINISHED and not campaign.open:
                raise CampaignError(
                    "campaign-ended",
                    f"campaign {campaign_id}",
                    "is finished already",
                    "nothing was changed",
                )
            if campaign.holder and self._job.is_gone(campaign.holder):
                ledger.release(connection, campaign_id, campaign.holder)
            if not ledger.hold(connection, campaign_id, self._job.holder, now + LEASE, now):
                raise CampaignError(
                    "campaign-busy", f"campaign {campaign_id}", "another process is sending it",
                    "wait for it to end; one that died is let go after 2 minutes",
                )  # fmt: skip
            ledger.settle_interrupted(connection, campaign_id, self._job.on_uncertain, now)
            ledger.requeue(connection, campaign_id, DeliveryState.DEFERRED, now)
            ledger.set_state(connection, campaign_id, CampaignState.SENDING)

    def _fetch(self, after_id: int) -> Sequence[Queued]:
        with self._database.write() as connection:
            return ledger.fetch(connection, self._job.campaign_id, after_id, _FETCH, self._clock())

    def _is_wanted(self) -> bool:
        with self._database.read() as connection:
            campaign = find_campaign(connection, self._job.campaign_id, counted=False)
        if campaign.state is not CampaignState.SENDING:
            return False
        now = self._clock()
        if campaign.held_until and campaign.held_until - now > LEASE / 2:
            return True
        with self._database.write() as connection:
            return ledger.keep(connection, self._job.campaign_id, self._job.holder, now + LEASE)

    def _put_down(self) -> None:
        now, campaign_id = self._clock(), self._job.campaign_id
        with self._database.write() as connection:
            campaign = find_campaign(connection, campaign_id)
            if campaign.state is CampaignState.CANCELLED:
                # What was in flight may have been put off since.
                ledger.cancel_waiting(connection, campaign_id, now)
            else:
                done = campaign.open == 0
                state = CampaignState.FINISHED if done else CampaignState.PAUSED
                ledger.set_state(connection, campaign_id, state, now if done else None)
            ledger.release(connection, campaign_id, self._job.holder)


def _raise_unless_done(ended: Sequence[BaseException | None], supply: Supply) -> None:
    """Raise a session's failure, but for a relay's that the other sessions made up for."""
    failures = [each for each in ended if each is not None]
    for failure in failures:
        if not isinstance(failure, RelayError):
            raise failure
    if failures and (supply.has_more or len(failures) == len(ended)):
        raise failures[0]
