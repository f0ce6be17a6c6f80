"""Which DMARC record holds for a domain, and whether another domain speaks for the same organisation.

RFC 7489, sections 3.1 and 6.6.3. Organisations are told apart by the records themselves, walking up the
tree, and not by a list of public suffixes: where that leaves a doubt, it says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from mailer.doctor.names import RecordError
from mailer.doctor.records import DMARC, Alignment, Wish, parse_dmarc

if TYPE_CHECKING:
    from mailer.doctor.names import Names
    from mailer.doctor.records import DmarcRecord

_MOST_STEPS: Final = 8


@dataclass(frozen=True, slots=True)
class Policy:
    """What was found for a domain: the nearest record, where it is, and the organisation's domain."""

    domain: str
    place: str = ""
    """The domain whose record it is; empty when there is none."""
    record: DmarcRecord | None = None
    fault: str = ""
    """Why the record there can't be used."""
    unknown: str = ""
    organisation: str = ""

    @property
    def wish(self) -> Wish:
        """What is to be done with mail that fails."""
        if self.record is None:
            return Wish.NONE
        return self.record.wish if self.place == self.domain else self.record.below


class Kinship(StrEnum):
    """Whether two domains are aligned; `doubtful` where only a list of public suffixes could tell."""

    ALIGNED = "aligned"
    STRANGERS = "not aligned"
    DOUBTFUL = "doubtful"


def find_policy(names: Names, domain: str) -> Policy:
    """The policy that holds for mail from a domain."""
    nearest, organisation = Policy(domain), ""
    for place in _upwards(domain):
        found = _look(names, domain, place)
        if found.unknown:
            return found
        if not found.place:
            continue
        if not nearest.place:
            nearest = found
        if found.record is None or found.record.is_suffix:
            break
        organisation = place
    return Policy(domain, nearest.place, nearest.record, nearest.fault, organisation=organisation)


def _upwards(domain: str) -> list[str]:
    """The domain and those above it, but for the top one."""
    labels = domain.split(".")
    every = [".".join(labels[i:]) for i in range(len(labels) - 1)] or [domain]
    return [every[0], *every[1:][-_MOST_STEPS + 1 :]]


def _look(names: Names, domain: str, place: str) -> Policy:
    answer = names.txt(f"_dmarc.{place}").starting(DMARC)
    if answer.unknown:
        return Policy(domain, unknown=answer.unknown)
    if not answer.records:
        return Policy(domain)
    if len(answer.records) > 1:
        return Policy(
            domain, place, fault=f"there are {len(answer.records)} records, and may be one"
        )
    try:
        return Policy(domain, place, parse_dmarc(answer.records[0]))
    except RecordError as error:
        return Policy(domain, place, fault=str(error))


def compare(policy: Policy, other: str, alignment: Alignment) -> Kinship:
    """Whether `other` is aligned with the domain of a policy."""
    mine = policy.domain
    if other == mine:
        return Kinship.ALIGNED
    if alignment is Alignment.STRICT:
        return Kinship.STRANGERS
    top = policy.organisation
    if top and _is_at_or_below(other, top) and _is_at_or_below(mine, top):
        return Kinship.ALIGNED
    if _is_at_or_below(other, mine) or _is_at_or_below(mine, other):
        return Kinship.ALIGNED
    return Kinship.DOUBTFUL if "." in _common(mine, other) else Kinship.STRANGERS


def _is_at_or_below(domain: str, top: str) -> bool:
    return domain == top or domain.endswith(f".{top}")


def _common(one: str, other: str) -> str:
    """The domain that both are below."""
    shared: list[str] = []
    for mine, theirs in zip(reversed(one.split(".")), reversed(other.split(".")), strict=False):
        if mine != theirs:
            break
        shared.insert(0, mine)
    return ".".join(shared)
