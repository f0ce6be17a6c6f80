"""What schedulers do with occurrences that fall due: record, hold, miss or claim them.

Use cases: each commits. However many processes ask, an occurrence is put on record once, by whoever holds
its schedule's row, and claimed once, by comparing and setting. A claim lasts for a while and is renewed.
When its process has gone it is taken up again, because an issue that nobody sends is worse than a question
asked twice: what fires must know by itself what it has done already.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING

from scheduler import store
from scheduler.outlook import SEPARATOR, Periods, as_planned
from scheduler.schedule import OccurrenceState, ScheduleState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy import Connection

    from scheduler.outlook import Reach
    from scheduler.schedule import Occurrence, Schedule
    from scheduler.timetable import Due
    from subscribers.database import Database

LEASE = dt.timedelta(minutes=5)
"""How long a claim holds without being renewed."""

_MOST_ATTEMPTS = 3
# Between the moment itself and the look at it lies some time, with the best of schedulers.
_ON_TIME = dt.timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Claimant:
    """A scheduler: its process by name, and how it knows that another process has ended."""

    name: str
    is_gone: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Noted:
    """An occurrence of a schedule, as it is after something became of it."""

    schedule: Schedule
    occurrence: Occurrence


def look(database: Database, claimant: Claimant, reach: Reach, now: dt.datetime) -> list[Noted]:
    """Put on record what has fallen due, and what is not to fire: held, missed, given up. Returns the latter.

    Each is returned to one caller alone, however many look.
    """
    with database.read() as connection:
        active = store.list_schedules(connection, ScheduleState.ACTIVE)
    for schedule in active:
        if _due_by_rule(schedule, now):
            with database.write() as connection:
                record_due(connection, schedule.id, now)
    with database.read() as connection:
        waiting = _waiting(connection, reach, now)
        left = _left(connection, claimant, now)
    hopeless = [each for each in left if each.occurrence.attempts >= _MOST_ATTEMPTS]
    noted = [
        *(_note(database, each, due, now) for each, due in waiting),
        *(_give_up(database, each, now) for each in hopeless),
    ]
    return [each for each in noted if each]


def record_due(connection: Connection, schedule_id: int, now: dt.datetime) -> Schedule:
    """Make rows of the occurrences that have fallen due by the rule; returns the schedule, locked."""
    schedule = store.find_schedule(connection, schedule_id, lock=True)
    due = _due_by_rule(schedule, now)
    if due and schedule.state is ScheduleState.ACTIVE:
        known = store.recorded(connection, schedule_id, schedule.settled_until)
        for nominal, planned in due:
            if nominal not in known:
                remark = SEPARATOR.join(planned.notes)
                store.add_occurrence(connection, schedule_id, nominal, planned.at, remark=remark)
        store.settle(connection, schedule_id, due[-1][0])
    return schedule


def claimable(
    database: Database, claimant: Claimant, reach: Reach, now: dt.datetime
) -> list[Noted]:
    """What may fire now, the earliest due first; before it what other processes died firing."""
    with database.read() as connection:
        left = _left(connection, claimant, now)
        ready = [each for each, due in _waiting(connection, reach, now) if due.at <= now]
    return [*(each for each in left if each.occurrence.attempts < _MOST_ATTEMPTS), *ready]


def claim(
    database: Database, seen: Noted, claimant: Claimant, reach: Reach, now: dt.datetime
) -> Noted | None:
    """Take what was seen to be claimable; None when somebody has it, or it is not to fire any more."""
    occurrence, until = seen.occurrence, now + LEASE
    with database.write() as connection:
        if occurrence.state is OccurrenceState.WAITING:
            due = _due_now(connection, occurrence, reach, now)
            if due is None:
                return None
            occurrence = replace(occurrence, remark=_remark(occurrence, due, now))
        if not store.claim(connection, occurrence, claimant.name, until):
            return None
    return Noted(
        seen.schedule,
        replace(
            occurrence,
            state=OccurrenceState.FIRING,
            holder=claimant.name,
            held_until=until,
            attempts=occurrence.attempts + 1,
        ),
    )


def finish(
    database: Database, firing: Occurrence, state: OccurrenceState, remark: str, now: dt.datetime
) -> Occurrence:
    """Record what came of firing an occurrence, unless another process has taken it up since.

    One that waits again is due from now on: it was on time when it was begun. One that is unapproved again
    keeps the day for which it was so first.
    """
    if state is OccurrenceState.WAITING:
        ended = _after(replace(firing, due_at=now), state, remark, firing.ended_at)
    elif state is OccurrenceState.UNAPPROVED:
        ended = _after(firing, state, remark, firing.ended_at or now)
    else:
        ended = _after(firing, state, remark, now)
    values = {name: getattr(ended, name) for name in ("state", "remark", "ended_at", "due_at")}
    with database.write() as connection:
        store.change(connection, firing, held_until=None, **values)
    return ended


def renew(database: Database, claimant: Claimant, in_hand: Iterable[int], now: dt.datetime) -> int:
    """Hold on to what this process is firing, by its numbers; returns how many it still holds."""
    with database.write() as connection:
        return store.renew(connection, claimant.name, in_hand, now + LEASE)


def has_left(database: Database, claimant: Claimant, now: dt.datetime) -> bool:
    """Whether a process died firing something that is to be taken up."""
    with database.read() as connection:
        return bool(_left(connection, claimant, now))


# ---- what is to be noted


def _due_by_rule(schedule: Schedule, now: dt.datetime) -> list[tuple[dt.datetime, Due]]:
    following = schedule.timetable.after(schedule.settled_until)
    return [(p.nominal, p.due) for p in takewhile(lambda p: p.due.at <= now, following)]


def _waiting(connection: Connection, reach: Reach, now: dt.datetime) -> list[tuple[Noted, Due]]:
    """What waits and has come to its time, with the time at which it may go."""
    active = {each.id: each for each in store.list_schedules(connection, ScheduleState.ACTIVE)}
    periods = Periods.read(connection, reach)
    waiting = [each for each in store.list_waiting(connection, active) if each.due_at <= now]
    return [
        (
            Noted(active[each.schedule_id], each),
            periods.due(active[each.schedule_id], as_planned(each)),
        )
        for each in waiting
    ]


def _note(database: Database, each: Noted, due: Due, now: dt.datetime) -> Noted | None:
    seen, remark = each.occurrence, SEPARATOR.join(due.notes)
    if due.at > now and remark != seen.remark:
        after = replace(seen, remark=remark)
        values: dict[str, object] = {"remark": remark}
    elif _is_missed(each.schedule, due, now):
        told = f"no scheduler ran at its time, nor within the grace of {_hours(each.schedule.plan.grace)}"
        after = _after(seen, OccurrenceState.MISSED, told, ended_at=now)
        values = {"state": after.state, "remark": after.remark, "ended_at": now}
    else:
        return None
    with database.write() as connection:
        changed = store.change(connection, seen, **values)
    return Noted(each.schedule, after) if changed else None


def _give_up(database: Database, left: Noted, now: dt.datetime) -> Noted:
    told = f"begun {left.occurrence.attempts} times, and never ended"
    failed = finish(database, left.occurrence, OccurrenceState.FAILED, told, now)
    return Noted(left.schedule, failed)


def _is_missed(schedule: Schedule, due: Due, now: dt.datetime) -> bool:
    return now - due.at > max(schedule.plan.grace, _ON_TIME)


def _remark(waiting: Occurrence, due: Due, now: dt.datetime) -> str:
    late = now - due.at
    told = f"{_hours(late)} late" if late > _ON_TIME else ""
    return SEPARATOR.join(filter(None, (waiting.remark, told)))


def _hours(span: dt.timedelta) -> str:
    hours = span / dt.timedelta(hours=1)
    if hours < 1:
        return f"{span / dt.timedelta(minutes=1):.0f} minutes"
    return f"{hours:.3g} hours" if hours != 1 else "1 hour"


def _after(
    seen: Occurrence, state: OccurrenceState, remark: str, ended_at: dt.datetime | None = None
) -> Occurrence:
    told = SEPARATOR.join(filter(None, (seen.remark, remark)))
    return replace(seen, state=state, remark=told, ended_at=ended_at)


# ---- who has it


def _left(connection: Connection, claimant: Claimant, now: dt.datetime) -> list[Noted]:
    """What a process was firing that has ended since, or has let go of it."""
    firing = store.list_firing(connection)
    schedules = {each.id: each for each in store.list_schedules(connection)} if firing else {}
    return [
        Noted(schedules[each.schedule_id], each)
        for each in firing
        if each.held_until is None or each.held_until < now or claimant.is_gone(each.holder or "")
    ]


def _due_now(
    connection: Connection, waiting: Occurrence, reach: Reach, now: dt.datetime
) -> Due | None:
    """When it may go, if that is now: by the schedule and the periods of this moment, locked."""
    schedule = store.find_schedule(connection, waiting.schedule_id, lock=True)
    due = Periods.read(connection, reach).due(schedule, as_planned(waiting))
    may_go = due.at <= now and not _is_missed(schedule, due, now)
    return due if may_go and schedule.state is ScheduleState.ACTIVE else None
