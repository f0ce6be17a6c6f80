"""Whatever a team does, whoever looks, whichever process dies: each occurrence fires once, when it may."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler import blackouts, service, store
from scheduler.claiming import claim, claimable, look
from scheduler.firing import Fired
from scheduler.outlook import upcoming
from scheduler.schedule import Kind, OccurrenceState, Plan, ScheduleError, ScheduleState
from scheduler.working_days import DayRule
from subscribers.database import Database
from tests.schedulers import NOW, Scheduler, reach

if TYPE_CHECKING:
    from scheduler.schedule import Occurrence

HOUR = dt.timedelta(hours=1)

steps = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 60)),
    st.tuples(st.just("look"), st.integers(0, 1)),
    st.tuples(st.just("die"), st.integers(0, 1)),
    st.tuples(st.just("pause"), st.just(0)),
    st.tuples(st.just("resume"), st.just(0)),
    st.tuples(st.just("skip"), st.just(0)),
    st.tuples(st.just("move"), st.integers(1, 90)),
    st.tuples(st.just("hold"), st.integers(0, 4)),
    st.tuples(st.just("free"), st.just(0)),
)


@dataclass
class Team:
    """A daily schedule, two schedulers, and what is known of them from outside."""

    database: Database
    now: dt.datetime = NOW
    schedulers: list[Scheduler] = field(default_factory=list)
    calls: Counter[dt.datetime] = field(default_factory=Counter)
    deaths: Counter[dt.datetime] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        plan = Plan("bulletin", "everyone", Kind.CRON, "0 9 * * *", days=DayRule.KEEP)
        self.schedule = service.add(self.database, plan, actor="ann", now=self.now)
        for name in ("one", "other"):
            self.schedulers.append(Scheduler(self.database, name, answer=self.may_fire))

    def may_fire(self, occurrence: Occurrence) -> Fired:
        """Everything that must hold when something fires for the first time."""
        self.calls[occurrence.nominal] += 1
        if occurrence.attempts == 1:
            with self.database.read() as connection:
                schedule = store.find_schedule(connection, self.schedule.id)
                periods = blackouts.list_blackouts(connection)
            day = schedule.timetable.local(self.now).date()
            assert schedule.state is ScheduleState.ACTIVE
            assert occurrence.due_at <= self.now
            assert not any(period.covers(day) for period in periods)
        return Fired(OccurrenceState.DONE, "")

    def wait(self, hours: int) -> None:
        self.now += hours * HOUR

    def look(self, which: int) -> None:
        scheduler = self.schedulers[which]
        scheduler.now = self.now
        scheduler.watch.fire_due()

    def die(self, which: int) -> None:
        """Claim something, and end; a process of another name takes the place."""
        scheduler = self.schedulers[which]
        asked = (scheduler.claimant, reach, self.now)
        look(self.database, *asked)
        for seen in claimable(self.database, *asked)[:1]:
            if claim(self.database, seen, *asked):
                self.deaths[seen.occurrence.nominal] += 1
        for each in self.schedulers:
            each.gone.add(scheduler.name)
        scheduler.name += "'"

    def pause(self, _: int) -> None:
        service.pause(self.database, self.schedule.id)

    def resume(self, _: int) -> None:
        service.resume(self.database, self.schedule.id, reach, self.now)

    def skip(self, _: int) -> None:
        service.skip(self.database, self.schedule.id, None, reach, actor="ann", now=self.now)

    def move(self, hours: int) -> None:
        to = self.schedule.timetable.local(self.now + hours * HOUR)
        with suppress(ScheduleError):
            service.move(
                self.database, self.schedule.id, None, to, reach, actor="ann", now=self.now
            )

    def hold(self, days: int) -> None:
        first = self.now.date()
        last = first + dt.timedelta(days)
        blackouts.add(self.database, first, last, (), "rest", actor="ann", now=self.now)

    def free(self, _: int) -> None:
        with self.database.read() as connection:
            found = blackouts.list_blackouts(connection, self.now.date())
        for period in found:
            blackouts.remove(self.database, period.id, self.now.date())

    def records(self) -> list[Occurrence]:
        with self.database.read() as connection:
            return store.list_occurrences(connection, self.schedule.id)


@given(st.lists(steps, max_size=30))
@settings(max_examples=25, deadline=None)
def test_each_occurrence_fires_once_and_none_is_lost(
    sqlite_template: Path, taken: list[tuple[str, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bulletin.db"
        shutil.copyfile(sqlite_template, path)
        database = Database(f"sqlite:///{path}")
        team = Team(database)
        for step, number in taken:
            getattr(team, step)(number)
        for step in ("free", "resume", "look"):
            getattr(team, step)(0)
        nothing_is_lost_or_doubled(team)
        database.dispose()


def nothing_is_lost_or_doubled(team: Team) -> None:
    records = {each.nominal: each for each in team.records()}
    for nominal, record in records.items():
        gave_up = record.state is OccurrenceState.FAILED
        assert record.state is not OccurrenceState.FIRING
        assert team.calls[nominal] == (record.state is OccurrenceState.DONE)
        assert record.attempts == team.calls[nominal] + team.deaths[nominal]
        assert gave_up == (team.deaths[nominal] >= 3)
    last = team.schedule.timetable.local(team.now)
    day = team.schedule.settled_until.replace(hour=9, minute=0)
    days = [day + dt.timedelta(n) for n in range(60)]
    fell_due = {each for each in days if team.schedule.settled_until < each <= last}
    assert fell_due <= records.keys()
    with team.database.read() as connection:
        schedule = store.find_schedule(connection, team.schedule.id)
        ahead = upcoming(connection, schedule, reach, 5)
    assert all(each.due.at > team.now for each in ahead)
