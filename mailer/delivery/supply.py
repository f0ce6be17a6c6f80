"""Mails made ready ahead of the sessions that send them, in the order and pace they may leave in.

What is ready but never sent needs no undoing: in the ledger it is queued until its start is written.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections import deque
from typing import TYPE_CHECKING

from mailer.delivery.batches import Due
from mailer.delivery.campaign import Kind
from mailer.delivery.hand import Hand
from mailer.delivery.making import Maker, SpoiltMail, WaitingMail
from mailer.delivery.outcome import spoilt
from mailer.delivery.pacing import RELAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mailer.delivery.batches import Claim
    from mailer.delivery.desk import Desk
    from mailer.delivery.gate import Gate
    from mailer.delivery.hand import Held
    from mailer.delivery.making import ReadyMail
    from mailer.delivery.outcome import Outcome

_HANDFUL = 8
"""Mails made ready in one go: enough to be worth the way to a thread and back."""

_AHEAD = 6
"""Handfuls that are made or waiting at one time: some 5 MB."""

_POLL_SECONDS = 1.0
_ASIDE = dt.timedelta(seconds=20)


class Supply:
    """Hands out ready mails until none is due within `patience`, or it is closed; None waits for ever.

    `end` takes the outcome of a mail that could not even be made; `finish` puts a batch down.
    """

    def __init__(
        self,
        desk: Desk,
        gate: Gate,
        end: Callable[[int, Outcome], None],
        finish: Callable[[Claim, dt.datetime | None], asyncio.Future[None]],
        patience: dt.timedelta | None,
    ) -> None:
        self._desk = desk
        self._gate = gate
        self._end = end
        self._patience = patience
        self._maker = Maker(desk)
        self._unsorted: deque[WaitingMail] = deque()
        self._limited: dict[str, deque[WaitingMail]] = {}
        self._making: deque[asyncio.Future[list[ReadyMail | SpoiltMail]]] = deque()
        self._ready: deque[ReadyMail] = deque()
        self._is_closed = False
        self._turn = asyncio.Lock()
        self._topping: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._topping.set_result(None)
        self._bell = asyncio.Event()
        self._hand = Hand(finish, self._bell.set)
        self._open_again_at: dt.datetime | None = None
        self._laid_aside_at: dt.datetime | None = None

    @property
    def has_more(self) -> bool:
        """Whether mails were left behind that nobody took."""
        return not (self._is_closed or self._hand.is_empty)

    @property
    def is_closed(self) -> bool:
        """Whether nothing more is handed out."""
        return self._is_closed

    def campaigns(self) -> set[int]:
        """The campaigns of which a batch is in hand."""
        return self._hand.campaigns()

    def batches(self) -> set[int]:
        """The batches in hand."""
        return self._hand.batches()

    async def next(self) -> ReadyMail | None:
        """The next mail, or None when there is no more to send."""
        async with self._turn:
            while not (self._ready or self._is_closed):
                # Before looking, so that nothing that changes meanwhile is waited for.
                self._bell.clear()
                await self._make_ahead()
                if self._making:
                    self._take_in(await self._making.popleft())
                elif not await self._wait_for_more():
                    return None
            return self.ready_now()

    def ready_now(self) -> ReadyMail | None:
        """The next mail if there is one without waiting; meanwhile more are made."""
        while self._making and self._making[0].done():
            self._take_in(self._making.popleft().result())
        if self._topping.done() and self._has_room and not self._is_closed:
            self._topping = asyncio.ensure_future(self._top_up())
        return self._ready.popleft() if self._ready and not self._is_closed else None

    def put_back(self, mail: ReadyMail) -> None:
        """Return a mail that was surely not sent; it is the next to be handed out."""
        if mail.held.is_dropped:
            self.done(mail)
        else:
            self._ready.appendleft(mail)
            self._bell.set()

    def done(self, mail: ReadyMail) -> None:
        """A mail that was handed out is through, whatever became of it."""
        self._gate.leave(mail.scope)
        self._hand.count_off([mail.held])
        if mail.scope in self._limited:
            # The next of its domain may have its connection.
            self._bell.set()

    def drop(self, campaigns: Iterable[int] | None = None) -> None:
        """Put down all batches, or those of some campaigns; what a session has in hand is finished first."""
        self._hand.drop(self.campaigns() if campaigns is None else campaigns)
        self._sift()
        self._bell.set()

    def close(self) -> None:
        """Hand out no more."""
        if not self._is_closed:
            self._is_closed = True
            self.drop()
            self._maker.close()

    async def wind_up(self) -> None:
        """After the last session has ended, put down what is left in hand."""
        self.close()
        await self._topping
        while self._making:
            self._take_in(await self._making.popleft())

    def _sift(self) -> None:
        """Throw away what belongs to dropped batches and was not handed out."""
        thrown: list[Held] = []
        for waiting in (self._unsorted, *self._limited.values()):
            thrown += [each.held for each in waiting if each.held.is_dropped]
            kept = [each for each in waiting if not each.held.is_dropped]
            waiting.clear()
            waiting.extend(kept)
        # In place: who waits for the gate has one of these in hand.
        for scope in [each for each, waiting in self._limited.items() if not waiting]:
            del self._limited[scope]
        for mail in [each for each in self._ready if each.held.is_dropped]:
            self._ready.remove(mail)
            self._gate.leave(mail.scope)
            thrown.append(mail.held)
        self._hand.count_off(thrown)

    # ---- getting more

    @property
    def _has_room(self) -> bool:
        return len(self._ready) + len(self._making) * _HANDFUL < _AHEAD * _HANDFUL

    async def _top_up(self) -> None:
        # Whatever goes wrong here goes wrong again for one who waits, and is told there.
        with contextlib.suppress(Exception):
            async with self._turn:
                await self._make_ahead()

    async def _make_ahead(self) -> None:
        while self._has_room and not self._is_closed:
            handful = await (self._pick() if self._gate.is_open_to_all else self._pick_allowed())
            if self._is_closed:
                self._throw_away(handful)
            if not handful or self._is_closed:
                return
            self._making.append(self._maker.make(handful))
            if len(handful) < _HANDFUL:
                return

    def _throw_away(self, handful: list[WaitingMail]) -> None:
        for each in handful:
            self._gate.leave(each.scope)
        self._hand.count_off(each.held for each in handful)

    async def _pick(self) -> list[WaitingMail]:
        """The next mails."""
        while not self._unsorted:
            if not await self._read_on():
                return []
        return [self._unsorted.popleft() for _ in range(min(_HANDFUL, len(self._unsorted)))]

    async def _pick_allowed(self) -> list[WaitingMail]:
        """The next mails that may leave now; the others wait, each behind its own limit."""
        handful: list[WaitingMail] = []
        blocked: dict[str, dt.datetime] = {}
        try:
            while len(handful) < _HANDFUL and RELAY not in blocked and not self._is_closed:
                self._sort()
                scope = next((each for each in self._limited if each not in blocked), None)
                if scope is not None:
                    await self._admit_one(scope, handful, blocked)
                elif handful or self._is_time(blocked) or not await self._read_on():
                    break
        except BaseException:
            # A database that fails meanwhile must not cost those that were let in already.
            for each in handful:
                self._gate.leave(each.scope)
            self._unsorted.extendleft(reversed(handful))
            raise
        self._open_again_at = min(blocked.values(), default=None)
        return handful

    async def _admit_one(
        self, scope: str, handful: list[WaitingMail], blocked: dict[str, dt.datetime]
    ) -> None:
        waiting = self._limited[scope]
        warms_up = waiting[0].held.claim.kind is Kind.EDITION
        later = await self._gate.admit(scope, warms_up=warms_up)
        if later is not None:
            blocked[scope] = later.moment
            blocked[later.scope] = later.moment
        elif waiting:
            handful.append(waiting.popleft())
        else:
            # Its batch was put down meanwhile.
            self._gate.leave(scope)
        if not waiting:
            self._limited.pop(scope, None)

    def _is_time(self, blocked: dict[str, dt.datetime]) -> bool:
        """Whether one that had to wait need not any more: reading on takes time."""
        return bool(blocked) and min(blocked.values()) <= self._desk.clock()

    def _sort(self) -> None:
        while self._unsorted:
            first = self._unsorted.popleft()
            self._limited.setdefault(first.scope, deque()).append(first)

    async def _read_on(self) -> bool:
        """Read further in the batches in hand, or claim another; False when there is nothing to read."""
        held = self._hand.unread()
        if held is None:
            held = await self._claim()
        if held is None or self._is_closed:
            return False
        rows = await asyncio.to_thread(self._desk.rows, held.claim, held.last_id)
        if held.is_dropped:
            return True
        held.open += len(rows)
        if rows:
            held.last_id = rows[-1].id
            scoped = ((row, self._gate.scope(row.domain)) for row in rows)
            self._unsorted.extend(WaitingMail(held, row, scope) for row, scope in scoped)
        else:
            held.is_exhausted = True
            self._hand.count_off()
        return True

    async def _claim(self) -> Held | None:
        if self._hand.is_full and not self._lay_aside():
            return None
        claim = await asyncio.to_thread(self._desk.take)
        if claim is None:
            return None
        held = self._hand.take(claim)
        if self._is_closed:
            self.drop()
        return held

    def _lay_aside(self) -> bool:
        """Put down the batch that would wait longest: others may have mail that need not wait."""
        held, now = self._hand.latest, self._desk.clock()
        # Not one after the other: with nothing but limited mail left, that would be all that is done.
        if self._laid_aside_at is not None and now - self._laid_aside_at < _ASIDE / 20:
            return False
        if held.is_exhausted and not any(
            each.held is held for waiting in self._limited.values() for each in waiting
        ):
            return False
        held.is_dropped = held.is_exhausted = True
        held.not_before, self._laid_aside_at = now + _ASIDE, now
        self._sift()
        return not self._hand.is_full

    async def _wait_for_more(self) -> bool:
        """Wait until there may be something to send; False when there will be nothing for a while."""
        if not self._limited and self._hand.is_busy:
            # What is in flight may be the canary that others wait for, or come back to be tried again.
            await self._rest(_POLL_SECONDS)
            return True
        now, limited = self._desk.clock(), bool(self._limited)
        due = (
            Due(self._open_again_at or now, is_held=False)
            if limited
            else await asyncio.to_thread(self._desk.next_due)
        )
        if self._leaves_off(due, now):
            return False
        wait = (due.moment - now).total_seconds() if due else _POLL_SECONDS
        # What is due and can't be had is in another process's hands.
        shortest = 0.001 if limited else _POLL_SECONDS / 4
        await self._rest(min(max(wait, shortest), _POLL_SECONDS))
        return True

    def _leaves_off(self, due: Due | None, now: dt.datetime) -> bool:
        if self._patience is None:
            return due is None and self._desk.work.campaign_id is not None
        if due is not None and due.is_held and self._patience:
            # Another process is at it, or its lease will end: the campaign is not over before it is.
            return False
        return due is None or due.moment - now > self._patience

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._bell.wait(), seconds)

    # ---- making

    def _take_in(self, made: list[ReadyMail | SpoiltMail]) -> None:
        for each in made:
            if isinstance(each, SpoiltMail):
                self._end(each.waiting.queued.id, spoilt(each.error))
                self._gate.leave(each.waiting.scope)
                self._hand.count_off([each.waiting.held])
            else:
                self._ready.append(each)
        if any(mail.held.is_dropped for mail in self._ready):
            self._sift()
