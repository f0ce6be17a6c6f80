"""Mails made ready ahead of the sessions that send them: read from the ledger, filled and signed in threads.

OpenSSL leaves Python free while it signs, so two threads keep the sessions busy. What is ready but never sent
needs no undoing: in the ledger it is queued until its start is written.
"""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailer.delivery.message import Recipient
from mailer.delivery.smtp import Envelope

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from mailer.delivery.ledger import Queued
    from mailer.delivery.message import Composer

_THREADS = 2
_HANDFUL = 8
"""Mails made ready in one go: enough to be worth the way to a thread and back."""

_AHEAD = 6
"""Handfuls that are made or waiting at one time: some 5 MB."""


@dataclass(frozen=True, slots=True)
class ReadyMail:
    """A mail as it goes over the wire, and the delivery that it is."""

    delivery_id: int
    envelope: Envelope
    message: bytes


class Supply:
    """Hands out ready mails in the order of the ledger until there is none, or it is closed.

    `fetch` reads the next queued deliveries after a given id; it runs in a thread.
    """

    def __init__(
        self,
        fetch: Callable[[int], Sequence[Queued]],
        composers: Mapping[int, Composer],
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._fetch = fetch
        self._composers = composers
        self._clock = clock
        self._threads = ThreadPoolExecutor(_THREADS, "composer")
        self._making: deque[asyncio.Future[list[ReadyMail]]] = deque()
        self._ready: deque[ReadyMail] = deque()
        self._queued: deque[Queued] = deque()
        self._last_id = 0
        self._is_exhausted = False
        self._is_closed = False
        self._turn = asyncio.Lock()

    @property
    def has_more(self) -> bool:
        """Whether mails were left behind that nobody took."""
        return not self._is_closed and bool(self._ready or self._making or self._queued)

    async def next(self) -> ReadyMail | None:
        """The next mail, or None when there is no more to send."""
        if self._is_closed:
            return None
        async with self._turn:
            while not self._ready and not self._is_closed:
                await self._make_ahead()
                if not self._making:
                    return None
                self._ready.extend(await self._making.popleft())
        return self.ready_now()

    def ready_now(self) -> ReadyMail | None:
        """The next mail if there is one without waiting."""
        return self._ready.popleft() if self._ready and not self._is_closed else None

    def put_back(self, mail: ReadyMail) -> None:
        """Return a mail that was surely not sent; it is the next to be handed out."""
        self._ready.appendleft(mail)

    def close(self) -> None:
        """Hand out no more."""
        self._is_closed = True
        self._threads.shutdown(wait=False)

    async def _make_ahead(self) -> None:
        loop = asyncio.get_running_loop()
        while len(self._making) < _AHEAD:
            if not self._queued and not self._is_exhausted:
                self._refill(await loop.run_in_executor(None, self._fetch, self._last_id))
                if self._is_closed:
                    return
            handful = [self._queued.popleft() for _ in range(min(_HANDFUL, len(self._queued)))]
            if not handful:
                return
            self._making.append(loop.run_in_executor(self._threads, self._compose, handful))

    def _refill(self, found: Sequence[Queued]) -> None:
        self._queued.extend(found)
        self._is_exhausted = not found
        if found:
            self._last_id = found[-1].id

    def _compose(self, handful: list[Queued]) -> list[ReadyMail]:
        return [self._ready_mail(queued) for queued in handful]

    def _ready_mail(self, queued: Queued) -> ReadyMail:
        composer = self._composers[queued.variant_id]
        recipient = Recipient(queued.id, queued.address, queued.name)
        message = composer.compose(recipient, self._clock())
        sender = composer.letterhead.sender_address
        return ReadyMail(queued.id, Envelope(sender, queued.address, len(message)), message)
