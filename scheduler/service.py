"""What a team does with its schedules; each verb is one transaction.

Commits. Is given the moment and the actor. What schedulers do is in `scheduler.claiming`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scheduler import store
from scheduler.claiming import record_due
from scheduler.outlook import SEPARATOR, Periods, Upcoming, as_planned, upcoming
from scheduler.schedule import (
    Kind,
    Occurrence,
    OccurrenceState,
    Plan,
    Schedule,
    ScheduleError,
    ScheduleState,
    timetable,
)

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import Connection

    from scheduler.outlook import Reach
    from scheduler.timetable import Timetable
    from subscribers.database import Database

_SEARCHED = 400
"""How many occurrences ahead one is looked for by its date."""

# What a person may still give another time: everything but what is on its way or has gone out.
_MOVABLE = frozenset(OccurrenceState) - {OccurrenceState.FIRING, OccurrenceState.DONE}


def add(database: Database, plan: Plan, *, actor: str, now: dt.datetime) -> Schedule:
    """Put a schedule on record.

    Raises ScheduleError for a rule that means nothing, that never comes again, or that is kept already.
    """
    kept = timetable(plan)
    begins = kept.local(now)
    if next(kept.after(begins), None) is None:
        what = "is past" if plan.kind is Kind.ONCE else "never comes"
        raise ScheduleError("schedule-never", f'"{plan.rule}"', what, "give a time to come")
    with database.write() as connection:
        _refuse_twin(connection, plan, kept)
        schedule_id = store.add_schedule(connection, plan, begins, actor, now)
        return store.find_schedule(connection, schedule_id)


def pause(database: Database, schedule_id: int) -> Schedule:
    """Let a schedule rest: nothing of it fires until it is resumed. What is firing goes on."""
    with database.write() as connection:
        schedule = _found(connection, schedule_id)
        store.set_state(connection, schedule_id, ScheduleState.PAUSED)
        return replace(schedule, state=ScheduleState.PAUSED)


def resume(
    database: Database, schedule_id: int, reach: Reach, now: dt.datetime
) -> tuple[Schedule, int]:
    """Let a schedule go on; what fell into the pause is skipped. Returns how many that were."""
    with database.write() as connection:
        before = _found(connection, schedule_id)
        if before.state is ScheduleState.ACTIVE:
            return before, 0
        store.set_state(connection, schedule_id, ScheduleState.ACTIVE)
        schedule = record_due(connection, schedule_id, now)
        periods = Periods.read(connection, reach)
        fell_due = [
            each
            for each in store.list_waiting(connection, [schedule_id])
            if periods.due(schedule, as_planned(each)).at <= now
        ]
        for each in fell_due:
            _end(connection, each, OccurrenceState.SKIPPED, "the schedule was paused", now)
        return schedule, len(fell_due)


def remove(database: Database, schedule_id: int, now: dt.datetime) -> Schedule:
    """End a schedule for good. What it has done stays on record."""
    with database.write() as connection:
        schedule = _found(connection, schedule_id)
        store.set_state(connection, schedule_id, ScheduleState.REMOVED, removed_at=now)
        return replace(schedule, state=ScheduleState.REMOVED)


def skip(
    database: Database,
    schedule_id: int,
    date: dt.date | None,
    reach: Reach,
    *,
    actor: str,
    now: dt.datetime,
) -> Upcoming:
    """Leave out the occurrence of a date, or the next one; returns it."""
    told = f"skipped by {actor}"
    with database.write() as connection:
        schedule = _found(connection, schedule_id)
        chosen = _unapproved(connection, schedule, date) or _choose(
            connection, schedule, date, reach
        )
        known = store.find_occurrence(connection, schedule_id, chosen.nominal)
        if known:
            _end(connection, known, OccurrenceState.SKIPPED, told, now)
        else:
            store.add_occurrence(
                connection, schedule_id, chosen.nominal, chosen.due.at,
                state=OccurrenceState.SKIPPED, remark=told, ended_at=now,
            )  # fmt: skip
        return chosen


def move(
    database: Database,
    schedule_id: int,
    date: dt.date | None,
    to: dt.datetime,
    reach: Reach,
    *,
    actor: str,
    now: dt.datetime,
) -> Upcoming:
    """Give the occurrence of a date, or the next one, another time; `to` is local to the schedule.

    So can one be given that was skipped, missed, failed or had nothing to send. A day off is taken as meant;
    a blackout holds it all the same. Returns what comes of it.
    """
    with database.write() as connection:
        schedule = _found(connection, schedule_id)
        planned = _time_to_come(schedule, to, now)
        nominal, remark = _movable(connection, schedule, date, reach)
        told = SEPARATOR.join(filter(None, (remark, f"moved to {to:%Y-%m-%d %H:%M} by {actor}")))
        known = store.find_occurrence(connection, schedule_id, nominal)
        if known is None:
            store.add_occurrence(connection, schedule_id, nominal, planned, remark=told)
        else:
            values = {"due_at": planned, "remark": told, "attempts": 0, "ended_at": None}
            store.change(connection, known, state=OccurrenceState.WAITING, **values)
        ahead = upcoming(connection, schedule, reach, _SEARCHED)
        return next(each for each in ahead if each.nominal == nominal)


def _refuse_twin(connection: Connection, plan: Plan, kept: Timetable) -> None:
    """Raise ScheduleError when the same goes to the same people by the same rule already.

    However the rule is worded, and whatever is to become of days off: the second would find nothing to send.
    """
    wanted = (plan.publication, plan.segment, kept.rule, kept.zone)
    for each in store.list_schedules(connection, ScheduleState.ACTIVE, ScheduleState.PAUSED):
        if (
            each.plan.publication,
            each.plan.segment,
            each.timetable.rule,
            each.timetable.zone,
        ) == wanted:
            raise ScheduleError(
                "schedule-known", f"{plan.publication} to {plan.segment}, {plan.in_words}",
                f"is {each} already",
                f"`bulletin schedule remove {each.id}` first, if this one is to take its place",
            )  # fmt: skip


def _found(connection: Connection, schedule_id: int) -> Schedule:
    """A schedule that is not removed, locked."""
    schedule = store.find_schedule(connection, schedule_id, lock=True)
    if schedule.state is ScheduleState.REMOVED:
        raise ScheduleError(
            "schedule-removed",
            str(schedule),
            "is removed",
            "add another with `bulletin schedule add`",
        )
    return schedule


def _choose(
    connection: Connection, schedule: Schedule, date: dt.date | None, reach: Reach
) -> Upcoming:
    ahead = upcoming(connection, schedule, reach, _SEARCHED)
    for each in ahead:
        if date is None or date in (
            each.nominal.date(),
            schedule.timetable.local(each.due.at).date(),
        ):
            return each
    on = f" on {date}" if date else ""
    raise ScheduleError(
        "occurrence-missing", str(schedule), f"has no occurrence{on} to come",
        f"see `bulletin schedule next {schedule.id}`",
    )  # fmt: skip


def _unapproved(
    connection: Connection, schedule: Schedule, date: dt.date | None
) -> Upcoming | None:
    """The occurrence of a date that came to its time before anything was approved for it."""
    for each in store.list_unapproved(connection, [schedule.id]):
        if date in _dates(schedule, each):
            return Upcoming(each.nominal, as_planned(each), as_planned(each))
    return None


def _movable(
    connection: Connection, schedule: Schedule, date: dt.date | None, reach: Reach
) -> tuple[dt.datetime, str]:
    """The occurrence of a date by its local time, with its remarks; on record or to come."""
    known = store.list_occurrences(connection, schedule.id) if date else []
    of_that_day = [each for each in known if date in _dates(schedule, each)]
    for each in of_that_day:
        if each.state in _MOVABLE:
            return each.nominal, each.remark
    if of_that_day:
        state = of_that_day[0].state
        raise ScheduleError(
            "occurrence-begun", f"{schedule}, {date}", f"is {state} already", "nothing was changed"
        )
    chosen = _choose(connection, schedule, date, reach)
    waiting = store.find_occurrence(connection, schedule.id, chosen.nominal)
    return chosen.nominal, waiting.remark if waiting else ""


def _dates(schedule: Schedule, occurrence: Occurrence) -> tuple[dt.date, dt.date]:
    return occurrence.nominal.date(), schedule.timetable.local(occurrence.due_at).date()


def _time_to_come(schedule: Schedule, to: dt.datetime, now: dt.datetime) -> dt.datetime:
    at = schedule.timetable.moment(to)
    if at <= now:
        raise ScheduleError("time-past", f"{to:%Y-%m-%d %H:%M}", "is past", "give a time to come")
    return at


def _end(
    connection: Connection, seen: Occurrence, state: OccurrenceState, told: str, now: dt.datetime
) -> None:
    remark = SEPARATOR.join(filter(None, (seen.remark, told)))
    store.change(connection, seen, state=state, remark=remark, ended_at=now)
