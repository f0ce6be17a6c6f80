"""The part of SMTP that is spoken for every mail, for mail that needs no more work (RFC 5321; RFC 2920).

Takes over a connection once it is greeted, secured and logged in. Knows commands and replies; must not know
what a mail says, nor what a reply means for anybody.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from typing import NamedTuple

MAX_REPLY_BYTES = 64_000
"""More than any relay has to say; a reply beyond it ends the connection."""

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_REPLY_LINE = re.compile(rb"([2-5][0-9][0-9])([ -]?)(.*)")


class Reply(NamedTuple):
    """What a relay answered: the code, and its words with the lines joined."""

    code: int
    text: str


class WireError(ConnectionError):
    """The connection is of no more use: lost, silent for too long, or not speaking SMTP."""


class Wire(asyncio.Protocol):
    """Sends commands and hands out replies in their order, however many arrive in one read.

    `timeout` in seconds bounds the wait for each reply, and for room to write.
    """

    def __init__(self, transport: asyncio.Transport, timeout: float) -> None:
        self._transport = transport
        self._timeout = timeout
        self._buffer = bytearray()
        self._lines: list[str] = []
        self._awaited: deque[asyncio.Future[Reply]] = deque()
        self._writable = asyncio.Event()
        self._writable.set()
        self._lost: WireError | None = None
        transport.set_protocol(self)

    @property
    def is_open(self) -> bool:
        """Whether anything can still be said."""
        return self._lost is None and not self._transport.is_closing()

    def command(self, line: str) -> asyncio.Future[Reply]:
        """Send a command without waiting; the future is its reply."""
        return self.send(f"{line}\r\n".encode("ascii"))

    def send(self, data: bytes) -> asyncio.Future[Reply]:
        """Send bytes that the relay answers with one reply."""
        reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        # One who gives up on a reply leaves it behind; that it failed is then nobody's news.
        reply.add_done_callback(_look_at)
        if self.is_open:
            self._awaited.append(reply)
            self._transport.write(data)
        else:
            reply.set_exception(self._lost or WireError("the connection is closed"))
        return reply

    async def answer(self, reply: asyncio.Future[Reply]) -> Reply:
        """Wait for a reply; raises WireError, and hangs up, when it does not come in time."""
        try:
            async with asyncio.timeout(self._timeout):
                return await reply
        except TimeoutError:
            self._fail(WireError(f"no answer within {self._timeout:g} s"))
            raise self._lost or WireError("timeout") from None

    async def drained(self) -> None:
        """Wait until the relay has taken most of what was written."""
        try:
            async with asyncio.timeout(self._timeout):
                await self._writable.wait()
        except TimeoutError:
            self._fail(WireError(f"took nothing for {self._timeout:g} s"))
        if self._lost:
            raise self._lost

    def hang_up(self) -> None:
        """Close without a word."""
        self._fail(WireError("hung up"))

    # ---- asyncio's side

    def data_received(self, data: bytes) -> None:
        """Cut what arrived into replies."""
        self._buffer += data
        *lines, rest = self._buffer.split(b"\r\n") if b"\r\n" in data else self._buffer.split(b"\n")
        self._buffer = bytearray(rest)
        for line in lines:
            self._read_line(bytes(line).rstrip(b"\r"))
        if len(self._buffer) + sum(map(len, self._lines)) > MAX_REPLY_BYTES:
            self._fail(WireError("an endless reply"))

    def _read_line(self, line: bytes) -> None:
        found = _REPLY_LINE.fullmatch(line)
        if found is None:
            self._fail(WireError(f"not an SMTP reply: {line[:60].decode('latin-1')!r}"))
            return
        # A relay's words end up in a database and on a terminal, where control characters do harm.
        self._lines.append(_CONTROLS.sub("\ufffd", found[3].decode("utf-8", "replace")))
        if found[2] != b"-":
            reply, self._lines = Reply(int(found[1]), " ".join(self._lines)), []
            self._deliver(reply)

    def _deliver(self, reply: Reply) -> None:
        if self._awaited:
            future = self._awaited.popleft()
            if not future.done():
                future.set_result(reply)
        else:
            # Nothing was asked: a relay that says goodbye (421) before it closes.
            self._fail(WireError(f"{reply.code} {reply.text}"))

    def connection_lost(self, error: Exception | None) -> None:
        """Tell everybody who waits."""
        self._fail(WireError(str(error) if error else "the relay closed the connection"))

    def pause_writing(self) -> None:
        """The relay takes less than is written."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """There is room again."""
        self._writable.set()

    def _fail(self, error: WireError) -> None:
        if self._lost is None:
            self._lost = error
            self._transport.abort()
        self._writable.set()
        while self._awaited:
            future = self._awaited.popleft()
            if not future.done():
                future.set_exception(self._lost)


def _look_at(reply: asyncio.Future[Reply]) -> None:
    if not reply.cancelled():
        reply.exception()
