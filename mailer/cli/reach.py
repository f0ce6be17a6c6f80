"""Which regions a segment reaches: what a blackout asks before it holds something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from subscribers.facets import NATIONAL

if TYPE_CHECKING:
    from mailer.app import Workspace
    from scheduler.outlook import Reach


def reach_of(opened: Workspace) -> Reach:
    """Which regions each segment reaches. One that has gone from the settings is taken to reach all."""
    all_regions = frozenset(facet.slug for facet in opened.vocabulary.regions)

    def reach(name: str) -> frozenset[str]:
        segment = opened.segments.get(name)
        if segment is None:
            return frozenset()
        everywhere = not segment.regions or NATIONAL in segment.regions
        return (all_regions if everywhere else segment.regions) - segment.except_regions

    return reach
