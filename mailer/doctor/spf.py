"""Whether a domain's SPF record lets an address send in its name, as a receiver works it out.

RFC 7208, section 4. Decides by what `Names` answers; must not know how the DNS is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from mailer.doctor.macros import Client
from mailer.doctor.names import RecordError
from mailer.doctor.spf_record import VERSION, Kind, Mechanism, SpfRecord, parse_spf

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mailer.doctor.names import Answer, Names

MOST_LOOKUPS: Final = 10
MOST_VOID: Final = 2
_MOST_HOSTS: Final = 10
_MOST_DEPTH: Final = 20

_COUNTED: Final = frozenset((Kind.INCLUDE, Kind.A, Kind.MX, Kind.PTR, Kind.EXISTS))


class Verdict(StrEnum):
    """What a receiver makes of it."""

    NONE = "none"
    NEUTRAL = "neutral"
    PASS = "pass"  # noqa: S105 - SPF's own word
    FAIL = "fail"
    SOFTFAIL = "softfail"
    TEMPORARY = "temperror"
    PERMANENT = "permerror"


_BY_SIGN: Final = {
    "+": Verdict.PASS,
    "-": Verdict.FAIL,
    "~": Verdict.SOFTFAIL,
    "?": Verdict.NEUTRAL,
}


@dataclass(frozen=True, slots=True)
class SpfResult:
    """The verdict, why it is none of the plain ones, and how many lookups it took."""

    verdict: Verdict
    why: str = ""
    lookups: int = 0


class _Unknown(Exception):  # noqa: N818 - a verdict on its way up, no error
    """The DNS could not be asked."""


def check_host(names: Names, domain: str, address: str) -> SpfResult:
    """Whether mail from `domain` may come from `address`."""
    client = Client(ip_address(address), f"postmaster@{domain}")
    check = _Check(names, client)
    try:
        verdict = check.domain(domain)
    except RecordError as error:
        return SpfResult(Verdict.PERMANENT, str(error), check.lookups)
    except _Unknown as error:
        return SpfResult(Verdict.TEMPORARY, str(error), check.lookups)
    return SpfResult(verdict, "", check.lookups)


class _Check:
    """One run over a record and all that it leads to."""

    def __init__(self, names: Names, client: Client) -> None:
        self._names = names
        self._client = client
        self.lookups = 0
        self._void = 0

    def domain(self, domain: str, depth: int = 0) -> Verdict:
        """The verdict of a domain's own record."""
        record = self._record(domain)
        if record is None:
            return Verdict.NONE
        if depth > _MOST_DEPTH:
            raise RecordError(f"{domain} includes itself")
        for each in record.mechanisms:
            if self._matches(each, domain, depth):
                return _BY_SIGN[each.sign]
        # A redirect beside "all" is never reached (section 6.1).
        if not record.redirect or any(each.kind is Kind.ALL for each in record.mechanisms):
            return Verdict.NEUTRAL
        self._count()
        target = self._client.expand(record.redirect, domain)
        verdict = self.domain(target, depth + 1)
        if verdict is Verdict.NONE:
            raise RecordError(f"{target}, to which {domain} redirects, has no SPF record")
        return verdict

    def _record(self, domain: str) -> SpfRecord | None:
        published = self._heard(self._names.txt(domain)).starting(VERSION).records
        if len(published) > 1:
            raise RecordError(f"{domain} has {len(published)} SPF records, and may have one")
        if not published:
            return None
        try:
            return parse_spf(published[0])
        except RecordError as error:
            raise RecordError(f"the record of {domain}: {error}") from error

    def _matches(self, each: Mechanism, domain: str, depth: int) -> bool:
        if each.kind in _COUNTED:
            self._count()
        if each.network is not None:
            return self._client.address in each.network
        target = self._client.expand(each.domain, domain) if each.domain else domain
        if each.kind in (Kind.A, Kind.MX):
            return self._is_near(self._hosts(each.kind, target), each)
        match each.kind:
            case Kind.INCLUDE:
                return self._included(target, depth)
            case Kind.EXISTS:
                return bool(self._found(self._names.addresses(target)))
            case Kind.PTR:
                return self._is_named(target)
        return True

    def _included(self, target: str, depth: int) -> bool:
        verdict = self.domain(target, depth + 1)
        if verdict is Verdict.NONE:
            raise RecordError(f"{target}, which it includes, has no SPF record")
        return verdict is Verdict.PASS

    def _hosts(self, kind: Kind, target: str) -> Sequence[str]:
        """The addresses of a domain, or of its mail servers."""
        if kind is Kind.A:
            return self._found(self._names.addresses(target))
        hosts = self._found(self._names.mail_servers(target))
        if len(hosts) > _MOST_HOSTS:
            raise RecordError(f"{target} has more than {_MOST_HOSTS} mail servers")
        return [
            address
            for host in hosts
            if host
            for address in self._heard(self._names.addresses(host)).records
        ]

    def _is_near(self, addresses: Iterable[str], each: Mechanism) -> bool:
        mine = self._client.address
        bits = each.bits4 if mine.version == 4 else each.bits6
        shift = mine.max_prefixlen - bits
        return any(
            other.version == mine.version and int(other) >> shift == int(mine) >> shift
            for other in map(ip_address, addresses)
        )

    def _is_named(self, target: str) -> bool:
        """Whether one of the address's own names is the domain's, and leads back (section 5.5)."""
        mine, target = str(self._client.address), target.lower()
        for name in self._found(self._names.pointers(mine))[:_MOST_HOSTS]:
            if name == target or name.endswith(f".{target}"):
                back = self._heard(self._names.addresses(name)).records
                if mine in back:
                    return True
        return False

    def _found(self, answer: Answer) -> tuple[str, ...]:
        """What there is; a name behind which there is nothing counts as void (section 4.6.4)."""
        records = self._heard(answer).records
        if not records:
            self._void += 1
            if self._void > MOST_VOID:
                raise RecordError(f"more than {MOST_VOID} of its names have nothing behind them")
        return records

    def _heard(self, answer: Answer) -> Answer:
        if answer.unknown:
            raise _Unknown(answer.unknown)
        return answer

    def _count(self) -> None:
        self.lookups += 1
        if self.lookups > MOST_LOOKUPS:
            raise RecordError(f"it takes more than {MOST_LOOKUPS} lookups")
