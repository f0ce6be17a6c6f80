"""Serving an application over HTTP: the only importer of uvicorn.

Knows ports and signals; must not know what the application shows.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from typing import TYPE_CHECKING, Any, Final

import uvicorn
from anyio import to_thread

from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, MutableMapping, Sequence
    from contextlib import AbstractAsyncContextManager

    from starlette.types import ASGIApp, Receive, Scope, Send


THREADS: Final = 4
"""Threads that answer at a time. More take turns with Python rather than work, and each wants a connection to
the database, of which five are kept open: forty threads answered half as many requests."""


class ServingError(BulletinError):
    """The application can't be served where it was meant to be."""


def serve(
    app: ASGIApp,
    host: str,
    port: int,
    on_ready: Callable[[str], None],
    beside: Sequence[AbstractAsyncContextManager[object]] = (),
) -> None:
    """Serve until Ctrl-C or SIGTERM; tell `on_ready` the address once connections are taken.

    `port` 0 takes a free one. What runs `beside` begins before and ends after. Raises ServingError when the
    port can't be had.
    """
    asyncio.run(_serve_until_stopped(app, host, port, on_ready, beside))


async def _serve_until_stopped(
    app: ASGIApp,
    host: str,
    port: int,
    on_ready: Callable[[str], None],
    beside: Sequence[AbstractAsyncContextManager[object]],
) -> None:
    async with contextlib.AsyncExitStack() as stack:
        for each in beside:
            await stack.enter_async_context(each)
        url = await stack.enter_async_context(serving(app, host, port))
        stopped = await stack.enter_async_context(stop_signal())
        on_ready(url)
        await stopped.wait()


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, host: str, port: int) -> AsyncIterator[str]:
    """Serve within the running loop for as long as the block lasts; gives the address."""
    listener = _listen(host, port)
    server = _Server(app)
    to_thread.current_default_thread_limiter().total_tokens = THREADS
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await server.listening(running)
        yield _address(listener)
    finally:
        server.should_exit = True
        await running
        listener.close()


@contextlib.asynccontextmanager
async def stop_signal() -> AsyncIterator[asyncio.Event]:
    """An event that Ctrl-C and SIGTERM set, for as long as the block lasts."""
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    numbers = (signal.SIGINT, signal.SIGTERM)
    for number in numbers:
        loop.add_signal_handler(number, stopped.set)
    try:
        yield stopped
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


class _Server(uvicorn.Server):
    """uvicorn without its signals and its log, and with an end to endless responses."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            uvicorn.Config(
                self._answer,
                interface="asgi3",
                http="httptools",
                ws="none",
                log_config=None,
                log_level="error",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=5,
            )
        )
        self._app = app
        self._up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Tell who waits once connections are taken."""
        await super().startup(sockets)
        self._up.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to whoever runs the loop."""
        yield

    async def listening(self, running: asyncio.Task[None]) -> None:
        """Wait until connections are taken; raise what kept the server from it."""
        waiting = asyncio.create_task(self._up.wait())
        await asyncio.wait({waiting, running}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if running.done():
            running.result()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        # uvicorn waits for open responses when it stops, and an event stream never ends by itself;
        # told that its reader has gone, it does.
        async def receive_or_end() -> MutableMapping[str, Any]:
            if self.should_exit and scope["type"] == "http":
                return {"type": "http.disconnect"}
            return await receive()

        await self._app(scope, receive_or_end, send)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.create_server(address[:2], family=family, backlog=128)
    except (OSError, OverflowError) as error:
        raise ServingError(
            "port-taken",
            f"port {port} on {host}",
            f"can't be listened on ({_reason(error)})",
            "stop the program that holds it, or choose another port",
        ) from error
    # Connections inherit it. asyncio would set it, but not on a socket made without naming TCP; and then
    # each answer waits 40 ms for the other side to acknowledge its first half.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _reason(error: Exception) -> str:
    # asyncio and socket put the address into the words of an OSError, where it stands already.
    number = error.errno if isinstance(error, OSError) else None
    return os.strerror(number).lower() if number else str(error)


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
