"""What a partnership does with its list, one person or one export at a time; each verb is one transaction.

Commits. Is given the moment and the actor, so that the same call always writes the same; imports
are in `subscribers.importing`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from subscribers import barring, consent, erasures, rewriting, store, suppressions
from subscribers.address import parse_address
from subscribers.consent import Event, Term
from subscribers.erasures import record_deed
from subscribers.errors import BulletinError
from subscribers.exporting import export
from subscribers.facets import FacetSet
from subscribers.importing import ImportReport, import_csv
from subscribers.lifecycle import EventKind, after
from subscribers.rows import read_text

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from subscribers.address import Address
    from subscribers.database import Database
    from subscribers.erasures import Seal
    from subscribers.store import Person
    from subscribers.suppressions import SuppressionFact

__all__ = [
    "Added",
    "ImportReport",
    "Story",
    "SubscriberError",
    "add",
    "change",
    "export",
    "import_csv",
    "lift",
    "show",
    "suppress",
    "unsubscribe",
]


class SubscriberError(BulletinError):
    """Something was asked about a person that the list does not allow."""


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that is known of one address; `person` is None when it is only suppressed."""

    address: str
    person: Person | None
    terms: tuple[Term, ...]
    events: tuple[Event, ...]
    suppressions: tuple[SuppressionFact, ...]

    @property
    def suppression(self) -> SuppressionFact | None:
        """The suppression that holds now."""
        return next((fact for fact in self.suppressions if fact.is_live), None)


@dataclass(frozen=True, slots=True)
class Added:
    """What adding a person did: whether the person is new, and which subscriptions began."""

    person: Person
    is_new: bool
    begun: tuple[str, ...]


def add(  # noqa: PLR0913 - what is said of a person
    database: Database,
    address: str,
    *,
    facets: FacetSet,
    publications: frozenset[str],
    name: str = "",
    organisation: str = "",
    now: datetime,
    actor: str,
    source: str = "added by hand",
    wording: str | None = None,
    seal: Seal | None = None,
) -> Added:
    """Put one person on the list, or add publications to one who is there; what is there stays.

    Unlike an import this may take up a publication that the person left: somebody answers for it,
    and the consent event says who. Raises `SubscriberError` for an address that is suppressed or, as
    `seal` knows, was erased,
    `LifecycleError` for a person who left everything, `AddressError` and `TextError` for what
    cannot be kept.
    """
    known_as = parse_address(address)
    called = read_text(name), read_text(organisation)
    with database.write() as connection:
        _refuse_suppressed(connection, known_as)
        _refuse_erased(connection, known_as, seal)
        found = store.find_to_change(connection, known_as.key)
        status = after(found.status if found else None, EventKind.ADDED, known_as.mailbox)
        if found is None:
            person_id = store.add_person(connection, known_as, *called, facets, status, now)
        else:
            person_id = found.id
            store.set_status(connection, person_id, status, now)
        begun = consent.begin(connection, person_id, publications, source, now)
        told = [Event(EventKind.ADDED, one, now, source, actor, wording) for one in begun]
        if found is None and not told:
            told = [Event(EventKind.ADDED, None, now, source, actor, wording)]
        consent.record(connection, person_id, *told)
        return Added(_require(connection, known_as), found is None, begun)


def change(  # noqa: PLR0913 - what can be changed of a person
    database: Database,
    address: str,
    *,
    name: str | None = None,
    organisation: str | None = None,
    sector: str | None = None,
    regions: frozenset[str] | None = None,
    now: datetime,
    actor: str,
    source: str = "changed by hand",
) -> Person:
    """Write anew what a person is called or holds; None leaves a thing as it is.

    Raises `SubscriberError` when nobody has the address, `LifecycleError` when the person left.
    """
    with database.write() as connection:
        before = _require(connection, parse_address(address))
        wanted = replace(
            before,
            name=before.name if name is None else read_text(name),
            organisation=before.organisation if organisation is None else read_text(organisation),
            facets=FacetSet(
                before.facets.sector if sector is None else sector,
                before.facets.regions if regions is None else regions,
            ),
        )
        return rewriting.rewrite(connection, before, wanted, source=source, actor=actor, now=now)


def unsubscribe(
    database: Database,
    address: str,
    publication: str | None,
    *,
    reason: str,
    now: datetime,
    actor: str,
    source: str = "unsubscribed",
) -> tuple[str, ...]:
    """End a person's subscription to one publication, or, when it is None, to everything.

    Returns the publications that ended; asking again ends nothing and is no error. Leaving
    everything makes the person `left`, whom no import brings back. Raises `SubscriberError` when
    nobody has the address.
    """
    with database.write() as connection:
        person = _require(connection, parse_address(address))
        return barring.withdraw(
            connection, person, publication, reason=reason, now=now, actor=actor, source=source
        )


def suppress(
    database: Database, address: str, *, reason: str, evidence: str, now: datetime, actor: str
) -> bool:
    """Stop writing to an address, on the list or not; False when it already was suppressed."""
    known_as = parse_address(address)
    with database.write() as connection:
        done = barring.bar(
            connection, known_as, reason=reason, evidence=evidence, now=now, actor=actor
        )
        if done:
            _note(connection, known_as, "suppress", reason, now, actor)
        return done


def lift(database: Database, address: str, *, reason: str, now: datetime, actor: str) -> bool:
    """Write to an address again; False when it was not suppressed."""
    known_as = parse_address(address)
    with database.write() as connection:
        done = barring.unbar(connection, known_as, reason, now, actor)
        if done:
            _note(connection, known_as, "lift", reason, now, actor)
        return done


def _note(
    connection: Connection, address: Address, action: str, reason: str, now: datetime, actor: str
) -> None:
    # A person's own events tell it, and go with the person; an address that is not on the list has none.
    if store.find(connection, address.key) is None:
        record_deed(connection, actor, action, "an address that is not on the list", reason, now)


def show(database: Database, address: str) -> Story:
    """Everything that is known of an address; raises `SubscriberError` when that is nothing."""
    known_as = parse_address(address)
    with database.read() as connection:
        person = store.find(connection, known_as.key)
        barred = suppressions.history(connection, known_as.key)
        if person is None and not barred:
            raise _unknown(known_as)
        return Story(
            address=known_as.mailbox,
            person=person,
            terms=tuple(consent.terms(connection, [person.id]).get(person.id, ()))
            if person
            else (),
            events=tuple(consent.events(connection, person.id)) if person else (),
            suppressions=tuple(barred),
        )


def _require(connection: Connection, address: Address) -> Person:
    found = store.find_to_change(connection, address.key)
    if found is None:
        raise _unknown(address)
    return found


def _refuse_suppressed(connection: Connection, address: Address) -> None:
    live = suppressions.live(connection, address.key)
    if live is not None:
        raise SubscriberError(
            "address-suppressed",
            address.mailbox,
            f"is not written to since {live.created_at:%-d %B %Y}: {live.reason}",
            "lift the suppression first, if the reason is gone",
        )


def _refuse_erased(connection: Connection, address: Address, seal: Seal | None) -> None:
    if seal is not None and erasures.is_erased(connection, seal, address.key):
        raise SubscriberError(
            "address-erased",
            address.mailbox,
            "asked to be forgotten, or was",
            "only the person can come back, by the form",
        )


def _unknown(address: Address) -> SubscriberError:
    return SubscriberError(
        "subscriber-unknown",
        address.mailbox,
        "is not on the list",
        "check the spelling, or add the subscriber",
    )
