"""What a person says on a form about themselves and what they want to get. Pure.

Knows which answers can be taken, and how to ask again for one that can't; must not know a page's looks,
nor how answers are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from subscribers.rows import TextError, read_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from subscribers.consent import Term
    from subscribers.facets import Facet, Vocabulary
    from subscribers.forms import Fields
    from subscribers.store import Person


@dataclass(frozen=True, slots=True)
class Preferences:
    """A person's name and organisation, and the slugs of what they hold and get."""

    name: str
    organisation: str
    sector: str
    regions: frozenset[str]
    publications: frozenset[str]


@dataclass(frozen=True, slots=True)
class Slip:
    """An answer that can't be taken: the field's name, and a sentence that says what to do."""

    field: str
    what: str


def preferences_of(person: Person, terms: Iterable[Term]) -> Preferences:
    """What is known of a person now, with the subscriptions that have not ended."""
    return Preferences(
        name=person.name,
        organisation=person.organisation,
        sector=person.facets.sector,
        regions=person.facets.regions,
        publications=frozenset(term.publication for term in terms if term.ended_at is None),
    )


def is_whole(fields: Fields) -> bool:
    """Whether a form has come with all that a browser always sends.

    Without that, an empty answer could not be told from one that was lost on the way, and a form that was
    cut short would end every subscription.
    """
    return fields.keys() >= {"name", "organisation", "sector", "save"}


def read_preferences(fields: Fields, vocabulary: Vocabulary) -> tuple[Preferences, list[Slip]]:
    """The answers as typed, and what is wrong with them; with no slip they can be kept."""
    answers = Preferences(
        name=_first(fields, "name"),
        organisation=_first(fields, "organisation"),
        sector=_first(fields, "sector"),
        regions=frozenset(fields.get("regions", ())),
        publications=frozenset(fields.get("publications", ())),
    )
    return answers, list(_slips(answers, vocabulary))


def _slips(answers: Preferences, vocabulary: Vocabulary) -> Iterator[Slip]:
    yield from _text_slips("name", "Your name", answers.name)
    yield from _text_slips("organisation", "The name of your organisation", answers.organisation)
    yield from _choice_slips("sector", {answers.sector} - {""}, vocabulary.sectors)
    yield from _choice_slips("regions", answers.regions, vocabulary.regions)
    yield from _choice_slips("publications", answers.publications, vocabulary.publications)


def _text_slips(field: str, label: str, text: str) -> Iterator[Slip]:
    try:
        read_text(text)
    except TextError as error:
        remedy = "Type it again" if error.code == "text-control" else "Make it shorter"
        yield Slip(field, f"{label} {error.what}. {remedy}.")


def _choice_slips(
    field: str, chosen: Collection[str], offered: Collection[Facet]
) -> Iterator[Slip]:
    if not set(chosen) <= {facet.slug for facet in offered}:
        yield Slip(field, f"Choose your {field} from those on this page.")


def _first(fields: Fields, name: str) -> str:
    return fields.get(name, [""])[0]
