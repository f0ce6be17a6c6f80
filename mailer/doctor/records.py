"""The records that are lists of tags: DKIM keys, DMARC, MTA-STS, TLS reports. Pure.

RFC 6376 (section 3.6.1), RFC 7489 (section 6.3), RFC 8461 (section 3) and RFC 8460 (section 3).
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeVar

from mailer.doctor.names import RecordError

if TYPE_CHECKING:
    from collections.abc import Mapping

DKIM: Final = "v=DKIM1"
DMARC: Final = "v=DMARC1"
MTA_STS: Final = "v=STSv1"
TLS_REPORTS: Final = "v=TLSRPTv1"

_TAG = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_BLANKS = re.compile(r"[ \t\r\n]+")
_DIGITS = re.compile(r"[0-9]{1,10}")
_STS_ID = re.compile(r"[A-Za-z0-9]{1,32}")
_LONGEST_AGE = 31_557_600
"""Seconds; RFC 8461, section 3.2."""

_Choice = TypeVar("_Choice", bound=StrEnum)


def parse_tags(text: str) -> dict[str, str]:
    """A list of tags (RFC 6376, section 3.2), in its order; raises RecordError."""
    tags: dict[str, str] = {}
    parts = text.split(";")
    if not parts[-1].strip():
        parts.pop()
    for part in parts:
        name, sign, value = part.partition("=")
        name = name.strip()
        if not sign or not _TAG.fullmatch(name):
            raise RecordError(f'"{part.strip()}" is no tag and value')
        if name in tags:
            raise RecordError(f"{name}= stands there twice")
        tags[name] = value.strip()
    return tags


@dataclass(frozen=True, slots=True)
class DkimRecord:
    """A published key; an empty one was taken back."""

    kind: str
    key: bytes
    is_test: bool
    signs_mail: bool
    """Whether it may sign mail, and with SHA-256."""


def parse_dkim(text: str) -> DkimRecord:
    """Read a key record; raises RecordError."""
    tags = parse_tags(text)
    if tags.get("v", "DKIM1") != "DKIM1" or "v" in list(tags)[1:]:
        raise RecordError("v=DKIM1 has to come first")
    if "p" not in tags:
        raise RecordError("p=, the key itself, is missing")
    try:
        key = base64.b64decode(_BLANKS.sub("", tags["p"]), validate=True)
    except (binascii.Error, ValueError):
        raise RecordError("p= is not whole: it is no base64") from None
    return DkimRecord(
        kind=tags.get("k", "rsa"),
        key=key,
        is_test="y" in _words(tags, "t"),
        signs_mail=bool({"*", "email"} & _words(tags, "s", "*"))
        and "sha256" in _words(tags, "h", "sha256"),
    )


def _words(tags: Mapping[str, str], name: str, default: str = "") -> set[str]:
    return {word.strip().lower() for word in tags.get(name, default).split(":")}


class Wish(StrEnum):
    """What is to be done with mail that fails DMARC."""

    NONE = "none"
    QUARANTINE = "quarantine"
    REJECT = "reject"


class Alignment(StrEnum):
    """How alike domains must be: the same, or of one organisation."""

    STRICT = "s"
    RELAXED = "r"


@dataclass(frozen=True, slots=True)
class DmarcRecord:
    """What a domain asks of who gets mail in its name."""

    wish: Wish
    below: Wish
    """The same for the domains below it."""
    dkim: Alignment
    spf: Alignment
    percent: int
    reports: tuple[str, ...]
    is_suffix: bool
    """Whether the domain says that it belongs to no organisation: below it anybody may register."""


def parse_dmarc(text: str) -> DmarcRecord:
    """Read a DMARC record; raises RecordError."""
    tags = parse_tags(text)
    if next(iter(tags.items()), None) != ("v", "DMARC1"):
        raise RecordError("v=DMARC1 has to come first")
    if "p" not in tags and "rua" not in tags:
        raise RecordError("p= is missing")
    # RFC 7489, section 6.6.3: who asks for reports and forgets the rest is taken to want none of it.
    wish = _choose(tags, "p", Wish, Wish.NONE)
    percent = _number(tags.get("pct", "100"))
    if percent is None or percent > 100:
        raise RecordError("pct= is no share of 0 to 100")
    return DmarcRecord(
        wish=wish,
        below=_choose(tags, "sp", Wish, wish),
        dkim=_choose(tags, "adkim", Alignment, Alignment.RELAXED),
        spf=_choose(tags, "aspf", Alignment, Alignment.RELAXED),
        percent=percent,
        reports=_list(tags.get("rua", "")),
        is_suffix=tags.get("psd", "u").lower() == "y",
    )


def _choose(
    tags: Mapping[str, str], name: str, choices: type[_Choice], default: _Choice
) -> _Choice:
    value = tags.get(name)
    if value is None:
        return default
    try:
        return choices(value.lower())
    except ValueError:
        known = ", ".join(choices)
        raise RecordError(f"{name}={value} is none of {known}") from None


def _number(text: str) -> int | None:
    return int(text) if _DIGITS.fullmatch(text) else None


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def parse_tls_reports(text: str) -> tuple[str, ...]:
    """Where reports on TLS go (RFC 8460); raises RecordError."""
    tags = parse_tags(text)
    if next(iter(tags.items()), None) != ("v", "TLSRPTv1"):
        raise RecordError("v=TLSRPTv1 has to come first")
    places = _list(tags.get("rua", ""))
    if not places or not all(place.startswith(("mailto:", "https:")) for place in places):
        raise RecordError("rua= has to name a mailto: or https: address")
    return places


def parse_sts(text: str) -> str:
    """The id of an MTA-STS record, which changes when the policy does; raises RecordError."""
    tags = parse_tags(text)
    if next(iter(tags.items()), None) != ("v", "STSv1"):
        raise RecordError("v=STSv1 has to come first")
    if not _STS_ID.fullmatch(tags.get("id", "")):
        raise RecordError("id= has to be 1 to 32 letters and digits")
    return tags["id"]


class StsMode(StrEnum):
    """How much a policy asks: TLS or no mail, a report alone, or nothing."""

    ENFORCE = "enforce"
    TESTING = "testing"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class StsPolicy:
    """The file that an MTA-STS record announces."""

    mode: StsMode
    servers: tuple[str, ...]
    max_age: int
    """Seconds for which a sender remembers it."""

    def allows(self, host: str) -> bool:
        """Whether a mail server is one of those named; a star stands for one label (section 4.1)."""
        host = host.lower().rstrip(".")
        beyond = f"*.{host.partition('.')[2]}"
        return any(each.lower() in (host, beyond) for each in self.servers)


def parse_sts_policy(text: str) -> StsPolicy:
    """Read a policy file (RFC 8461, section 3.2); raises RecordError."""
    keys: dict[str, str] = {}
    servers: list[str] = []
    for line in filter(str.strip, text.splitlines()):
        name, sign, value = (part.strip() for part in line.partition(":"))
        if not sign:
            raise RecordError(f'"{line.strip()}" is no key and value')
        if name == "mx":
            servers.append(value)
        else:
            # Of a key that is there twice, the first counts.
            keys.setdefault(name, value)
    if keys.get("version") != "STSv1":
        raise RecordError("version: STSv1 is missing")
    mode = _choose(keys, "mode", StsMode, StsMode.NONE)
    age = _number(keys.get("max_age", ""))
    if age is None or age > _LONGEST_AGE:
        raise RecordError(f"max_age has to be 0 to {_LONGEST_AGE}")
    if not servers and mode is not StsMode.NONE:
        raise RecordError("mx names no mail server")
    return StsPolicy(mode, tuple(servers), age)
