"""All the connections of one process: how many are at work, and what became of those that ended.

Knows which failures matter: a relay that takes fewer connections than it is offered is no failure.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Protocol

from mailer.delivery.session import Session
from mailer.delivery.smtp import RelayError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mailer.delivery.making import ReadyMail
    from mailer.delivery.outcome import Outcome
    from mailer.delivery.permits import Permits
    from mailer.delivery.recorder import Recorder
    from mailer.delivery.smtp import RelayAddress
    from mailer.delivery.supply import Supply


class Trouble(Protocol):
    """What to do about a relay that fails while there is no end to the work."""

    async def __call__(self, error: RelayError) -> None:
        """Tell somebody, and return when it is time to try again."""


class Sessions:
    """Sessions with one relay. Where `on_trouble` is given, one that fails begins again after it."""

    def __init__(
        self,
        relay: RelayAddress,
        supply: Supply,
        recorder: Recorder,
        on_outcome: Callable[[ReadyMail, Outcome], None],
        on_trouble: Trouble | None,
        permits: Permits,
    ) -> None:
        self._relay = relay
        self._supply = supply
        self._recorder = recorder
        self._on_outcome = on_outcome
        self._on_trouble = on_trouble
        self._permits = permits
        self._tasks: list[asyncio.Task[None]] = []

    def add(self, count: int) -> None:
        """Let so many more begin."""
        self._tasks += [asyncio.create_task(self._run()) for _ in range(count)]

    async def wait(self) -> None:
        """Wait until all have ended."""
        await asyncio.wait(self._tasks)

    async def abandon(self) -> None:
        """End them without regard to what they are doing."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def raise_unless_done(self) -> None:
        """Raise a session's failure, but for a relay's that the other sessions made up for."""
        failures = [error for task in self._tasks if (error := task.exception()) is not None]
        for failure in failures:
            if not isinstance(failure, RelayError):
                raise failure
        if failures and (self._supply.has_more or len(failures) == len(self._tasks)):
            raise failures[0]

    async def _run(self) -> None:
        while True:
            session = Session(
                self._relay, self._supply, self._recorder, self._on_outcome, self._permits
            )
            try:
                return await session.run()
            except RelayError as error:
                if self._on_trouble is None or self._supply.is_closed:
                    raise
                with contextlib.suppress(TimeoutError):
                    await self._on_trouble(error)
