"""People counted by region and sector, as a table that adds up and can be masked. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailer.reporting.masking import Grid, mask

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from subscribers.facets import Facet, FacetSet, Vocabulary

UNSTATED = "not stated"


@dataclass(frozen=True, slots=True)
class ReachTable:
    """Counts by region and sector; the last row and column are totals. A masked count is None.

    A person with several regions is in each of their rows, and once in the totals at the foot.
    """

    sectors: Sequence[str]
    regions: Sequence[str]
    rows: Sequence[Sequence[int | None]]

    @property
    def is_masked(self) -> bool:
        """Whether any count is hidden."""
        return any(count is None for row in self.rows for count in row)


def tabulate(counts: Mapping[FacetSet, int], vocabulary: Vocabulary) -> ReachTable:
    """A row for each region that somebody holds, a column for each sector, in the vocabulary's order."""
    cells, people = _tally(counts)
    sectors = _ordered(vocabulary.sectors, people)
    regions = _ordered(vocabulary.regions, {region for region, _ in cells})
    rows = [_with_total([cells[region, sector] for sector in sectors]) for region in regions]
    foot = _with_total([people[sector] for sector in sectors])
    labels = {facet.slug: facet.label for facet in (*vocabulary.sectors, *vocabulary.regions)}
    labels[UNSTATED] = UNSTATED.capitalize()
    return ReachTable(
        [labels.get(slug, slug) for slug in sectors],
        [labels.get(slug, slug) for slug in regions],
        [*rows, foot],
    )


def hide_small(table: ReachTable, smallest: int) -> ReachTable | None:
    """The table with every count below `smallest` masked, and what would give one away.

    None when nothing less than leaving it out would do.
    """
    grid = Grid([[count or 0 for count in row] for row in table.rows])
    hidden = mask(grid, smallest)
    if hidden is None:
        return None
    rows = [
        [None if (row, column) in hidden else count for column, count in enumerate(counts)]
        for row, counts in enumerate(table.rows)
    ]
    return ReachTable(table.sectors, table.regions, rows)


def _tally(counts: Mapping[FacetSet, int]) -> tuple[Counter[tuple[str, str]], Counter[str]]:
    cells: Counter[tuple[str, str]] = Counter()
    people: Counter[str] = Counter()
    for facets, count in counts.items():
        sector = facets.sector or UNSTATED
        people[sector] += count
        for region in facets.regions or {UNSTATED}:
            cells[region, sector] += count
    return cells, people


def _with_total(counts: list[int]) -> list[int]:
    return [*counts, sum(counts)]


def _ordered(known: Iterable[Facet], present: Iterable[str]) -> list[str]:
    """The vocabulary's words first; those it no longer has, and the unstated, after them."""
    held = set(present)
    first = [facet.slug for facet in known if facet.slug in held]
    return [*first, *sorted(held - set(first))]
