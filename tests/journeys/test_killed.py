"""Sendings that are killed, stopped and paused at random moments, judged by the relay's own record.

Here a reduced count; `make soak` runs the full one and prints what it found.
"""

from __future__ import annotations

import signal
import sqlite3
import time
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mailer.delivery.batches import SIZE as BATCH
from mailer.delivery.outcome import DeliveryState
from mailer.workspace import DEFAULT_DATABASE
from tests.postgres import restart_at_once
from tests.soak.crowd import (
    IS_FULL,
    RESUME,
    SEND,
    Size,
    addresses,
    campaigns,
    in_state,
    only_full,
    settle,
    size,
)
from tests.soak.harm import SEED, Fate, begun
from tests.soak.judge import Taking, taking_mail

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator

    from conftest import CommandLine

    from tests.postgres import Server

KILLS = size(Size(20_000, 100), Size(600, 3))
WORKER_KILLS = size(Size(20_000, 100), Size(300, 2))
CONNECTIONS = 4
"""What a sending opens by default."""
WHOLE_SENDING = 600
"""Seconds within which a sending comes to its end by itself, on a machine that has much else to do."""
RESTARTS = size(Size(20_000, 100), Size(300, 1))
STOPS = size(Size(20_000, 30), Size(600, 3))
CANCELS = size(Size(20_000, 12), Size(600, 2))
SLOWLY = 0.08
"""Seconds before each mail is answered where workers are to be at it for long enough."""

PATIENCE = 300  # seconds


@pytest.fixture
def taking(tmp_path: Path) -> Iterator[Taking]:
    with taking_mail(tmp_path) as server:
        yield server


@pytest.fixture
def taking_slowly(tmp_path: Path) -> Iterator[Taking]:
    with taking_mail(tmp_path, SLOWLY) as server:
        yield server


@pytest.fixture
def tell(
    request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], None]:
    """Print figures that the full count is run for."""

    def print_it(text: str) -> None:
        if IS_FULL:
            with capsys.disabled():
                print(f"\n{request.node.name}: {text}")  # noqa: T201 - what the full count is for

    return print_it


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str | None:
    """None for SQLite in the workspace."""
    if request.param == "sqlite":
        return None
    url: str = request.getfixturevalue("fresh_postgres_url")
    return url


def crowd(bulletin: CommandLine, readers: int, taking: Taking, url: str | None) -> CommandLine:
    bulletin.variables |= taking.settings
    if url is not None:
        # A command leaves its connection to the end of the process, which psycopg remarks on.
        bulletin.variables["PYTHONWARNINGS"] = "error,ignore::ResourceWarning"
    return settle(bulletin, readers, url or DEFAULT_DATABASE)


def next_command(work: CommandLine, taking: Taking) -> tuple[str, ...]:
    """Begin, or go on where there is something begun."""
    return RESUME if taking.mails or campaigns(work) else SEND


def each_repeat_is_the_last_mail_of_a_cut_connection(taking: Taking) -> bool:
    found = taking.verdict()
    assert found.unexplained == (), SEED
    assert max(found.repeated_after.values(), default=0) <= 1
    assert set(found.repeated_after) <= found.cut
    return found.repeats <= len(found.cut)


def everybody_has_it(taking: Taking, readers: int) -> bool:
    lost = set(addresses(readers)) ^ set(taking.verdict().taken)
    assert not lost, (SEED, sorted(lost)[:10])
    return True


def said(work: CommandLine) -> str:
    return (work.folder / "said.log").read_text(encoding="utf-8")


# ---- killed


def kill_again_and_again(work: CommandLine, taking: Taking, count: Size) -> None:
    # Each kill may leave a mail in doubt for each connection; where these are held, so many never come.
    fate = Fate(taking, count.readers - CONNECTIONS * count.times, count.times)
    for done in range(count.times):
        with begun(work, *next_command(work, taking)) as sending:
            assert fate.wait(sending, done), (done, said(work))


