"""Answers many requests in one go: while one go is at the database, the next requests gather.

A thread and a transaction of its own cost a request more than what it asks for. One that comes alone is
answered at once; of many that come together each go answers all that wait. Must not know what is asked.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from starlette.concurrency import run_in_threadpool

from subscribers.faults import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_Question = TypeVar("_Question")
_Answer = TypeVar("_Answer")

MOST: Final = 200
"""Requests of one go, so that the last of a crowd isn't answered with the first, nor all undone together."""


@dataclass
class Gathering(Generic[_Question, _Answer]):
    """Gathers questions for `answer`, which gives one answer for each, in their order.

    Not for use by two event loops at once.
    """

    answer: Callable[[Sequence[_Question]], Sequence[_Answer]]
    _waiting: list[tuple[_Question, asyncio.Future[_Answer]]] = field(default_factory=list)
    _going: asyncio.Task[None] | None = None

    async def ask(self, question: _Question) -> _Answer:
        """The answer to one question; raises what the go that it was part of raised."""
        waiter: asyncio.Future[_Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, waiter))
        if self._going is None:
            self._going = asyncio.create_task(self._go())
        return await waiter

    async def _go(self) -> None:
        try:
            while self._waiting:
                some, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                await self._settle(some)
        finally:
            self._going = None

    async def _settle(self, some: Sequence[tuple[_Question, asyncio.Future[_Answer]]]) -> None:
        try:
            answers = await run_in_threadpool(self.answer, [question for question, _ in some])
        except DatabaseError as error:
            # No fault of any single request: each hears of it.
            _refuse([waiter for _, waiter in some], error)
        except Exception as error:  # noqa: BLE001 - one that breaks must not take the others along
            if len(some) == 1:
                _refuse([some[0][1]], error)
                return
            for one in some:
                await self._settle([one])
        else:
            _tell([waiter for _, waiter in some], answers)


def _tell(waiters: Sequence[asyncio.Future[_Answer]], answers: Sequence[_Answer]) -> None:
    for waiter, answer in zip(waiters, answers, strict=True):
        if not waiter.done():
            waiter.set_result(answer)


def _refuse(waiters: Sequence[asyncio.Future[_Answer]], error: Exception) -> None:
    for waiter in waiters:
        if not waiter.done():
            waiter.set_exception(error)
