"""Occurrences that came to their time before anything was approved for them, and how they go after all.

Knows schedules and approvals, and must not know how either is decided.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailer.app import Workspace
from mailer.cli.approved import obstacle
from mailer.cli.firing import find_due
from mailer.surroundings import now
from scheduler.firing import Fired
from scheduler.releasing import release
from scheduler.schedule import OccurrenceState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from scheduler.claiming import Noted
    from scheduler.schedule import Occurrence, Schedule

_MOST_DAYS = 14
"""Days ahead in which the sending hours and the days off of a schedule must leave a time."""


def next_allowed(
    opened: Workspace, schedule: Schedule, occurrence: Occurrence, moment: dt.datetime
) -> dt.datetime:
    """When something late may go: within the sending hours, and on no day on which its schedule rests."""
    opening = opened.dispatch.pacing.hours.opening
    at = opening(moment)
    for _ in range(_MOST_DAYS):
        working = schedule.timetable.next_day_on(at, occurrence.nominal.time())
        if working == at:
            return at
        at = opening(working)
    # Hours on days off alone: then the team means to send on those.
    return opening(moment)


def release_for(
    opened: Workspace, connection: Connection, publication: str, segment: str, date: dt.date
) -> list[Noted]:
    """Let go what waited for something of this date, which is approved now. Never commits."""
    moment = now()
    return release(
        connection,
        publication,
        segment,
        date,
        lambda schedule, occurrence: next_allowed(opened, schedule, occurrence, moment),
        "approved after its time",
    )


def what_is_missing(opened: Workspace, schedule: Schedule, dates: Sequence[dt.date]) -> str:
    """Why nothing would go out on these dates as things are now, and what to do; empty when it would."""
    found = find_due(opened, schedule, dates)
    if isinstance(found, Fired):
        return found.remark
    return obstacle(opened, found.proof(schedule.plan.segment))


def reconsider(workspace: Path, noted: Noted) -> None:
    """Release an occurrence that was found unapproved while somebody was approving what it waits for.

    Whoever approves releases what is unapproved by then; this is for what came to be so a moment later.
    """
    if noted.occurrence.state is not OccurrenceState.UNAPPROVED:
        return
    # Opened anew, as for firing: with other settings the two might never agree.
    opened = Workspace.open(workspace)
    try:
        _reconsider(opened, noted)
    finally:
        opened.unchecked_database.dispose()


def _reconsider(opened: Workspace, noted: Noted) -> None:
    plan, dates = noted.schedule.plan, noted.schedule.dates(noted.occurrence)
    if not what_is_missing(opened, noted.schedule, dates):
        with opened.database.write() as connection:
            release_for(opened, connection, plan.publication, plan.segment, dates[0])
