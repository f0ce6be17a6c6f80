"""The form by which somebody joins: what was typed, and what is wrong with it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from subscribers.address import AddressError, parse_address
from subscribers.admission import Verdict
from subscribers.facets import FacetSet
from subscribers.preferences import Preferences, Slip, first, profile_slips
from subscribers.requests import Wish
from subscribers.rows import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from subscribers.admission import DomainRules
    from subscribers.facets import Vocabulary
    from subscribers.forms import Fields

_NOTHING = Preferences("", "", "", frozenset(), frozenset())


@dataclass(frozen=True, slots=True)
class JoinForm:
    """The answers as typed."""

    address: str = ""
    profile: Preferences = _NOTHING
    agrees: bool = False

    def wish(self, wording: str, language: str, network: str) -> Wish:
        """What is asked for; only for a form without slips."""
        profile = self.profile
        return Wish(
            address=parse_address(self.address),
            name=read_text(profile.name),
            organisation=read_text(profile.organisation),
            facets=FacetSet(profile.sector, profile.regions),
            publications=profile.publications,
            wording=wording,
            language=language,
            network=network,
        )


def read_join_form(fields: Fields) -> JoinForm:
    """The answers as they were typed, sound or not."""
    profile = Preferences(
        name=first(fields, "name"),
        organisation=first(fields, "organisation"),
        sector=first(fields, "sector"),
        regions=frozenset(fields.get("regions", ())),
        publications=frozenset(fields.get("publications", ())),
    )
    return JoinForm(first(fields, "address").strip(), profile, bool(first(fields, "consent")))


def join_slips(form: JoinForm, vocabulary: Vocabulary, rules: DomainRules) -> list[Slip]:
    """What is wrong with the answers, in the order of the form."""
    found = {slip.field: slip for slip in profile_slips(form.profile, vocabulary)}
    for slip in _missing(form):
        found.setdefault(slip.field, slip)
    for slip in _address_slips(form, rules):
        found[slip.field] = slip
    order = ("address", "publications", "name", "organisation", "sector", "regions", "consent")
    return sorted(found.values(), key=lambda slip: order.index(slip.field))


def _missing(form: JoinForm) -> Iterator[Slip]:
    if not form.profile.publications:
        yield Slip("publications", "publications-none")
    if not form.profile.sector:
        yield Slip("sector", "sector-none")
    if not form.agrees:
        yield Slip("consent", "consent-none")


def _address_slips(form: JoinForm, rules: DomainRules) -> Iterator[Slip]:
    if not form.address:
        yield Slip("address", "address-empty")
        return
    try:
        address = parse_address(form.address)
    except AddressError:
        yield Slip("address", "address-wrong")
        return
    if rules.judge(address.mailbox, form.profile.sector) is Verdict.BLOCKED:
        yield Slip("address", "address-blocked")
