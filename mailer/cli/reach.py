"""Which regions a segment reaches: what a blackout asks before it holds something, and who is told of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scheduler.blackouts import list_blackouts
from subscribers.facets import NATIONAL

if TYPE_CHECKING:
    import datetime as dt

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


def blackouts_in_words(opened: Workspace, segment: str, moment: dt.datetime) -> list[str]:
    """The periods in which a schedule would hold what goes to a segment now, a line each."""
    today = moment.astimezone(opened.packs.zone).date()
    with opened.database.read() as connection:
        periods = list_blackouts(connection, today)
    regions = reach_of(opened)(segment)
    return [
        f"Blackout   {each.reason} until {each.ends:%A %-d %B %Y}: a schedule would wait"
        for each in periods
        if each.covers(today) and each.concerns(regions)
    ]
