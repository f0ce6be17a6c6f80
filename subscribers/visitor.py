"""Who opened a link: the subscriber behind a delivery, and what is known of them at this moment.

Reads and never writes. What was mailed is known upstairs and declared here; a page is not known at all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from subscribers.address import parse_address
from subscribers.facets import Facet
from subscribers.lifecycle import Status
from subscribers.preferences import Preferences
from subscribers.standing import find_standings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from subscribers.database import Database
    from subscribers.facets import Vocabulary
    from subscribers.standing import Standing


NOTHING_HELD: Final = Preferences("", "", "", frozenset(), frozenset())
"""What a page knows of somebody of whom it must not tell anything."""


class Mail(Protocol):
    """The mail that a link came in."""

    @property
    def publication(self) -> str:
        """The slug of what was sent; empty for a letter, which belongs to no publication."""

    @property
    def address(self) -> str:
        """Where it went; empty once that is forgotten."""

    @property
    def is_test(self) -> bool:
        """Whether it went to the team's own addresses, and to no subscriber."""

    @property
    def subscriber_id(self) -> int | None:
        """The subscriber's number; None for somebody who was erased."""


class FindMails(Protocol):
    """Finds the mails of deliveries, by number; one that is not on record was made only to be looked at."""

    def __call__(
        self, connection: Connection, delivery_ids: Sequence[int], /
    ) -> Mapping[int, Mail]:
        """Ask the ledger."""


class Nobody(StrEnum):
    """Why there is nobody behind a link that is good."""

    TEST = "test"
    GONE = "gone"


class Trouble(StrEnum):
    """Why nothing can begin for a person, whatever they ask for on a page."""

    ELSEWHERE = "elsewhere"
    """The mail went to an address that is not, or no more, the person's: whoever reads it may be another."""
    LEFT = "left"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Visitor:
    """A subscriber who opened a link, and the publication that it came with."""

    delivery_id: int
    subscriber_id: int
    address: str
    publication: Facet
    held: Preferences
    gets: tuple[Facet, ...]
    """Every publication subscribed to now."""
    trouble: Trouble | None

    @property
    def others(self) -> tuple[Facet, ...]:
        """What is subscribed to beside the publication of the link."""
        return tuple(one for one in self.gets if one != self.publication)


def find_visitors(
    database: Database, vocabulary: Vocabulary, find_mails: FindMails, delivery_ids: Sequence[int]
) -> list[Visitor | Nobody]:
    """Whoever each delivery was made for, as they stand now."""
    with database.read() as connection:
        mails = find_mails(connection, delivery_ids)
        numbers = {mail.subscriber_id for mail in mails.values() if not mail.is_test}
        standings = find_standings(connection, [one for one in numbers if one is not None])
    return [_find(vocabulary, number, mails.get(number), standings) for number in delivery_ids]


def _find(
    vocabulary: Vocabulary, delivery_id: int, mail: Mail | None, standings: Mapping[int, Standing]
) -> Visitor | Nobody:
    if mail is None or mail.is_test:
        return Nobody.TEST
    standing = standings.get(mail.subscriber_id) if mail.subscriber_id is not None else None
    if standing is None:
        return Nobody.GONE
    held = standing.held
    slug = mail.publication or _any(held, vocabulary)
    visitor = Visitor(
        delivery_id=delivery_id,
        subscriber_id=standing.subscriber_id,
        address=standing.address,
        publication=_named(vocabulary, slug),
        held=held,
        gets=tuple(_named(vocabulary, slug) for slug in sorted(held.publications)),
        trouble=_trouble(standing.status, is_suppressed=standing.is_suppressed),
    )
    if parse_address(standing.address).key != mail.address.lower():
        return _elsewhere(visitor)
    return visitor


def _elsewhere(visitor: Visitor) -> Visitor:
    """As much of the person as a page needs on which one can leave, and nothing that tells of them."""
    return replace(
        visitor,
        address="",
        held=NOTHING_HELD,
        gets=tuple(one for one in visitor.gets if one == visitor.publication),
        trouble=Trouble.ELSEWHERE,
    )


def _any(held: Preferences, vocabulary: Vocabulary) -> str:
    return min(held.publications, default=vocabulary.publications[0].slug)


def _trouble(status: Status, *, is_suppressed: bool) -> Trouble | None:
    if status is Status.LEFT:
        return Trouble.LEFT
    return Trouble.PAUSED if is_suppressed else None


def _named(vocabulary: Vocabulary, slug: str) -> Facet:
    """A publication by its name; by its slug once the partnership has given it up."""
    return next((one for one in vocabulary.publications if one.slug == slug), Facet(slug, slug))
