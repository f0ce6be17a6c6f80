"""A mail relay to send live mail to: a real SMTP server with STARTTLS and a login, in a thread of its own."""

from __future__ import annotations

import asyncio
import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from functools import cached_property
from typing import TYPE_CHECKING

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.listening import listening

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

USERNAME, PASSWORD = "bulletin", "correct horse"
_PATIENCE = 60  # seconds
_AMPLE = 1_000_000


@dataclass(frozen=True)
class Taken:
    """A mail that the relay took."""

    sender: str
    recipient: str
    content: bytes

    @cached_property
    def parsed(self) -> EmailMessage:
        """The mail as a mail program reads it."""
        return message_from_bytes(self.content, policy=policy.default)


@dataclass
class Relay:
    """Keeps what it takes. `answers` replaces its reply to a recipient.

    It answers as many mails as `allow` says and keeps the rest waiting for their answer, so that a
    test can step in while mail is under way.
    """

    authority: Path
    mails: list[Taken] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0

    def __post_init__(self) -> None:
        self._changed = threading.Condition()
        self._up = threading.Event()
        self._allowed = _AMPLE
        self._waiting: list[asyncio.Future[None]] = []
        self._loop: asyncio.AbstractEventLoop
        self._ended: asyncio.Event

    @property
    def recipients(self) -> list[str]:
        """Who got a mail, in order."""
        return [mail.recipient for mail in self.mails]

    @property
    def settings(self) -> dict[str, str]:
        """The variables that let the command line send here."""
        return {
            "BULLETIN_MODE": "live",
            "BULLETIN_APPROVAL_REQUIRED": "false",
            "BULLETIN_RELAY_HOST": "127.0.0.1",
            "BULLETIN_RELAY_PORT": str(self.port),
            "BULLETIN_RELAY_USERNAME": USERNAME,
            "BULLETIN_RELAY_PASSWORD": PASSWORD,
            "BULLETIN_RELAY_CA_FILE": str(self.authority),
        }

    def allow(self, mails: int = _AMPLE) -> None:
        """Answer that many more mails and no others; all when left out."""
        self._loop.call_soon_threadsafe(self._allow, mails)

    def _allow(self, mails: int) -> None:
        # Whoever hung up is waiting no more.
        waiting = [answer for answer in self._waiting if not answer.done()]
        for answer in waiting[:mails]:
            answer.set_result(None)
        self._waiting = waiting[mails:]
        self._allowed = mails - len(waiting[:mails])

    def wait_for(self, mails: int) -> None:
        """Return once it has taken so many mails, answered or not."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.mails) >= mails, _PATIENCE), self.mails

    # ---- what the server asks

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer as the test wishes, else take the recipient."""
        self.asked.append(address)
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Fine"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail at once, and say so when there is leave to."""
        content = envelope.original_content
        assert isinstance(content, bytes)
        assert session.ssl is not None
        with self._changed:
            self.mails.append(Taken(envelope.mail_from or "", envelope.rcpt_tos[0], content))
            self._changed.notify_all()
        await self._leave()
        return "250 2.0.0 Taken"

    async def _leave(self) -> None:
        if self._allowed:
            self._allowed -= 1
            return
        answer = self._loop.create_future()
        self._waiting.append(answer)
        await answer

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        """Let one login in."""
        assert isinstance(data, LoginPassword)
        right = (data.login.decode(), data.password.decode()) == (USERNAME, PASSWORD)
        return AuthResult(success=right, handled=right)

    # ---- the thread

    async def _serve(self, context: ssl.SSLContext) -> None:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()

        def converse() -> SMTP:
            return SMTP(
                self, hostname="localhost", loop=self._loop, tls_context=context, require_starttls=True,
                authenticator=self.authenticate, auth_required=True,
            )  # fmt: skip

        async with listening(converse) as self.port:
            self._up.set()
            await self._ended.wait()

    @contextmanager
    def running(self, context: ssl.SSLContext) -> Iterator[Relay]:
        """Take mail for as long as the block lasts."""
        serving = threading.Thread(target=lambda: asyncio.run(self._serve(context)))
        serving.start()
        assert self._up.wait(_PATIENCE)
        try:
            yield self
        finally:
            self._loop.call_soon_threadsafe(self._ended.set)
            serving.join(_PATIENCE)


@contextmanager
def running_relay(folder: Path) -> Iterator[Relay]:
    """A relay on a free port of this machine, with a fresh certificate; its authority is in `folder`."""
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    path = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    with Relay(path).running(context) as relay:
        yield relay
