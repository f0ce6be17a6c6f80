"""Ends subscriptions by the people's own wish, many at a time: a mail to thousands brings many at once.

A use case: it commits. Must not know a page, nor what else a person can ask for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from subscribers import consent, store
from subscribers.consent import Event
from subscribers.lifecycle import EventKind

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from subscribers.database import Database


REASONS: Final = ("too_much", "not_for_me", "new_work", "never_asked", "other")
"""Why somebody leaves, if they like to say."""

_ASKED: Final = "asked by the subscriber"


def in_words(reason: str = "") -> str:
    """What goes on record for one of the reasons, or for none."""
    return f"{_ASKED}: {reason.replace('_', ' ')}" if reason in REASONS else _ASKED


@dataclass(frozen=True, slots=True)
class Leaving:
    """Who leaves which publication, and what goes on record."""

    subscriber_id: int
    publication: str
    reason: str
    source: str
    actor: str
    network: str
    at: dt.datetime


def leave_each(database: Database, leavings: Sequence[Leaving]) -> list[bool]:
    """End each subscription, as one transaction, and say of each whether that is done; again is no error.

    Whom another transaction has in hand is left for `leave_alone`: all would wait for that one person, and
    to wait while holding others could end in a deadlock with an import.
    """
    with database.write() as connection:
        free = store.hold_free(connection, {each.subscriber_id for each in leavings})
        _leave(connection, [each for each in leavings if each.subscriber_id in free])
    return [each.subscriber_id in free for each in leavings]


def leave_alone(database: Database, leaving: Leaving) -> None:
    """End one subscription, however long somebody else has the person in hand; none of who was erased."""
    with database.write() as connection:
        if store.find_by_id(connection, leaving.subscriber_id) is not None:
            _leave(connection, [leaving])


def _leave(connection: Connection, leavings: Sequence[Leaving]) -> None:
    # One statement for all who say the same: of a crowd, most do.
    for reason, publication in dict.fromkeys((each.reason, each.publication) for each in leavings):
        # The same wish twice at the same time is one.
        some = {
            each.subscriber_id: each
            for each in reversed(leavings)
            if (each.reason, each.publication) == (reason, publication)
        }
        at = max(each.at for each in some.values())
        ended = consent.end_each(connection, list(some), publication, reason, at)
        consent.record_each(connection, [(number, _event(some[number])) for number in ended])


def _event(each: Leaving) -> Event:
    return Event(
        EventKind.UNSUBSCRIBED,
        each.publication,
        each.at,
        each.source,
        each.actor,
        detail=each.reason,
        network=each.network,
    )
