"""The connection to a relay. The only importer of aiosmtplib: everybody else sees outcomes and `RelayError`.

Knows SMTP's steps well enough to say whether a lost connection may have taken a mail along.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import aiosmtplib

from mailer.delivery.outcome import Outcome, cut_off, judge_reply
from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from pathlib import Path


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

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class RelayConnection:
    """One open session with a relay. Not for use by two tasks at once."""

    def __init__(self, address: RelayAddress, client: aiosmtplib.SMTP) -> None:
        self._address = address
        self._client = client

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
        except (aiosmtplib.SMTPException, OSError) as error:
            client.close()
            raise _explain(address, error) from error
        return cls(address, client)

    @property
    def is_open(self) -> bool:
        """Whether another mail can be handed over."""
        return self._client.is_connected

    async def send(self, sender: str, recipient: str, message: bytes) -> Outcome:
        """Hand over one mail to one recipient. Raises `RelayError` when the relay refuses the sender."""
        body_sent = False
        try:
            await self._client.mail(sender, options=self._mail_options(message))
            await self._client.rcpt(recipient)
            body_sent = True
            response = await self._client.data(message)
            return judge_reply(response.code, response.message)
        except aiosmtplib.SMTPSenderRefused as error:
            return await self._sender_refused(error)
        except aiosmtplib.SMTPResponseException as error:
            await self._reset()
            return judge_reply(error.code, error.message)
        except (aiosmtplib.SMTPException, OSError) as error:
            self._client.close()
            return cut_off(body_sent, f"connection lost: {error}")

    def _mail_options(self, message: bytes) -> list[str]:
        return [f"SIZE={len(message)}"] if self._client.supports_extension("SIZE") else []

    async def _sender_refused(self, error: aiosmtplib.SMTPSenderRefused) -> Outcome:
        await self._reset()
        if error.code // 100 == 4:
            return judge_reply(error.code, error.message)
        raise RelayError(
            "relay-sender-refused",
            f"relay {self._address}",
            f'refuses mail from "{error.sender}": {error.code} {error.message}',
            "set sender.address to one that this relay may send for",
        ) from error

    async def _reset(self) -> None:
        try:
            if self._client.is_connected:
                await self._client.rset()
        except (aiosmtplib.SMTPException, OSError):
            self._client.close()

    async def close(self) -> None:
        """Say goodbye, and never fail at it."""
        try:
            if self._client.is_connected:
                await self._client.quit()
        except (aiosmtplib.SMTPException, OSError):
            self._client.close()


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
