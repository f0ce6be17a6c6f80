"""Everything that is held about one person, as a value, as data for a machine, and as rows for a page.

Reads and never writes. What hangs on a person upstairs is known upstairs, and declared here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Protocol

from subscribers import pauses, service

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from subscribers.database import Database
    from subscribers.service import Story


@dataclass(frozen=True, slots=True)
class MailFact:
    """One mail to a person, and what the ledger says became of it."""

    subject: str
    publication: str
    address: str
    state: str
    changed_at: dt.datetime


class ListMails(Protocol):
    """Lists the mails of a person."""

    def __call__(
        self, connection: Connection, subscriber_id: int | None, key: str, /
    ) -> Sequence[MailFact]:
        """Ask the ledger, oldest first."""


@dataclass(frozen=True, slots=True)
class Holding:
    """All that is held about one address."""

    story: Story
    paused_until: dt.date | None
    mails: tuple[MailFact, ...]
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
            "suppressions": [_plain(asdict(one)) for one in self.story.suppressions],
            "mails": [_plain(asdict(one)) for one in self.mails],
        }


def gather(database: Database, address: str, list_mails: ListMails, now: dt.datetime) -> Holding:
    """All that is held about an address; raises `SubscriberError` when that is nothing."""
    story = service.show(database, address)
    person_id = story.person.id if story.person else None
    with database.read() as connection:
        return Holding(
            story=story,
            paused_until=pauses.find(connection, person_id) if person_id else None,
            mails=tuple(list_mails(connection, person_id, story.address.lower())),
            gathered_at=now,
        )


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


def _plain(values: dict[str, object]) -> dict[str, object]:
    return {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in values.items()
    }
