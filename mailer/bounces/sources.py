"""Where mail comes back to, as a person writes it: a path, or the address of a mailbox on a server.

Reads addresses; opens nothing itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, unquote, urlsplit

from mailer.bounces.place import Server, SourceError

if TYPE_CHECKING:
    from mailer.bounces.place import Security, Source, Tidying

_PORTS: Final = {"imaps": 993, "imap": 143, "pop3s": 995, "pop3": 110}
_SERVERS: Final = ("imaps", "imap", "pop3s", "pop3")
_STDIN: Final = "-"
_LOCAL: Final = ("localhost", "127.0.0.1", "::1")


def parse_source(
    text: str, tidying: Tidying, password: str = "", ca_file: Path | None = None
) -> Source:
    """The source that a person named; raises `SourceError` for one that can't be."""
    if not text.strip():
        # As a path it is the folder one happens to be in, and its files are no mails.
        raise _unclear("a source of mail", "is empty")
    if text == _STDIN:
        raise _unclear(text, "is standard input, which is read alone and by `bounces collect -`")
    parts = _split(text)
    if parts.scheme in _SERVERS:
        return _on_server(parts, tidying, password, ca_file)
    return _on_disk(text, tidying)


def unreadable(text: str, error: OSError) -> SourceError:
    """What to tell of a source that was named soundly, and can't be read."""
    what = f"can't be read ({error.strerror or error})"
    return SourceError("source-unreadable", text, what, "check it; nothing is lost")


def _split(text: str) -> SplitResult:
    try:
        return urlsplit(text)
    except ValueError:
        # What stands before the @ may hold a password; so may the error, which is not kept for that.
        scheme, _, rest = text.partition("//")
        host = rest.rpartition("@")[2] if "@" in rest else ""
        raise _unclear(f"{scheme}//{host}", "is no address") from None


def _on_disk(text: str, tidying: Tidying) -> Source:
    from mailer.bounces.files import on_disk  # noqa: PLC0415 - a server's mailbox needs none of it

    try:
        path = Path(text).expanduser()
    except RuntimeError:
        raise _unclear(text, "names somebody who has no home here") from None
    return on_disk(path, tidying)


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
        # As it is looked up. Such an error is none of those by which a server can't be reached.
        parts.hostname.encode("idna")
    except UnicodeError:
        raise _unclear(shown, "names a host that can't be") from None
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
