"""Where mail comes back to, as a person writes it: a path, `-`, or the address of a mailbox on a server.

Reads addresses; opens nothing itself.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import SplitResult, unquote, urlsplit

from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from mailer.bounces.collect import Source

After = Literal["mark", "move", "delete"]
Security = Literal["tls", "starttls", "none"]

STDIN: Final = "-"
_PORTS: Final = {"imaps": 993, "imap": 143, "pop3s": 995, "pop3": 110}
_SERVERS: Final = ("imaps", "imap", "pop3s", "pop3")
_LOCAL: Final = ("localhost", "127.0.0.1", "::1")


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


def parse_source(
    text: str, tidying: Tidying, password: str = "", ca_file: Path | None = None
) -> Source:
    """The source that a person named; raises `SourceError` for one that can't be."""
    parts = urlsplit(text)
    if parts.scheme in _SERVERS:
        return _on_server(parts, tidying, password, ca_file)
    from mailer.bounces.files import on_disk  # noqa: PLC0415 - a server's mailbox needs none of it

    return on_disk(Path(text).expanduser(), tidying)


def _on_server(parts: SplitResult, tidying: Tidying, password: str, ca_file: Path | None) -> Source:
    server = _server(parts, password, ca_file)
    if parts.scheme.startswith("imap"):
        from mailer.bounces.imap import ImapMailbox  # noqa: PLC0415 - slow to import

        return ImapMailbox(server, tidying)
    from mailer.bounces.pop3 import Pop3Mailbox  # noqa: PLC0415 - as above

    return Pop3Mailbox(server, tidying)


def _server(parts: SplitResult, password: str, ca_file: Path | None) -> Server:
    shown = f"{parts.scheme}://{parts.hostname or ''}"
    if not parts.hostname or not parts.username:
        raise _unclear(shown, "names no host or no user")
    if parts.password:
        raise _unclear(shown, "has a password in it; that belongs in BULLETIN_BOUNCES_PASSWORD")
    if not password:
        raise _unclear(shown, "has no password; set BULLETIN_BOUNCES_PASSWORD")
    try:
        port = parts.port or _PORTS[parts.scheme]
    except ValueError:
        raise _unclear(shown, "has a port that is no number") from None
    return Server(
        host=parts.hostname,
        port=port,
        security=_security(parts),
        username=unquote(parts.username),
        password=password,
        folder=unquote(parts.path.strip("/")) or "INBOX",
        ca_file=ca_file,
    )


def _security(parts: SplitResult) -> Security:
    if parts.scheme.endswith("s"):
        return "tls"
    # A password never leaves this machine unencrypted.
    is_plain = parts.query == "plain" and parts.hostname in _LOCAL
    return "none" if is_plain else "starttls"


def _unclear(subject: str, what: str) -> SourceError:
    remedy = "write it like imaps://user@host/INBOX, pop3s://user@host, or a path"
    return SourceError("source-unclear", subject, what, remedy)
