"""What can go wrong with a database, told to the person who runs it.

Knows how the two engines word their failures; must not open a connection or decide whether to try
again.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, OperationalError

from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from sqlalchemy.exc import SQLAlchemyError


class Fault(StrEnum):
    """The stable word for each way in which a database fails a person."""

    URL = "database-url"
    MISSING = "database-missing"
    ABSENT = "database-absent"
    OLDER = "database-older"
    NEWER = "database-newer"
    LOCKED = "database-locked"
    FULL = "database-full"
    READ_ONLY = "database-read-only"
    DAMAGED = "database-damaged"
    BUSY = "database-busy"
    UNREACHABLE = "database-unreachable"
    PASSWORD = "database-password"  # noqa: S105 - a word for a fault, not a password


class DatabaseError(BulletinError):
    """The database cannot be used as it stands; `code` is a `Fault`."""


_WORDS: dict[Fault, tuple[str, str]] = {
    Fault.URL: (
        "is no database address that this program knows",
        "write sqlite:///path/to/file.db or postgresql://user:password@host/name",
    ),
    Fault.MISSING: ("there is no database here yet", "run `bulletin database migrate` to make it"),
    Fault.ABSENT: (
        "the server has no database of this name",
        "create it on the server, then run `bulletin database migrate`",
    ),
    Fault.OLDER: (
        "the database is from an earlier version",
        "run `bulletin database migrate`, after a backup",
    ),
    Fault.NEWER: (
        "the database was written by a newer version than this program",
        "upgrade bulletin; nothing was changed",
    ),
    Fault.LOCKED: (
        "another process kept the database locked for too long",
        "let it finish (an import, a backup?) and try again",
    ),
    Fault.FULL: ("there is no room left on the disk", "free some space and try again"),
    Fault.READ_ONLY: (
        "the database may not be written to",
        "give this user the right to write to the file and its folder",
    ),
    Fault.DAMAGED: (
        "the file is not a database, or is damaged",
        "check the path, or restore the file from a backup",
    ),
    Fault.BUSY: (
        "the server accepts no more connections",
        "stop what you do not need, or raise max_connections",
    ),
    Fault.UNREACHABLE: (
        "the database cannot be reached",
        "check that the server runs, and its host, port and network (or the folder of the file)",
    ),
    Fault.PASSWORD: (
        "the server refused the user name or the password",
        "check both in the database address",
    ),
}


@dataclass(frozen=True, slots=True)
class _Sign:
    """One way to recognise a fault: how an SQLSTATE begins, or what the message says."""

    fault: Fault
    states: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()

    def shows(self, state: str, message: str) -> bool:
        return (bool(state) and state.startswith(self.states)) or any(
            phrase in message for phrase in self.phrases
        )


# The order matters: a refused connection also says "connection failed", so the reason is read
# before it.
_SIGNS = (
    _Sign(Fault.LOCKED, ("55P03", "40P01"), ("database is locked", "database table is locked")),
    _Sign(Fault.FULL, ("53100",), ("database or disk is full", "no space left on device")),
    _Sign(Fault.READ_ONLY, ("25006", "42501"), ("attempt to write a readonly database",)),
    _Sign(Fault.DAMAGED, ("XX001", "XX002"), ("file is not a database", "disk image is malformed")),
    _Sign(
        Fault.PASSWORD,
        ("28",),
        ("password authentication failed", "no password supplied", "no pg_hba.conf entry"),
    ),
    _Sign(Fault.BUSY, ("53300",), ("too many clients", "remaining connection slots")),
    _Sign(Fault.ABSENT, ("3D000",), ('fatal:  database "',)),
    _Sign(Fault.MISSING, ("42P01",), ("no such table",)),
    _Sign(
        Fault.UNREACHABLE,
        ("08", "57P"),
        (
            "unable to open database file",
            "connection failed",
            "connection is bad",
            "connection refused",
            "connection timeout",
            "failed to resolve host",
            "server closed the connection",
            "the connection is closed",
            "the connection is lost",
            "disk i/o error",
        ),
    ),
)


def fault(kind: Fault, subject: str) -> DatabaseError:
    """The error for one fault of the database called `subject` (never with its password)."""
    what, remedy = _WORDS[kind]
    return DatabaseError(kind, subject, what, remedy)


def explain(error: SQLAlchemyError, subject: str) -> Exception:
    """The fault that an error of the engine stands for, or the error itself if it is none of them."""
    if not isinstance(error, DBAPIError) or error.orig is None:
        return error
    kind = _recognise(error)
    return fault(kind, subject) if kind else error


def is_lost(error: BaseException) -> bool:
    """Whether the way to the database broke, so that the same step may be tried again later."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or _recognise(error) is Fault.UNREACHABLE
    return isinstance(error, DatabaseError) and error.code == Fault.UNREACHABLE


def _recognise(error: DBAPIError) -> Fault | None:
    # psycopg puts the SQLSTATE on its error; a refused connection has none, so the message is read
    # too.
    state = getattr(error.orig, "sqlstate", None) or ""
    message = str(error.orig).lower()
    for sign in _SIGNS:
        if sign.shows(state, message):
            return sign.fault
    # What the driver itself finds wrong, without word from the server, is wrong with the way there.
    is_the_drivers = isinstance(error, OperationalError) and not getattr(
        error.orig, "sqlstate", "?"
    )
    return Fault.UNREACHABLE if error.connection_invalidated or is_the_drivers else None
