"""What the team was told already: each matter at each stage once. Takes a connection and never commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert  # SQLite speaks the same words

from mailer.letters.models import NoticeRow

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import Connection


def was_told(connection: Connection, matter: str, stage: str) -> bool:
    """Whether the team was told of a matter at this stage of it."""
    same = (NoticeRow.matter == matter) & (NoticeRow.stage == stage)
    return connection.execute(select(NoticeRow.matter).where(same)).one_or_none() is not None


def take(connection: Connection, matter: str, stage: str, now: dt.datetime) -> bool:
    """Claim the telling of it; False when somebody else has told, or is about to."""
    made = insert(NoticeRow).values(matter=matter, stage=stage, told_at=now)
    mine = made.on_conflict_do_nothing().returning(NoticeRow.matter)
    return connection.execute(mine).one_or_none() is not None
