"""One connection's work: a mail after the other, each on record before its body leaves.

Knows in which order things must happen, so that a process that is killed at any moment leaves no mail lost
and at most this one connection's mail in doubt.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from mailer.delivery.smtp import ConnectionLostError, RelayConnection, RelayError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mailer.delivery.making import ReadyMail
    from mailer.delivery.outcome import Outcome
    from mailer.delivery.permits import Permits
    from mailer.delivery.recorder import Recorder
    from mailer.delivery.smtp import RelayAddress
    from mailer.delivery.supply import Supply

TRIES = 3
"""How many connections in a row may be lost without an answer to any mail."""


IDLE_SECONDS = 5
"""How long a connection is kept open with nothing to send."""


class Session:
    """Sends what the supply hands out, until that ends.

    A relay may take fewer connections than it is offered: then this session ends with its `RelayError`, its
    mail is back in the supply, and the others go on.
    """

    def __init__(
        self,
        relay: RelayAddress,
        supply: Supply,
        recorder: Recorder,
        on_outcome: Callable[[ReadyMail, Outcome], None],
        permits: Permits,
    ) -> None:
        self._relay = relay
        self._supply = supply
        self._recorder = recorder
        self._on_outcome = on_outcome
        self._permits = permits
        self._has_permit = False
        self._connection: RelayConnection | None = None
        self._begun: ReadyMail | None = None
        self._losses = 0

    async def run(self) -> None:
        """Send until there is no more. Raises `RelayError`, or what the recorder could not write."""
        try:
            await self._send_all()
        except BaseException:
            # The relay may be waiting for a body, or somebody is in a hurry: no goodbye.
            if self._connection is not None:
                self._connection.hang_up()
            self._connection = None
            raise
        finally:
            await self._close()

    async def _send_all(self) -> None:
        while (mail := self._begun or await self._next()) is not None:
            if self._begun is None and not await self._may_connect():
                self._supply.put_back(mail)
                return
            try:
                await self._deliver(mail)
            except RelayError:
                self._begun = None
                self._supply.put_back(mail)
                raise

    async def _may_connect(self) -> bool:
        """Whether there is a permit for the connection, after a wait for it where others have them all."""
        if not self._has_permit:
            self._has_permit = await self._permits.take(lambda: self._supply.is_closed)
        return self._has_permit

    async def _next(self) -> ReadyMail | None:
        """The next mail; a connection that would stay idle for long is closed meanwhile."""
        mail = self._supply.ready_now()
        if mail is not None or self._connection is None:
            return mail or await self._supply.next()
        coming = asyncio.ensure_future(self._supply.next())
        await asyncio.wait({coming}, timeout=IDLE_SECONDS)
        if not coming.done():
            await self._close()
        return await coming

    async def _close(self) -> None:
        if self._connection is not None:
            await self._connection.close()
        self._connection = None
        if self._has_permit:
            self._has_permit = False
            await self._permits.give_back()

    async def _deliver(self, mail: ReadyMail) -> None:
        while True:
            connection = await self._open(mail)
            try:
                refused = await connection.ready()
            except ConnectionLostError as error:
                # Surely not sent. A relay may close after so many mails; the next connection will tell.
                self._begun = None
                self._count_loss(error)
                continue
            self._losses, self._begun = 0, None
            if refused is not None:
                self._end(mail, refused)
            elif await self._recorder.start(mail.delivery_id):
                await self._send_body(connection, mail)
            else:
                # Cancelled meanwhile, and the relay waits for a body: only hanging up says never mind.
                connection.hang_up()
                self._supply.done(mail)
            return

    def _count_loss(self, error: ConnectionLostError) -> None:
        self._losses += 1
        if self._losses >= TRIES:
            raise RelayError(
                "relay-lost", f"relay {self._relay}", f"ends one connection after the other: {error}",
                "look at its log; `bulletin campaign resume` goes on",
            ) from error  # fmt: skip

    async def _open(self, mail: ReadyMail) -> RelayConnection:
        """A connection to which this mail is announced."""
        if self._connection is None or not self._connection.is_open:
            self._connection = await RelayConnection.open(self._relay)
            self._begun = None
        if self._begun is not mail:
            self._connection.begin(mail.envelope)
        return self._connection

    async def _send_body(self, connection: RelayConnection, mail: ReadyMail) -> None:
        self._begun = self._supply.ready_now() if connection.pipelines else None
        following = self._begun.envelope if self._begun is not None else None
        answered = connection.finish(mail.message, following)
        self._end(mail, await connection.outcome(answered))

    def _end(self, mail: ReadyMail, outcome: Outcome) -> None:
        self._recorder.note(mail.delivery_id, outcome)
        self._supply.done(mail)
        self._on_outcome(mail, outcome)
