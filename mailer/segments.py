"""What the settings say of whom mail is for: sectors, regions, publications, and segments of them.

Part of the composition root.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailer.config import SettingsError
from subscribers.facets import Facet, FacetError, Vocabulary
from subscribers.segment import Segment

if TYPE_CHECKING:
    from mailer.settings import Settings


def vocabulary_of(settings: Settings) -> Vocabulary:
    """The sectors, regions and publications there are."""
    return Vocabulary(
        sectors=_facets(settings.facets.sectors),
        regions=_facets(settings.facets.regions),
        publications=tuple(
            Facet(slug, publication.name) for slug, publication in settings.publications.items()
        ),
    )


def segments_of(settings: Settings, words: Vocabulary) -> dict[str, Segment]:
    """The segments by name; raises SettingsError for one that names an unknown facet."""
    return {name: _segment(settings, name, words) for name in settings.segments}


def _segment(settings: Settings, name: str, words: Vocabulary) -> Segment:
    chosen = settings.segments[name]
    try:
        return Segment(
            name=name,
            sectors=frozenset(map(words.sector, chosen.sectors)),
            regions=frozenset(map(words.region, chosen.regions)),
            except_sectors=frozenset(map(words.sector, chosen.except_sectors)),
            except_regions=frozenset(map(words.region, chosen.except_regions)),
        )
    except FacetError as error:
        raise SettingsError(
            "segment-facet", f'segments.{name}: "{error.subject}"', error.what, error.remedy
        ) from error


def _facets(labels: dict[str, str]) -> tuple[Facet, ...]:
    return tuple(Facet(slug, label) for slug, label in labels.items())
