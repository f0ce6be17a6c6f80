"""A relay to talk to, subscribers to write to, and an edition to send them."""

from __future__ import annotations

import asyncio
import datetime as dt
import ssl
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from mailer.delivery.smtp import RelayAddress
from subscribers import consent, store
from subscribers.address import parse_address
from subscribers.facets import FacetSet
from subscribers.lifecycle import Status
from tests.listening import listening

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from sqlalchemy import Connection

    from subscribers.database import Database

NOW = dt.datetime(2026, 10, 13, 9, 30, tzinfo=dt.UTC)
LOGIN = ("bulletin", "correct horse")


@dataclass
class Relay:
    """A real SMTP server that keeps what it takes. `answers` replaces its reply to a recipient."""

    mails: list[tuple[str, str, bytes]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    hang_up_on: set[str] = field(default_factory=set)
    logins: list[str] = field(default_factory=list)
    delay: float = 0
    """Seconds before each mail is answered."""
    refusal_delay: float = 0
    """Seconds before each recipient is refused."""
    first_mail: asyncio.Event = field(default_factory=asyncio.Event)
    at_once: Counter[str] = field(default_factory=Counter)
    most_at_once: Counter[str] = field(default_factory=Counter)
    """By domain, how many mails were being taken at one time at most."""

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer as the test wishes, else take the recipient."""
        if address in self.answers:
            await asyncio.sleep(self.refusal_delay)
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Fine"

    async def takes(self, mails: int) -> None:
        """Return once it has so many."""
        while len(self.mails) < mails:
            self.first_mail.clear()
            await self.first_mail.wait()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail; or hang up with the mail taken and no answer given."""
        recipient = envelope.rcpt_tos[0]
        content = envelope.original_content
        assert isinstance(content, bytes)
        self.mails.append((envelope.mail_from or "", recipient, content))
        self.first_mail.set()
        domain = recipient.partition("@")[2]
        self.at_once[domain] += 1
        self.most_at_once[domain] = max(self.most_at_once[domain], self.at_once[domain])
        await asyncio.sleep(self.delay)
        self.at_once[domain] -= 1
        if recipient in self.hang_up_on:
            assert server.transport is not None
            server.transport.abort()
        return "250 2.0.0 Taken"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        """Let one login in."""
        assert isinstance(data, LoginPassword)
        given = (data.login.decode(), data.password.decode())
        self.logins.append(given[0])
        return AuthResult(success=given == LOGIN, handled=given == LOGIN)

    @property
    def recipients(self) -> list[str]:
        """Who got a mail, in order."""
        return [recipient for _, recipient, _ in self.mails]


@dataclass(frozen=True)
class Certificate:
    """A certificate for 127.0.0.1: what a server shows, and the authority that clients must know."""

    context: ssl.SSLContext
    authority: Path


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A fresh certificate of a fresh authority."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    path = tmp_path_factory.mktemp("tls") / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return Certificate(context, path)


@pytest.fixture
def relay() -> Relay:
    """What the relay of a test keeps and answers."""
    return Relay()


@pytest.fixture
async def plain_relay(relay: Relay) -> AsyncIterator[RelayAddress]:
    """A relay without TLS."""
    async with _listening(relay) as port:
        yield RelayAddress("127.0.0.1", port, "none", timeout=30)


@pytest.fixture
async def secure_relay(relay: Relay, certificate: Certificate) -> AsyncIterator[RelayAddress]:
    """A relay that takes nothing without STARTTLS and a login."""
    secured = partial(
        SMTP,
        tls_context=certificate.context,
        require_starttls=True,
        authenticator=relay.authenticate,
        auth_required=True,
    )
    async with _listening(relay, secured) as port:
        yield RelayAddress("127.0.0.1", port, "starttls", *LOGIN, certificate.authority, timeout=30)


def _listening(
    relay: Relay, conversation: Callable[..., SMTP] = SMTP
) -> AbstractAsyncContextManager[int]:
    loop = asyncio.get_running_loop()
    return listening(lambda: conversation(relay, hostname="localhost", loop=loop))


@dataclass(frozen=True)
class Subscribe:
    """Adds subscribers to the bulletin."""

    database: Database

    def __call__(self, address: str, sector: str = "health", *regions: str, name: str = "") -> int:
        """Add one; gives the id."""
        facets = FacetSet(sector, frozenset(regions or {"london"}))
        with self.database.write() as connection:
            return _add(connection, address, name, facets)

    def all(self, addresses: Iterable[str]) -> None:
        """Add many at once, which is much quicker than one by one."""
        with self.database.write() as connection:
            for address in addresses:
                _add(connection, address, "", FacetSet("health", frozenset({"london"})))


def _add(connection: Connection, address: str, name: str, facets: FacetSet) -> int:
    parsed = parse_address(address)
    key = store.add_person(connection, parsed, name, "", facets, Status.ACTIVE, NOW)
    consent.subscribe(connection, key, "bulletin", "test", NOW)
    return key


@pytest.fixture
def subscribe(database: Database) -> Subscribe:
    """Puts people on the list."""
    return Subscribe(database)
