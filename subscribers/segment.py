"""A named choice over facets, with exclusions: a predicate over what a person holds. Pure.

Says whom it selects and never how they are mailed; `segment_condition` says the same to a database.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from subscribers.facets import matches

if TYPE_CHECKING:
    from subscribers.facets import FacetSet

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


EVERYBODY = Segment("everybody")
