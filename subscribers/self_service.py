"""What a person does with their own subscription, by a link of a mail; each verb is one transaction.

Commits. Knows what goes on record: that it was the subscriber, by which way, and in answer to which words;
must not know a page.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from subscribers import barring, consent, pauses, requests, rewriting, store, suppressions
from subscribers.address import parse_address
from subscribers.admission import Verdict
from subscribers.consent import Event
from subscribers.domains import domain_of
from subscribers.facets import FacetSet
from subscribers.leaving import Leaving, in_words, leave_alone, leave_each
from subscribers.letters import Letter, LetterKind, SignedLink
from subscribers.lifecycle import EventKind, Status, after
from subscribers.newcomers import NoGreeting
from subscribers.returning import take_back
from subscribers.rows import read_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from sqlalchemy import Connection

    from subscribers.address import Address
    from subscribers.admission import DomainRules
    from subscribers.database import Database
    from subscribers.letters import Letters
    from subscribers.newcomers import Newcomers
    from subscribers.preferences import Preferences
    from subscribers.requests import Moving
    from subscribers.store import Person
    from subscribers.visitor import Visitor

ACTOR: Final = "subscriber"
LINK: Final = "link in a mail"
ONE_CLICK: Final = "one-click"

COPY: Final = "copy"
MOVE: Final = "address"
ERASE: Final = "erase"
LETTER_LINK_LASTS: Final = dt.timedelta(days=7)

_ASKED_COPY: Final = "asked for a copy of what is held"
_ASKED_ERASURE: Final = "asked to be forgotten"
_MOVES_A_DAY: Final = 3
_LETTERS_A_DAY: Final = 3
"""Letters of one kind that a person gets for the asking, however often the button is pressed."""


@dataclass(frozen=True, slots=True)
class Context:
    """How and when something is asked: from which network, in which language."""

    now: dt.datetime
    network: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class SelfService:
    """What a person may do, where the list is, who writes letters, and by which rules for addresses."""

    database: Database
    letters: Letters
    rules: DomainRules
    newcomers: Newcomers = NoGreeting()  # noqa: RUF009 - it holds nothing

    def leave(
        self,
        visitor: Visitor,
        publication: str | None,
        context: Context,
        *,
        source: str = LINK,
        reason: str = "",
    ) -> None:
        """End the subscription to one publication or, when it is None, to everything; again is no error."""
        if publication is not None:
            self.leave_alone(wish_to_leave(visitor, publication, context, source, reason))
            return
        words = in_words(reason)
        with self.database.write() as connection:
            person = _find(connection, visitor)
            if person is None:
                return
            says_goodbye = (
                person.status is not Status.LEFT
                and suppressions.live(connection, person.key) is None
                and _times_left(connection, person, context) < _LETTERS_A_DAY
            )
            self._end(connection, person, publication, words, source, context)
            if says_goodbye:
                self._write(connection, LetterKind.GOODBYE, person, context)

    def leave_each(self, leavings: Sequence[Leaving]) -> list[bool]:
        """End the subscriptions of many, each to one publication; those not done are for `leave_alone`."""
        return leave_each(self.database, leavings)

    def leave_alone(self, leaving: Leaving) -> None:
        """End the subscription of one to one publication."""
        leave_alone(self.database, leaving)

    def resume(self, visitor: Visitor, words: str, context: Context) -> None:
        """Take up again the publication that the link came with, in answer to `words`."""
        with self.database.write() as connection:
            person = _find(connection, visitor)
            if person is not None:
                self._begin(connection, person, {visitor.publication.slug}, words, context)

    def come_back(
        self, visitor: Visitor, words: str, within: dt.timedelta, context: Context
    ) -> None:
        """Undo that somebody left everything, not longer ago than `within`, in answer to `words`."""
        said = Event(
            EventKind.CONFIRMED, None, context.now, LINK, ACTOR, words, network=context.network
        )
        with self.database.write() as connection:
            person = _find(connection, visitor)
            if person is not None:
                begun = take_back(connection, person, context.now - within, said)
                self.newcomers.greet(connection, person.id, begun, context.now)

    def keep(
        self,
        visitor: Visitor,
        answers: Preferences,
        offered: AbstractSet[str],
        words: str,
        context: Context,
    ) -> Verdict:
        """Make what is held and got equal to the answers; one that was not offered stays as it is.

        Nothing is changed when the rules do not leave the sector to the person, as the verdict then says.
        """
        with self.database.write() as connection:
            person = _find(connection, visitor)
            if person is None:
                return Verdict.OPEN
            verdict = self._judge_sector(person, answers.sector)
            if verdict is not Verdict.OPEN:
                return verdict
            _rewrite(connection, person, answers, context)
            live = consent.live(connection, person.id)
            begun = answers.publications & offered - live
            if begun:
                self._begin(connection, person, begun, words, context)
            for one in sorted(live & offered - answers.publications):
                self._end(connection, person, one, in_words(), LINK, context)
            return Verdict.OPEN

    def ask_move(self, visitor: Visitor, address: Address, context: Context) -> Verdict:
        """Send a letter to a new address, whose link makes it theirs, unless the rules are against it."""
        with self.database.write() as connection:
            person = _find(connection, visitor)
            since = context.now - dt.timedelta(days=1)
            if person is None or requests.count_moves(connection, person.id, since) >= _MOVES_A_DAY:
                return Verdict.OPEN
            verdict = self._judge_address(person, address.mailbox)
            if verdict is not Verdict.OPEN:
                return verdict
            number = requests.add_move(
                connection, person.id, address, context.language, context.now
            )
            # Somebody who is on the list has an own link to change it, and nobody may be told that they are.
            if _is_free(connection, address.key):
                self._write(
                    connection,
                    LetterKind.NEW_ADDRESS,
                    replace(person, address=address.mailbox, name=""),
                    context,
                    SignedLink(MOVE, str(number), context.now),
                )
            return Verdict.OPEN

    def look_at_move(self, request_id: int) -> Moving | None:
        """The new address behind a link, to be shown."""
        with self.database.read() as connection:
            return requests.find_move(connection, request_id)

    def move(self, request_id: int, context: Context) -> bool:
        """Write to the new address from now on, and tell the old one; False when that can't be done."""
        with self.database.write() as connection:
            moving = requests.find_move(connection, request_id)
            person = store.find_by_id(connection, moving.subscriber_id) if moving else None
            if moving is None or person is None or person.status is Status.LEFT:
                return False
            if person.key == moving.key:
                return True
            if moving.confirmed_at is not None or not _is_free(connection, moving.key):
                return False
            # The sector may be another one than when the letter was sent.
            if self._judge_address(person, moving.address) is not Verdict.OPEN:
                return False
            store.set_address(connection, person.id, parse_address(moving.address), context.now)
            requests.confirm_move(connection, request_id, context.now)
            _note(connection, person, "address", context)
            self._write(connection, LetterKind.ADDRESS_CHANGED, person, context)
            return True

    def ask_copy(self, visitor: Visitor, context: Context) -> None:
        """Send a letter with a link to all that is held."""
        self._ask_by_letter(visitor, LetterKind.COPY, COPY, _ASKED_COPY, context)

    def ask_erasure(self, visitor: Visitor, context: Context) -> None:
        """Send a letter with a link that deletes all that is held: the mail may have been passed on."""
        self._ask_by_letter(visitor, LetterKind.FORGET, ERASE, _ASKED_ERASURE, context)

    def _ask_by_letter(
        self, visitor: Visitor, kind: LetterKind, purpose: str, detail: str, context: Context
    ) -> None:
        with self.database.write() as connection:
            person = _find(connection, visitor)
            if person is not None and _may_ask(connection, person, detail, context):
                link = SignedLink(purpose, None, context.now)
                self._write(connection, kind, person, context, link)

    def _judge_sector(self, person: Person, sector: str) -> Verdict:
        # What the team or an import gave may stay, and anybody may give a sector up.
        if sector in ("", person.facets.sector):
            return Verdict.OPEN
        return self.rules.judge(person.address, sector)

    def _judge_address(self, person: Person, address: str) -> Verdict:
        if domain_of(address) == domain_of(person.address):
            return Verdict.OPEN
        return self.rules.judge(address, person.facets.sector)

    def _end(
        self,
        connection: Connection,
        person: Person,
        publication: str | None,
        reason: str,
        source: str,
        context: Context,
    ) -> None:
        barring.withdraw(
            connection,
            person,
            publication,
            reason=reason,
            now=context.now,
            actor=ACTOR,
            source=source,
            network=context.network,
        )

    def _begin(
        self,
        connection: Connection,
        person: Person,
        publications: AbstractSet[str],
        words: str,
        context: Context,
    ) -> None:
        status = after(person.status, EventKind.ADDED, person.address)
        store.set_status(connection, person.id, status, context.now)
        begun = consent.begin(connection, person.id, frozenset(publications), LINK, context.now)
        told = [
            Event(EventKind.ADDED, one, context.now, LINK, ACTOR, words, network=context.network)
            for one in begun
        ]
        consent.record(connection, person.id, *told)
        self.newcomers.greet(connection, person.id, begun, context.now)

    def _write(
        self,
        connection: Connection,
        kind: LetterKind,
        person: Person,
        context: Context,
        link: SignedLink | None = None,
    ) -> None:
        letter = Letter(
            kind=kind,
            address=person.address,
            name=person.name,
            language=context.language,
            subscriber_id=person.id,
            link=link,
        )
        self.letters.queue(connection, letter, context.now)


