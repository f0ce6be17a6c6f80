"""What mail programs can't do, as caniemail.com tested it, and the gaps that were looked at. Reads two files.

`clients.json` is made by `make clients`; `clients.toml` is written by hand, a reason for each gap. Must not
know what a mail uses.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Feature:
    """Something that a mail may use, and the programs that can't do it. `slug` is its page's name."""

    slug: str
    title: str
    names: frozenset[str]
    unsupported: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Allowance:
    """A gap that was looked at: in which programs, and why it does no harm there."""

    slug: str
    clients: frozenset[str]
    reason: str


@lru_cache(1)
def features() -> tuple[Feature, ...]:
    """What caniemail.com knows, of the programs that matter here."""
    data = json.loads((_HERE / "clients.json").read_text(encoding="utf-8"))
    clients = data["clients"]
    return tuple(
        Feature(
            each["slug"],
            each["title"],
            frozenset(each["names"]),
            tuple(clients[client] for client in each["unsupported"]),
        )
        for each in data["features"]
    )


@lru_cache(1)
def allowances() -> tuple[Allowance, ...]:
    """The gaps that are known."""
    data = tomllib.loads((_HERE / "clients.toml").read_text(encoding="utf-8"))
    return tuple(
        Allowance(slug, frozenset(each["clients"]), each["reason"]) for slug, each in data.items()
    )
