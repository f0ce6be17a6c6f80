"""Puts what somebody of the team did by a command into the audit, where nothing else tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subscribers.database import Database


def put_on_record(database: Database, action: str, subject: str, detail: str = "") -> None:
    """Write it down with the user's name; commits. Neither `subject` nor `detail` holds an address."""
    from mailer.surroundings import actor, now
    from subscribers.erasures import record_deed

    with database.write() as connection:
        record_deed(connection, actor(), action, subject, detail, now())
