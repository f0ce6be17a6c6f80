"""How a line of a list changes what is known of a person. Pure: no database, no file, no clock.

The rules: somebody who left, or whose address is suppressed, is left alone; a publication that a
person left is not taken up again; a cell that says nothing changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from subscribers.facets import FacetSet
from subscribers.lifecycle import Status
from subscribers.rows import ImportRow

if TYPE_CHECKING:
    from subscribers.staging import Known


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A line that is not followed, because the person, or what happened to the address, says no."""

    line: int
    address: str
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a line changes about a person; the publications are those to begin."""

    name: str
    organisation: str
    facets: FacetSet
    publications: frozenset[str]
    withheld: frozenset[str]
    """The publications that the line names and the person had left."""
    is_change: bool


def unite(earlier: ImportRow, later: ImportRow) -> ImportRow:
    """Two lines about one address as one, at the place of the earlier.

    Regions and publications add up; of a name, an organisation or a sector the later one that says
    something holds.
    """
    facets = FacetSet(
        later.facets.sector or earlier.facets.sector, earlier.facets.regions | later.facets.regions
    )
    return ImportRow(
        earlier.line,
        earlier.mailbox,
        later.name or earlier.name,
        later.organisation or earlier.organisation,
        facets,
        earlier.publications | later.publications,
    )


def hold_back(row: ImportRow, known: Known) -> HeldBack | None:
    """Why this line is not followed, or None when it is."""
    if known.suppressed is not None:
        return HeldBack(row.line, row.mailbox, f"suppressed: {known.suppressed}")
    if known.status == Status.LEFT:
        return HeldBack(row.line, row.mailbox, "left")
    return None


def overlay(row: ImportRow, known: Known, held: FacetSet, *, add_regions: bool) -> Change:
    """What the line makes of a person who is on the list and holds `held`.

    The regions that it names replace those held, or add to them when an earlier line of the same
    list named some (`add_regions`).
    """
    named = row.facets.regions | held.regions if add_regions else row.facets.regions
    facets = FacetSet(row.facets.sector or held.sector, named or held.regions)
    live, ended = _split_terms(known.terms)
    name, organisation = row.name or known.name, row.organisation or known.organisation
    begun = row.publications - live - ended
    before = (known.name, known.organisation, held, known.status)
    return Change(
        name=name,
        organisation=organisation,
        facets=facets,
        publications=begun,
        withheld=row.publications & ended - live,
        is_change=bool(begun) or (name, organisation, facets, Status.ACTIVE) != before,
    )


def _split_terms(terms: str | None) -> tuple[frozenset[str], frozenset[str]]:
    signed = terms.split(",") if terms else []
    live = frozenset(term[1:] for term in signed if term[0] == "+")
    ended = frozenset(term[1:] for term in signed if term[0] == "-")
    return live, ended
