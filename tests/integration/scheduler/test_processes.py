"""Several schedulers, each a process of its own, on one database; one of them is killed at its work."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from scheduler import service, store
from scheduler.schedule import Kind, OccurrenceState, Plan
from scheduler.working_days import DayRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from subscribers.database import Database

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = Path(__file__).with_name("one_of_many.py")
BEGUN = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
SCHEDULES = 5
# SQLite lets one process write at a time and waits for the disk each time.
OCCURRENCES = {"postgresql": 500, "sqlite": 150}


@pytest.fixture
def due(database: Database) -> int:
    """How many occurrences are due, of several schedules that come round each hour."""
    total = OCCURRENCES[database.engine.dialect.name]
    for number in range(SCHEDULES):
        plan = Plan(
            "bulletin", f"region-{number}", Kind.CRON, "0 * * * *", days=DayRule.KEEP,
            grace=dt.timedelta(365),
        )  # fmt: skip
        service.add(database, plan, actor="ann", now=BEGUN)
    with database.write() as connection:
        for name in ("asked", "done"):
            connection.execute(text(f"CREATE TABLE {name} (occurrence INTEGER, process TEXT)"))
    return total


@pytest.fixture
def started(database: Database, due: int) -> Iterator[dict[str, subprocess.Popen[str]]]:
    """Four schedulers that wait for a word; two of them stand still around their tenth occurrence."""
    now = BEGUN + dt.timedelta(hours=due // SCHEDULES)
    url = database.url.render_as_string(hide_password=False)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with ExitStack() as stack:
        processes = {}
        for stops in ("before", "after", "one", "other"):
            process = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, PROGRAM, url, now.isoformat(), stops],
                    env=environment,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            stack.callback(process.kill)
            processes[stops] = process
        for process in processes.values():
            assert hears(process) == "ready"
        yield processes


def hears(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def begin(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def counted(database: Database, table: str) -> Counter[int]:
    with database.read() as connection:
        return Counter(connection.scalars(text(f"SELECT occurrence FROM {table}")))


def test_each_fires_once_though_two_are_killed_before_and_after_they_did_it(
    database: Database, due: int, started: dict[str, subprocess.Popen[str]]
) -> None:
    doomed, others = (started["before"], started["after"]), (started["one"], started["other"])
    for process in doomed:
        begin(process)
    for process in doomed:
        assert hears(process) == "standing still"
    for process in others:
        begin(process)
    for process in doomed:
        process.kill()
        process.wait()
    fired = [int(hears(process)) for process in others]
    assert due - 20 <= sum(fired) <= due - 18
    assert [process.wait(60) for process in others] == [0, 0]

    # The others may have come to their end before the first were killed: somebody looks again.
    again = subprocess.run(
        [*map(str, started["one"].args)], input="go\n", env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert sum(fired) + int(again.stdout.split()[-1]) == due - 18

    done, asked = counted(database, "done"), counted(database, "asked")
    assert len(done) == due
    assert set(done.values()) == {1}
    assert sorted(asked.values())[-3:] == [1, 2, 2]
    with database.read() as connection:
        found = [
            occurrence
            for schedule in store.list_schedules(connection)
            for occurrence in store.list_occurrences(connection, schedule.id)
        ]
    assert Counter(each.state for each in found) == {OccurrenceState.DONE: due}
    assert Counter(each.attempts for each in found) == {1: due - 2, 2: 2}
