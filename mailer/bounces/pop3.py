"""Mail that came back into a mailbox that speaks POP3.

POP3 has no marks: a handled mail is deleted, or stays and is known by its digest the next time. Must not
know what a mail says.
"""

from __future__ import annotations

import poplib
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final

from mailer.bounces.place import LARGEST_MAIL, Incoming, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailer.bounces.place import Server, Tidying


_LONGEST_LINE: Final = 65_536
_LINES_OF_LARGE: Final = 500
"""Lines of content that are fetched of a mail which is too large: what failed stands at its head."""


class _AnyLines:
    """Reads lines of any length, and leaves out what is over the limit.

    poplib itself gives up at 2,048 octets, and with that the mailbox: nobody would get past such a mail.
    """

    file: BinaryIO

    def _getline(self) -> tuple[bytes, int]:
        line = rest = self.file.readline(_LONGEST_LINE)
        while rest and not rest.endswith(b"\n"):
            rest = self.file.readline(_LONGEST_LINE)
        if not rest:
            raise poplib.error_proto("-ERR EOF")
        return line.removesuffix(b"\n").removesuffix(b"\r"), len(line)


class _Client(_AnyLines, poplib.POP3):
    """A connection that is not encrypted, or not yet."""


class _TlsClient(_AnyLines, poplib.POP3_SSL):
    """A connection that is encrypted from its beginning."""


@dataclass(frozen=True, slots=True)
class Pop3Mailbox:
    """A mailbox. Handled mails are deleted when they are to be deleted or moved, and stay otherwise."""

    server: Server
    tidying: Tidying

    @property
    def name(self) -> str:
        """User and host."""
        return f"{self.server.username} at {self.server.host}"

    @contextmanager
    def open(self) -> Iterator[OpenMailbox]:
        """Log in, for as long as the block lasts; raises `SourceError` when that or what follows fails."""
        try:
            client = self._connect()
            try:
                client.user(self.server.username)
                client.pass_(self.server.password)
                yield OpenMailbox(client, is_emptied=self.tidying.after != "mark")
            finally:
                # What was deleted is gone only now, whatever went wrong after it.
                with suppress(poplib.error_proto, OSError):
                    client.quit()
                with suppress(OSError):
                    client.close()
        except (poplib.error_proto, OSError) as error:
            raise SourceError(
                "source-unreachable",
                self.name,
                f"can't be read ({_told(error)})",
                "check bounces.sources and BULLETIN_BOUNCES_PASSWORD; nothing is lost",
            ) from error

    def _connect(self) -> poplib.POP3:
        server = self.server
        if server.security == "tls":
            return _TlsClient(
                server.host, server.port, timeout=server.timeout, context=server.tls()
            )
        client = _Client(server.host, server.port, timeout=server.timeout)
        if server.security == "starttls":
            client.stls(server.tls())
        return client


@dataclass(frozen=True, slots=True)
class OpenMailbox:
    """A mailbox that is open: it shows the mails that were there when it was opened."""

    client: poplib.POP3
    is_emptied: bool

    def unhandled(self) -> Iterator[Incoming]:
        """Every mail; one that the server refuses to give is told once the others are handled."""
        _, listed, _ = self.client.list()
        refusal: poplib.error_proto | None = None
        for number, size in (map(int, line.split()[:2]) for line in listed):
            try:
                data = self._read(number, size)
            except poplib.error_proto as error:
                refusal = error
                continue
            yield Incoming(data, partial(self._put_away, number))
        if refusal is not None:
            raise refusal

    def _read(self, number: int, size: int) -> bytes:
        if size > LARGEST_MAIL:
            _, lines, _ = self.client.top(number, _LINES_OF_LARGE)
        else:
            _, lines, _ = self.client.retr(number)
        return b"\r\n".join(lines)[:LARGEST_MAIL]

    def wait(self, seconds: float) -> None:
        """Wait: the mailbox has to be opened anew to show what came in."""
        time.sleep(seconds)

    def _put_away(self, number: int) -> None:
        if self.is_emptied:
            self.client.dele(number)


def _told(error: Exception) -> str:
    first = error.args[0] if error.args else error
    return first.decode(errors="replace") if isinstance(first, bytes) else str(error)
