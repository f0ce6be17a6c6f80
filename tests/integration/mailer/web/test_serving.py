"""Ports and signals, with a real server."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from mailer.web import serving as serving_module
from mailer.web.serving import ServingError, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

PROGRAM = """
from starlette.responses import PlainTextResponse
from mailer.web.serving import serve
serve(PlainTextResponse("hello"), "127.0.0.1", 0, lambda url: print(url, flush=True))
print("stopped", flush=True)
"""


async def endless(request: Request) -> StreamingResponse:
    async def words() -> AsyncIterator[str]:
        while not await request.is_disconnected():
            yield "still here\n"
            await asyncio.sleep(0.02)

    return StreamingResponse(words())


async def test_port_nought_takes_a_free_port_and_tells_it() -> None:
    async with serving(PlainTextResponse("hello"), "127.0.0.1", 0) as url:
        answer = await asyncio.to_thread(lambda: urllib.request.urlopen(url).read())
    assert answer == b"hello"


async def test_an_address_of_version_six_is_told_in_brackets() -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    async with serving(PlainTextResponse("hello"), "::1", 0) as url:
        assert url.startswith("http://[::1]:")


async def test_an_endless_response_does_not_hold_up_the_end() -> None:
    app = Starlette(routes=[Route("/", endless)])
    async with asyncio.timeout(3):
        async with serving(app, "127.0.0.1", 0) as url:
            port = int(url.rstrip("/").rpartition(":")[2])
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            await reader.readuntil(b"still here")
        rest = await reader.read()
    assert rest.endswith(b"0\r\n\r\n"), "the response was cut off rather than ended"
    writer.close()


def test_a_connection_sends_at_once_what_it_has() -> None:
    with (
        serving_module._listen("127.0.0.1", 0) as listener,
        socket.create_connection(listener.getsockname()),
        listener.accept()[0] as connection,
    ):
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


async def test_a_port_that_is_taken_is_told_with_a_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        with pytest.raises(
            ServingError, match=f"port {port} on 127.0.0.1.*another port"
        ) as refused:
            async with serving(PlainTextResponse(""), "127.0.0.1", port):
                pass
    assert refused.value.code == "port-taken"


async def test_a_host_that_does_not_exist_is_told() -> None:
    with pytest.raises(ServingError, match="can't be listened on"):
        async with serving(PlainTextResponse(""), "no-such-host.invalid", 0):
            pass


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_quietly(number: signal.Signals) -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )
    assert program.stdout is not None
    assert program.stdout.readline().startswith("http://127.0.0.1:")
    program.send_signal(number)
    out, err = program.communicate(timeout=10)
    assert (program.returncode, out, err) == (0, "stopped\n", "")
