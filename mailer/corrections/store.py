"""The queries over corrections. Takes a connection and never commits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert  # SQLite speaks the same words

from mailer.corrections.correction import Correction, CorrectionError
from mailer.corrections.models import CorrectionRow

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import ColumnElement, Connection, Row


def list_corrections(connection: Connection, publication: str, edition: str) -> list[Correction]:
    """All that was submitted or sent of an edition, oldest first."""
    return _list(connection, *_of(publication, edition))


def list_published(connection: Connection, publication: str, edition: str) -> list[Correction]:
    """What the archive shows of an edition, oldest first."""
    is_published = CorrectionRow.published_at.is_not(None)
    return _list(connection, *_of(publication, edition), is_published)


def list_all_published(connection: Connection) -> list[Correction]:
    """What the archive shows of all editions, oldest first."""
    return _list(connection, CorrectionRow.published_at.is_not(None))


def number_of(known: list[Correction], wanted: Correction) -> int:
    """The number under which a correction is known already, or that of a new one."""
    same = (each.number for each in known if each.says_the_same(wanted))
    return next(same, max((each.number for each in known), default=0) + 1)


def keep(connection: Connection, correction: Correction, actor: str, now: dt.datetime) -> None:
    """Put a correction on record unless it is there; raises CorrectionError for another of its number."""
    made = insert(CorrectionRow).values(
        publication=correction.publication,
        edition=correction.edition,
        number=correction.number,
        subject=correction.subject,
        text=correction.text,
        language=correction.language,
        actor=actor,
        written_at=now,
    )
    connection.execute(made.on_conflict_do_nothing())
    known = list_corrections(connection, correction.publication, correction.edition)
    if not any(
        each.number == correction.number and each.says_the_same(correction) for each in known
    ):
        raise CorrectionError(
            "correction-raced", correction.edition, "was corrected by somebody else meanwhile",
            "give the command again; nothing was sent",
        )  # fmt: skip


def publish(connection: Connection, correction: Correction, now: dt.datetime) -> None:
    """Let the archive show a correction that is on record, dated by the first time."""
    unpublished = update(CorrectionRow).where(
        *_of(correction.publication, correction.edition),
        CorrectionRow.number == correction.number,
        CorrectionRow.published_at.is_(None),
    )
    connection.execute(unpublished.values(published_at=now))


def _of(publication: str, edition: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return CorrectionRow.publication == publication, CorrectionRow.edition == edition


def _list(connection: Connection, *conditions: ColumnElement[bool]) -> list[Correction]:
    query = select(
        CorrectionRow.publication,
        CorrectionRow.edition,
        CorrectionRow.number,
        CorrectionRow.subject,
        CorrectionRow.text,
        CorrectionRow.language,
        CorrectionRow.published_at,
    )
    rows = connection.execute(query.where(*conditions).order_by(CorrectionRow.id))
    return [_correction(row) for row in rows]


def _correction(row: Row[*tuple[Any, ...]]) -> Correction:
    return Correction(*row)
