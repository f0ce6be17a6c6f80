"""What fails around a sending: its disk, its database, the certificate. It says so, and goes on later."""

from __future__ import annotations

import datetime as dt
import json
import resource
import shutil
import sqlite3
import ssl
import subprocess
import time
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

import pytest
import trustme

from tests.journeys.relay import Relay
from tests.soak.crowd import IS_FULL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import CommandLine, Ran

SEND = ("send", "issue-04", "--segment", "police", "--yes")
RESUME = ("campaign", "resume", "1")
POLICE = 54
CONNECTIONS = 4
SMALL_DISK = 16_000_000  # bytes
NOW = dt.datetime.now(dt.UTC)

only_full = pytest.mark.skipif(not IS_FULL, reason="`make soak` runs it: it waits for ten seconds")


def counts(workspace: CommandLine) -> dict[str, int]:
    (only,) = json.loads(workspace.does("campaign", "list", "--json"))
    found: dict[str, int] = only["counts"]
    return found


def it_says_so_in_a_line(ran: Ran, *words: str) -> bool:
    assert ran.code == 1, ran.out + ran.err
    assert len(ran.err.splitlines()) == 1, ran.err
    return any(word in ran.err for word in words)


def it_goes_on(live: CommandLine, relay: Relay, twice_at_most: int) -> bool:
    """Once that is mended, everybody gets the mail, and as few twice as were in flight."""
    live.variables["BULLETIN_DELIVERY_ON_UNCERTAIN"] = "resend"
    assert f"{POLICE} recipients: {POLICE} accepted" in live.does(*RESUME)
    assert len(set(relay.recipients)) == POLICE
    return len(relay.recipients) <= POLICE + twice_at_most


# ---- the disk


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, where this machine lets us have one; otherwise a limit serves in its place."""
    place = tmp_path / "disk"
    place.mkdir()
    options = ("-t", "tmpfs", "-o", f"size={SMALL_DISK}", "none", str(place))
    mounted = subprocess.run(["mount", *options], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no disk to fill: {mounted.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(disk: Path) -> Path:
    """Take all the room that is left."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"\0" * 4096):
            pass
    return filler


def test_a_disk_that_fills_up_during_a_sending_loses_nothing(
    live: CommandLine, relay: Relay, small_disk: Path
) -> None:
    shutil.copy(live.folder / "bulletin.db", small_disk)
    live.variables["BULLETIN_DATABASE_URL"] = f"sqlite:///{small_disk}/bulletin.db"
    relay.allow(20)
    with live.running(*SEND) as sending:
        relay.wait_for(20 + CONNECTIONS)
        filler = fill(small_disk)
        relay.allow()
        assert it_says_so_in_a_line(sending.end(), "no room left on the disk")
    filler.unlink()
    assert it_goes_on(live, relay, CONNECTIONS)


def test_a_database_that_may_not_grow_during_a_sending_loses_nothing(
    live: CommandLine, relay: Relay
) -> None:
    relay.allow(20)
    with live.running(*SEND) as sending:
        relay.wait_for(20 + CONNECTIONS)
        size = (live.folder / "bulletin.db-wal").stat().st_size
        resource.prlimit(sending.process.pid, resource.RLIMIT_FSIZE, (size, size))
        relay.allow()
        assert it_says_so_in_a_line(sending.end(), "bulletin.db")
    assert it_goes_on(live, relay, CONNECTIONS)


# ---- the database


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Another process writes, and does not come to an end."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


@only_full
def test_a_database_that_stays_locked_during_a_sending_loses_nothing(
    live: CommandLine, relay: Relay
) -> None:
    relay.allow(20)
    with live.running(*SEND) as sending:
        relay.wait_for(20 + CONNECTIONS)
        with locked(live.folder / "bulletin.db"):
            relay.allow()
            assert it_says_so_in_a_line(sending.end(), "kept the database locked for too long")
    assert it_goes_on(live, relay, CONNECTIONS)


def test_what_is_locked_for_a_moment_is_waited_for(live: CommandLine, relay: Relay) -> None:
    relay.allow(20)
    with live.running(*SEND) as sending:
        relay.wait_for(20 + CONNECTIONS)
        with locked(live.folder / "bulletin.db"):
            relay.allow()
            # No event tells that somebody waits for a lock.
            time.sleep(0.5)
        assert sending.end().code == 0
    assert len(relay.recipients) == len(set(relay.recipients)) == POLICE


# ---- the relay's certificate


def certified(authority: trustme.CA, name: str, not_after: dt.datetime | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, not_after=not_after).configure_cert(context)
    return context


@pytest.mark.parametrize(
    ("name", "not_after", "is_known", "words"),
    [
        ("127.0.0.1", None, False, "certificate"),
        ("127.0.0.1", NOW - dt.timedelta(days=1), True, "certificate has expired"),
        ("relay.example", None, True, "mismatch"),
    ],
    ids=["unknown authority", "expired", "another name"],
)
def test_a_relay_with_a_wrong_certificate_gets_nothing_until_it_has_the_right_one(
    live: CommandLine,
    relay: Relay,
    tmp_path: Path,
    name: str,
    not_after: dt.datetime | None,
    is_known: bool,
    words: str,
) -> None:
    authority = trustme.CA()
    path = tmp_path / "other-authority.pem"
    authority.cert_pem.write_to_path(str(path))
    right = dict(live.variables)
    with Relay(path).running(certified(authority, name, not_after)) as wrong:
        live.variables |= wrong.settings
        if not is_known:
            live.variables["BULLETIN_RELAY_CA_FILE"] = str(relay.authority)
        ran = live(*SEND)
        assert it_says_so_in_a_line(ran, words)
        assert "its certificate is not trusted" in ran.err
        assert wrong.asked == []
    assert counts(live) == {"queued": POLICE}
    live.variables = right
    assert it_goes_on(live, relay, 0)
