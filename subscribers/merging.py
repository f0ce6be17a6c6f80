"""How a line of a list changes what is known of a person. Pure: no database, no file, no clock.

The rules: somebody who left, or whose address is suppressed, is left alone; a publication that a
person left is not taken up again; a cell that says nothing changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from subscribers.facets import FacetSet
from subscribers.lifecycle import EventKind, Status, after
from subscribers.rows import ImportRow, Profile, Profiles


class Known(NamedTuple):
    """What the database holds about a person of whom a staged row says something else."""

    id: int
    status: str
    name: str
    organisation: str
    facet_set_id: int
    terms: str | None
    """The publications, each after a plus while it lasts or a minus once it ended, joined by commas."""


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A line that is not followed, because the person, or what happened to the address, says no."""

    line: int
    address: str
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a person by a line; the publications are those to begin."""

    id: int
    status: Status
    name: str
    organisation: str
    facets: FacetSet
    publications: frozenset[str]
    withheld: frozenset[str]
    """The publications that the line names and the person had left."""
    is_change: bool

    @property
    def events(self) -> list[tuple[EventKind, str | None]]:
        """What to record: each publication that begins or, when none does, that something changed."""
        begun = sorted(self.publications)
        return [(EventKind.IMPORTED, one) for one in begun] or [(EventKind.CHANGED, None)]


def unite(earlier: ImportRow, later: ImportRow, profiles: Profiles) -> ImportRow:
    """Two lines about one address as one, at the place of the earlier.

    Regions and publications add up; of a name, an organisation or a sector the later one that says
    something holds.
    """
    return ImportRow(
        earlier.key,
        earlier.line,
        earlier.mailbox,
        later.name or earlier.name,
        later.organisation or earlier.organisation,
        profiles.number(_unite_profiles(profiles[earlier.profile], profiles[later.profile])),
    )


def _unite_profiles(earlier: Profile, later: Profile) -> Profile:
    sector = later.facets.sector or earlier.facets.sector
    regions = earlier.facets.regions | later.facets.regions
    return Profile(FacetSet(sector, regions), earlier.publications | later.publications)


def has_left(known: Known) -> bool:
    """Whether a line about this person is not followed."""
    return known.status == Status.LEFT


def overlay(
    row: ImportRow, said: Profile, known: Known, held: FacetSet, *, add_regions: bool
) -> Change:
    """What the line, with the profile `said`, makes of a person who is on the list and holds `held`.

    The regions that it names replace those held, or add to them when an earlier line of the same
    list named some (`add_regions`).
    """
    named = said.facets.regions | held.regions if add_regions else said.facets.regions
    facets = FacetSet(said.facets.sector or held.sector, named or held.regions)
    live, ended = _split_terms(known.terms)
    name, organisation = row.name or known.name, row.organisation or known.organisation
    begun = said.publications - live - ended
    status = after(Status(known.status), EventKind.IMPORTED, row.mailbox)
    before = (known.name, known.organisation, held, known.status)
    return Change(
        id=known.id,
        status=status,
        name=name,
        organisation=organisation,
        facets=facets,
        publications=begun,
        withheld=said.publications & ended - live,
        is_change=bool(begun) or (name, organisation, facets, status) != before,
    )


def _split_terms(terms: str | None) -> tuple[frozenset[str], frozenset[str]]:
    signed = terms.split(",") if terms else []
    live = frozenset(term[1:] for term in signed if term[0] == "+")
    ended = frozenset(term[1:] for term in signed if term[0] == "-")
    return live, ended