SQLITE_FIRST = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgresql", marks=only_full)], indirect=True
)
POSTGRESQL_FIRST = pytest.mark.parametrize(
    "database_url", [pytest.param("sqlite", marks=only_full), "postgresql"], indirect=True
)


@SQLITE_FIRST
def test_whatever_moment_a_sending_is_killed_nothing_is_lost_and_little_repeated(
    bulletin: CommandLine, taking: Taking, database_url: str | None, tell: Callable[[str], None]
) -> None:
    work = crowd(bulletin, KILLS.readers, taking, database_url)
    work.variables["BULLETIN_DELIVERY_ON_UNCERTAIN"] = "resend"
    kill_again_and_again(work, taking, KILLS)
    work.does(*next_command(work, taking))
    assert everybody_has_it(taking, KILLS.readers)
    assert each_repeat_is_the_last_mail_of_a_cut_connection(taking)
    assert campaigns(work)[0].counts == {"accepted": KILLS.readers}
    found = taking.verdict()
    tell(
        f"{KILLS.readers:,} readers, {KILLS.times} kills with {len(found.cut)} connections open: "
        f"0 lost, {found.repeats} repeated"
    )


@POSTGRESQL_FIRST
def test_what_was_in_doubt_after_kills_is_settled_by_the_relays_record(
    bulletin: CommandLine, taking: Taking, database_url: str | None, tell: Callable[[str], None]
) -> None:
    work = crowd(bulletin, KILLS.readers, taking, database_url)
    kill_again_and_again(work, taking, KILLS)
    work(*next_command(work, taking))
    doubtful = in_state(work, DeliveryState.UNCERTAIN)
    taken = taking.verdict().taken
    assert taken.keys() | doubtful == set(addresses(KILLS.readers)), SEED
    arrived = [option for each in doubtful & taken.keys() for option in ("--address", each)]
    if arrived:
        work.does("campaign", "resolve", "1", "--accept", *arrived)
    work.does("campaign", "resolve", "1", "--resend")
    work.does(*RESUME)
    assert everybody_has_it(taking, KILLS.readers)
    assert taking.verdict().repeats == 0
    assert campaigns(work)[0].counts == {"accepted": KILLS.readers}
    tell(
        f"{KILLS.readers:,} readers, {KILLS.times} kills with {len(taking.verdict().cut)} connections "
        f"open: {len(doubtful)} in doubt, of which {len(doubtful - taken.keys())} had not arrived; "
        "0 lost, 0 repeated"
    )


def be_of_another_host(work: CommandLine, held_until: str | None = None) -> None:
    """Let whoever holds a batch be a process of which nobody here can tell whether it lives."""
    with closing(sqlite3.connect(work.folder / "bulletin.db")) as connection, connection:
        connection.execute(
            "UPDATE delivery_batch SET holder = 'elsewhere:4711', held_until = coalesce(?, held_until) "
            "WHERE holder IS NOT NULL",
            [held_until],
        )


def test_what_a_process_of_another_host_had_waits_for_the_end_of_its_lease(
    bulletin: CommandLine, taking: Taking
) -> None:
    work = crowd(bulletin, KILLS.readers, taking, None)
    work.variables["BULLETIN_DELIVERY_ON_UNCERTAIN"] = "resend"
    begin_and_die(work, taking)
    be_of_another_host(work)
    held = set(addresses(KILLS.readers)[:BATCH])
    with begun(work, *RESUME) as resumed:
        while set(addresses(KILLS.readers)) - held - taking.verdict().taken.keys():
            assert resumed.poll() is None, said(work)
            time.sleep(0.05)
        assert held - taking.verdict().taken.keys()
        assert taking.verdict().repeats == 0
        be_of_another_host(work, held_until="2020-01-01 00:00:00.000000")
        assert resumed.wait(60) == 0, said(work)
    assert everybody_has_it(taking, KILLS.readers)
    assert each_repeat_is_the_last_mail_of_a_cut_connection(taking)


