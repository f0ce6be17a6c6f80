"""The inbox's SMTP side: accepts every mail for everyone and keeps it.

The only importer of aiosmtpd. Must not know what a mail says.
"""

from __future__ import annotations

import asyncio
import os
import weakref
from typing import TYPE_CHECKING, Final, Self

from aiosmtpd.smtp import SMTP, Envelope

from mailer.sandbox.errors import InboxError
from mailer.web.loopback import require_loopback

if TYPE_CHECKING:
    from types import TracebackType

    from mailer.sandbox.mailbox import Mailbox

SIZE_LIMIT: Final = 10 * 1024 * 1024
"""The largest mail taken, in bytes."""

_END: Final = b"\r\n.\r\n"


class _Conversation(SMTP):
    """One client's session. Only DATA is ours."""

    def __init__(self, mailbox: Mailbox, size_limit: int) -> None:
        super().__init__(
            handler=None,
            data_size_limit=size_limit,
            hostname="localhost",  # Else each connection asks the resolver who this machine is.
            ident="bulletin inbox",
            loop=asyncio.get_running_loop(),
        )
        self._mailbox = mailbox
        self._size_limit = size_limit

    async def smtp_DATA(self, _argument: str) -> None:  # noqa: N802
        """Take the mail in and keep it: once for each recipient, as a relay would deliver it."""
        if await self.check_helo_needed():
            return
        envelope = self.envelope or Envelope()
        if not envelope.rcpt_tos:
            await self.push("503 5.5.1 Say who it is for first (RCPT TO)")
            return
        await self.push("354 End with a line that holds a single dot")
        content = await self._content()
        too_large = "552 5.3.4 The mail is too large"
        status = too_large if content is None else self._keep(content, envelope)
        self.envelope = Envelope()
        await self.push(status)

    def _keep(self, content: bytes, envelope: Envelope) -> str:
        # Not in a thread: 80 KB are written in 0.1 ms, and the way there and back takes as long.
        try:
            for recipient in envelope.rcpt_tos:
                self._mailbox.deliver(content, envelope.mail_from or "", recipient)
        except OSError as error:
            return f"452 4.3.1 Not kept: {error.strerror}"
        return "250 2.0.0 Kept in the inbox"

    async def _content(self) -> bytes | None:
        # aiosmtpd reads line by line, 3 ms for the 1,100 lines of a usual mail; lines that end in
        # a dot are rare, so this reads in gulps. The line break put before the first line is the
        # one that ended DATA: with it, an empty mail and a leading dot are no special cases.
        content, too_large = bytearray(b"\r\n"), False
        while not content.endswith(_END):
            content += await self._gulp()
            if len(content) > self._size_limit:
                too_large = True
                del content[: -len(_END)]
        return None if too_large else bytes(content[:-3].replace(b"\r\n.", b"\r\n")[2:])

    async def _gulp(self) -> bytes:
        try:
            return bytes(await self._reader.readuntil(b".\r\n"))
        except asyncio.LimitOverrunError as overrun:
            return bytes(await self._reader.readexactly(overrun.consumed))


class InboxServer:
    """An SMTP server on loopback that runs on the caller's event loop.

    `port` 0 takes a free one; `size_limit` is in bytes. Use it as `async with`, or call start and
    stop. Raises HostError for a host that other machines can reach.
    """

    def __init__(
        self, mailbox: Mailbox, host: str = "127.0.0.1", port: int = 0, size_limit: int = SIZE_LIMIT
    ) -> None:
        require_loopback(host)
        self._mailbox = mailbox
        self._host = host
        self._wanted_port = port
        self._size_limit = size_limit
        self._server: asyncio.Server | None = None
        self._conversations: weakref.WeakSet[_Conversation] = weakref.WeakSet()

    @property
    def port(self) -> int:
        """The port it listens on, once started."""
        if self._server is None:
            return self._wanted_port
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self) -> None:
        """Listen. Raises InboxError when the port can't be had."""
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(self._answer, self._host, self._wanted_port)
        except OSError as error:
            raise InboxError(
                "port-taken",
                f"port {self._wanted_port} on {self._host}",
                f"can't be listened on ({os.strerror(error.errno).lower() if error.errno else error})",
                "stop the program that holds it, or choose another port",
            ) from error

    async def stop(self) -> None:
        """Stop listening and hang up on whoever is still connected."""
        if self._server is None:
            return
        self._server.close()
        for conversation in list(self._conversations):
            if conversation.transport is not None:
                conversation.transport.close()
        await self._server.wait_closed()
        self._server = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    def _answer(self) -> _Conversation:
        conversation = _Conversation(self._mailbox, self._size_limit)
        self._conversations.add(conversation)
        return conversation
