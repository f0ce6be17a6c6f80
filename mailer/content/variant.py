"""Which articles whom: an edition as each group of recipients sees it.

Pure. There is one variant for each distinct set of articles, however many facet sets or segments lead to it.
"""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from subscribers.facets import matches

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mailer.content.edition import Edition
    from subscribers.facets import FacetSet


@dataclass(frozen=True, slots=True)
class Variant:
    """The edition with only the articles of one group. `key` is derived from their slugs alone."""

    key: str
    edition: Edition

    @property
    def article_count(self) -> int:
        """How many articles the group reads."""
        return len(self.edition.articles)


def variant_for(edition: Edition, held: FacetSet) -> Variant:
    """The edition as someone holding these facets sees it; sections left empty are gone."""
    sections = []
    for section in edition.sections:
        articles = tuple(a for a in section.articles if matches(held, a.sectors, a.regions))
        if articles:
            sections.append(dataclasses.replace(section, articles=articles))
    seen = dataclasses.replace(edition, sections=tuple(sections))
    return Variant(_key(seen), seen)


def variants_by_facets(edition: Edition, held: Iterable[FacetSet]) -> dict[FacetSet, Variant]:
    """Each facet set with its variant; facet sets that see the same articles share one object."""
    by_key: dict[str, Variant] = {}
    chosen: dict[FacetSet, Variant] = {}
    for facets in held:
        variant = variant_for(edition, facets)
        chosen[facets] = by_key.setdefault(variant.key, variant)
    return chosen


def whole(edition: Edition) -> Variant:
    """The edition with every article, aimed or not: its largest form."""
    return Variant(_key(edition), edition)


def _key(edition: Edition) -> str:
    slugs = "\n".join(article.slug for article in edition.articles)
    return hashlib.sha256(slugs.encode()).hexdigest()[:10]
