"""One connection's work: a mail after the other, each on record before its body leaves.

Knows in which order things must happen, so that a process that is killed at any moment leaves no mail lost
and at most this one connection's mail in doubt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailer.delivery.smtp import ConnectionLostError, RelayConnection, RelayError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mailer.delivery.outcome import Outcome
    from mailer.delivery.recorder import Recorder
    from mailer.delivery.smtp import RelayAddress
    from mailer.delivery.supply import ReadyMail, Supply

TRIES = 3
"""How many connections in a row may be lost without an answer to any mail."""


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
        on_outcome: Callable[[Outcome], None],
    ) -> None:
        self._relay = relay
        self._supply = supply
        self._recorder = recorder
        self._on_outcome = on_outcome
        self._connection: RelayConnection | None = None
        self._begun: ReadyMail | None = None
        self._losses = 0

    async def run(self) -> None:
        """Send until there is no more. Raises `RelayError`, or what the recorder could not write."""
        mail: ReadyMail | None = None
        try:
            while (mail := self._begun or await self._supply.next()) is not None:
                await self._deliver(mail)
                mail = None
        except BaseException as error:
            if mail is not None and isinstance(error, RelayError):
                self._supply.put_back(mail)
            # The relay may be waiting for a body, or somebody is in a hurry: no goodbye.
            if self._connection is not None:
                self._connection.hang_up()
            raise
        if self._connection is not None:
            await self._connection.close()

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
                self._note(mail, refused)
            elif await self._recorder.start(mail.delivery_id):
                await self._send_body(connection, mail)
            else:
                # Cancelled meanwhile, and the relay waits for a body: only hanging up says never mind.
                connection.hang_up()
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
        reply = connection.finish(mail.message)
        if connection.pipelines:
            self._begun = self._supply.ready_now()
            if self._begun is not None:
                connection.begin(self._begun.envelope)
        self._note(mail, await connection.outcome(reply))

    def _note(self, mail: ReadyMail, outcome: Outcome) -> None:
        self._recorder.note(mail.delivery_id, outcome)
        self._on_outcome(outcome)
