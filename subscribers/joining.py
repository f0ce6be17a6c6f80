"""How somebody joins: they ask, confirm by the link of a letter, and where the rules say so the team decides.

Commits: each verb is one transaction, the letter that follows from it included. Whether an address is known
shows in the letters alone, and never in what a verb returns to the page.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from subscribers import consent, erasures, requests, store, suppressions
from subscribers.admission import Verdict
from subscribers.consent import Event
from subscribers.errors import BulletinError
from subscribers.letters import Letter, LetterKind, SignedLink
from subscribers.lifecycle import EventKind, Status, after
from subscribers.newcomers import NoGreeting
from subscribers.requests import RequestState

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from subscribers.address import Address
    from subscribers.admission import DomainRules
    from subscribers.database import Database
    from subscribers.erasures import Seal
    from subscribers.facets import Vocabulary
    from subscribers.letters import Letters
    from subscribers.newcomers import Newcomers
    from subscribers.requests import Joining, Wish
    from subscribers.store import Person

ACTOR: Final = "subscriber"
FORM: Final = "form"
CONFIRM: Final = "confirm"
PREFERENCES: Final = "preferences"

CONFIRM_WITHIN: Final = dt.timedelta(days=7)
_LETTERS_A_DAY: Final = 3
"""Letters that one address gets in answer to the form, however often it is typed there."""


class Answer(StrEnum):
    """What a page may say to whoever asked."""

    SENT = "sent"
    TOO_MANY = "too-many"


class Outcome(StrEnum):
    """What became of a request when its link was used."""

    JOINED = "joined"
    HELD = "held"
    GONE = "gone"


class JoiningError(BulletinError):
    """A request that is not there to be decided."""


@dataclass(frozen=True, slots=True)
class Door:
    """What joining needs to know: the rules, the limit for one network in an hour, and who writes to whom."""

    database: Database
    rules: DomainRules
    letters: Letters
    vocabulary: Vocabulary
    seal: Seal
    network_limit: int = 60
    newcomers: Newcomers = NoGreeting()  # noqa: RUF009 - it holds nothing

    def ask(self, wish: Wish, now: dt.datetime) -> Answer:
        """Take down what somebody typed, and answer by a letter to the address."""
        with self.database.write() as connection:
            since = now - dt.timedelta(hours=1)
            if requests.count_of_network(connection, wish.network, since) >= self.network_limit:
                return Answer.TOO_MANY
            self._take_down(connection, wish, now)
        return Answer.SENT

    def _take_down(self, connection: Connection, wish: Wish, now: dt.datetime) -> None:
        key = wish.address.key
        requests.lock_address(connection, key)
        person = store.find_to_change(connection, key)
        barred = suppressions.live(connection, key) is not None
        asked = requests.count_of_address(connection, key, now - dt.timedelta(days=1))
        person_id = person.id if person else None
        if person is None and not barred:
            person_id = self._begin(connection, wish, now)
        known = person if person and person.status is Status.ACTIVE else None
        state = RequestState.KNOWN if known else RequestState.OPEN
        number = requests.add(connection, wish, person_id, state, now)
        if not barred and asked < _LETTERS_A_DAY:
            letter = (
                _welcome_back(known, wish.language)
                if known
                else self._question(wish, number, person_id, now)
            )
            self.letters.queue(connection, letter, now)

    def _begin(self, connection: Connection, wish: Wish, now: dt.datetime) -> int:
        status = after(None, EventKind.SUBSCRIBED, wish.address.mailbox)
        known_as = wish.address, wish.name, wish.organisation
        person_id = store.add_person(connection, *known_as, wish.facets, status, now)
        event = Event(
            EventKind.SUBSCRIBED, None, now, FORM, ACTOR, wish.wording, network=wish.network
        )
        consent.record(connection, person_id, event)
        return person_id

    def _question(self, wish: Wish, number: int, person_id: int | None, now: dt.datetime) -> Letter:
        # Of what a stranger may have typed nothing goes to the address but names of ours.
        return Letter(
            kind=LetterKind.CONFIRM,
            address=wish.address.mailbox,
            language=wish.language,
            subscriber_id=person_id,
            link=SignedLink(CONFIRM, str(number), now),
            detail=self.names(wish.publications),
        )

    def look(self, request_id: int) -> Joining | None:
        """The request behind a link, to be shown."""
        with self.database.read() as connection:
            return requests.find(connection, request_id)

    def confirm(self, request_id: int, network: str, now: dt.datetime) -> Outcome:
        """Let somebody in who used the link of the letter, or ask the team; again is no error."""
        with self.database.write() as connection:
            request = requests.find_to_decide(connection, request_id)
            if request is None or suppressions.live(connection, request.key):
                return Outcome.GONE
            if request.state is not RequestState.OPEN:
                return _AGAIN[request.state]
            if self.rules.judge(request.address, request.facets.sector) is not Verdict.OPEN:
                self._hold(connection, request, now)
                return Outcome.HELD
            self._let_in(connection, request, ACTOR, network, now)
            return Outcome.JOINED

    def _hold(self, connection: Connection, request: Joining, now: dt.datetime) -> None:
        requests.hold(connection, request.id, now)
        self._write(connection, LetterKind.HELD, request, None, now)
        self.letters.tell_team(connection, _number(request), now)

    def waiting(self) -> list[Joining]:
        """Those who wait for the team, oldest first."""
        with self.database.read() as connection:
            return requests.waiting(connection)

    def approve(self, address: Address, actor: str, now: dt.datetime) -> Joining:
        """Let somebody in whom the rules held.

        Raises `JoiningError` when nobody of that address waits, or when they want no mail any more.
        """
        with self.database.write() as connection:
            request = _require_waiting(connection, address)
            _refuse_unwilling(connection, request)
            self._let_in(connection, request, actor, request.network, now)
            erasures.record_deed(connection, actor, "approve", _number(request), "", now)
            return request

    def refuse(self, address: Address, actor: str, now: dt.datetime) -> Joining:
        """Turn somebody away whom the rules held, and forget them; raises `JoiningError` as above."""
        with self.database.write() as connection:
            request = _require_waiting(connection, address)
            for one in requests.waiting(connection, address.key):
                requests.decide(connection, one.id, RequestState.REFUSED, actor, now)
            self._write(connection, LetterKind.REFUSED, request, None, now)
            erasures.record_deed(connection, actor, "refuse", _number(request), "", now)
            if request.subscriber_id is not None:
                store.remove_pending(connection, request.subscriber_id)
            return request

    def _let_in(
        self, connection: Connection, request: Joining, actor: str, network: str, now: dt.datetime
    ) -> None:
        person = store.find_to_change(connection, request.key)
        if person is None:
            raise _gone(request.address)
        told = _come_back(request, person)
        status = after(
            Status.PENDING if told else person.status, EventKind.CONFIRMED, person.address
        )
        store.set_status(connection, person.id, status, now)
        held = request.name, request.organisation, request.facets
        store.update_person(connection, person.id, *held, now)
        begun = consent.begin(connection, person.id, request.publications, FORM, now)
        source = FORM if actor == ACTOR else "approved by the team"
        confirmed = [
            Event(EventKind.CONFIRMED, one, now, source, actor, request.wording, network=network)
            for one in (begun or (None,))
        ]
        consent.record(connection, person.id, *told, *confirmed)
        erasures.lift(connection, self.seal, request.key)
        for one in {request.id, *(each.id for each in requests.waiting(connection, request.key))}:
            requests.decide(connection, one, RequestState.CONFIRMED, actor, now)
        self.newcomers.greet(connection, person.id, begun, now)
        self._write(
            connection, LetterKind.WELCOME, request, SignedLink(PREFERENCES), now, person.id
        )

    def _write(
        self,
        connection: Connection,
        kind: LetterKind,
        request: Joining,
        link: SignedLink | None,
        now: dt.datetime,
        subscriber_id: int | None = None,
    ) -> None:
        letter = Letter(
            kind=kind,
            address=request.address,
            name=request.name,
            language=request.language,
            subscriber_id=subscriber_id or request.subscriber_id,
            link=link,
            detail=self.names(request.publications),
        )
        self.letters.queue(connection, letter, now)

    def names(self, publications: frozenset[str]) -> str:
        """Publications as a letter names them."""
        known = {one.slug: one.label for one in self.vocabulary.publications}
        return ", ".join(known.get(slug, slug) for slug in sorted(publications))


_AGAIN: Final = {
    RequestState.KNOWN: Outcome.JOINED,
    RequestState.CONFIRMED: Outcome.JOINED,
    RequestState.HELD: Outcome.HELD,
    RequestState.REFUSED: Outcome.GONE,
}


def _welcome_back(person: Person, language: str) -> Letter:
    return Letter(
        kind=LetterKind.KNOWN,
        address=person.address,
        name=person.name,
        language=language,
        subscriber_id=person.id,
        link=SignedLink(PREFERENCES),
    )


def _come_back(request: Joining, person: Person) -> list[Event]:
    """Somebody who left asks anew; that is put on record only once they have confirmed that it was them."""
    if person.status is not Status.LEFT:
        return []
    after(person.status, EventKind.SUBSCRIBED, person.address)
    asked = request.requested_at, FORM, ACTOR, request.wording
    return [Event(EventKind.SUBSCRIBED, None, *asked, network=request.network)]


def _require_waiting(connection: Connection, address: Address) -> Joining:
    found = requests.waiting(connection, address.key)
    if not found:
        raise _gone(address.mailbox)
    return found[-1]


def _refuse_unwilling(connection: Connection, request: Joining) -> None:
    """What somebody said after they had confirmed counts for more than the request."""
    barred = suppressions.live(connection, request.key)
    if barred is not None:
        raise _unwilling(request.address, f"is suppressed since: {barred.reason}")
    person = store.find_to_change(connection, request.key)
    if person is not None and person.status is Status.LEFT and _left_since(connection, request):
        raise _unwilling(request.address, "has left since the request was confirmed")


def _left_since(connection: Connection, request: Joining) -> bool:
    if request.subscriber_id is None or request.confirmed_at is None:
        return False
    return any(
        event.kind is EventKind.LEFT and event.at > request.confirmed_at
        for event in consent.events(connection, request.subscriber_id)
    )


def _unwilling(address: str, what: str) -> JoiningError:
    remedy = "turn the request down with `bulletin subscribers refuse`"
    return JoiningError("unwilling", address, what, remedy)


def _number(request: Joining) -> str:
    """How a request is named where no address may stand."""
    return f"request {request.id}"


def _gone(address: str) -> JoiningError:
    return JoiningError(
        "nobody-waiting",
        address,
        "does not wait for a decision",
        "see `bulletin subscribers waiting`",
    )
