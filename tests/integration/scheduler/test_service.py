"""What a team does with its schedules, on both databases."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from scheduler import blackouts, service, store
from scheduler.bank_holidays import Nation
from scheduler.outlook import upcoming
from scheduler.schedule import Kind, OccurrenceState, Plan, ScheduleError, ScheduleState
from scheduler.working_days import DayRule
from tests.schedulers import NOW, reach

if TYPE_CHECKING:
    from conftest import Add

    from scheduler.schedule import Schedule
    from subscribers.database import Database
    from tests.schedulers import Scheduler

JANUARY, APRIL = dt.date(2027, 1, 12), dt.date(2027, 4, 13)


def ahead(database: Database, schedule: Schedule, count: int = 4) -> list[str]:
    with database.read() as connection:
        found = store.find_schedule(connection, schedule.id)
        return [
            f"{each.due.at:%Y-%m-%d %H:%M}" for each in upcoming(connection, found, reach, count)
        ]


def states(database: Database, schedule: Schedule) -> list[tuple[str, str]]:
    with database.read() as connection:
        return [
            (f"{each.nominal:%m-%d}", each.state)
            for each in store.list_occurrences(connection, schedule.id)
        ]


def test_a_schedule_is_kept_as_it_was_asked_for(database: Database) -> None:
    plan = Plan(
        "bulletin", "wales", Kind.QUARTERLY, "last friday of the third month", "08:15", "Europe/Paris",
        DayRule.PREVIOUS, (Nation.WALES, Nation.SCOTLAND), dt.timedelta(hours=6),
    )  # fmt: skip
    added = service.add(database, plan, actor="ann", now=NOW)
    with database.read() as connection:
        (found,) = store.list_schedules(connection)
    assert found == added
    assert found.plan == plan
    assert (found.actor, found.created_at, found.state) == ("ann", NOW, ScheduleState.ACTIVE)
    assert found.settled_until == dt.datetime(2027, 1, 4, 10)


def test_the_next_dates_are_those_of_the_rule(database: Database, add: Add) -> None:
    assert ahead(database, add()) == [
        "2027-01-12 09:30", "2027-04-13 08:30", "2027-07-13 08:30", "2027-10-12 08:30",
    ]  # fmt: skip


@pytest.mark.parametrize("rule", ["2027-01-04 08:59", "2026-12-01 09:30"])
def test_a_time_that_is_past_is_refused(add: Add, rule: str) -> None:
    with pytest.raises(ScheduleError, match="is past"):
        add(rule, Kind.ONCE)


def test_a_rule_that_never_comes_is_refused(add: Add) -> None:
    with pytest.raises(ScheduleError, match="never comes"):
        add("0 9 * * sun", Kind.CRON, days=DayRule.SKIP)


@pytest.mark.parametrize("again", ["Second Tuesday", "2nd tuesday of the first month"])
def test_what_goes_by_a_rule_already_is_not_kept_twice(
    database: Database, add: Add, again: str
) -> None:
    first = add()
    with pytest.raises(ScheduleError, match="is schedule 1 already"):
        add(again, days=DayRule.PREVIOUS)
    add(again, segment="wales")
    add("third tuesday")
    service.pause(database, first.id)
    with pytest.raises(ScheduleError, match="`bulletin schedule remove 1` first"):
        add()
    service.remove(database, first.id, NOW)
    assert add().id == 4


def test_a_skipped_occurrence_is_left_out(
    database: Database, add: Add, scheduler: Scheduler
) -> None:
    schedule = add()
    left_out = service.skip(database, schedule.id, None, reach, actor="ann", now=NOW)
    assert left_out.nominal.date() == JANUARY
    assert ahead(database, schedule, 1) == ["2027-04-13 08:30"]
    assert scheduler.at(2027, 1, 12, 9, 30) == 0
    assert states(database, schedule) == [("01-12", "skipped")]
    service.skip(database, schedule.id, dt.date(2027, 7, 13), reach, actor="ann", now=NOW)
    assert ahead(database, schedule, 2) == ["2027-04-13 08:30", "2027-10-12 08:30"]


def test_a_moved_occurrence_goes_at_its_new_time_alone(
    database: Database, add: Add, scheduler: Scheduler
) -> None:
    schedule, to = add(), dt.datetime(2027, 1, 14, 10)
    moved = service.move(database, schedule.id, None, to, reach, actor="ann", now=NOW)
    assert moved.due.notes == ("moved to 2027-01-14 10:00 by ann",)
    assert ahead(database, schedule, 2) == ["2027-01-14 10:00", "2027-04-13 08:30"]
    assert scheduler.at(2027, 1, 12, 9, 30) == 0
    assert scheduler.at(2027, 1, 14, 9, 59) == 0
    assert scheduler.at(2027, 1, 14, 10, 0) == 1
    assert scheduler.fired == [(schedule.id, dt.datetime(2027, 1, 12, 9, 30))]
    assert scheduler.at(2027, 3, 1) == 0


def test_an_occurrence_can_go_earlier_and_be_moved_again(
    database: Database, add: Add, scheduler: Scheduler
) -> None:
    schedule = add()
    for to in (dt.datetime(2027, 1, 20, 10), dt.datetime(2027, 1, 8, 7)):
        service.move(database, schedule.id, JANUARY, to, reach, actor="ann", now=NOW)
    assert scheduler.at(2027, 1, 8, 7) == 1
    assert scheduler.at(2027, 1, 12, 9, 30) == 0
    assert scheduler.at(2027, 1, 20, 10) == 0


@pytest.mark.parametrize(
    "state", [OccurrenceState.FAILED, OccurrenceState.NOTHING_TO_SEND, OccurrenceState.SKIPPED]
)
def test_what_did_not_go_out_can_be_given_another_time(
    database: Database, add: Add, scheduler: Scheduler, state: OccurrenceState
) -> None:
    schedule = add()
    scheduler.at(2027, 1, 12, 9, 30)
    with database.write() as connection:
        (done,) = store.list_occurrences(connection, schedule.id)
        store.change(connection, done, state=state)
    to = dt.datetime(2027, 1, 12, 15)
    service.move(database, schedule.id, JANUARY, to, reach, actor="ann", now=scheduler.now)
    assert scheduler.at(2027, 1, 12, 15) == 1


def test_what_went_out_is_not_moved_nor_skipped(
    database: Database, add: Add, scheduler: Scheduler
) -> None:
    schedule = add()
    scheduler.at(2027, 1, 12, 9, 30)
    to = dt.datetime(2027, 1, 14, 10)
    with pytest.raises(ScheduleError, match="is done already"):
        service.move(database, schedule.id, JANUARY, to, reach, actor="ann", now=scheduler.now)
    with pytest.raises(ScheduleError, match="has no occurrence on 2027-01-12 to come"):
        service.skip(database, schedule.id, JANUARY, reach, actor="ann", now=scheduler.now)


def test_nothing_is_moved_into_the_past(database: Database, add: Add) -> None:
    with pytest.raises(ScheduleError, match="is past"):
        service.move(
            database, add().id, None, dt.datetime(2027, 1, 4, 8), reach, actor="ann", now=NOW
        )


def test_a_paused_schedule_rests_and_what_fell_into_the_pause_is_skipped(
    database: Database, add: Add, scheduler: Scheduler
) -> None:
    schedule = add()
    service.pause(database, schedule.id)
    assert scheduler.at(2027, 1, 12, 9, 30) == 0
    assert scheduler.at(2027, 4, 13, 8, 30) == 0
    resumed, skipped = service.resume(database, schedule.id, reach, scheduler.now)
    assert (resumed.state, skipped) == (ScheduleState.ACTIVE, 2)
    assert scheduler.at(2027, 4, 13, 8, 31) == 0
    assert states(database, schedule) == [("04-13", "skipped"), ("01-12", "skipped")]
    assert scheduler.at(2027, 7, 13, 8, 30) == 1


def test_resuming_what_is_not_paused_changes_nothing(database: Database, add: Add) -> None:
    schedule = add()
    late = dt.datetime(2027, 1, 12, 9, 30, tzinfo=dt.UTC)
    assert service.resume(database, schedule.id, reach, late)[1] == 0
    assert states(database, schedule) == []


def test_a_removed_schedule_is_over_and_stays_on_record(
    database: Database, add: Add, scheduler: Scheduler
) -> None:
    schedule = add()
    scheduler.at(2027, 1, 12, 9, 30)
    service.remove(database, schedule.id, scheduler.now)
    assert scheduler.at(2027, 4, 13, 8, 30) == 0
    assert ahead(database, schedule) == []
    assert states(database, schedule) == [("01-12", "done")]
    for verb in (service.pause, lambda d, key: service.remove(d, key, NOW)):
        with pytest.raises(ScheduleError, match="is removed"):
            verb(database, schedule.id)


def test_an_unknown_number_says_where_to_look(database: Database) -> None:
    with pytest.raises(ScheduleError, match="bulletin schedule list"):
        service.pause(database, 7)
    with pytest.raises(ScheduleError, match="blackout list"):
        blackouts.remove(database, 7, NOW.date())


def test_a_period_that_ends_before_it_begins_is_refused(database: Database) -> None:
    with pytest.raises(ScheduleError, match="ends before it begins"):
        blackouts.add(database, APRIL, JANUARY, (), "x", actor="ann", now=NOW)


def test_what_falls_into_a_blackout_says_so_before(database: Database, add: Add) -> None:
    schedule, local = add(), add(segment="london")
    blackouts.add(
        database, dt.date(2027, 1, 10), dt.date(2027, 1, 20), ["wales"], "a local election",
        actor="ann", now=NOW,
    )  # fmt: skip
    assert ahead(database, schedule, 1) == ["2027-01-21 09:30"]
    assert ahead(database, local, 1) == ["2027-01-12 09:30"]
    assert ahead(database, add(segment="wales"), 1) == ["2027-01-21 09:30"]
    with database.read() as connection:
        (first,) = upcoming(connection, schedule, reach, 1)
    assert first.due.notes == ("held by a local election until Wednesday 20 January 2027",)


def test_a_period_that_has_not_begun_is_taken_back_and_one_under_way_is_ended(
    database: Database,
) -> None:
    first, last = dt.date(2027, 1, 10), dt.date(2027, 1, 20)
    for day, left in [(5, []), (10, []), (15, [dt.date(2027, 1, 14)]), (25, [last])]:
        period = blackouts.add(database, first, last, (), "rest", actor="ann", now=NOW)
        blackouts.remove(database, period.id, dt.date(2027, 1, day))
        with database.read() as connection:
            assert [b.ends for b in blackouts.list_blackouts(connection, first)] == left
        blackouts.remove(database, period.id, first) if left else None
