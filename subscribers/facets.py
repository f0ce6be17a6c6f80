"""Sectors and regions: the words a partnership uses, what a person holds, and what matches what.

Knows only values; must not know how they are stored or where they were typed.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet  # noqa: TC003 - part of the public signatures
from dataclasses import dataclass
from difflib import get_close_matches

from subscribers.errors import BulletinError

NATIONAL = "national"
"""The region of a reader, or of an article, that concerns the whole nation."""


class FacetError(BulletinError):
    """A word that is not in the vocabulary; the message names the words that are."""


@dataclass(frozen=True, slots=True)
class Facet:
    """One sector, region or publication: the slug that is stored, and the label that people read."""

    slug: str
    label: str


@dataclass(frozen=True, slots=True)
class FacetSet:
    """What one person holds. An empty sector, or no region, means that it was never stated."""

    sector: str
    regions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The sectors, regions and publications that this partnership has."""

    sectors: tuple[Facet, ...]
    regions: tuple[Facet, ...]
    publications: tuple[Facet, ...]

    def sector(self, text: str) -> str:
        """The slug of the sector that `text` means, by slug or label; raises `FacetError`."""
        return _find("sector", text, self.sectors)

    def region(self, text: str) -> str:
        """The slug of the region that `text` means, by slug or label; raises `FacetError`."""
        return _find("region", text, self.regions)

    def publication(self, text: str) -> str:
        """The slug of the publication that `text` means, by slug or label; raises `FacetError`."""
        return _find("publication", text, self.publications)


def matches(held: FacetSet, sectors: AbstractSet[str], regions: AbstractSet[str]) -> bool:
    """Whether something aimed at `sectors` and `regions` concerns a person who holds `held`.

    Either of the sectors and either of the regions will do, but both facets must agree. An empty
    aim is for anybody; `national` matches every region, whether the person holds it or the aim
    names it.
    """
    return _sector_matches(held.sector, sectors) and _region_matches(held.regions, regions)


def _sector_matches(held: str, aimed: AbstractSet[str]) -> bool:
    return not aimed or held in aimed


def _region_matches(held: AbstractSet[str], aimed: AbstractSet[str]) -> bool:
    return not aimed or NATIONAL in aimed or NATIONAL in held or not held.isdisjoint(aimed)


def _find(kind: str, text: str, facets: tuple[Facet, ...]) -> str:
    wanted = _plain(text)
    for facet in facets:
        if wanted in (_plain(facet.slug), _plain(facet.label)):
            return facet.slug
    raise FacetError(
        f"{kind}-unknown", text, f"is no {kind} of this list", _suggest(wanted, facets)
    )


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("-", " ").replace("_", " ").split())


def _suggest(wanted: str, facets: tuple[Facet, ...]) -> str:
    spellings = {_plain(word): facet.slug for facet in facets for word in (facet.label, facet.slug)}
    near = get_close_matches(wanted, spellings, n=1)
    allowed = ", ".join(facet.slug for facet in facets) or "none is configured"
    hint = f"did you mean {spellings[near[0]]}? " if near else ""
    return f"{hint}allowed: {allowed}"


def _facets(*labels: str) -> tuple[Facet, ...]:
    return tuple(Facet(label.lower().replace(" ", "-"), label) for label in labels)


DEFAULT_SECTORS = _facets(
    "Law enforcement",
    "Central government",
    "Local government",
    "Health",
    "Education",
    "Voluntary",
    "Private",
)

DEFAULT_REGIONS = _facets(
    "North East",
    "North West",
    "Yorkshire and the Humber",
    "East Midlands",
    "West Midlands",
    "East of England",
    "London",
    "South East",
    "South West",
    "Scotland",
    "Wales",
    "Northern Ireland",
    "National",
)
