"""What a person does with their own subscription, by a link of a mail; each verb calls the list's own.

Commits, by way of `subscribers.service`. Knows what goes on record: that it was the subscriber, by which way,
and in answer to which words; must not know a page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from subscribers import service
from subscribers.facets import FacetSet

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from subscribers.database import Database
    from subscribers.facets import Facet
    from subscribers.preferences import Preferences
    from subscribers.visitor import Visitor

ACTOR: Final = "subscriber"
LINK: Final = "link in a mail"
ONE_CLICK: Final = "one-click"

QUESTION: Final = "Which of these do you want to get?"
"""The words above the list of publications: who ticks one agrees to get it."""

_REASON: Final = "asked by the subscriber"


def resume_words(publication: Facet) -> str:
    """The words on the button that takes up a publication again."""
    return f"Undo: send me {publication.label} again"


def leave(
    database: Database, visitor: Visitor, publication: str | None, *, source: str, now: datetime
) -> None:
    """End the subscription to one publication or, when it is None, to everything; again is no error."""
    service.unsubscribe(
        database,
        visitor.address,
        publication,
        reason=_REASON,
        now=now,
        actor=ACTOR,
        source=source,
    )


def resume(database: Database, visitor: Visitor, *, now: datetime) -> None:
    """Take up again the publication that the link came with."""
    _begin(database, visitor, {visitor.publication.slug}, resume_words(visitor.publication), now)


def keep(
    database: Database,
    visitor: Visitor,
    answers: Preferences,
    offered: AbstractSet[str],
    *,
    now: datetime,
) -> None:
    """Make what is held and got equal to the answers; a publication that was not offered stays as it is."""
    service.change(
        database,
        visitor.address,
        name=answers.name,
        organisation=answers.organisation,
        sector=answers.sector,
        regions=answers.regions,
        now=now,
        actor=ACTOR,
        source=LINK,
    )
    begun = answers.publications - visitor.held.publications
    if begun:
        _begin(database, visitor, begun, QUESTION, now)
    for publication in sorted(visitor.held.publications & offered - answers.publications):
        leave(database, visitor, publication, source=LINK, now=now)


def _begin(
    database: Database,
    visitor: Visitor,
    publications: AbstractSet[str],
    wording: str,
    now: datetime,
) -> None:
    service.add(
        database,
        visitor.address,
        facets=FacetSet(visitor.held.sector, visitor.held.regions),
        publications=frozenset(publications),
        now=now,
        actor=ACTOR,
        source=LINK,
        wording=wording,
    )
