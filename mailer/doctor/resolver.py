"""Asks the DNS: the only importer of dnspython.

Bounded in time: each question, all of them together, and a server that is silent is not asked again and
again.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Final

import dns.exception
import dns.inet
import dns.rdtypes.ANY.MX
import dns.rdtypes.ANY.TXT
import dns.resolver
import dns.reversename

from mailer.doctor.names import Answer
from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Callable

    from dns.rdata import Rdata

_PATIENCE: Final = 3.0
"""Seconds for one question."""
_BUDGET: Final = 20.0
"""Seconds for all of them."""
_SILENCES: Final = 2
"""Questions that nobody answered, after which no more are asked."""
_PORT: Final = 53
_SERVER: Final = re.compile(r"(?:\[(?P<six>[^]]+)\]|(?P<four>[^:]+))(?::(?P<port>[0-9]{1,5}))?")


class ResolverError(BulletinError):
    """A name server that can't be used as it was given."""


class Resolver:
    """Asks one name server, or those of the system. Not for use by two threads at once."""

    def __init__(self, server: tuple[str, int] | None = None) -> None:
        self._end: float | None = None
        self._silences = 0
        self._known: dict[tuple[str, str], Answer] = {}
        self._resolver = dns.resolver.Resolver(configure=False)
        if server is None:
            try:
                self._resolver.read_resolv_conf("/etc/resolv.conf")
            except dns.exception.DNSException:
                self._silences = _SILENCES
        else:
            self._resolver.nameservers, self._resolver.port = [server[0]], server[1]

    def txt(self, name: str) -> Answer:
        """The texts of a name, each put together from its strings."""
        return self._ask(name, "TXT", _joined)

    def addresses(self, name: str) -> Answer:
        """Its addresses, IPv4 and IPv6."""
        four, six = self._ask(name, "A", str), self._ask(name, "AAAA", str)
        return Answer(four.records + six.records, four.unknown or six.unknown)

    def mail_servers(self, name: str) -> Answer:
        """The hosts that take its mail, first choice first; an empty host says that none does."""
        found = self._ask(name, "MX", str)
        pairs = sorted((int(rank), host) for rank, host in map(str.split, found.records))
        return Answer(tuple(host.rstrip(".").lower() for _, host in pairs), found.unknown)

    def pointers(self, address: str) -> Answer:
        """The names that an address has of its own."""
        name = dns.reversename.from_address(address).to_text()
        found = self._ask(name, "PTR", str)
        return Answer(tuple(each.rstrip(".").lower() for each in found.records), found.unknown)

    def _ask(self, name: str, kind: str, shown: Callable[[Rdata], str]) -> Answer:
        if (name, kind) not in self._known:
            self._known[name, kind] = self._ask_anew(name, kind, shown)
        return self._known[name, kind]

    def _ask_anew(self, name: str, kind: str, shown: Callable[[Rdata], str]) -> Answer:
        if self._silences >= _SILENCES:
            return Answer(unknown="no name server answers")
        if self._end is None:
            self._end = time.monotonic() + _BUDGET
        patience = min(_PATIENCE, self._end - time.monotonic())
        if patience <= 0:
            return Answer(unknown=f"the DNS took more than {_BUDGET:g} s in all")
        try:
            found = self._resolver.resolve(name, kind, lifetime=patience, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            answer = Answer()
        except (dns.exception.DNSException, OSError) as error:
            answer = Answer(unknown=self._explain(error, name))
        else:
            answer = Answer(tuple(map(shown, found)))
        return answer

    def _explain(self, error: Exception, name: str) -> str:
        """Why there was no answer; a silence is remembered, so that not every question waits for one."""
        if isinstance(error, dns.resolver.NoNameservers):
            return f"the name server can't tell about {name}"
        if isinstance(error, (dns.resolver.LifetimeTimeout, OSError)):
            self._silences += 1
            return f"no name server answers about {name}"
        return f"{name} can't be asked for ({type(error).__name__})"


def _joined(record: Rdata) -> str:
    assert isinstance(record, dns.rdtypes.ANY.TXT.TXT)  # noqa: S101 - it was asked for
    return b"".join(record.strings).decode("utf-8", "replace")


def parse_server(text: str) -> tuple[str, int]:
    """A name server as a person names it: `192.0.2.53` or `192.0.2.53:5353`; raises ResolverError."""
    found = _SERVER.fullmatch(text)
    host = (found["six"] or found["four"]) if found else text
    port = int((found and found["port"]) or _PORT)
    if not dns.inet.is_address(host) or not 0 < port < 65536:
        raise ResolverError(
            "name-server", f'name server "{text}"', "is no address",
            "write it like 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:5353",
        )  # fmt: skip
    return host, port
