"""What a person says on a form about themselves and what they want to get. Pure.

Knows which answers can be taken, and how to ask again for one that can't; must not know a page's looks,
nor how answers are kept.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from subscribers.rows import MAX_TEXT, TextError, read_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from subscribers.catalogue import Tongue
    from subscribers.facets import Facet, Vocabulary
    from subscribers.forms import Fields

_LONGEST_PAUSE: Final = dt.timedelta(days=731)
_LABELLED: Final = frozenset({"name", "organisation"})


@dataclass(frozen=True, slots=True)
class Preferences:
    """A person's name and organisation, the slugs of what they hold and get, and when a pause ends."""

    name: str
    organisation: str
    sector: str
    regions: frozenset[str]
    publications: frozenset[str]
    paused_until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Slip:
    """An answer that can't be taken: the field's name, and the key of the sentence that says what to do."""

    field: str
    key: str
    values: Mapping[str, int] = dataclasses.field(default_factory=dict)

    def told(self, tongue: Tongue) -> str:
        """The sentence."""
        label = tongue.say(f"slips.label_{self.field}") if self.field in _LABELLED else ""
        return tongue.say(f"slips.{self.key}", label=label, **self.values)


def is_whole(fields: Fields) -> bool:
    """Whether a form has come with all that a browser always sends.

    Without that, an empty answer could not be told from one that was lost on the way, and a form that was
    cut short would end every subscription.
    """
    return fields.keys() >= {"name", "organisation", "sector", "save"}


def read_preferences(
    fields: Fields, vocabulary: Vocabulary, today: dt.date
) -> tuple[Preferences, list[Slip]]:
    """The answers as typed, and what is wrong with them; with no slip they can be kept."""
    until, slips = read_pause(fields, today)
    answers = Preferences(
        name=first(fields, "name"),
        organisation=first(fields, "organisation"),
        sector=first(fields, "sector"),
        regions=frozenset(fields.get("regions", ())),
        publications=frozenset(fields.get("publications", ())),
        paused_until=until,
    )
    return answers, [*profile_slips(answers, vocabulary), *slips]


def read_pause(fields: Fields, today: dt.date) -> tuple[dt.date | None, list[Slip]]:
    """The day on which a pause ends, from its three fields; none when all are empty."""
    parts = [first(fields, f"pause-{part}").strip() for part in ("year", "month", "day")]
    if not any(parts):
        return None, []
    try:
        until = dt.date(*(int(part[:4]) for part in parts))
    except ValueError:
        return None, [Slip("pause", "pause-wrong")]
    if until <= today:
        return None, [Slip("pause", "pause-past")]
    if until - today > _LONGEST_PAUSE:
        return None, [Slip("pause", "pause-far")]
    return until, []


def profile_slips(answers: Preferences, vocabulary: Vocabulary) -> Iterator[Slip]:
    """What is wrong with the answers that every form of ours asks for."""
    yield from _text_slips("name", answers.name)
    yield from _text_slips("organisation", answers.organisation)
    yield from _choice_slips("sector", {answers.sector} - {""}, vocabulary.sectors)
    yield from _choice_slips("regions", answers.regions, vocabulary.regions)
    yield from _choice_slips("publications", answers.publications, vocabulary.publications)


def first(fields: Fields, name: str) -> str:
    """The first value of a field; empty when there is none."""
    return fields.get(name, [""])[0]


def _text_slips(name: str, text: str) -> Iterator[Slip]:
    try:
        read_text(text)
    except TextError as error:
        length = len(" ".join(text.split()))
        measures = {"length": length, "limit": MAX_TEXT} if error.code == "text-too-long" else {}
        yield Slip(name, error.code, measures)


def _choice_slips(name: str, chosen: Collection[str], offered: Collection[Facet]) -> Iterator[Slip]:
    if not set(chosen) <= {facet.slug for facet in offered}:
        yield Slip(name, f"choice_{name}")
