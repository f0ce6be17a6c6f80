"""Everything that is held about one person, as a value, as data for a machine, and as rows for a page.

Reads and never writes. What hangs on a person upstairs is known upstairs, and declared here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol

from subscribers import pauses, requests, service, suppressions
from subscribers.address import parse_address
from subscribers.formerly import own_keys

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from sqlalchemy import Connection

    from subscribers.database import Database
    from subscribers.formerly import FindFormer
    from subscribers.requests import Joining, Moving
    from subscribers.service import Story
    from subscribers.suppressions import SuppressionFact


@dataclass(frozen=True, slots=True)
class MailFact:
    """One mail to a person, and what the ledger says became of it."""

    subject: str
    publication: str
    address: str
    state: str
    changed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class ReturnFact:
    """One mail to a person that came back or was complained about, and what followed."""

    address: str
    reason: str
    text: str
    recorded_at: dt.datetime
    action: str


@dataclass(frozen=True, slots=True)
class ArticleFact:
    """One article that a person offered, or was asked to sign off."""

    title: str
    edition: str
    state: str
    text: str
    at: dt.datetime


class ListArticles(Protocol):
    """Lists what the owners of addresses had to do with articles."""

    def __call__(self, connection: Connection, keys: AbstractSet[str], /) -> Sequence[ArticleFact]:
        """Ask for the records, oldest first."""


class ListReturned(Protocol):
    """Lists what came back from addresses."""

    def __call__(self, connection: Connection, keys: AbstractSet[str], /) -> Sequence[ReturnFact]:
        """Ask for the records, oldest first."""


class ListMails(Protocol):
    """Lists the mails of a person."""

    def __call__(
        self, connection: Connection, subscriber_id: int | None, keys: AbstractSet[str], /
    ) -> Sequence[MailFact]:
        """Ask the ledger, oldest first."""


@dataclass(frozen=True, slots=True)
class Records:
    """How the tables upstairs are asked."""

    find_former: FindFormer
    list_mails: ListMails
    list_returned: ListReturned
    list_articles: ListArticles


@dataclass(frozen=True, slots=True)
class Holding:
    """All that is held about one address and, as far as they are known, those that its person had before."""

    story: Story
    paused_until: dt.date | None
    suppressions: tuple[SuppressionFact, ...]
    joinings: tuple[Joining, ...]
    moves: tuple[Moving, ...]
    mails: tuple[MailFact, ...]
    returned: tuple[ReturnFact, ...]
    articles: tuple[ArticleFact, ...]
    gathered_at: dt.datetime

    def data(self) -> dict[str, Any]:
        """The same as JSON can hold it: moments and days as ISO 8601."""
        person = self.story.person
        return {
            "address": self.story.address,
            "gathered_at": self.gathered_at.isoformat(),
            "person": _plain(_person(self.story)) if person else None,
            "paused_until": self.paused_until.isoformat() if self.paused_until else None,
            "subscriptions": [_plain(asdict(one)) for one in self.story.terms],
            "events": [
                _plain(asdict(one) | {"wording_version": one.wording_version})
                for one in self.story.events
            ],
            "suppressions": [_plain(asdict(one)) for one in self.suppressions],
            "requests": [_plain(_joining(one)) for one in self.joinings],
            "new_addresses": [_plain(asdict(one)) for one in self.moves],
            "mails": [_plain(asdict(one)) for one in self.mails],
            "returned": [_plain(asdict(one)) for one in self.returned],
            "articles": [_plain(asdict(one)) for one in self.articles],
        }


def gather(database: Database, address: str, records: Records, now: dt.datetime) -> Holding:
    """All that is held about an address; raises `SubscriberError` when that is nothing."""
    story = _story(database, address, records)
    person_id, key = story.person.id if story.person else None, parse_address(address).key
    with database.read() as connection:
        keys = own_keys(connection, story.person, key, records.find_former)
        barred = [suppressions.history(connection, each) for each in sorted(keys)]
        return Holding(
            story=story,
            paused_until=pauses.find(connection, person_id) if person_id else None,
            suppressions=tuple(chain.from_iterable(barred)),
            joinings=tuple(requests.joinings_of(connection, keys)),
            moves=tuple(requests.moves_of(connection, person_id)) if person_id else (),
            mails=tuple(records.list_mails(connection, person_id, keys)),
            returned=tuple(records.list_returned(connection, keys)),
            articles=tuple(records.list_articles(connection, keys)),
            gathered_at=now,
        )


def _story(database: Database, address: str, records: Records) -> Story:
    """What the list knows; nothing, for somebody who is not on it but has written an article."""
    try:
        return service.show(database, address)
    except service.SubscriberError:
        known_as = parse_address(address)
        with database.read() as connection:
            if not records.list_articles(connection, {known_as.key}):
                raise
        return service.Story(known_as.mailbox, None, (), (), ())


def _person(story: Story) -> dict[str, object]:
    person = story.person
    assert person is not None  # noqa: S101 - asked for no other
    return {
        "name": person.name,
        "organisation": person.organisation,
        "sector": person.facets.sector,
        "regions": sorted(person.facets.regions),
        "status": person.status,
        "created_at": person.created_at,
        "updated_at": person.updated_at,
    }


def _joining(request: Joining) -> dict[str, object]:
    facets = {"sector": request.facets.sector, "regions": sorted(request.facets.regions)}
    return asdict(request) | {"facets": facets, "publications": sorted(request.publications)}


def _plain(values: dict[str, object]) -> dict[str, object]:
    return {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in values.items()
    }
