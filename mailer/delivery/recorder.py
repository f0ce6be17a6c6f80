"""Writes down what is about to be sent and what became of it, before anything follows from it.

A mail's body leaves only after its start is on the disk, and with it the outcome of the mail before it on
that connection: so a process that is killed leaves at most one doubtful mail a connection. One commit a mail
would cost more than sending it; whoever waits while a commit is under way shares the next.
"""

from __future__ import annotations

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from mailer.delivery import hot, ledger

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from mailer.delivery.outcome import Outcome
    from subscribers.database import Database


@dataclass(slots=True)
class _Page:
    """What the next commit will hold, and who waits for it."""

    starts: dict[int, asyncio.Future[bool]] = field(default_factory=dict)
    outcomes: dict[int, Outcome] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        return not (self.starts or self.outcomes)


class Recorder:
    """The one writer of a sending process. Use it as `async with`; leaving it writes what is left.

    After a failure every call raises it, so that nothing is sent that can't be written down.
    """

    def __init__(self, database: Database, clock: Callable[[], dt.datetime]) -> None:
        self._database = database
        self._clock = clock
        self._page = _Page()
        self._has_news = asyncio.Event()
        self._is_closing = False
        self._failure: BaseException | None = None
        self._held = contextlib.ExitStack()
        # One thread: commits follow each other, and SQLite has one writer anyway.
        self._thread = ThreadPoolExecutor(1, "recorder")
        self._loop: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._writer = self._held.enter_context(self._database.writer())
        self._loop = asyncio.create_task(self._write_pages())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._is_closing = True
        self._has_news.set()
        if self._loop:
            await self._loop
        self._thread.shutdown()
        self._held.close()

    async def start(self, delivery_id: int) -> bool:
        """Wait until it is written that this mail is about to leave, and all that was noted before.

        False when it may not leave any more: somebody cancelled it.
        """
        self.raise_failure()
        waiter: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._page.starts[delivery_id] = waiter
        self._has_news.set()
        return await waiter

    def note(self, delivery_id: int, outcome: Outcome) -> None:
        """Note an outcome; it is written with the next start, or soon."""
        self._page.outcomes[delivery_id] = outcome
        self._has_news.set()

    def raise_failure(self) -> None:
        """Raise what kept a page from being written."""
        if self._failure is not None:
            raise self._failure

    async def _write_pages(self) -> None:
        while not (self._is_closing and self._page.is_blank):
            await self._has_news.wait()
            self._has_news.clear()
            page, self._page = self._page, _Page()
            if not page.is_blank:
                await self._write(page)

    async def _write(self, page: _Page) -> None:
        started: set[int] = set()
        try:
            if self._failure is None:
                loop = asyncio.get_running_loop()
                started = await loop.run_in_executor(self._thread, self._commit, page)
        except Exception as error:  # noqa: BLE001 - whoever waits must hear of it, whatever it is
            self._failure = error
        for delivery_id, waiter in page.starts.items():
            if waiter.done():
                continue
            if self._failure is None:
                waiter.set_result(delivery_id in started)
            else:
                waiter.set_exception(self._failure)

    def _commit(self, page: _Page) -> set[int]:
        now = self._clock()
        with self._writer.write() as connection:
            hot.record(connection, page.outcomes, now)
            started = hot.start(connection, list(page.starts), now)
            ledger.cancel_queued(connection, page.starts.keys() - started, now)
            return started
