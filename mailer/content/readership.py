"""Who sees which variant of an edition: the sectors and regions that lead to each. Pure."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from mailer.content.variant import Variant, variants_by_facets, whole
from subscribers.facets import FacetSet

if TYPE_CHECKING:
    from mailer.content.edition import Edition
    from subscribers.facets import Vocabulary


def readerships(edition: Edition, vocabulary: Vocabulary) -> list[tuple[Variant, str]]:
    """Each variant that some sector and region sees, its readers in words; the whole edition first."""
    combinations = {
        FacetSet(sector.slug, frozenset({region.slug})): (sector.slug, region.slug)
        for sector, region in product(vocabulary.sectors, vocabulary.regions)
    }
    chosen = variants_by_facets(edition, combinations)
    found: dict[str, tuple[Variant, list[tuple[str, str]]]] = {}
    for facets, variant in chosen.items():
        found.setdefault(variant.key, (variant, []))[1].append(combinations[facets])
    complete = whole(edition)
    found.setdefault(complete.key, (complete, []))
    ranked = sorted(found.values(), key=lambda each: (-each[0].article_count, each[0].key))
    return [(variant, _in_words(pairs)) for variant, pairs in ranked]


def _in_words(pairs: list[tuple[str, str]]) -> str:
    shown = ", ".join(f"{sector} in {region}" for sector, region in pairs[:2])
    more = f" and {len(pairs) - 2} more" if len(pairs) > 2 else ""
    return shown + more if pairs else "nobody holds every article's facets"
