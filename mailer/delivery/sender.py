"""Carries campaigns: mails made ready, sessions that hand them over, and a recorder before and after each.

A use case: it commits, each step on its own, and holds no transaction while it talks to the relay. Any number
of processes may do this side by side. The clock and the database are given to it.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mailer.delivery import allotment, batches, ledger
from mailer.delivery.breaker import DEFAULT_BREAKER, FAILED_STATES, Breaker, BreakerRule
from mailer.delivery.campaign import CampaignState, Kind, find_campaign
from mailer.delivery.gate import Gate
from mailer.delivery.outcome import DeliveryState
from mailer.delivery.permits import Permits
from mailer.delivery.recorder import Recorder, RecordRules
from mailer.delivery.sessions import Sessions
from mailer.delivery.supply import Supply
from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from mailer.delivery.desk import Desk
    from mailer.delivery.making import ReadyMail
    from mailer.delivery.outcome import Outcome
    from mailer.delivery.smtp import RelayAddress, RelayError

LOOK_EVERY = 0.5
"""Seconds between two looks at whether somebody paused a campaign."""

PASSING_TROUBLES = ("relay-unreachable", "relay-timeout", "relay-lost")
"""What a relay may get over by itself, unlike a login that it refuses."""

TROUBLE_PAUSE = 30.0
"""Seconds before a relay that failed is tried again."""

_RENEW_AFTER = batches.LEASE / 4


@dataclass(frozen=True, slots=True)
class Job:
    """Everything it takes to send. `connections` is what this process opens at most.

    It ends when nothing is due within `patience`; with None it goes on until it is stopped or its campaign is
    finished, and outlives a relay that is down, which `on_trouble` hears of.
    """

    desk: Desk
    relay: RelayAddress
    connections: int
    rules: RecordRules
    breaker: BreakerRule = DEFAULT_BREAKER
    patience: dt.timedelta | None = dt.timedelta()
    stop_pauses: bool = True
    """Whether one that sends a single campaign, and is told to stop, pauses it."""
    on_trouble: Callable[[RelayError], None] = lambda _: None


@dataclass(slots=True)
class _Tally:
    """What this process has seen of a campaign since it last told the ledger."""

    breaker: Breaker
    tried: int = 0
    failed: int = 0

    def note(self, outcome: Outcome) -> None:
        """Count an outcome; one that is only put off says nothing yet."""
        self.breaker.note(outcome)
        if outcome.state is not DeliveryState.DEFERRED:
            self.tried += 1
            self.failed += outcome.state in FAILED_STATES


@dataclass(slots=True)
class _State:
    """What is under way."""

    supply: Supply
    gate: Gate
    tallies: dict[int, _Tally] = field(default_factory=dict)
    renewed_at: dt.datetime | None = None


class Sender:
    """Sends what its desk hands out until nothing is due, `stop` is set, or the relay fails."""

    def __init__(self, job: Job, on_outcome: Callable[[Outcome], None]) -> None:
        self._job = job
        self._desk = job.desk
        self._database = job.desk.database
        self._clock = job.desk.clock
        self._on_outcome = on_outcome
        self.stop = asyncio.Event()

    async def run(self) -> None:
        """Send what is due.

        Raises RelayError, or whatever kept the ledger from being written, with everything that was surely not
        sent still waiting to be. One that sends a single campaign and ends before its time pauses it, so that
        nobody else goes on behind a person's back.
        """
        try:
            await self._send_all()
        except Exception as error:
            await self._rest(str(error))
            raise
        if self.stop.is_set() and self._job.stop_pauses:
            await self._rest("stopped from the terminal that sent it")

    async def _send_all(self) -> None:
        rules, connections = self._job.rules, self._job.connections
        gate = Gate(self._database, self._desk.pacing, self._desk.holder, self._clock)
        await asyncio.to_thread(self._begin_anew)
        async with Recorder(self._database, self._clock, rules, connections) as recorder:
            supply = Supply(
                self._desk, gate, recorder.note, recorder.finish, patience=self._job.patience
            )
            try:
                await self._send(_State(supply, gate), recorder)
            finally:
                await supply.wind_up()
        recorder.raise_failure()
        await asyncio.to_thread(self._give_back)

    async def _send(self, state: _State, recorder: Recorder) -> None:
        trouble = self._wait_out if self._job.patience is None else None
        note = self._note_in(state)
        of = self._desk.pacing.relay.connections
        permits = Permits(self._database, of, self._desk.holder, self._clock)
        sessions = Sessions(self._job.relay, state.supply, recorder, note, trouble, permits)
        try:
            async with self._watched(state):
                sessions.add(self._job.connections)
                await sessions.wait()
        except BaseException:
            await sessions.abandon()
            raise
        recorder.raise_failure()
        sessions.raise_unless_done()

    async def _wait_out(self, error: RelayError) -> None:
        """Try a relay that failed again after a while; a single campaign ends where waiting won't help."""
        if self._desk.work.campaign_id is not None and error.code not in PASSING_TROUBLES:
            raise error
        self._job.on_trouble(error)
        await asyncio.wait_for(self.stop.wait(), TROUBLE_PAUSE)

    def _note_in(self, state: _State) -> Callable[[ReadyMail, Outcome], None]:
        def note(mail: ReadyMail, outcome: Outcome) -> None:
            claim = mail.held.claim
            if claim.kind is not Kind.LETTER:
                # A letter that is refused is one person's; a thousand of them are no campaign gone wrong.
                known = state.tallies.get(claim.campaign_id) or _Tally(Breaker(self._job.breaker))
                known.note(outcome)
                state.tallies[claim.campaign_id] = known
            self._on_outcome(outcome)

        return note

    # ---- watching

    @contextlib.asynccontextmanager
    async def _watched(self, state: _State) -> AsyncIterator[None]:
        """Meanwhile, keep what is in hand ours, and put down what somebody paused or cancelled."""
        ended = asyncio.Event()
        stopping = asyncio.create_task(self._close_when_stopped(state.supply))
        watching = asyncio.create_task(self._watch(state, ended))
        try:
            yield
        finally:
            ended.set()
            stopping.cancel()
            await watching

    async def _close_when_stopped(self, supply: Supply) -> None:
        await self.stop.wait()
        supply.close()

    async def _watch(self, state: _State, ended: asyncio.Event) -> None:
        while not ended.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), LOOK_EVERY)
            try:
                stopped = await asyncio.to_thread(self._look, state)
                if stopped:
                    state.supply.drop(stopped)
                await state.gate.give_back()
            except Exception:
                # What can't be watched can't be paused, and would be somebody else's in a while.
                state.supply.close()
                raise

    # ---- one transaction each

    def _look(self, state: _State) -> set[int]:
        """Tell the ledger of progress, keep the leases; returns the campaigns that are to stop."""
        now = self._clock()
        stopped = {key for key in state.supply.campaigns() if not self._is_wanted(key)}
        for campaign_id, tally in list(state.tallies.items()):
            if tally.tried and self._breaks(campaign_id, tally):
                stopped.add(campaign_id)
        for campaign_id in stopped:
            # Who resumes it has looked at what failed: the count begins anew.
            state.tallies.pop(campaign_id, None)
        if state.renewed_at is not None and now - state.renewed_at > batches.LEASE:
            # This process stood still for so long that others may have its batches by now.
            stopped |= state.supply.campaigns()
        if state.renewed_at is None or abs(now - state.renewed_at) > _RENEW_AFTER:
            self._renew(state.supply.batches(), now)
            state.renewed_at = now
        return stopped

    def _is_wanted(self, campaign_id: int) -> bool:
        with self._database.read() as connection:
            campaign = find_campaign(connection, campaign_id, counted=False)
        may_leave = campaign.mailing.kind in self._desk.open_kinds()
        return campaign.state is CampaignState.SENDING and may_leave

    def _breaks(self, campaign_id: int, tally: _Tally) -> bool:
        tried, tally.tried = tally.tried, 0
        failed, tally.failed = tally.failed, 0
        with self._database.write() as connection:
            whole = ledger.count_outcomes(connection, campaign_id, tried, failed)
            because = tally.breaker.verdict(*whole)
            if because is not None:
                ledger.break_off(connection, campaign_id, because)
        return because is not None

    def _renew(self, in_hand: set[int], now: dt.datetime) -> None:
        with self._database.write() as connection:
            batches.renew(connection, self._desk.holder, in_hand, now)
            allotment.renew(connection, self._desk.holder, now + batches.LEASE)

    def _begin_anew(self) -> None:
        """Let go of what a sender of this name left behind that a database kept from saying so."""
        with self._database.write() as connection:
            batches.free(connection, [self._desk.holder])
            allotment.release(connection, self._desk.holder)

    def _give_back(self) -> None:
        with self._database.write() as connection:
            allotment.release(connection, self._desk.holder)

    async def _rest(self, because: str) -> None:
        campaign_id = self._desk.work.campaign_id
        if campaign_id is not None:
            # What ended the sending may keep this from being written as well; it is told in any case.
            with contextlib.suppress(BulletinError):
                await asyncio.to_thread(self._pause, campaign_id, because)

    def _pause(self, campaign_id: int, because: str) -> None:
        with self._database.write() as connection:
            ledger.break_off(connection, campaign_id, because)
