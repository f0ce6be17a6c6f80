"""How an owner signs an article off: by the link of a letter that shows it, or as the team records it.

Commits: each verb is one transaction, the letter that follows from it included.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mailer.submissions import sign_offs
from mailer.submissions.draft import clean_line
from subscribers.erasures import record_deed
from subscribers.letters import Letter, LetterKind, SignedLink

if TYPE_CHECKING:
    from mailer.submissions.sign_off import Piece, SignOff
    from subscribers.address import Address
    from subscribers.database import Database
    from subscribers.letters import Letters

SIGN_OFF: Final = "sign-off"
SIGN_OFF_WITHIN: Final = dt.timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Request:
    """What the link of a letter shows: what was asked, and whether a later letter shows a newer text."""

    entry: SignOff
    is_superseded: bool


@dataclass(frozen=True, slots=True)
class SignOffs:
    """Asks for sign-offs and keeps them."""

    database: Database
    letters: Letters

    def ask(
        self,
        piece: Piece,
        address: Address,
        shown: str,
        language: str,
        actor: str,
        now: dt.datetime,
    ) -> int:
        """Write to the owner, whom the link shows the article as `shown`, in HTML; returns the number."""
        with self.database.write() as connection:
            number = sign_offs.ask(
                connection, piece, address.mailbox, actor, now, address_key=address.key, shown=shown
            )
            letter = Letter(
                kind=LetterKind.SIGN_OFF,
                address=address.mailbox,
                language=language,
                link=SignedLink(SIGN_OFF, str(number), now),
                detail=piece.article.title,
            )
            self.letters.queue(connection, letter, now)
            record_deed(connection, actor, "ask for sign-off", piece.name, "", now)
        return number

    def look(self, number: int) -> Request | None:
        """What was asked by the letter of that number."""
        with self.database.read() as connection:
            entry = sign_offs.find(connection, number)
            if entry is None:
                return None
            asked = [
                one
                for one in sign_offs.of_edition(connection, entry.edition)
                if one.article == entry.article
            ]
        newer = asked[-1].fingerprint != entry.fingerprint
        return Request(entry, newer and entry.signed_at is None)

    def sign(self, number: int, network: str, now: dt.datetime) -> Request | None:
        """Note that the owner used the button; again is no error, and a superseded text stays unsigned."""
        request = self.look(number)
        if request is None or request.is_superseded:
            return request
        with self.database.write() as connection:
            note = f"by the link of a letter, from {network}"
            sign_offs.sign(connection, number, request.entry.owner, note, now)
        return self.look(number)

    def record(self, piece: Piece, owner: str, note: str, actor: str, now: dt.datetime) -> None:
        """Keep a sign-off that reached the team in another way."""
        with self.database.write() as connection:
            number = sign_offs.ask(connection, piece, clean_line(owner), actor, now)
            sign_offs.sign(connection, number, actor, clean_line(note), now)
            record_deed(connection, actor, "sign off", piece.name, "", now)
