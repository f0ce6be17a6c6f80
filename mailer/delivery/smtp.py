"""The connection to a relay. The only importer of aiosmtplib: everybody else sees outcomes and `RelayError`.

Knows SMTP's steps well enough to say whether a lost connection may have taken a mail along.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import aiosmtplib

from mailer.bounces.stage import Stage
from mailer.delivery.outcome import Outcome, cut_off, judge_reply, judge_size
from mailer.delivery.terms import Terms, read_terms
from mailer.delivery.wire import Reply, Wire, WireError
from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


_SEND_BUFFER = 256 * 1024


class RelayError(BulletinError):
    """The relay can't be used as it is set up: no fault of any recipient."""


@dataclass(frozen=True, slots=True)
class RelayAddress:
    """Where a relay is and how to get in. `timeout` in seconds, for each step."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    username: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None
    timeout: float = 30
    answer_timeout: float | None = None
    """For the answer to a whole mail, which some relays scan first; None is the same as for others."""

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who one mail is from and for, as the relay is told, with its size in bytes."""

    sender: str
    recipient: str
    size: int


class ConnectionLostError(ConnectionError):
    """The connection ended before a mail's body was sent: the mail is surely not with the relay."""


class RelayConnection:
    """One open session with a relay. Not for use by two tasks at once.

    A mail takes `begin`, `ready` and `finish`. With a relay that offers PIPELINING (RFC 2920) `finish` may
    begin the next mail, before its own answer is awaited: one round trip a mail.
    """

    def __init__(self, address: RelayAddress, client: aiosmtplib.SMTP, wire: Wire) -> None:
        self._address = address
        self._client = client
        self._wire = wire
        self._announces_size = client.supports_extension("SIZE")
        self.pipelines = client.supports_extension("PIPELINING")
        self._envelope: Envelope | None = None
        self._announced: asyncio.Future[list[Reply]] | None = None
        self._must_reset = False

    @classmethod
    async def open(cls, address: RelayAddress) -> RelayConnection:
        """Connect, secure and log in; raises `RelayError` saying which of these failed."""
        client = aiosmtplib.SMTP(
            hostname=address.host,
            port=address.port,
            timeout=address.timeout,
            use_tls=address.security == "tls",
            start_tls=address.security == "starttls",
            username=address.username or None,
            password=address.password or None,
            tls_context=_tls_context(address),
        )
        try:
            await client.connect()
            await _greet(client)
        except (aiosmtplib.SMTPException, OSError) as error:
            client.close()
            raise _explain(address, error) from error
        except BaseException:
            # Nobody waits for this connection any more.
            client.close()
            raise
        transport = _transport(client)
        _widen(transport)
        return cls(address, client, Wire(transport, address.timeout))

    @property
    def is_open(self) -> bool:
        """Whether another mail can be handed over."""
        return self._wire.is_open

    @property
    def terms(self) -> Terms:
        """On what terms this session takes mail."""
        secured = _transport(self._client).get_extra_info("ssl_object")
        return read_terms(secured, self._client.esmtp_extensions.get("size"))

    def begin(self, envelope: Envelope) -> None:
        """Announce a mail; with PIPELINING everything up to its body is said at once."""
        self._wire.say(self._announce(envelope))

    def _announce(self, envelope: Envelope) -> bytes:
        """What is to be said at once of a mail, or nothing; its replies are expected from here on."""
        self._envelope, self._announced = envelope, None
        if not self.pipelines:
            return b""
        lines = [*self._reset(), *self._commands(envelope)]
        self._announced = self._wire.expect(len(lines))
        return _encoded(lines)

    async def ready(self) -> Outcome | None:
        """None once the relay waits for the body, else why it won't take the mail.

        Raises `RelayError` when it refuses the sender, which no other recipient would change, and
        `ConnectionLostError` when it is gone, or about to close (RFC 5321, section 3.8).
        """
        try:
            mail, rcpt, data = await self._answers()
        except WireError as error:
            raise ConnectionLostError(f"connection lost: {error}") from error
        if mail.code == 421:
            self.hang_up()
            raise ConnectionLostError(f"{mail.code} {mail.text}")
        if mail.code // 100 == 5:
            too_large = judge_size(*mail)
            if too_large is None:
                self._must_reset = True
                raise self._sender_refused(mail)
            await self._abandon(data)
            return too_large
        refused = _first_refusal(mail, rcpt)
        if refused is None and data.code == 354:
            return None
        if refused is None and data.code // 100 not in (4, 5):
            # A yes where "go on" was asked for: whatever this is, it has no mail from us.
            self.hang_up()
            raise ConnectionLostError(f"{data.code} in answer to DATA")
        await self._abandon(data)
        return refused or judge_reply(*data, Stage.BODY)

    def finish(
        self, message: bytes, following: Envelope | None = None
    ) -> asyncio.Future[list[Reply]]:
        """Send the body, and announce the mail that follows; from here on the relay may have the first.

        No line may begin with a dot: nothing is stuffed here (RFC 5321, section 4.5.2), and an unstuffed dot
        would end the mail early and let the rest pass for commands. `Skeleton` sees to it.
        """
        answered = self._wire.expect(patience=self._address.answer_timeout)
        announced = self._announce(following) if following is not None else b""
        self._wire.say(b"".join((message, b".\r\n", announced)))
        return answered

    async def outcome(self, answered: asyncio.Future[list[Reply]]) -> Outcome:
        """What the relay said to the body."""
        try:
            return judge_reply(*(await answered)[0], Stage.BODY)
        except WireError as error:
            return cut_off(True, f"connection lost: {error}")

    def hang_up(self) -> None:
        """Close without a word, and so take back a mail whose body was not sent."""
        self._wire.hang_up()

    def _commands(self, envelope: Envelope) -> tuple[str, str, str]:
        size = f" SIZE={envelope.size}" if self._announces_size else ""
        return f"MAIL FROM:<{envelope.sender}>{size}", f"RCPT TO:<{envelope.recipient}>", "DATA"

    def _reset(self) -> list[str]:
        """What has to be said before the next mail, after one that was refused."""
        must, self._must_reset = self._must_reset, False
        return ["RSET"] if must else []

    def _say(self, *lines: str) -> asyncio.Future[list[Reply]]:
        return self._wire.ask(_encoded(lines), len(lines))

    async def _answers(self) -> list[Reply]:
        """The replies to MAIL, RCPT and DATA; after a refusal the rest is not asked one by one."""
        if self._announced is not None:
            return (await self._announced)[-3:]
        for line in self._reset():
            await self._say(line)
        assert self._envelope is not None  # noqa: S101 - `begin` comes first
        answers: list[Reply] = []
        for line in self._commands(self._envelope):
            answers += await self._say(line)
            if answers[-1].code // 100 not in (2, 3):
                break
        return answers + [answers[-1]] * (3 - len(answers))

    async def _abandon(self, data: Reply) -> None:
        """Leave a mail that was refused before its body."""
        self._must_reset = True
        if data.code == 354:
            # RFC 2920, section 3.1: a relay that waits for a body nobody will get is told that it is empty.
            self._wire.ask(b".\r\n")
        if data.code == 421:
            self.hang_up()

    def _sender_refused(self, reply: Reply) -> RelayError:
        return RelayError(
            "relay-sender-refused",
            f"relay {self._address}",
            f"takes no mail from us: {reply.code} {reply.text}",
            "check sender.address, relay.security and relay.username",
        )

    async def close(self) -> None:
        """Say goodbye, and never fail at it."""
        try:
            if self._wire.is_open:
                await self._say("QUIT")
        except WireError:
            pass
        self.hang_up()
        self._client.close()


