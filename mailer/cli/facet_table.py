"""People counted by sector and region, as a table and as data."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from mailer.cli.console import say_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from subscribers.facets import FacetSet, Vocabulary

UNSTATED = "not stated"


def cells(counts: Mapping[FacetSet, int]) -> list[dict[str, object]]:
    """One entry for each sector and region that somebody holds."""
    return [
        {"sector": sector, "region": region, "count": count}
        for (sector, region), count in sorted(_tally(counts).items())
    ]


def say_facet_table(vocabulary: Vocabulary, counts: Mapping[FacetSet, int]) -> None:
    """Print regions down and sectors across; empty lines and columns are left out."""
    tally = _tally(counts)
    totals = Counter({facets.sector or UNSTATED: 0 for facets in counts})
    for facets, count in counts.items():
        totals[facets.sector or UNSTATED] += count
    sectors = _ordered([facet.slug for facet in vocabulary.sectors], totals)
    regions = _ordered(
        [facet.slug for facet in vocabulary.regions], {region for _, region in tally}
    )
    labels = {facet.slug: facet.label for facet in (*vocabulary.sectors, *vocabulary.regions)}
    rows = [
        (labels.get(region, region), *(tally.get((sector, region), "") for sector in sectors))
        for region in regions
    ]
    people = ("People", *(totals[sector] for sector in sectors))
    heads = [labels.get(sector, sector) for sector in sectors]
    say_table(("Region", *heads), [*rows, people], numbers=heads)


def _tally(counts: Mapping[FacetSet, int]) -> Counter[tuple[str, str]]:
    tally: Counter[tuple[str, str]] = Counter()
    for facets, count in counts.items():
        for region in facets.regions or {UNSTATED}:
            tally[facets.sector or UNSTATED, region] += count
    return tally


def _ordered(known: list[str], present: set[str] | Counter[str]) -> list[str]:
    return [*(slug for slug in known if slug in present), *sorted(set(present) - set(known))]
