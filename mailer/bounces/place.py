"""A place where mail comes back to: what each kind of it offers, and how one on a server is reached.

Values and protocols. Must not know which kinds there are.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

After = Literal["mark", "move", "delete"]
Security = Literal["tls", "starttls", "none"]

LARGEST_MAIL = 2 * 1024 * 1024
"""Bytes of a mail that are read: what failed stands at its head, the rest is the returned mail."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One mail at its source; `put_away` marks, moves or deletes it there. `envelope` is whom it came to."""

    data: bytes
    put_away: Callable[[], None]
    envelope: tuple[str, ...] = ()


class Mails(Protocol):
    """An opened source."""

    def unhandled(self) -> Iterator[Incoming]:
        """The mails that are not marked as handled, in any order."""

    def wait(self, seconds: float) -> None:
        """Wait until there may be new mail, or the time is over."""


class Source(Protocol):
    """A place where mail comes back to."""

    @property
    def name(self) -> str:
        """What a person calls it, without a password."""

    def open(self) -> AbstractContextManager[Mails]:
        """Reach it, for as long as the block lasts; raises `SourceError` when that fails."""


class SourceError(BulletinError):
    """A place where mail should have come back to can't be reached or read."""


@dataclass(frozen=True, slots=True)
class Tidying:
    """What is done with a mail that was handled: mark it, move it to the folder `move_to`, or delete it."""

    after: After = "mark"
    move_to: str = "Handled"


@dataclass(frozen=True, slots=True)
class Server:
    """A mailbox on a server, and how to get in."""

    host: str
    port: int
    security: Security
    username: str
    password: str
    folder: str = "INBOX"
    ca_file: Path | None = None
    timeout: float = 30

    def tls(self) -> ssl.SSLContext:
        """What the server's certificate is checked against."""
        return ssl.create_default_context(cafile=self.ca_file)
