"""Whose addresses may subscribe by themselves: a decision by the domain and the sector. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Verdict(StrEnum):
    """What becomes of a request."""

    OPEN = "open"
    """It needs nothing but the person's own confirmation."""
    HELD = "held"
    """Once confirmed, the team decides."""
    BLOCKED = "blocked"
    """It is not taken at all."""


@dataclass(frozen=True, slots=True)
class DomainRules:
    """Domains stand for themselves and for everything below them.

    `allowed` are let in whatever their sector; `of_sector` are those that a sector must have. When either
    says something about a request, everybody else is held. `blocked` wins over both.
    """

    allowed: frozenset[str] = frozenset()
    blocked: frozenset[str] = frozenset()
    of_sector: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def judge(self, address: str, sector: str) -> Verdict:
        """What becomes of a request from this address for this sector."""
        domain = address.rpartition("@")[2].lower()
        if _is_under(domain, self.blocked):
            return Verdict.BLOCKED
        expected = self.allowed | self.of_sector.get(sector, frozenset())
        return Verdict.OPEN if not expected or _is_under(domain, expected) else Verdict.HELD


def _is_under(domain: str, others: Iterable[str]) -> bool:
    return any(domain == other or domain.endswith(f".{other}") for other in others)