def _encoded(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _first_refusal(mail: Reply, rcpt: Reply) -> Outcome | None:
    """What the first no to a mail's sender or recipient stands for."""
    for reply, stage in ((mail, Stage.SENDER), (rcpt, Stage.RECIPIENT)):
        if reply.code // 100 != 2:
            return judge_reply(*reply, stage)
    return None


async def _greet(client: aiosmtplib.SMTP) -> None:
    """Say hello where neither TLS nor a login has done so yet."""
    if not client.is_ehlo_or_helo_needed:
        return
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError:
        await client.helo()


def _transport(client: aiosmtplib.SMTP) -> asyncio.Transport:
    """The connection under aiosmtplib's client: TCP, or TLS upon it.

    Its own data path runs two regular expressions over every mail and loses a second reply that comes in one
    read, so from here on `Wire` speaks; greeting, TLS and login stay the library's.
    """
    transport = client.transport
    assert isinstance(transport, asyncio.Transport)  # noqa: S101 - it is connected
    return transport


def _widen(transport: asyncio.Transport) -> None:
    """Let the system take a whole mail at once: what does not fit is copied again and again."""
    connected = transport.get_extra_info("socket")
    if connected is not None:
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)


def _tls_context(address: RelayAddress) -> ssl.SSLContext | None:
    if address.security == "none":
        return None
    try:
        context = ssl.create_default_context(cafile=address.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise RelayError(
            "relay-ca-file", "relay.ca_file", f"{address.ca_file} can't be read: {error}",
            "give a file with the relay's certificate authority in PEM form",
        ) from error  # fmt: skip
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _explain(address: RelayAddress, error: Exception) -> RelayError:
    subject = f"relay {address}"
    certificate = _find_cause(error, ssl.SSLCertVerificationError)
    if certificate is not None:
        reason = getattr(certificate, "verify_message", str(certificate))
        return RelayError(
            "relay-certificate", subject, f"its certificate is not trusted: {reason}",
            "check relay.host, renew the certificate, or name its authority as relay.ca_file",
        )  # fmt: skip
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return RelayError(
            "relay-login", subject, f"the login was refused: {error.code} {error.message}",
            "check relay.username and BULLETIN_RELAY_PASSWORD",
        )  # fmt: skip
    if isinstance(error, aiosmtplib.SMTPNotSupported):
        return RelayError(
            "relay-unsupported",
            subject,
            str(error.message),
            "check relay.security and relay.username",
        )
    if isinstance(error, TimeoutError):
        what = f"no answer within {address.timeout:g} s"
        return RelayError(
            "relay-timeout", subject, what, "check relay.host and relay.port, and that it is up"
        )
    return RelayError(
        "relay-unreachable", subject, f"can't be reached ({error})",
        "check relay.host, relay.port and relay.security, and that the server is up",
    )  # fmt: skip


def _find_cause(error: BaseException | None, kind: type[BaseException]) -> BaseException | None:
    while error is not None and not isinstance(error, kind):
        error = error.__cause__ or error.__context__
    return error
