"""A segment as SQL: it and `Segment.selects` always agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, select, true

from subscribers.facets import NATIONAL
from subscribers.models import FacetSetRegion, FacetSetRow, Subscriber

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from subscribers.segment import Segment


def condition_of(segment: Segment) -> ColumnElement[bool]:
    """Who is in the segment, as a condition on `subscriber.facet_set_id`."""
    clauses = _clauses(segment)
    if not clauses:
        return true()
    return Subscriber.facet_set_id.in_(select(FacetSetRow.id).where(and_(*clauses)))


def _clauses(segment: Segment) -> list[ColumnElement[bool]]:
    clauses: list[ColumnElement[bool]] = []
    if segment.sectors:
        clauses.append(FacetSetRow.sector.in_(sorted(segment.sectors)))
    if segment.regions and NATIONAL not in segment.regions:
        clauses.append(_holds_region(segment.regions | {NATIONAL}))
    if segment.except_sectors:
        clauses.append(FacetSetRow.sector.not_in(sorted(segment.except_sectors)))
    if segment.except_regions:
        clauses.append(~_holds_region(segment.except_regions))
    return clauses


def _holds_region(regions: frozenset[str]) -> ColumnElement[bool]:
    holders = select(FacetSetRegion.facet_set_id).where(FacetSetRegion.region.in_(sorted(regions)))
    return FacetSetRow.id.in_(holders)
