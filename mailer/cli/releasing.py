"""Occurrences that came to their time before anything was approved for them, and how they go after all.

Knows schedules and approvals, and must not know how either is decided.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING

from mailer.app import Workspace
from mailer.cli.approved import obstacle
from mailer.cli.dated import find_dated
from mailer.cli.firing import find_due
from mailer.surroundings import now
from scheduler.firing import Fired
from scheduler.releasing import release
from scheduler.schedule import OccurrenceState, ScheduleState
from scheduler.store import list_ended, list_schedules
from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from scheduler.claiming import Noted
    from scheduler.schedule import Occurrence, Schedule

_LOG = logging.getLogger("bulletin.scheduler")
_MOST_DAYS = 14
"""Days ahead in which the sending hours and the days off of a schedule must leave a time."""
_OVERLOOKED = dt.timedelta(days=7)
"""How long after its time something is looked at for an approval that has released nothing."""


def next_allowed(
    opened: Workspace, schedule: Schedule, occurrence: Occurrence, moment: dt.datetime
) -> dt.datetime:
    """When something late may go: within the sending hours, and on no day on which its schedule rests."""
    from mailer.dispatch import Dispatch

    opening = Dispatch(opened).pacing.hours.opening
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


def release_overlooked(workspace: Path) -> None:
    """Release what was unapproved at its time and is approved now, though nobody's approval released it.

    Whoever approves releases what is unapproved by then. This is for what came to be so a moment later,
    whatever process ended between, and for an edit that was taken back.
    """
    # Opened anew, as for firing: with other settings the two might never agree.
    opened = Workspace.open(workspace)
    try:
        if opened.needs_approval:
            _reconsider(opened)
    except BulletinError as error:
        # What can't be released now is looked at again the next time.
        _LOG.warning("late approvals: %s", error)
    finally:
        opened.unchecked_database.dispose()


def _reconsider(opened: Workspace) -> None:
    with opened.database.read() as connection:
        known = {each.id: each for each in list_schedules(connection, ScheduleState.ACTIVE)}
        unapproved = list_ended(connection, [OccurrenceState.UNAPPROVED], now() - _OVERLOOKED)
    for each in unapproved:
        schedule = known.get(each.schedule_id)
        date = _date_of(opened, schedule, each) if schedule else None
        if schedule and date and not what_is_missing(opened, schedule, [date]):
            plan = schedule.plan
            with opened.database.write() as connection:
                release_for(opened, connection, plan.publication, plan.segment, date)


def _date_of(opened: Workspace, schedule: Schedule, occurrence: Occurrence) -> dt.date | None:
    """The date of what goes out for an occurrence, approved or not; None when there is nothing."""
    publication = schedule.plan.publication
    dates = schedule.dates(occurrence)
    return next((each for each in dates if find_dated(opened, publication, [each])[0]), None)
