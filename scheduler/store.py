"""The queries over schedules and occurrences. Takes a connection and never commits.

An occurrence changes hands by comparing and setting: whoever changes the row that it has seen has it, and
everybody else has seen an older one. New rows are added only by who holds the schedule's own row.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, or_, select, update

from scheduler.bank_holidays import Nation
from scheduler.models import OccurrenceRow, ScheduleRow
from scheduler.schedule import (
    Kind,
    Occurrence,
    OccurrenceState,
    Plan,
    Schedule,
    ScheduleError,
    ScheduleState,
)
from scheduler.working_days import DayRule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection, Row, Update

_WAITING, _FIRING = OccurrenceState.WAITING, OccurrenceState.FIRING

# ---- schedules


def add_schedule(
    connection: Connection, plan: Plan, settled_until: dt.datetime, actor: str, now: dt.datetime
) -> int:
    """Put a plan on record; returns its number."""
    values = {
        "publication": plan.publication,
        "segment": plan.segment,
        "kind": plan.kind,
        "rule": plan.rule,
        "at": plan.at,
        "zone": plan.zone,
        "days": plan.days,
        "nations": ",".join(plan.nations),
        "grace_seconds": int(plan.grace.total_seconds()),
        "state": ScheduleState.ACTIVE,
        "settled_until": settled_until,
        "actor": actor,
        "created_at": now,
    }
    added = connection.execute(insert(ScheduleRow).values(values).returning(ScheduleRow.id))
    return added.scalar_one()


def find_schedule(connection: Connection, schedule_id: int, *, lock: bool = False) -> Schedule:
    """One schedule, kept from other writers when asked to `lock`; raises ScheduleError without one."""
    query = select(ScheduleRow.__table__).where(ScheduleRow.id == schedule_id)
    found = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if found is None:
        raise ScheduleError(
            "schedule-missing", f"schedule {schedule_id}", "there is none of that number",
            "see `bulletin schedule list`",
        )  # fmt: skip
    return _schedule(found)


def list_schedules(connection: Connection, *states: ScheduleState) -> list[Schedule]:
    """The schedules in these states, or all, in the order of their making."""
    query = select(ScheduleRow.__table__).order_by(ScheduleRow.id)
    if states:
        query = query.where(ScheduleRow.state.in_(states))
    return [_schedule(row) for row in connection.execute(query)]


def set_state(
    connection: Connection,
    schedule_id: int,
    state: ScheduleState,
    removed_at: dt.datetime | None = None,
) -> None:
    """Pause, resume or remove a schedule."""
    changed = update(ScheduleRow).where(ScheduleRow.id == schedule_id)
    connection.execute(changed.values(state=state, removed_at=removed_at))


def settle(connection: Connection, schedule_id: int, until: dt.datetime) -> None:
    """Note how far a schedule has come; `until` is a local time."""
    changed = update(ScheduleRow).where(ScheduleRow.id == schedule_id)
    connection.execute(changed.values(settled_until=until))


def _schedule(row: Row[Any]) -> Schedule:
    plan = Plan(
        publication=row.publication,
        segment=row.segment,
        kind=Kind(row.kind),
        rule=row.rule,
        at=row.at,
        zone=row.zone,
        days=DayRule(row.days),
        nations=tuple(Nation(name) for name in row.nations.split(",") if name),
        grace=dt.timedelta(seconds=row.grace_seconds),
    )
    state = ScheduleState(row.state)
    return Schedule(row.id, plan, state, row.settled_until, row.actor, row.created_at)


# ---- occurrences


def add_occurrence(
    connection: Connection,
    schedule_id: int,
    nominal: dt.datetime,
    due_at: dt.datetime,
    *,
    state: OccurrenceState = _WAITING,
    remark: str = "",
    ended_at: dt.datetime | None = None,
) -> None:
    """Put an occurrence on record. The schedule must be locked, and the occurrence new."""
    values = {
        "schedule_id": schedule_id,
        "nominal": nominal,
        "due_at": due_at,
        "state": state,
        "remark": remark,
        "attempts": 0,
        "ended_at": ended_at,
    }
    connection.execute(insert(OccurrenceRow).values(values))


def recorded(connection: Connection, schedule_id: int, after: dt.datetime) -> set[dt.datetime]:
    """The local times after one whose occurrences are on record."""
    query = select(OccurrenceRow.nominal).where(
        OccurrenceRow.schedule_id == schedule_id, OccurrenceRow.nominal > after
    )
    return set(connection.scalars(query))


def list_occurrences(
    connection: Connection, schedule_id: int, limit: int | None = None
) -> list[Occurrence]:
    """What is on record of a schedule, the latest first."""
    query = _occurrences().where(OccurrenceRow.schedule_id == schedule_id)
    latest = query.order_by(OccurrenceRow.nominal.desc()).limit(limit)
    return [_occurrence(row) for row in connection.execute(latest)]


def find_occurrence(
    connection: Connection, schedule_id: int, nominal: dt.datetime
) -> Occurrence | None:
    """The occurrence of a schedule with this local time, if it is on record."""
    query = _occurrences().where(
        OccurrenceRow.schedule_id == schedule_id, OccurrenceRow.nominal == nominal
    )
    found = connection.execute(query).one_or_none()
    return _occurrence(found) if found else None


def list_waiting(connection: Connection, schedule_ids: Iterable[int]) -> list[Occurrence]:
    """What waits to fire, the earliest due first; among it what is held by a blackout."""
    query = _occurrences().where(
        OccurrenceRow.state == _WAITING, OccurrenceRow.schedule_id.in_(list(schedule_ids))
    )
    rows = connection.execute(query.order_by(OccurrenceRow.due_at, OccurrenceRow.id))
    return [_occurrence(row) for row in rows]


def list_firing(connection: Connection) -> list[Occurrence]:
    """What some process is firing, or died firing."""
    query = _occurrences().where(OccurrenceRow.state == _FIRING)
    return [_occurrence(row) for row in connection.execute(query.order_by(OccurrenceRow.id))]


def list_unapproved(connection: Connection, schedule_ids: Iterable[int]) -> list[Occurrence]:
    """What came to its time, of these schedules, before anything was approved for it."""
    query = _occurrences().where(
        OccurrenceRow.schedule_id.in_(list(schedule_ids)),
        OccurrenceRow.state == OccurrenceState.UNAPPROVED,
    )
    return [_occurrence(row) for row in connection.execute(query.order_by(OccurrenceRow.id))]


def list_ended(
    connection: Connection, states: Iterable[OccurrenceState], since: dt.datetime
) -> list[Occurrence]:
    """What has come to an end in one of these states since a moment, in the order of their making."""
    # What is unapproved for the second time ended first before that.
    is_recent = or_(OccurrenceRow.ended_at >= since, OccurrenceRow.due_at >= since)
    query = _occurrences().where(OccurrenceRow.state.in_(list(states)), is_recent)
    return [_occurrence(row) for row in connection.execute(query.order_by(OccurrenceRow.id))]


def change(connection: Connection, seen: Occurrence, **values: object) -> bool:
    """Change an occurrence, unless somebody else has since it was `seen`; whether it was changed."""
    return connection.execute(_as_seen(seen).values(values)).rowcount == 1


def claim(connection: Connection, seen: Occurrence, holder: str, until: dt.datetime) -> bool:
    """Take an occurrence to fire it, unless somebody else has it; each claim counts as an attempt."""
    # Whoever was thought to have let go of it may have renewed the claim since.
    asked = _as_seen(seen).where(OccurrenceRow.held_until.is_not_distinct_from(seen.held_until))
    values = {
        "state": _FIRING,
        "holder": holder,
        "held_until": until,
        "attempts": seen.attempts + 1,
    }
    return connection.execute(asked.values(values)).rowcount == 1


def _as_seen(seen: Occurrence) -> Update:
    return update(OccurrenceRow).where(
        OccurrenceRow.id == seen.id,
        OccurrenceRow.state == seen.state,
        OccurrenceRow.attempts == seen.attempts,
        OccurrenceRow.due_at == seen.due_at,
    )


def renew(connection: Connection, holder: str, in_hand: Iterable[int], until: dt.datetime) -> int:
    """Go on holding what a process is firing, by its numbers; returns how many it still holds."""
    held = update(OccurrenceRow).where(
        OccurrenceRow.id.in_(list(in_hand)),
        OccurrenceRow.state == _FIRING,
        OccurrenceRow.holder == holder,
    )
    return connection.execute(held.values(held_until=until)).rowcount


def _occurrences() -> Any:  # noqa: ANN401 - a select's type is its columns
    return select(
        OccurrenceRow.id,
        OccurrenceRow.schedule_id,
        OccurrenceRow.nominal,
        OccurrenceRow.due_at,
        OccurrenceRow.state,
        OccurrenceRow.remark,
        OccurrenceRow.attempts,
        OccurrenceRow.holder,
        OccurrenceRow.held_until,
        OccurrenceRow.ended_at,
    )


def _occurrence(row: Row[Any]) -> Occurrence:
    values = row._asdict()
    return Occurrence(**values | {"state": OccurrenceState(values["state"])})
