"""A program: an SMTP server that writes down each mail before it says that it took it.

Knows nothing of the product, and imports nothing but Python: what it wrote is the judge of what the product
sent. One line a happening: `open N`, `mail N RECIPIENT MESSAGE-ID`, `quit N`, `end N`, where N counts
connections.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
from itertools import count

_MESSAGE_ID = re.compile(rb"^message-id:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_END = b"\r\n.\r\n"
_NUMBERS = count(1)
_ANSWERS = {
    b"EHLO": b"250-taking.example\r\n250-PIPELINING\r\n250 SIZE 10000000\r\n",
    b"MAIL": b"250 2.1.0 Fine\r\n",
    b"RCPT": b"250 2.1.5 Fine\r\n",
    b"RSET": b"250 2.0.0 Fine\r\n",
    b"DATA": b"354 Go on\r\n",
    b"QUIT": b"221 2.0.0 Bye\r\n",
}


class Talk(asyncio.Protocol):
    """One connection. A mail is on the record first; its answer follows `delay` seconds later."""

    def __init__(self, record: int, delay: float) -> None:
        self._record = record
        self._delay = delay
        self._number = next(_NUMBERS)
        self._buffer = b""
        self._recipient = ""
        self._takes_body = False
        self._is_thinking = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._note("open")
        transport.write(b"220 taking.example ESMTP\r\n")

    def connection_lost(self, error: Exception | None) -> None:
        """Note the end."""
        self._note("end")

    def data_received(self, data: bytes) -> None:
        """Read on."""
        self._buffer += data
        self._read()

    def _read(self) -> None:
        while not self._is_thinking:
            end = _END if self._takes_body else b"\r\n"
            part, found, rest = self._buffer.partition(end)
            if not found:
                return
            self._buffer = rest
            if self._takes_body:
                self._take(part)
            else:
                self._answer(part)

    def _answer(self, line: bytes) -> None:
        verb = line[:4].upper()
        if verb == b"RCPT":
            self._recipient = line.partition(b"<")[2].rstrip(b">").decode()
        self._takes_body = verb == b"DATA"
        if verb == b"QUIT":
            self._note("quit")
        self._transport.write(_ANSWERS.get(verb, b"502 5.5.1 What?\r\n"))

    def _take(self, body: bytes) -> None:
        found = _MESSAGE_ID.search(body)
        self._note("mail", self._recipient, found[1].decode() if found else "none")
        self._takes_body = False
        self._is_thinking = bool(self._delay)
        if self._is_thinking:
            asyncio.get_running_loop().call_later(self._delay, self._say_yes)
        else:
            self._say_yes()

    def _say_yes(self) -> None:
        self._transport.write(b"250 2.0.0 Taken\r\n")
        if self._is_thinking:
            self._is_thinking = False
            self._read()

    def _note(self, what: str, *more: str) -> None:
        os.write(self._record, " ".join([what, str(self._number), *more]).encode() + b"\n")


async def serve(path: str, delay: float) -> None:
    """Take mail on a free port, which is printed, until the process is ended."""
    record = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Talk(record, delay), "127.0.0.1", 0, backlog=1000)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - that is how it is found
    await server.serve_forever()


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("record", help="where to write down what it took")
    asked.add_argument("--delay", type=float, default=0, help="seconds before a mail is answered")
    chosen = asked.parse_args()
    asyncio.run(serve(chosen.record, chosen.delay))
