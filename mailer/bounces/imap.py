"""Mail that came back into a mailbox that speaks IMAP: the only importer of imapclient.

Reads without marking, and marks, moves or deletes a mail once it is handled; waits by IDLE. Must not know
what a mail says.
"""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from imapclient import SEEN, IMAPClient
from imapclient.exceptions import IMAPClientError

from mailer.bounces.place import LARGEST_MAIL, Incoming, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailer.bounces.place import Server, Tidying

_WHOLE: Final = f"BODY.PEEK[]<0.{LARGEST_MAIL}>"
_IDLE_LASTS: Final = 600
"""Seconds after which IDLE is begun anew: a server may end one after half an hour (RFC 2177)."""


@dataclass(frozen=True, slots=True)
class ImapMailbox:
    """A folder of a mailbox. Where handled mails are marked, those not seen are unhandled; else all are."""

    server: Server
    tidying: Tidying

    @property
    def name(self) -> str:
        """User, host and folder."""
        return f"{self.server.username} at {self.server.host}, folder {self.server.folder}"

    @contextmanager
    def open(self) -> Iterator[OpenFolder]:
        """Log in, for as long as the block lasts; raises `SourceError` when that or what follows fails."""
        try:
            with self._connected() as client:
                client.login(self.server.username, self.server.password)
                client.select_folder(self.server.folder)
                yield OpenFolder(client, self.tidying)
        except (IMAPClientError, OSError) as error:
            raise SourceError(
                "source-unreachable",
                self.name,
                f"can't be read ({error})",
                "check bounces.sources and BULLETIN_BOUNCES_PASSWORD; nothing is lost",
            ) from error

    @contextmanager
    def _connected(self) -> Iterator[IMAPClient]:
        server, is_tls = self.server, self.server.security == "tls"
        client = IMAPClient(
            server.host,
            server.port,
            ssl=is_tls,
            ssl_context=server.tls() if is_tls else None,
            timeout=server.timeout,
        )
        try:
            if server.security == "starttls":
                client.starttls(server.tls())
            yield client
        finally:
            _leave(client)


@dataclass(frozen=True, slots=True)
class OpenFolder:
    """A folder that is open."""

    client: IMAPClient
    tidying: Tidying

    def unhandled(self) -> Iterator[Incoming]:
        """The mails, fetched one by one: a year of them would not fit into memory."""
        wanted = "UNSEEN" if self.tidying.after == "mark" else "ALL"
        for number in self.client.search([wanted, "UNDELETED"]):
            found = self.client.fetch([number], [_WHOLE]).get(number, {})
            data = next((v for k, v in found.items() if k.startswith(b"BODY[")), None)
            # Another process may have put it away first.
            if data is not None:
                yield Incoming(data, partial(self._put_away, number))

    def wait(self, seconds: float) -> None:
        """Wait by IDLE until something changes in the folder; by a pause where the server has no IDLE."""
        if not self.client.has_capability("IDLE"):
            time.sleep(seconds)
            self.client.noop()
            return
        self.client.idle()
        try:
            self.client.idle_check(timeout=min(seconds, _IDLE_LASTS))
        finally:
            self.client.idle_done()

    def _put_away(self, number: int) -> None:
        match self.tidying.after:
            case "mark":
                self.client.add_flags([number], [SEEN], silent=True)
            case "move":
                self._move(number)
            case "delete":
                self._delete(number)

    def _move(self, number: int) -> None:
        folder = self.tidying.move_to
        if not self.client.folder_exists(folder):
            self.client.create_folder(folder)
        if self.client.has_capability("MOVE"):
            self.client.move([number], folder)
            return
        self.client.copy([number], folder)
        self._delete(number)

    def _delete(self, number: int) -> None:
        self.client.delete_messages([number], silent=True)
        # Without UIDPLUS the server deletes it, and whatever somebody else marked, when it is asked to.
        if self.client.has_capability("UIDPLUS"):
            self.client.uid_expunge([number])


def _leave(client: IMAPClient) -> None:
    # What went wrong before is what is told; a connection that is broken can't be left in due form.
    with suppress(IMAPClientError, OSError):
        client.logout()
        return
    with suppress(OSError):
        client.shutdown()
