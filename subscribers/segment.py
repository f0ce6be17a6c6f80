"""A named choice over facets, with exclusions: as a predicate over what a person holds, and as SQL.

Says whom it selects and never how they are mailed; the predicate and the SQL always agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, select, true

from subscribers.facets import NATIONAL, FacetSet, matches
from subscribers.models import FacetSetRegion, FacetSetRow, Subscriber

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

_NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Segment:
    """Whoever matches the sectors and regions, without whoever holds an excluded one.

    An empty choice leaves that facet open. An exclusion is literal: leaving out `wales` leaves out
    those who hold Wales itself, and a national reader is left out only by naming `national`.
    """

    name: str
    sectors: frozenset[str] = _NOBODY
    regions: frozenset[str] = _NOBODY
    except_sectors: frozenset[str] = _NOBODY
    except_regions: frozenset[str] = _NOBODY

    def selects(self, held: FacetSet) -> bool:
        """Whether a person who holds `held` is in the segment."""
        return (
            matches(held, self.sectors, self.regions)
            and held.sector not in self.except_sectors
            and held.regions.isdisjoint(self.except_regions)
        )

    def condition(self) -> ColumnElement[bool]:
        """The same choice, as a condition on `subscriber.facet_set_id`."""
        clauses = self._clauses()
        if not clauses:
            return true()
        return Subscriber.facet_set_id.in_(select(FacetSetRow.id).where(and_(*clauses)))

    def _clauses(self) -> list[ColumnElement[bool]]:
        clauses: list[ColumnElement[bool]] = []
        if self.sectors:
            clauses.append(FacetSetRow.sector.in_(sorted(self.sectors)))
        if self.regions and NATIONAL not in self.regions:
            clauses.append(_holds_region(self.regions | {NATIONAL}))
        if self.except_sectors:
            clauses.append(FacetSetRow.sector.not_in(sorted(self.except_sectors)))
        if self.except_regions:
            clauses.append(~_holds_region(self.except_regions))
        return clauses


EVERYBODY = Segment("everybody")


def _holds_region(regions: frozenset[str]) -> ColumnElement[bool]:
    holders = select(FacetSetRegion.facet_set_id).where(FacetSetRegion.region.in_(sorted(regions)))
    return FacetSetRow.id.in_(holders)
