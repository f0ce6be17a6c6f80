"""What schedulers do when something falls due, on both databases, by a clock that the test sets."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from scheduler import blackouts, service, store
from scheduler.claiming import LEASE, Noted, claim, claimable, finish, has_left, look, renew
from scheduler.firing import Fired
from scheduler.schedule import Kind, Occurrence, OccurrenceState, ScheduleError
from scheduler.working_days import DayRule
from subscribers.database import Database
from tests.schedulers import NOW, Scheduler, reach

if TYPE_CHECKING:
    from conftest import Add

    from scheduler.schedule import Schedule

DUE = (2027, 1, 12, 9, 30)


@pytest.fixture
def other(database: Database) -> Scheduler:
    return Scheduler(database, "other")


def black_out(database: Database, starts: str, ends: str, *regions: str) -> int:
    first, last = dt.date.fromisoformat(starts), dt.date.fromisoformat(ends)
    return blackouts.add(database, first, last, regions, "a rest", actor="ann", now=NOW).id


def only(database: Database, schedule: Schedule) -> Occurrence:
    with database.read() as connection:
        (found,) = store.list_occurrences(connection, schedule.id)
    return found


def test_it_fires_at_its_time_and_not_before(
    database: Database, add: Add, scheduler: Scheduler
) -> None:
    schedule = add()
    assert scheduler.at(2027, 1, 12, 9, 29) == 0
    assert scheduler.at(*DUE) == 1
    assert scheduler.fired == [(schedule.id, dt.datetime(2027, 1, 12, 9, 30))]
    done = only(database, schedule)
    assert (done.state, done.remark, done.attempts) == (OccurrenceState.DONE, "sent", 1)
    assert done.ended_at == scheduler.now


def test_it_fires_once_however_often_it_is_looked_at(
    add: Add, scheduler: Scheduler, other: Scheduler
) -> None:
    add()
    assert [each.at(*DUE) for each in (scheduler, other, scheduler, other)] == [1, 0, 0, 0]


def test_while_it_is_firing_nobody_else_has_it(
    add: Add, scheduler: Scheduler, other: Scheduler
) -> None:
    add()
    scheduler.now = dt.datetime(*DUE, tzinfo=dt.UTC)
    assert scheduler.at(2027, 1, 12, 9, 29) == 0
    scheduler.answer = lambda _: Fired(OccurrenceState.DONE, str(other.at(*DUE)))
    scheduler.at(*DUE)
    assert scheduler.told(OccurrenceState.DONE) == ["0"]


@pytest.mark.parametrize("state", [OccurrenceState.NOTHING_TO_SEND, OccurrenceState.FAILED])
def test_what_came_of_it_is_on_record(
    database: Database, add: Add, scheduler: Scheduler, state: OccurrenceState
) -> None:
    schedule = add()
    scheduler.answer = lambda _: Fired(state, "in words")
    scheduler.at(*DUE)
    assert (only(database, schedule).state, only(database, schedule).remark) == (state, "in words")
    assert scheduler.at(*DUE) == 0


def test_a_fault_fails_one_occurrence_and_no_other(
    database: Database, add: Add, scheduler: Scheduler
) -> None:
    known, unknown, sound = (add(segment=each) for each in ("wales", "scotland", "london"))

    def answer(occurrence: Occurrence) -> Fired:
        if occurrence.schedule_id == known.id:
            raise ScheduleError("x", "edition issue-05", "can't be read", "mend it")
        if occurrence.schedule_id == unknown.id:
            raise ZeroDivisionError("oh")
        return Fired(OccurrenceState.DONE, "")

    scheduler.answer = answer
    assert scheduler.at(*DUE) == 3
    assert only(database, known).remark == "edition issue-05: can't be read; mend it"
    assert only(database, unknown).remark == "ZeroDivisionError: oh"
    assert only(database, sound).state is OccurrenceState.DONE


# ---- downtime


def test_after_downtime_it_goes_out_late_within_the_grace(
    database: Database, add: Add, scheduler: Scheduler
) -> None:
    schedule = add(grace=dt.timedelta(hours=6))
    assert scheduler.at(2027, 1, 12, 15, 30) == 1
    assert only(database, schedule).remark == "6 hours late; sent"


def test_after_longer_downtime_it_is_missed_and_told_once(
    database: Database, add: Add, scheduler: Scheduler, other: Scheduler
) -> None:
    schedule = add(grace=dt.timedelta(hours=6))
    assert scheduler.at(2027, 1, 12, 15, 31) == 0
    told = "no scheduler ran at its time, nor within the grace of 6 hours"
    assert scheduler.told(OccurrenceState.MISSED) == [told]
    assert other.at(2027, 1, 12, 15, 31) == 0
    assert other.noted == []
    assert only(database, schedule).state is OccurrenceState.MISSED
    assert scheduler.at(2027, 4, 13, 8, 30) == 1


def test_without_grace_it_goes_at_its_time_or_not_at_all(add: Add, scheduler: Scheduler) -> None:
    add(grace=dt.timedelta(0))
    assert scheduler.at(*DUE) == 1
    assert scheduler.at(2027, 4, 13, 8, 33) == 0


def test_after_days_of_downtime_each_is_missed_or_late_by_itself(
    add: Add, scheduler: Scheduler
) -> None:
    add("0 9 * * *", Kind.CRON, days=DayRule.KEEP, grace=dt.timedelta(hours=30))
    assert scheduler.at(2027, 1, 9, 12) == 2
    assert [nominal.day for _, nominal in scheduler.fired] == [8, 9]
    assert len(scheduler.told(OccurrenceState.MISSED)) == 3


@pytest.mark.parametrize(
    ("down", "up", "due"),
    [
        # The night without 01:30, which is 02:30 then, and the night that has it twice.
        ((2027, 3, 27, 12), (2027, 3, 29, 12), [(2027, 3, 28), (2027, 3, 29)]),
        ((2027, 10, 30, 12), (2027, 11, 1, 12), [(2027, 10, 31), (2027, 11, 1)]),
    ],
)
def test_down_over_a_change_of_clocks_each_night_still_fires_once(
    add: Add,
    scheduler: Scheduler,
    down: tuple[int, ...],
    up: tuple[int, ...],
    due: list[tuple[int, ...]],
) -> None:
    begun = dt.datetime(*down, tzinfo=dt.UTC)
    add("30 1 * * *", Kind.CRON, days=DayRule.KEEP, grace=dt.timedelta(days=3), now=begun)
    assert scheduler.at(*up) == 2
    assert [nominal for _, nominal in scheduler.fired] == [dt.datetime(*d, 1, 30) for d in due]
    assert scheduler.at(*up) == 0


@pytest.mark.parametrize(("day", "month"), [(28, 3), (31, 10)])
def test_every_minute_of_both_changes_of_clocks_is_looked_at_and_fires_once(
    sqlite_url: str, day: int, month: int
) -> None:
    database = Database(sqlite_url)
    scheduler, begun = Scheduler(database), dt.datetime(2027, month, day, tzinfo=dt.UTC)
    begun -= dt.timedelta(hours=1)
    plan = service.Plan("bulletin", "everyone", Kind.CRON, "30 1 * * *", days=DayRule.KEEP)
    service.add(database, plan, actor="ann", now=begun)
    fired_at = []
    for minute in range(4 * 60):
        scheduler.now = begun + minute * dt.timedelta(minutes=1)
        fired_at += [scheduler.now] * scheduler.watch.fire_due()
    hour = 1 if month == 3 else 0
    assert fired_at == [dt.datetime(2027, month, day, hour, 30, tzinfo=dt.UTC)]
    database.dispose()


# ---- blackouts


def test_a_blackout_holds_it_tells_so_once_and_lets_it_go_after(
    database: Database, add: Add, scheduler: Scheduler, other: Scheduler
) -> None:
    schedule = add()
    black_out(database, "2027-01-10", "2027-01-20")
    assert scheduler.at(*DUE) == 0
    assert scheduler.told(OccurrenceState.WAITING) == [
        "held by a rest until Wednesday 20 January 2027"
    ]
    assert other.at(*DUE) == 0
    assert scheduler.at(2027, 1, 20, 23, 59) == 0
    assert scheduler.at(2027, 1, 21, 9, 29) == 0
    assert (other.noted, len(scheduler.noted)) == ([], 1)
    assert scheduler.at(2027, 1, 21, 9, 30) == 1
    assert scheduler.fired == [(schedule.id, dt.datetime(2027, 1, 12, 9, 30))]


def test_a_blackout_elsewhere_holds_nothing(
    database: Database, add: Add, scheduler: Scheduler
) -> None:
    add(segment="london")
    black_out(database, "2027-01-10", "2027-01-20", "wales", "scotland")
    assert scheduler.at(*DUE) == 1


def test_down_over_a_whole_blackout_it_goes_late_within_the_grace(
    database: Database, add: Add, scheduler: Scheduler
) -> None:
    add()
    black_out(database, "2027-01-10", "2027-01-20")
    assert scheduler.at(2027, 1, 21, 20) == 1
    assert scheduler.told(OccurrenceState.DONE) == ["10.5 hours late; sent"]


def test_down_until_long_after_a_blackout_it_is_missed(
    database: Database, add: Add, scheduler: Scheduler
) -> None:
    add()
    black_out(database, "2027-01-10", "2027-01-20")
    assert scheduler.at(2027, 1, 23, 20) == 0
    assert len(scheduler.told(OccurrenceState.MISSED)) == 1


def test_a_blackout_that_is_taken_back_lets_go_what_it_held(
    database: Database, add: Add, scheduler: Scheduler
) -> None:
    add()
    period = black_out(database, "2027-01-10", "2027-01-20")
    assert scheduler.at(*DUE) == 0
    blackouts.remove(database, period, dt.date(2027, 1, 14))
    assert scheduler.at(2027, 1, 14, 11) == 1


def test_a_blackout_that_grows_holds_it_for_longer(
    database: Database, add: Add, scheduler: Scheduler
) -> None:
    add()
    black_out(database, "2027-01-10", "2027-01-20")
    scheduler.at(*DUE)
    black_out(database, "2027-01-21", "2027-01-22")
    assert scheduler.at(2027, 1, 21, 9, 30) == 0
    assert len(scheduler.told(OccurrenceState.WAITING)) == 2
    assert scheduler.at(2027, 1, 25, 9, 30) == 1


# ---- processes that end


def died_firing(scheduler: Scheduler) -> Occurrence:
    """Claim what is due, as a process does that dies right after."""
    watch = scheduler.watch
    scheduler.now = dt.datetime(*DUE, tzinfo=dt.UTC)
    with watch.database.read() as connection:
        assert store.list_firing(connection) == []
    scheduler.at(2027, 1, 12, 9, 29)

    def dies(_: Occurrence) -> Fired:
        raise KeyboardInterrupt

    scheduler.answer = dies
    with pytest.raises(KeyboardInterrupt):
        scheduler.at(*DUE)
    with watch.database.read() as connection:
        (left,) = store.list_firing(connection)
    return left


def test_what_a_dead_process_was_firing_is_taken_up_at_once_where_that_is_known(
    database: Database, add: Add, scheduler: Scheduler, other: Scheduler
) -> None:
    schedule = add()
    died_firing(scheduler)
    assert other.at(*DUE) == 0
    other.gone.add("one")
    assert has_left(database, other.claimant, other.now)
    assert other.at(*DUE) == 1
    assert (only(database, schedule).state, only(database, schedule).attempts) == ("done", 2)


def test_elsewhere_it_is_taken_up_when_the_claim_has_run_out(
    add: Add, scheduler: Scheduler, other: Scheduler
) -> None:
    add()
    left = died_firing(scheduler)
    assert left.held_until is not None
    other.now = left.held_until
    assert other.watch.fire_due() == 0
    other.now += dt.timedelta(seconds=1)
    assert other.watch.fire_due() == 1


def test_a_claim_that_is_renewed_does_not_run_out(
    database: Database, add: Add, scheduler: Scheduler, other: Scheduler
) -> None:
    add()
    left = died_firing(scheduler)
    later = scheduler.now + LEASE - dt.timedelta(seconds=1)
    assert renew(database, scheduler.claimant, [left.id], later) == 1
    other.now = later + LEASE
    assert other.watch.fire_due() == 0


def test_a_process_that_was_thought_dead_changes_nothing_any_more(
    database: Database, add: Add, scheduler: Scheduler, other: Scheduler
) -> None:
    schedule = add()
    left = died_firing(scheduler)
    other.gone.add("one")
    other.at(*DUE)
    finish(database, left, OccurrenceState.FAILED, "I am back", scheduler.now)
    assert only(database, schedule).state is OccurrenceState.DONE


def test_what_kills_three_processes_has_failed(
    database: Database, add: Add, scheduler: Scheduler
) -> None:
    schedule = add()
    died_firing(scheduler)
    scheduler.gone.add("one")
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            scheduler.at(*DUE)
    assert scheduler.at(*DUE) == 0
    assert scheduler.told(OccurrenceState.FAILED) == ["begun 3 times, and never ended"]
    assert only(database, schedule).state is OccurrenceState.FAILED


def test_pausing_does_not_interrupt_what_is_to_be_taken_up(
    database: Database, add: Add, scheduler: Scheduler, other: Scheduler
) -> None:
    schedule = add()
    died_firing(scheduler)
    service.pause(database, schedule.id)
    other.gone.add("one")
    assert other.at(*DUE) == 1


def test_what_was_moved_away_in_the_meantime_is_not_claimed(
    database: Database, add: Add, scheduler: Scheduler
) -> None:
    schedule = add()
    scheduler.now = dt.datetime(*DUE, tzinfo=dt.UTC)
    look(database, scheduler.claimant, reach, scheduler.now)
    seen = only(database, schedule)
    to = dt.datetime(2027, 1, 14, 10)
    service.move(database, schedule.id, None, to, reach, actor="ann", now=scheduler.now)
    with database.write() as connection:
        assert not store.claim(connection, seen, "one", scheduler.now + LEASE)
        assert not store.change(connection, replace(seen, attempts=1), remark="x")
    stale = Noted(schedule, seen)
    assert claim(database, stale, scheduler.claimant, reach, scheduler.now) is None


def test_what_was_paused_or_held_in_the_meantime_is_not_claimed(
    database: Database, add: Add, scheduler: Scheduler
) -> None:
    paused, held = add(), add(segment="wales")
    scheduler.now = dt.datetime(*DUE, tzinfo=dt.UTC)
    asked = (database, scheduler.claimant, reach, scheduler.now)
    look(*asked)
    seen = claimable(*asked)
    service.pause(database, paused.id)
    black_out(database, "2027-01-10", "2027-01-20", "wales")
    assert [each.schedule.id for each in seen] == [paused.id, held.id]
    assert [claim(database, each, *asked[1:]) for each in seen] == [None, None]
    assert scheduler.watch.fire_due() == 0


def test_a_claim_that_was_renewed_after_all_is_not_taken_over(
    database: Database, add: Add, scheduler: Scheduler, other: Scheduler
) -> None:
    add()
    left = died_firing(scheduler)
    other.now = scheduler.now + LEASE + dt.timedelta(seconds=1)
    asked = (database, other.claimant, reach, other.now)
    (seen,) = claimable(*asked)
    renew(database, scheduler.claimant, [left.id], other.now)
    assert claim(database, seen, *asked[1:]) is None


def test_what_is_firing_is_in_hand_and_what_has_ended_is_not(
    add: Add, scheduler: Scheduler
) -> None:
    schedule, watch = add(), scheduler.watch
    in_hand: list[int] = []

    def answer(occurrence: Occurrence) -> Fired:
        assert watch.in_hand == {occurrence.id}
        in_hand.append(occurrence.schedule_id)
        return Fired(OccurrenceState.DONE, "")

    scheduler.answer = answer
    scheduler.now = dt.datetime(*DUE, tzinfo=dt.UTC)
    assert watch.fire_due() == 1
    assert in_hand == [schedule.id]
    assert watch.in_hand == set()


def test_one_whose_end_cannot_be_recorded_is_let_go_of_and_taken_up_again(
    database: Database, add: Add, scheduler: Scheduler, other: Scheduler
) -> None:
    schedule = add()
    scheduler.now = dt.datetime(*DUE, tzinfo=dt.UTC)
    watch = scheduler.watch

    def is_away() -> dt.datetime:
        if scheduler.fired:
            raise ScheduleError("x", "the database", "is away", "wait")
        return scheduler.now

    away = replace(watch, clock=is_away)
    with pytest.raises(ScheduleError, match="is away"):
        away.fire_due()
    assert away.in_hand == set()
    other.now = scheduler.now + LEASE + dt.timedelta(seconds=1)
    assert other.watch.fire_due() == 1
    assert only(database, schedule).state is OccurrenceState.DONE


def test_what_was_interrupted_is_put_back_and_goes_on_however_long_the_pause(
    database: Database, add: Add, scheduler: Scheduler, other: Scheduler
) -> None:
    schedule = add(grace=dt.timedelta(hours=1))
    asked = (scheduler.claimant, reach, dt.datetime(*DUE, tzinfo=dt.UTC))
    scheduler.now = asked[2]
    look(database, *asked)
    (seen,) = claimable(database, *asked)
    taken = claim(database, seen, *asked)
    assert taken is not None
    interrupted = scheduler.now + dt.timedelta(hours=5)
    finish(database, taken.occurrence, OccurrenceState.WAITING, "put back", interrupted)
    waiting = only(database, schedule)
    assert (waiting.state, waiting.due_at, waiting.ended_at) == ("waiting", interrupted, None)
    # It was begun on time and runs late by its own length: the grace is for the pause after it.
    assert other.at(2027, 1, 12, 15) == 1
    assert only(database, schedule).remark == "put back; 30 minutes late; sent"
    assert only(database, schedule).attempts == 2
