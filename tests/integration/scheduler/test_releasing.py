"""Late approvals: what came to its time before anything was approved goes once something is."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from scheduler import blackouts, service, store
from scheduler.firing import Fired
from scheduler.outlook import upcoming
from scheduler.releasing import release
from scheduler.schedule import Kind, OccurrenceState, ScheduleState
from tests.schedulers import NOW, reach

if TYPE_CHECKING:
    from conftest import Add

    from scheduler.claiming import Noted
    from scheduler.schedule import Occurrence, Schedule
    from subscribers.database import Database
    from tests.schedulers import Scheduler

DUE = (2027, 1, 12, 9, 30)
DAY = dt.date(2027, 1, 12)
LATE = dt.datetime(2027, 1, 14, 11, 0, tzinfo=dt.UTC)
UNAPPROVED = Fired(OccurrenceState.UNAPPROVED, "nobody has approved it")


@pytest.fixture
def unapproved(add: Add, scheduler: Scheduler) -> Schedule:
    """A schedule whose first occurrence came to its time with nothing approved."""
    schedule = add()
    scheduler.answer = lambda _: UNAPPROVED
    scheduler.at(*DUE)
    scheduler.answer = lambda _: Fired(OccurrenceState.DONE, "sent")
    return schedule


def approve(
    database: Database, date: dt.date = DAY, segment: str = "everyone", at: dt.datetime = LATE
) -> list[Noted]:
    def next_time(_schedule: Schedule, _occurrence: Occurrence) -> dt.datetime:
        return at

    with database.write() as connection:
        return release(connection, "bulletin", segment, date, next_time, "approved after its time")


def latest(database: Database, schedule: Schedule) -> Occurrence:
    with database.read() as connection:
        return store.list_occurrences(connection, schedule.id, 1)[0]


@pytest.mark.usefixtures("unapproved")
def test_what_is_unapproved_is_asked_for_once_and_left(scheduler: Scheduler) -> None:
    assert scheduler.told(OccurrenceState.UNAPPROVED) == ["nobody has approved it"]
    assert scheduler.at(2027, 1, 12, 9, 31) == 0
    assert scheduler.at(2027, 2, 12, 9, 31) == 0
    assert len(scheduler.fired) == 1


def test_it_goes_at_the_next_time_once_it_is_approved(
    database: Database, scheduler: Scheduler, unapproved: Schedule
) -> None:
    (released,) = approve(database)
    assert released.occurrence == latest(database, unapproved)
    assert (released.occurrence.state, released.occurrence.due_at) == ("waiting", LATE)
    assert scheduler.at(2027, 1, 14, 10, 59) == 0
    assert scheduler.at(2027, 1, 14, 11, 0) == 1
    assert scheduler.fired == [(unapproved.id, dt.datetime(*DUE))] * 2
    assert scheduler.told(OccurrenceState.DONE) == ["approved after its time; sent"]


def test_it_is_released_once(database: Database, unapproved: Schedule) -> None:
    assert unapproved
    assert len(approve(database)) == 1
    assert approve(database) == []


@pytest.mark.usefixtures("unapproved")
def test_something_of_another_date_or_segment_sets_nothing_free(database: Database) -> None:
    assert approve(database, dt.date(2027, 1, 13)) == []
    assert approve(database, segment="wales") == []


def test_nothing_of_a_removed_schedule_is_released(
    database: Database, unapproved: Schedule
) -> None:
    service.remove(database, unapproved.id, NOW)
    assert approve(database) == []


def test_what_is_released_in_a_pause_is_skipped_with_it(
    database: Database, unapproved: Schedule
) -> None:
    service.pause(database, unapproved.id)
    assert len(approve(database)) == 1
    service.resume(database, unapproved.id, reach, LATE + dt.timedelta(hours=1))
    assert latest(database, unapproved).state is OccurrenceState.SKIPPED


def test_a_blackout_holds_what_is_released(
    database: Database, scheduler: Scheduler, unapproved: Schedule
) -> None:
    first, last = dt.date(2027, 1, 13), dt.date(2027, 1, 20)
    blackouts.add(database, first, last, (), "a rest", actor="ann", now=NOW)
    approve(database)
    assert scheduler.at(2027, 1, 14, 11, 0) == 0
    assert scheduler.at(2027, 1, 21, 11, 0) == 1
    assert latest(database, unapproved).state is OccurrenceState.DONE


def test_what_a_blackout_had_moved_is_known_by_the_day_it_was_moved_to(
    database: Database, scheduler: Scheduler, add: Add
) -> None:
    schedule = add()
    first, last = dt.date(2027, 1, 11), dt.date(2027, 1, 20)
    blackouts.add(database, first, last, (), "a rest", actor="ann", now=NOW)
    scheduler.answer = lambda _: UNAPPROVED
    scheduler.at(2027, 1, 21, 9, 30)
    (released,) = approve(database, dt.date(2027, 1, 21))
    assert dt.date(2027, 1, 21) in schedule.dates(released.occurrence)


def test_what_was_moved_and_late_is_known_by_the_day_it_was_moved_to_however_often_it_waits(
    database: Database, scheduler: Scheduler, add: Add
) -> None:
    schedule, moved = add(), dt.date(2027, 1, 19)
    to = dt.datetime.combine(moved, dt.time(22, 0))
    service.move(database, schedule.id, DAY, to, reach, actor="ann", now=NOW)
    scheduler.answer = lambda _: UNAPPROVED
    scheduler.at(2027, 1, 20, 1, 0)
    for day in (21, 25):
        at = dt.datetime(2027, 1, day, 11, 0, tzinfo=dt.UTC)
        (released,) = approve(database, moved, at=at)
        assert released.occurrence.due_at == at
        assert moved in schedule.dates(latest(database, schedule))
        with database.read() as connection:
            (ahead,) = upcoming(connection, schedule, reach, 1)
        assert moved in ahead.dates(schedule)
        assert scheduler.at(2027, 1, day, 11, 0) == 1
    with database.read() as connection:
        states = [OccurrenceState.UNAPPROVED]
        assert store.list_ended(connection, states, scheduler.now - dt.timedelta(days=1)), (
            "it is told of again"
        )


def test_it_can_be_skipped_or_given_another_time(database: Database, unapproved: Schedule) -> None:
    service.skip(database, unapproved.id, DAY, reach, actor="ann", now=LATE)
    assert latest(database, unapproved).state is OccurrenceState.SKIPPED
    to = dt.datetime(2027, 1, 15, 9, 0)
    service.move(database, unapproved.id, DAY, to, reach, actor="ann", now=LATE)
    assert latest(database, unapproved).state is OccurrenceState.WAITING


def test_the_next_one_does_not_wait_for_it(
    database: Database, scheduler: Scheduler, unapproved: Schedule
) -> None:
    assert scheduler.at(2027, 4, 13, 8, 30) == 1
    assert latest(database, unapproved).state is OccurrenceState.DONE
    with database.read() as connection:
        (left,) = store.list_unapproved(connection, [unapproved.id])
        assert store.list_schedules(connection, ScheduleState.ACTIVE)
    assert left.nominal.date() == DAY


def test_one_that_goes_once_is_released_too(
    database: Database, scheduler: Scheduler, add: Add
) -> None:
    schedule = add("2027-01-12 09:30", Kind.ONCE)
    scheduler.answer = lambda _: UNAPPROVED
    scheduler.at(*DUE)
    assert len(approve(database)) == 1
    assert latest(database, schedule).state is OccurrenceState.WAITING
