"""The loop that carries a campaign: claim a few, hand them to the relay, write down what it said.

A use case: it commits, each step on its own, and holds no transaction while it talks to the relay. The clock
and the database are given to it.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailer.delivery import ledger
from mailer.delivery.campaign import CampaignError, CampaignState, find_campaign
from mailer.delivery.message import Recipient
from mailer.delivery.outcome import DeliveryState
from mailer.delivery.smtp import RelayConnection, RelayError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mailer.delivery.ledger import Claimed
    from mailer.delivery.message import Composer
    from mailer.delivery.outcome import Outcome
    from mailer.delivery.smtp import RelayAddress
    from subscribers.database import Database

BATCH = 100
LEASE = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Job:
    """Everything it takes to send one campaign. `holder` names this process."""

    campaign_id: int
    relay: RelayAddress
    connections: int
    composers: Mapping[int, Composer]
    on_uncertain: DeliveryState
    holder: str


class Sender:
    """Sends one campaign until nothing is queued, `stop` is set, or the relay fails."""

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
        """Send what is queued or deferred. Raises RelayError with everything unsent back in the queue."""
        await asyncio.to_thread(self._take_up)
        try:
            await self._send_all()
        finally:
            await asyncio.to_thread(self._put_down)

    async def _send_all(self) -> None:
        pool = _Pool(self._job, self._clock, self._on_outcome, self.stop)
        try:
            while not self.stop.is_set():
                batch = await asyncio.to_thread(self._claim)
                if not batch:
                    return
                outcomes = await pool.send(batch)
                unsent = [claimed.id for claimed in batch if claimed.id not in outcomes]
                await asyncio.to_thread(self._record, outcomes, unsent)
                pool.raise_failure()
        finally:
            await pool.close()

    # ---- one transaction each

    def _take_up(self) -> None:
        now, campaign_id = self._clock(), self._job.campaign_id
        with self._database.write() as connection:
            find_campaign(connection, campaign_id)
            if not ledger.hold(connection, campaign_id, self._job.holder, now + LEASE, now):
                raise CampaignError(
                    "campaign-busy", f"campaign {campaign_id}", "another process is sending it",
                    "wait for it to end; a dead one is let go after 5 minutes",
                )  # fmt: skip
            ledger.settle_interrupted(connection, campaign_id, self._job.on_uncertain, now)
            ledger.requeue(connection, campaign_id, DeliveryState.DEFERRED, now)
            ledger.set_state(connection, campaign_id, CampaignState.SENDING)

    def _claim(self) -> list[Claimed]:
        now = self._clock()
        with self._database.write() as connection:
            if not ledger.hold(
                connection, self._job.campaign_id, self._job.holder, now + LEASE, now
            ):
                return []
            return ledger.claim(connection, self._job.campaign_id, BATCH, now)

    def _record(self, outcomes: Mapping[int, Outcome], unsent: list[int]) -> None:
        now = self._clock()
        with self._database.write() as connection:
            ledger.record(connection, outcomes, now)
            ledger.return_to_queue(connection, unsent, now)

    def _put_down(self) -> None:
        now = self._clock()
        with self._database.write() as connection:
            done = find_campaign(connection, self._job.campaign_id).open == 0
            state = CampaignState.FINISHED if done else CampaignState.PAUSED
            ledger.set_state(connection, self._job.campaign_id, state, now if done else None)
            ledger.release(connection, self._job.campaign_id, self._job.holder)


class _Pool:
    """A few open sessions that share out one batch after the other."""

    def __init__(
        self,
        job: Job,
        clock: Callable[[], dt.datetime],
        on_outcome: Callable[[Outcome], None],
        stop: asyncio.Event,
    ) -> None:
        self._job = job
        self._clock = clock
        self._on_outcome = on_outcome
        self._stop = stop
        self._sessions: list[RelayConnection | None] = [None] * job.connections
        self._failure: RelayError | None = None

    async def send(self, batch: list[Claimed]) -> dict[int, Outcome]:
        """The outcomes of a batch; what is missing was surely not sent."""
        outcomes: dict[int, Outcome] = {}
        waiting = iter(batch)
        numbers = range(min(len(self._sessions), len(batch)))
        await asyncio.gather(*(self._work(number, waiting, outcomes) for number in numbers))
        return outcomes

    async def _work(
        self, number: int, waiting: Iterator[Claimed], outcomes: dict[int, Outcome]
    ) -> None:
        while self._failure is None and not self._stop.is_set():
            claimed = next(waiting, None)
            if claimed is None:
                return
            try:
                session = await self._session(number)
                outcome = await session.send(*self._envelope(claimed))
            except RelayError as error:
                self._failure = error
                return
            outcomes[claimed.id] = outcome
            self._on_outcome(outcome)

    async def _session(self, number: int) -> RelayConnection:
        session = self._sessions[number]
        if session is None or not session.is_open:
            session = self._sessions[number] = await RelayConnection.open(self._job.relay)
        return session

    def _envelope(self, claimed: Claimed) -> tuple[str, str, bytes]:
        composer = self._job.composers[claimed.variant_id]
        recipient = Recipient(claimed.id, claimed.address, claimed.name)
        message = composer.compose(recipient, self._clock())
        return composer.letterhead.sender_address, claimed.address, message

    def raise_failure(self) -> None:
        """Raise what stopped the batch, if anything did."""
        if self._failure is not None:
            raise self._failure

    async def close(self) -> None:
        """Say goodbye on every session."""
        await asyncio.gather(*(session.close() for session in self._sessions if session))
