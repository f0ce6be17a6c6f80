"""Writes down what is about to be sent and what became of it, before anything follows from it.

A mail's body leaves only after its start is on the disk, and with it the outcome of the mail before it on
that connection: so a process that is killed leaves at most one doubtful mail a connection. One commit a mail
would cost more than sending it; a commit waits a moment for other connections to share it.

A server is written to in a thread. A file is written to where the sessions run: its commit takes half a
millisecond, and a thread that takes turns with them for each of its statements takes five.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol, Self, TypeVar

from mailer.delivery import batches, hot, ledger
from mailer.delivery.batches import Canary
from mailer.delivery.outcome import DeliveryState, Outcome, give_up
from mailer.delivery.retry import DEFAULT_RETRIES, RetrySchedule
from subscribers.faults import DatabaseError, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection

    from mailer.delivery.batches import Claim
    from subscribers.database import Database

PATIENCE = 0.004
"""Seconds that a start waits at most for others to share its commit."""

LOCK_PATIENCE = 30.0
"""Seconds that a page waits at most for another process to let go of the database."""

_LOCK_PAUSE = 0.02


class RejectionNoter(Protocol):
    """What follows for the list when a relay refuses recipients for good."""

    def __call__(
        self, connection: Connection, rejections: Mapping[int, Outcome], now: dt.datetime
    ) -> None:
        """Take rejections into account, by delivery id; in the transaction that records them."""


def note_nothing(
    connection: Connection, rejections: Mapping[int, Outcome], now: dt.datetime
) -> None:
    """Where rejections have no consequences: tests, and letters."""


_Written = TypeVar("_Written")
_AT_ONCE = Canary(dt.timedelta(), lambda _tried, _failed: None)


@dataclass(frozen=True, slots=True)
class RecordRules:
    """What is decided when an outcome is written."""

    holder: str
    retries: RetrySchedule = DEFAULT_RETRIES
    canary: Canary = _AT_ONCE
    note_rejections: RejectionNoter = note_nothing


class _PutDown(NamedTuple):
    """A batch that is done with for now."""

    held: Claim
    not_before: dt.datetime | None
    written: asyncio.Future[None]


@dataclass(slots=True)
class _Page:
    """What the next commit will hold, and who waits for it."""

    starts: dict[int, asyncio.Future[bool]] = field(default_factory=dict)
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    finished: list[_PutDown] = field(default_factory=list)

    @property
    def is_blank(self) -> bool:
        return not (self.starts or self.outcomes or self.finished)

    @property
    def is_usual(self) -> bool:
        """Whether nothing follows from it but what it says."""
        return (
            not self.finished
            and not self.outcomes.keys() & self.starts.keys()
            and all(each.state is DeliveryState.ACCEPTED for each in self.outcomes.values())
        )


class Recorder:
    """The one writer of a sending process. Use it as `async with`; leaving it writes what is left.

    `connections` is how many may be waiting at one time. After a failure every call raises it, so that
    nothing is sent that can't be written down.
    """

    def __init__(
        self,
        database: Database,
        clock: Callable[[], dt.datetime],
        rules: RecordRules,
        connections: int,
    ) -> None:
        self._database = database
        self._clock = clock
        self._rules = rules
        self._enough = (connections + 1) // 2
        self._page = _Page()
        self._has_news = asyncio.Event()
        self._is_full = asyncio.Event()
        self._is_closing = False
        self._failure: BaseException | None = None
        self._held = contextlib.ExitStack()
        # One thread: commits follow each other, and SQLite has one writer anyway.
        self._thread = ThreadPoolExecutor(1, "recorder")
        self._loop: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._writer = self._held.enter_context(self._database.writer(_LOCK_PAUSE))
        self._loop = asyncio.create_task(self._write_pages())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._is_closing = True
        self._has_news.set()
        self._is_full.set()
        if self._loop:
            await self._loop
        self._thread.shutdown()
        self._held.close()

    async def start(self, delivery_id: int) -> bool:
        """Wait until it is written that this mail is about to leave, and all that was noted before.

        False when it may not leave any more: somebody cancelled it, or left.
        """
        self.raise_failure()
        waiter: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._page.starts[delivery_id] = waiter
        self._has_news.set()
        if len(self._page.starts) >= self._enough:
            self._is_full.set()
        return await waiter

    def note(self, delivery_id: int, outcome: Outcome) -> None:
        """Note an outcome; it is written with the next start, or soon."""
        self._page.outcomes[delivery_id] = outcome
        self._has_news.set()

    def finish(self, held: Claim, not_before: dt.datetime | None = None) -> asyncio.Future[None]:
        """Put down a batch once all that was noted of it is written; its rest waits until then at least.

        The future is done when that is written, or can't be.
        """
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._page.finished.append(_PutDown(held, not_before, written))
        self._has_news.set()
        return written

    def raise_failure(self) -> None:
        """Raise what kept a page from being written."""
        if self._failure is not None:
            raise self._failure

    async def _write_pages(self) -> None:
        while not (self._is_closing and self._page.is_blank):
            await self._has_news.wait()
            await self._gather()
            self._has_news.clear()
            self._is_full.clear()
            page, self._page = self._page, _Page()
            if not page.is_blank:
                await self._write(page)

    async def _gather(self) -> None:
        """Wait a moment for others to share the page."""
        if self._is_closing or len(self._page.starts) >= self._enough:
            return
        timer = asyncio.get_running_loop().call_later(PATIENCE, self._is_full.set)
        await self._is_full.wait()
        timer.cancel()

    async def _write(self, page: _Page) -> None:
        started: set[int] = set()
        try:
            if self._failure is None:
                started = await self._commit(page)
        except Exception as error:  # noqa: BLE001 - whoever waits must hear of it, whatever it is
            self._failure = error
        self._answer(page, started)
        try:
            if self._failure is None and page.is_usual:
                await self._cancel_rest(page.starts.keys() - started)
        except Exception as error:  # noqa: BLE001 - whoever comes next must hear of it
            self._failure = error

    def _answer(self, page: _Page, started: set[int]) -> None:
        for put_down in page.finished:
            put_down.written.set_result(None)
        for delivery_id, waiter in page.starts.items():
            if waiter.done():
                continue
            if self._failure is None:
                waiter.set_result(delivery_id in started)
            else:
                waiter.set_exception(self._failure)

    async def _commit(self, page: _Page) -> set[int]:
        write = self._turn if page.is_usual else self._write_together
        return await self._patiently(lambda: write(page))

    async def _cancel_rest(self, unwanted: set[int]) -> None:
        """Cancel what nobody wants any more of a page that is written.

        Apart, for this may be written again, which the page must not be. Where it can't be, the mails stay
        queued: whoever takes them up asks once more whether they are wanted, and hears the same.
        """
        if unwanted:
            with contextlib.suppress(DatabaseError):
                await self._patiently(lambda: self._cancel(unwanted))

    async def _patiently(self, write: Callable[[], _Written]) -> _Written:
        """What a deadlock or a lock undid is written again: the relay's answers are heard only once."""
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + LOCK_PATIENCE
        while True:
            try:
                if self._writer.is_near:
                    return write()
                return await loop.run_in_executor(self._thread, write)
            except DatabaseError as error:
                if error.code != Fault.LOCKED or loop.time() >= give_up_at:
                    raise
            await asyncio.sleep(_LOCK_PAUSE)

    def _turn(self, page: _Page) -> set[int]:
        """What nearly every page says: these were taken, these are about to leave."""
        with self._writer.write(at_once=True) as connection:
            return hot.turn(connection, page.outcomes, list(page.starts), self._clock())

    def _cancel(self, unwanted: set[int]) -> None:
        with self._writer.write() as connection:
            ledger.cancel_unwanted(connection, unwanted, self._clock())

    def _write_together(self, page: _Page) -> set[int]:
        now = self._clock()
        with self._writer.write() as connection:
            for campaign_id in sorted({each.held.campaign_id for each in page.finished}):
                batches.lock_campaign(connection, campaign_id)
            self._record(connection, page.outcomes, now)
            started = hot.start(connection, list(page.starts), now)
            ledger.cancel_unwanted(connection, page.starts.keys() - started, now)
            for held, not_before, _ in page.finished:
                rules = self._rules
                batches.finish(connection, held, rules.holder, not_before, rules.canary, now)
            return started

    def _record(
        self, connection: Connection, outcomes: dict[int, Outcome], now: dt.datetime
    ) -> None:
        hot.record(connection, outcomes, now)
        put_off = _in_state(outcomes, DeliveryState.DEFERRED)
        rejected = _in_state(outcomes, DeliveryState.REJECTED)
        if put_off:
            ended = ledger.put_off(connection, put_off, self._rules.retries, now)
            given_up = {key: give_up(outcomes[key]) for key in ended}
            hot.record(connection, given_up, now)
            rejected |= given_up
        if rejected:
            self._rules.note_rejections(connection, rejected, now)


def _in_state(outcomes: Mapping[int, Outcome], state: DeliveryState) -> dict[int, Outcome]:
    return {key: outcome for key, outcome in outcomes.items() if outcome.state is state}
