"""SPF records as values (RFC 7208, sections 4.6, 5, 6 and 12). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from typing import Final

from mailer.doctor.names import RecordError

VERSION: Final = "v=spf1"

_MODIFIER = re.compile(r"([A-Za-z][A-Za-z0-9._-]*)=(.*)", re.DOTALL)
_MECHANISM = re.compile(r"([+?~-]?)([A-Za-z0-9]+)(?::([^/]*))?((?:/[0-9]{1,3})?(?://[0-9]{1,3})?)")
_IP = re.compile(r"([+?~-]?)(ip[46]):(\S+)", re.IGNORECASE)
_PREFIX = re.compile(r"[0-9A-Fa-f.:]+(?:/[0-9]{1,3})?")
_MACROS = re.compile(r"(?:[^%\s]|%[%_-]|%\{[slodiphcrtvSLODIPHCRTV][0-9]{0,3}[rR]?[.+,/_=-]*\})+")
_PRINTABLE = re.compile(r"[\x20-\x7e]*")


class Kind(StrEnum):
    """What a mechanism compares the address of the sender with."""

    ALL = "all"
    INCLUDE = "include"
    A = "a"
    MX = "mx"
    PTR = "ptr"
    IP4 = "ip4"
    IP6 = "ip6"
    EXISTS = "exists"


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One term: who matches it, and what follows for them (`+`, `-`, `~` or `?`)."""

    sign: str
    kind: Kind
    domain: str = ""
    """May hold macros; empty is the domain of the record."""
    network: IPv4Network | IPv6Network | None = None
    bits4: int = 32
    bits6: int = 128

    def __str__(self) -> str:
        if self.network is not None:
            return f"{self.sign}{self.kind}:{self.network}"
        name = f":{self.domain}" if self.domain else ""
        bits = (f"/{self.bits4}" if self.bits4 != 32 else "") + (
            f"//{self.bits6}" if self.bits6 != 128 else ""
        )
        return f"{self.sign}{self.kind}{name}{bits}"


@dataclass(frozen=True, slots=True)
class SpfRecord:
    """A whole record: its mechanisms in their order, and where to look when none matches."""

    mechanisms: tuple[Mechanism, ...]
    redirect: str = ""

    def __str__(self) -> str:
        redirect = [f"redirect={self.redirect}"] if self.redirect else []
        return " ".join([VERSION, *map(str, self.mechanisms), *redirect])


def parse_spf(text: str) -> SpfRecord:
    """Read a record; raises RecordError for what a receiver answers with "permerror"."""
    version, *terms = text.split(" ")
    if version.lower() != VERSION:
        raise RecordError(f"{VERSION} has to come first")
    if not _PRINTABLE.fullmatch(text):
        raise RecordError("it holds letters that are not ASCII")
    mechanisms: list[Mechanism] = []
    modifiers: dict[str, str] = {}
    for term in filter(None, terms):
        found = _MODIFIER.fullmatch(term)
        if found is None:
            mechanisms.append(_mechanism(term))
            continue
        name, value = found[1].lower(), found[2]
        if name in ("redirect", "exp"):
            if name in modifiers:
                raise RecordError(f"{name}= stands there twice")
            _check_domain(value, term)
        if value and not _MACROS.fullmatch(value):
            raise RecordError(f'"{term}" has a macro that can\'t be read')
        modifiers[name] = value
    return SpfRecord(tuple(mechanisms), modifiers.get("redirect", ""))


def _mechanism(term: str) -> Mechanism:
    address = _IP.fullmatch(term)
    if address is not None:
        return _address(address[1] or "+", Kind(address[2].lower()), address[3], term)
    found = _MECHANISM.fullmatch(term)
    if found is None or found[2].lower() not in set(Kind) - {Kind.IP4, Kind.IP6}:
        raise RecordError(f'"{term}" is no mechanism of SPF')
    kind, domain = Kind(found[2].lower()), found[3]
    if kind in (Kind.INCLUDE, Kind.EXISTS) and not domain:
        raise RecordError(f'"{term}" names no domain')
    if (kind is Kind.ALL and domain is not None) or (found[4] and kind not in (Kind.A, Kind.MX)):
        raise RecordError(f'"{term}" has more than it may have')
    if domain is not None:
        _check_domain(domain, term)
    bits4, _, bits6 = found[4].removeprefix("/").partition("//")
    if found[4].startswith("//"):
        bits4, bits6 = "", found[4].removeprefix("//")
    return Mechanism(
        found[1] or "+", kind, domain or "", None, _bits(bits4, 32, term), _bits(bits6, 128, term)
    )


def _address(sign: str, kind: Kind, text: str, term: str) -> Mechanism:
    network = IPv4Network if kind is Kind.IP4 else IPv6Network
    if not _PREFIX.fullmatch(text):
        raise RecordError(f'"{term}" holds no address')
    try:
        return Mechanism(sign, kind, network=network(text, strict=False))
    except ValueError:
        raise RecordError(f'"{term}" holds no address') from None


def _bits(text: str, most: int, term: str) -> int:
    if not text:
        return most
    if int(text) > most:
        raise RecordError(f'"{term}" has more bits than an address')
    return int(text)


def _check_domain(text: str, term: str) -> None:
    if not _MACROS.fullmatch(text):
        raise RecordError(f'"{term}" names no domain')
