"""The part of SMTP that is spoken for every mail, for mail that needs no more work (RFC 5321; RFC 2920).

Takes over a connection once it is greeted, secured and logged in. Knows commands and replies; must not know
what a mail says, nor what a reply means for anybody.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
from collections import deque
from typing import NamedTuple

MAX_REPLY_BYTES = 64_000
"""More than any relay has to say; a reply beyond it ends the connection."""

_CLOSING = 421
_QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_REPLY_LINE = re.compile(rb"([2-5][0-9][0-9])([ -]?)(.*)")


class Reply(NamedTuple):
    """What a relay answered: the code, and its words with the lines joined."""

    code: int
    text: str


class WireError(ConnectionError):
    """The connection is of no more use: lost, silent for too long, or not speaking SMTP."""


class _Question(NamedTuple):
    """Something said that is answered by so many replies."""

    expected: int
    replies: list[Reply]
    answered: asyncio.Future[list[Reply]]
    patience: float


class Wire(asyncio.Protocol):
    """Says things and hands out the replies in their order, however many arrive in one read.

    `timeout` in seconds bounds the wait for each reply. One timer watches the whole connection: a timer for
    each reply costs more than the reply.
    """

    def __init__(self, transport: asyncio.Transport, timeout: float) -> None:
        self._transport = transport
        self._socket: socket.socket | None = transport.get_extra_info("socket")
        self._timeout = timeout
        self._buffer = b""
        self._lines: list[str] = []
        self._asked: deque[_Question] = deque()
        self._lost: WireError | None = None
        self._loop = asyncio.get_running_loop()
        self._deadline = self._loop.time() + timeout
        self._timer = self._loop.call_at(self._deadline, self._look_at_the_clock)
        transport.set_protocol(self)

    @property
    def is_open(self) -> bool:
        """Whether anything can still be said."""
        return self._lost is None and not self._transport.is_closing()

    def ask(
        self, data: bytes, replies: int = 1, patience: float | None = None
    ) -> asyncio.Future[list[Reply]]:
        """Send bytes that the relay answers with so many replies, without waiting for them."""
        answered = self.expect(replies, patience)
        self.say(data)
        return answered

    def expect(
        self, replies: int = 1, patience: float | None = None
    ) -> asyncio.Future[list[Reply]]:
        """So many replies to what is about to be said.

        The future raises WireError when they do not all come in time: each within `patience` seconds, or the
        usual time-out.
        """
        answered: asyncio.Future[list[Reply]] = self._loop.create_future()
        if not self.is_open:
            answered.set_exception(self._lost or WireError("the connection is closed"))
            answered.exception()
            return answered
        # One who gives up on a reply leaves it behind; that it failed is then nobody's news.
        answered.add_done_callback(_look_at)
        question = _Question(replies, [], answered, patience or self._timeout)
        if not self._asked:
            self._deadline = self._loop.time() + question.patience
        self._asked.append(question)
        return answered

    def say(self, data: bytes) -> None:
        """Send bytes whose replies are expected."""
        if self.is_open:
            self._transport.write(data)

    def hang_up(self) -> None:
        """Close without a word."""
        self._fail(WireError("hung up"))

    # ---- asyncio's side

    def data_received(self, data: bytes) -> None:
        """Cut what arrived into replies."""
        self._acknowledge()
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            self._read_line(line.rstrip(b"\r"))
        if len(self._buffer) + sum(map(len, self._lines)) > MAX_REPLY_BYTES:
            self._fail(WireError("an endless reply"))

    def resume_writing(self) -> None:
        """A slow relay has taken most of a mail: it is given time for the rest."""
        if self._asked:
            self._deadline = self._loop.time() + self._asked[0].patience

    def connection_lost(self, error: Exception | None) -> None:
        """Tell everybody who waits."""
        self._fail(WireError(str(error) if error else "the relay closed the connection"))

    def _acknowledge(self) -> None:
        """Tell the relay at once that its words have arrived (Linux).

        One that says "250" and, in a packet of its own, "354" holds the second back until the first is
        acknowledged (Nagle), which Linux by itself does up to 40 ms later: the time of twenty mails.
        """
        if self._socket is not None and _QUICKACK is not None:
            with contextlib.suppress(OSError):
                self._socket.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)

    def _read_line(self, line: bytes) -> None:
        found = _REPLY_LINE.fullmatch(line)
        if found is None:
            self._fail(WireError(f"not an SMTP reply: {line[:60].decode('latin-1')!r}"))
            return
        code, more, words = found.groups()
        # A relay's words end up in a database and on a terminal, where control characters do harm.
        self._lines.append(_CONTROLS.sub("\ufffd", words.decode("utf-8", "replace")))
        if more != b"-":
            reply, self._lines = Reply(int(code), " ".join(self._lines)), []
            self._hand_out(reply)

    def _hand_out(self, reply: Reply) -> None:
        if not self._asked:
            # Nothing was asked: a relay that says goodbye (421) before it closes.
            self._fail(WireError(f"{reply.code} {reply.text}"))
            return
        question = self._asked[0]
        question.replies.append(reply)
        if reply.code == _CLOSING:
            # That is its answer to all it was asked, and the end (RFC 5321, section 3.8).
            question.replies.extend([reply] * (question.expected - len(question.replies)))
        if len(question.replies) == question.expected:
            self._asked.popleft()
            if not question.answered.done():
                question.answered.set_result(question.replies)
        if self._asked:
            self._deadline = self._loop.time() + self._asked[0].patience
        if reply.code == _CLOSING:
            self._fail(WireError(f"{reply.code} {reply.text}"))

    def _look_at_the_clock(self) -> None:
        if self._lost is not None:
            return
        now = self._loop.time()
        if self._asked and now >= self._deadline:
            self._fail(WireError(f"no answer within {self._asked[0].patience:g} s"))
            return
        # With nothing asked the deadline is stale; it is set anew before the next wait.
        due = self._deadline if self._deadline > now else now + self._timeout
        self._timer = self._loop.call_at(due, self._look_at_the_clock)

    def _fail(self, error: WireError) -> None:
        if self._lost is None:
            self._lost = error
            self._timer.cancel()
            self._transport.abort()
        while self._asked:
            answered = self._asked.popleft().answered
            if not answered.done():
                answered.set_exception(self._lost)


def _look_at(answered: asyncio.Future[list[Reply]]) -> None:
    if not answered.cancelled():
        answered.exception()
