"""A server in a test's own event loop that leaves no connection behind."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(converse: Callable[[], asyncio.Protocol]) -> AsyncIterator[int]:
    """The port at which each connection gets a protocol of its own. Who is still there at the end is cut off.

    A connection that outlives its loop is closed by nobody, and Python complains of it in some later test.
    """
    loop, taken = asyncio.get_running_loop(), list[asyncio.Transport]()

    def begin() -> asyncio.Protocol:
        protocol = converse()
        begun = protocol.connection_made

        def connection_made(transport: asyncio.BaseTransport) -> None:
            # TLS calls this once more with a transport of its own, upon the first.
            assert isinstance(transport, asyncio.Transport)
            taken.append(transport)
            begun(transport)

        protocol.connection_made = connection_made  # type: ignore[method-assign]
        return protocol

    server = await loop.create_server(begin, "127.0.0.1", 0)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for transport in taken:
            transport.abort()
        # What was cut off is closed in the next round of the loop.
        await asyncio.sleep(0)


def streams(answer: Answer) -> Callable[[], asyncio.Protocol]:
    """A protocol whose connections are answered by a coroutine."""
    return lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader(), answer)
