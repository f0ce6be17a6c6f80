"""The real runner by the real clock: jobs follow the rows, whoever changes them."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

import pytest

from scheduler import service, store
from scheduler.claiming import Claimant, Noted
from scheduler.firing import Fired, Watch
from scheduler.runner import Runner, running
from scheduler.schedule import Kind, Occurrence, OccurrenceState, Plan, Schedule
from scheduler.working_days import DayRule
from tests.schedulers import reach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from subscribers.database import Database

PATIENCE = 20
OFTEN = dt.timedelta(seconds=0.2)


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass
class Calendar:
    """A team's calendar, and what a runner makes of it."""

    database: Database
    fired: list[int] = field(default_factory=list)
    ended: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    firing: threading.Event = field(default_factory=threading.Event)
    may_end: threading.Event = field(default_factory=threading.Event)
    numbers: Iterator[int] = field(default_factory=count)

    @property
    def watch(self) -> Watch:
        claimant = Claimant("runner", lambda _: False)
        return Watch(self.database, claimant, self._fire, reach, now, self._hear)

    def _fire(self, schedule: Schedule, _: Occurrence) -> Fired:
        self.fired.append(schedule.id)
        self.firing.set()
        assert self.may_end.wait(PATIENCE)
        return Fired(OccurrenceState.DONE, "")

    def _hear(self, noted: Noted) -> None:
        if noted.occurrence.state is OccurrenceState.DONE:
            self.ended.release()

    def add(self, seconds: float) -> Schedule:
        """A schedule of a region of its own that falls due once, so many seconds from now."""
        at = now() + dt.timedelta(seconds=seconds)
        plan = Plan(
            "bulletin", f"region-{next(self.numbers)}", Kind.ONCE, f"{at:%Y-%m-%d %H:%M:%S}",
            zone="UTC", days=DayRule.KEEP,
        )  # fmt: skip
        return service.add(self.database, plan, actor="ann", now=now() - dt.timedelta(hours=1))

    def waits(self) -> None:
        """Wait until one more has been fired to its end."""
        assert self.ended.acquire(timeout=PATIENCE)


@pytest.fixture
def team(database: Database) -> Calendar:
    calendar = Calendar(database)
    calendar.may_end.set()
    return calendar


def test_it_fires_what_is_due_what_falls_due_and_what_is_added_while_it_runs(
    team: Calendar,
) -> None:
    due, later = team.add(-5), team.add(1.5)
    with running(team.watch, OFTEN):
        team.waits()
        added = team.add(1.5)
        team.waits()
        team.waits()
    assert team.fired[0] == due.id
    assert sorted(team.fired) == [due.id, later.id, added.id]


def test_it_follows_what_another_process_pauses_removes_and_moves(team: Calendar) -> None:
    paused, removed, moved, kept = (team.add(2) for _ in range(4))
    with running(team.watch, OFTEN):
        service.pause(team.database, paused.id)
        service.remove(team.database, removed.id, now())
        to = dt.datetime(2099, 1, 1)
        service.move(team.database, moved.id, None, to, reach, actor="ann", now=now())
        team.waits()
        last = team.add(1)
        team.waits()
    assert team.fired == [kept.id, last.id]


def test_its_end_waits_for_what_is_firing_and_begins_nothing_new(team: Calendar) -> None:
    team.may_end.clear()
    begun = [team.add(-9 + n) for n in range(6)]
    runner = Runner(team.watch, OFTEN)
    runner.start()
    assert team.firing.wait(PATIENCE)
    stopping = threading.Thread(target=runner.stop)
    stopping.start()
    stopping.join(0.3)
    assert stopping.is_alive()
    team.may_end.set()
    stopping.join(PATIENCE)
    assert not stopping.is_alive()
    with team.database.read() as connection:
        states = [o.state for s in begun for o in store.list_occurrences(connection, s.id)]
    assert OccurrenceState.FIRING not in states
    assert states.count(OccurrenceState.DONE) == len(team.fired) <= 4


def test_a_schedule_that_takes_long_keeps_no_other_waiting(team: Calendar) -> None:
    team.may_end.clear()
    team.add(-5)
    with running(team.watch, OFTEN):
        assert team.firing.wait(PATIENCE)
        team.firing.clear()
        team.add(-1)
        assert team.firing.wait(PATIENCE)
        team.may_end.set()
        team.waits()
        team.waits()


def test_a_database_that_fails_for_a_while_ends_nothing(
    team: Calendar, caplog: pytest.LogCaptureFixture
) -> None:
    failed = threading.Event()
    claimant = Claimant("runner", lambda _: False)

    def clock() -> dt.datetime:
        if not failed.is_set():
            failed.set()
            raise service.ScheduleError("x", "the database", "is away", "wait")
        return now()

    watch = Watch(team.database, claimant, team._fire, reach, clock, team._hear)
    team.add(-1)
    with running(watch, OFTEN):
        assert failed.wait(PATIENCE)
        team.waits()
    assert "the database: is away; wait" in caplog.text