def wish_to_leave(
    visitor: Visitor, publication: str, context: Context, source: str, reason: str = ""
) -> Leaving:
    """What goes on record for somebody who leaves one publication."""
    return Leaving(
        visitor.subscriber_id,
        publication,
        in_words(reason),
        source,
        ACTOR,
        context.network,
        context.now,
    )


def _find(connection: Connection, visitor: Visitor) -> Person | None:
    return store.find_by_id(connection, visitor.subscriber_id)


def _is_free(connection: Connection, key: str) -> bool:
    return store.find(connection, key) is None and suppressions.live(connection, key) is None


def _rewrite(
    connection: Connection, person: Person, answers: Preferences, context: Context
) -> None:
    wanted = replace(
        person,
        name=read_text(answers.name),
        organisation=read_text(answers.organisation),
        facets=FacetSet(answers.sector, answers.regions),
    )
    rewriting.rewrite(
        connection,
        person,
        wanted,
        source=LINK,
        actor=ACTOR,
        now=context.now,
        network=context.network,
    )
    if pauses.find(connection, person.id) != answers.paused_until:
        pauses.put(connection, person.id, answers.paused_until)
        until = answers.paused_until
        _note(connection, person, f"paused until {until}" if until else "pause ended", context)


def _times_left(connection: Connection, person: Person, context: Context) -> int:
    """How often a person left everything within a day: each time it can be undone."""
    since = context.now - dt.timedelta(days=1)
    return sum(event.at > since for event in consent.leavings(connection, person.id))


def _may_ask(connection: Connection, person: Person, detail: str, context: Context) -> bool:
    """Whether a person may have one more letter of a kind today, which then goes on record."""
    since = context.now - dt.timedelta(days=1)
    asked = [
        event
        for event in consent.events(connection, person.id)
        if event.detail == detail and event.at > since
    ]
    if len(asked) >= _LETTERS_A_DAY:
        return False
    _note(connection, person, detail, context)
    return True


def _note(connection: Connection, person: Person, detail: str, context: Context) -> None:
    event = Event(
        EventKind.CHANGED,
        None,
        context.now,
        LINK,
        ACTOR,
        detail=detail,
        network=context.network,
    )
    consent.record(connection, person.id, event)