# ---- workers


WORKER = ("worker", "--connections", "4")


def begin_and_die(work: CommandLine, taking: Taking) -> None:
    """Leave a campaign to whoever takes it up."""
    with begun(work, *SEND) as sending:
        while not taking.mails:
            assert sending.poll() is None, said(work)
            time.sleep(0.01)


def wait_until_finished(work: CommandLine, readers: int, taking: Taking) -> None:
    until = time.monotonic() + PATIENCE
    while len(taking.verdict().taken) < readers or campaigns(work)[0].state != "finished":
        assert time.monotonic() < until, (SEED, campaigns(work), said(work))
        time.sleep(0.2)


def minds(process: subprocess.Popen[bytes], number: signal.Signals) -> bool:
    """Whether a process has come so far that it does something of its own about a signal (Linux)."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) >> (number - 1) & 1)


def wait_until_at_work(work: CommandLine, worker: subprocess.Popen[bytes]) -> None:
    """One that was begun a moment ago may still be importing."""
    until = time.monotonic() + PATIENCE
    while not minds(worker, signal.SIGTERM):
        assert worker.poll() is None, said(work)
        assert time.monotonic() < until
        time.sleep(0.05)


def ends_in_peace(work: CommandLine, worker: subprocess.Popen[bytes]) -> bool:
    wait_until_at_work(work, worker)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0, said(work)
    return "Traceback" not in said(work)


def test_workers_that_are_killed_and_started_again_lose_nothing(
    bulletin: CommandLine,
    taking_slowly: Taking,
    fresh_postgres_url: str,
    tell: Callable[[str], None],
) -> None:
    readers, times = WORKER_KILLS.readers, WORKER_KILLS.times
    work = crowd(bulletin, readers, taking_slowly, fresh_postgres_url)
    work.variables["BULLETIN_DELIVERY_ON_UNCERTAIN"] = "resend"
    begin_and_die(work, taking_slowly)
    fate = Fate(taking_slowly, readers, times)
    with ExitStack() as stack:
        workers = [stack.enter_context(begun(work, *WORKER)) for _ in range(2)]
        for done in range(times):
            victim = fate.chance.randrange(2)
            assert fate.wait(workers[victim], done), said(work)
            workers[victim].kill()
            workers[victim].wait()
            workers[victim] = stack.enter_context(begun(work, *WORKER))
        wait_until_finished(work, readers, taking_slowly)
        for worker in workers:
            assert ends_in_peace(work, worker)
    assert everybody_has_it(taking_slowly, readers)
    assert each_repeat_is_the_last_mail_of_a_cut_connection(taking_slowly)
    found = taking_slowly.verdict()
    tell(
        f"{readers:,} readers, two workers, {times + 1} kills with {len(found.cut)} connections open: "
        f"0 lost, {found.repeats} repeated"
    )


def test_workers_go_on_by_themselves_when_postgresql_restarts(
    bulletin: CommandLine,
    taking_slowly: Taking,
    postgres_server: Server,
    fresh_postgres_url: str,
    tell: Callable[[str], None],
) -> None:
    readers, times = RESTARTS.readers, RESTARTS.times
    work = crowd(bulletin, readers, taking_slowly, fresh_postgres_url)
    work.variables["BULLETIN_DELIVERY_ON_UNCERTAIN"] = "resend"
    begin_and_die(work, taking_slowly)
    fate = Fate(taking_slowly, readers, times)
    with ExitStack() as stack:
        workers = [stack.enter_context(begun(work, *WORKER)) for _ in range(2)]
        for worker in workers:
            # A database that can't be reached keeps one from beginning.
            wait_until_at_work(work, worker)
        for done in range(times):
            assert fate.wait(workers[0], done), said(work)
            restart_at_once(postgres_server)
        wait_until_finished(work, readers, taking_slowly)
        for worker in workers:
            assert ends_in_peace(work, worker)
    assert everybody_has_it(taking_slowly, readers)
    assert each_repeat_is_the_last_mail_of_a_cut_connection(taking_slowly)
    found = taking_slowly.verdict()
    tell(
        f"{readers:,} readers, two workers, {times} restarts of PostgreSQL with {len(found.cut)} "
        f"connections cut: 0 lost, {found.repeats} repeated"
    )


def test_a_sending_whose_database_restarts_says_so_and_is_resumed(
    bulletin: CommandLine, taking_slowly: Taking, postgres_server: Server, fresh_postgres_url: str
) -> None:
    readers = 100
    work = crowd(bulletin, readers, taking_slowly, fresh_postgres_url)
    work.variables["BULLETIN_DELIVERY_ON_UNCERTAIN"] = "resend"
    with begun(work, *SEND) as sending:
        while not taking_slowly.mails:
            assert sending.poll() is None, said(work)
            time.sleep(0.01)
        restart_at_once(postgres_server)
        assert sending.wait(60) == 1
    assert "the database cannot be reached" in said(work).splitlines()[-1]
    assert "Traceback" not in said(work)
    work.does(*RESUME)
    assert everybody_has_it(taking_slowly, readers)
    assert each_repeat_is_the_last_mail_of_a_cut_connection(taking_slowly)


# ---- stopped


def stop_somehow(work: CommandLine, sending: subprocess.Popen[bytes], way: str) -> None:
    if way != "pause":
        sending.send_signal(signal.Signals[way])
    elif campaigns(work):
        # It may have come to its end meanwhile.
        work("campaign", "pause", "1")
    assert sending.wait(60) is not None
    assert "Traceback" not in said(work)


@SQLITE_FIRST
def test_whatever_moment_a_sending_is_stopped_nothing_is_in_doubt(
    bulletin: CommandLine, taking: Taking, database_url: str | None, tell: Callable[[str], None]
) -> None:
    work = crowd(bulletin, STOPS.readers, taking, database_url)
    fate = Fate(taking, STOPS.readers, STOPS.times)
    for done in range(STOPS.times):
        with begun(work, *next_command(work, taking)) as sending:
            fate.wait(sending, done)
            stop_somehow(work, sending, ("SIGTERM", "SIGINT", "pause")[done % 3])
    work.does(*next_command(work, taking))
    assert everybody_has_it(taking, STOPS.readers)
    assert taking.verdict().repeats == 0
    assert campaigns(work)[0].counts == {"accepted": STOPS.readers}
    tell(f"{STOPS.readers:,} readers, {STOPS.times} stops: 0 in doubt, 0 lost, 0 repeated")


@SQLITE_FIRST
def test_whatever_moment_a_sending_is_cancelled_the_next_goes_to_all_the_others(
    bulletin: CommandLine, taking: Taking, database_url: str | None, tell: Callable[[str], None]
) -> None:
    work = crowd(bulletin, CANCELS.readers, taking, database_url)
    fate = Fate(taking, CANCELS.readers, CANCELS.times)
    for done in range(CANCELS.times):
        with begun(work, *SEND) as sending:
            fate.wait(sending, done)
            for campaign in campaigns(work)[:1]:
                work("campaign", "cancel", str(campaign.id), "--yes")
            # One that had not begun yet when the last was cancelled goes on to its end.
            sending.wait(WHOLE_SENDING)
    work(*SEND)
    assert everybody_has_it(taking, CANCELS.readers)
    assert taking.verdict().repeats == 0
    states = {state for campaign in campaigns(work) for state in campaign.counts}
    assert states <= {"accepted", "cancelled"}
    assert "Traceback" not in said(work)
    tell(
        f"{CANCELS.readers:,} readers, {CANCELS.times} cancellations: 0 in doubt, 0 lost, 0 repeated"
    )
