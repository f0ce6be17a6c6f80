"""The queries over mails that came in: which were handled, and which wait for a person.

Takes a connection and never commits. Knows mails as bytes with a digest; must not know what they say.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert  # SQLite speaks the same words

from mailer.bounces.mail import decode_words, first, parse_head
from mailer.bounces.models import HandledMail, UnmatchedMail

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import Connection

KEPT_BYTES: Final = 262_144
"""How much of a mail is kept for a person: a report quotes less, and what follows is the returned mail."""

_SHOWN = 200


class Fate(StrEnum):
    """What became of a mail that came in."""

    RECORDED = "recorded"
    """It is tied to a delivery, and what follows has been done."""
    IGNORED = "ignored"
    """It says that nothing failed."""
    UNMATCHED = "unmatched"
    """It is kept for a person."""


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A mail kept for a person; `settled_at` is None while it waits. `data` is left out of lists."""

    id: int
    why: str
    sender: str
    subject: str
    received_at: dt.datetime
    settled_at: dt.datetime | None
    settled_by: str | None
    settlement: str | None
    data: bytes = b""


def digest_of(data: bytes) -> str:
    """What tells one mail from another, however its lines end: files and IMAP end them differently."""
    return hashlib.sha256(data.replace(b"\r\n", b"\n").rstrip()).hexdigest()


def take(connection: Connection, digest: str, fate: Fate, now: dt.datetime) -> bool:
    """Note that a mail is handled; False when it was, also by another process that is about to commit."""
    noted = insert(HandledMail).values(digest=digest, fate=fate, handled_at=now)
    own = noted.on_conflict_do_nothing().returning(HandledMail.digest)
    return connection.execute(own).one_or_none() is not None


def fate_of(connection: Connection, digest: str) -> Fate | None:
    """What became of a mail; None when it was never handled."""
    found = connection.scalar(select(HandledMail.fate).where(HandledMail.digest == digest))
    return Fate(found) if found else None


def set_fate(connection: Connection, digest: str, fate: Fate) -> None:
    """Write what became of a mail after all."""
    connection.execute(update(HandledMail).where(HandledMail.digest == digest).values(fate=fate))


def keep(connection: Connection, digest: str, data: bytes, why: str, now: dt.datetime) -> None:
    """Keep a mail for a person."""
    sender, subject = _head(data)
    kept = insert(UnmatchedMail).values(
        digest=digest,
        why=why,
        sender=sender,
        subject=subject,
        data=data[:KEPT_BYTES],
        received_at=now,
    )
    connection.execute(kept.on_conflict_do_nothing())


def waiting(connection: Connection, limit: int = 50) -> list[Unmatched]:
    """The mails that wait for a person, oldest first."""
    query = select(*_COLUMNS).where(UnmatchedMail.settled_at.is_(None))
    rows = connection.execute(query.order_by(UnmatchedMail.id).limit(limit))
    return [Unmatched(*row) for row in rows]


def find(connection: Connection, number: int) -> Unmatched | None:
    """One mail that waits, or waited."""
    query = select(*_COLUMNS, UnmatchedMail.data).where(UnmatchedMail.id == number)
    row = connection.execute(query).one_or_none()
    return Unmatched(*row) if row else None


def settle(
    connection: Connection, number: int, settlement: str, actor: str, now: dt.datetime
) -> bool:
    """Note what a person decided about a mail; False when somebody did before, or there is none.

    The mail itself, which may say much about people, is kept no longer.
    """
    settled = update(UnmatchedMail).where(
        UnmatchedMail.id == number, UnmatchedMail.settled_at.is_(None)
    )
    values = settled.values(settled_at=now, settled_by=actor, settlement=settlement, data=b"")
    return connection.execute(values).rowcount == 1


_COLUMNS = (
    UnmatchedMail.id,
    UnmatchedMail.why,
    UnmatchedMail.sender,
    UnmatchedMail.subject,
    UnmatchedMail.received_at,
    UnmatchedMail.settled_at,
    UnmatchedMail.settled_by,
    UnmatchedMail.settlement,
)


def _head(data: bytes) -> tuple[str, str]:
    """Sender and subject, as far as they can be read; whatever comes in may be malformed."""
    headers = parse_head(data)
    return _line(first(headers, "from")), _line(first(headers, "subject"))


def _line(value: str) -> str:
    text = " ".join(decode_words(value).split())
    return "".join(letter for letter in text if letter.isprintable())[:_SHOWN]
