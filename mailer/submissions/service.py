"""What becomes of an article that somebody offers: they confirm it by the link of a letter, the team decides.

Commits: each verb is one transaction, the letters that follow from it included. Whether an address is known,
or has offered anything before, never shows in what a verb returns to the page.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from mailer.submissions import store
from mailer.submissions.draft import clean_line, clean_text
from mailer.submissions.placing import place, taking_back
from mailer.submissions.submission import Channel, Offer, State
from subscribers import requests, suppressions
from subscribers.erasures import record_deed
from subscribers.errors import BulletinError
from subscribers.joining import Answer
from subscribers.letters import Letter, LetterKind, SignedLink

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sqlalchemy import Connection

    from mailer.submissions.draft import Draft
    from mailer.submissions.placing import Placed
    from mailer.submissions.submission import Submission
    from subscribers.address import Address
    from subscribers.database import Database
    from subscribers.letters import Letters

CONFIRM: Final = "article-confirm"
CONFIRM_WITHIN: Final = dt.timedelta(days=7)

_A_DAY: Final = 3
"""Offers that one address can make in a day, and so the letters that a stranger can have sent there."""
_MOST_OPEN: Final = 500
"""Offers that may wait for their confirmation: each may hold a picture."""
_MOST_OF_NETWORK: Final = 50
"""Of these, so that nobody closes the form to all others."""


class SubmissionError(BulletinError):
    """A submission that is not there, or that can't become what somebody wants of it."""


@dataclass(frozen=True, slots=True)
class Submissions:
    """Takes articles in. `editions` are those that partners may choose, by slug; letters about what came in
    go to `team_address`; one network may send `network_limit` in an hour.
    """

    database: Database
    letters: Letters
    team_address: str
    editions: Mapping[str, str]
    network_limit: int

    def offer(self, offer: Offer, now: dt.datetime) -> Answer:
        """Keep what somebody offers on the form, and ask them by letter whether it was them."""
        with self.database.write() as connection:
            if self._is_too_much(connection, offer.network, now):
                return Answer.TOO_MANY
            self._take_down(connection, offer, now)
        return Answer.SENT

    def _is_too_much(self, connection: Connection, network: str, now: dt.datetime) -> bool:
        since = now - dt.timedelta(hours=1)
        return (
            store.count_of_network(connection, network, since) >= self.network_limit
            or store.count_open(connection, network) >= _MOST_OF_NETWORK
            or store.count_open(connection) >= _MOST_OPEN
        )

    def _take_down(self, connection: Connection, offer: Offer, now: dt.datetime) -> None:
        assert offer.address is not None  # noqa: S101 - the form demands it
        key = offer.address.key
        requests.lock_address(connection, key)
        today = store.count_of_address(connection, key, now - dt.timedelta(days=1))
        if today >= _A_DAY or suppressions.live(connection, key) is not None:
            # It counts like any other: when a network has had its share must not tell of an address.
            store.add(connection, replace(offer, picture=None), State.OPEN, now)
            return
        number = store.add(connection, offer, State.OPEN, now)
        # Of what a stranger may have typed nothing goes to the address but words of ours.
        letter = Letter(
            kind=LetterKind.ARTICLE_CONFIRM,
            address=offer.address.mailbox,
            language=offer.language,
            link=SignedLink(CONFIRM, str(number), now),
        )
        self.letters.queue(connection, letter, now)

    def look(self, number: int) -> Submission | None:
        """The submission of that number."""
        with self.database.read() as connection:
            return store.find(connection, number)

    def confirm(self, number: int, now: dt.datetime) -> Submission | None:
        """Note that its submitter stands by it, and tell the team; again is no error."""
        with self.database.write() as connection:
            found = store.find_to_decide(connection, number)
            if found is not None and found.state is State.OPEN:
                store.confirm(connection, number, now)
                told = f"number {number}, “{found.title}”, from {found.whose}"
                letter = Letter(LetterKind.ARTICLE_TEAM, self.team_address, detail=told)
                self.letters.queue(connection, letter, now)
                return store.find(connection, number)
            return found

    def listed(self, *, everything: bool) -> list[Submission]:
        """Those that wait for the team, oldest first; or all that there are."""
        with self.database.read() as connection:
            return store.in_state(connection, State if everything else [State.CONFIRMED])

    def accept(
        self, number: int, folder: Path, *, section: str, owner: str, actor: str, now: dt.datetime
    ) -> Placed:
        """Make a submission a draft of an edition, and tell its submitter.

        Raises SubmissionError when it is not there or not open to that, and PlacingError.
        """
        with taking_back() as done, self.database.write() as connection:
            found = _require_waiting(connection, number)
            placed = place(found.draft(owner), folder, section)
            done.append(placed)
            store.accept(connection, number, folder.name, placed.slug, actor, now)
            record_deed(connection, actor, "accept", found.number, folder.name, now)
            self._tell(connection, LetterKind.ARTICLE_ACCEPTED, found, found.title, now)
        return placed

    def decline(self, number: int, reason: str, actor: str, now: dt.datetime) -> Submission:
        """Turn a submission down, and tell its submitter why; raises SubmissionError as above."""
        with self.database.write() as connection:
            found = _require_waiting(connection, number)
            why = clean_line(reason)
            store.decline(connection, number, why, actor, now)
            record_deed(connection, actor, "decline", found.number, "", now)
            self._tell(connection, LetterKind.ARTICLE_DECLINED, found, why, now)
        return found

    def take_in(
        self,
        draft: Draft,
        address: Address | None,
        agreed: str,
        folder: Path,
        section: str,
        actor: str,
        now: dt.datetime,
    ) -> Placed:
        """Make a file that reached the team a draft of an edition; raises PlacingError."""
        title, body = clean_line(draft.title), clean_text(draft.body)
        offer = Offer(Channel.WORD, address, "", "", title, body, clean_line(agreed))
        with taking_back() as done, self.database.write() as connection:
            placed = place(draft, folder, section)
            done.append(placed)
            number = store.add(connection, offer, State.OPEN, now)
            store.accept(connection, number, folder.name, placed.slug, actor, now)
            record_deed(connection, actor, "import", f"article {number}", folder.name, now)
        return placed

    def _tell(
        self,
        connection: Connection,
        kind: LetterKind,
        about: Submission,
        detail: str,
        now: dt.datetime,
    ) -> None:
        if about.channel is Channel.FORM and not _is_barred(connection, about):
            letter = Letter(kind, about.address, about.name, about.language, detail=detail)
            self.letters.queue(connection, letter, now)


def _is_barred(connection: Connection, about: Submission) -> bool:
    return suppressions.live(connection, about.address.lower()) is not None


def require(found: Submission | None, number: int) -> Submission:
    """The submission of that number; raises SubmissionError when there is none."""
    if found is None:
        what, remedy = "is not there", "see `bulletin article list --all`"
        raise SubmissionError("submission-missing", f"article {number}", what, remedy)
    return found


def _require_waiting(connection: Connection, number: int) -> Submission:
    found = require(store.find_to_decide(connection, number), number)
    if found.state is not State.CONFIRMED:
        remedy = f"see `bulletin article show {number}`"
        raise SubmissionError("submission-state", found.number, _NOT_NOW[found.state], remedy)
    return found


_NOT_NOW: Final = {
    State.OPEN: "has not been confirmed by its submitter",
    State.ACCEPTED: "is accepted already",
    State.DECLINED: "is declined already",
}
