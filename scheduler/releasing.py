"""How occurrences go after all that came to their time before anything was approved for them.

Takes a connection and never commits: what is approved, and that it is, stands in the same transaction. Must
not know what approval means.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scheduler import store
from scheduler.claiming import Noted
from scheduler.schedule import OccurrenceState, ScheduleState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from sqlalchemy import Connection

    from scheduler.schedule import Occurrence, Schedule

_CHANGED = ("state", "due_at", "remark", "attempts", "ended_at")


def release(
    connection: Connection,
    publication: str,
    segment: str,
    date: dt.date,
    next_time: Callable[[Schedule, Occurrence], dt.datetime],
    remark: str,
) -> list[Noted]:
    """Let what was unapproved of this date go at the next time; returns what waits for it now.

    `date` is that of what was approved. Each keeps, as `ended_at`, a time of that day: when it was due or
    when it was unapproved.
    """
    known = store.list_schedules(connection, ScheduleState.ACTIVE, ScheduleState.PAUSED)
    concerned = {
        each.id: each
        for each in known
        if each.plan.publication == publication and each.plan.segment == segment
    }
    released = []
    for seen in store.list_unapproved(connection, concerned):
        schedule = concerned[seen.schedule_id]
        if date in schedule.dates(seen):
            is_of_its_due_date = schedule.timetable.local(seen.due_at).date() == date
            waiting = replace(
                seen,
                state=OccurrenceState.WAITING,
                due_at=next_time(schedule, seen),
                remark=remark,
                attempts=0,
                ended_at=seen.due_at if is_of_its_due_date else seen.ended_at,
            )
            values = {name: getattr(waiting, name) for name in _CHANGED}
            if store.change(connection, seen, **values):
                released.append(Noted(schedule, waiting))
    return released
