"""How many requests a second the public pages answer: 64 clients, each asking again once it is answered.

The site is `bulletin serve` as a process, on SQLite; the clients are another, on the same machine, and take
their share of it.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from mailer.app import Workspace
from mailer.content.edition import Article, Edition, Section
from mailer.delivery.campaign import Kind, Mailing, Route
from mailer.delivery.models import Delivery
from mailer.delivery.planning import freeze, plan_edition
from mailer.rendering.rendered import RenderedEmail
from mailer.workspace import lay_down
from subscribers.importing import import_csv
from subscribers.segment import EVERYBODY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PEOPLE = 6_000
CLIENTS = 64
SECONDS = 8.0
NOW = dt.datetime(2026, 10, 13, 9, 30, tzinfo=dt.UTC)
ONE_CLICK = b"List-Unsubscribe=One-Click"
FORM = b"content-type: application/x-www-form-urlencoded\r\ncontent-length: 26\r\n"


class Result(NamedTuple):
    """What one run of all clients came to."""

    per_second: float
    p50: float
    p99: float
    errors: int
    cpu: float
    """Milliseconds of the server's CPU for each request: what another machine's load does not change."""


def make_workspace(folder: Path) -> Workspace:
    """A workspace with people who have all had an edition."""
    lay_down(folder)
    opened = Workspace.open(folder)
    opened.unchecked_database.migrate()
    listed = "email,sector,publications\n" + "".join(
        f"reader{n}@example.org,health,bulletin\n" for n in range(PEOPLE)
    )
    import_csv(
        opened.database, opened.vocabulary, io.BytesIO(listed.encode()), now=NOW, actor="bench"
    )
    news = Section("news", "News", False, (Article("a", "A", "News", 1, "Words."),))
    edition = Edition(
        "issue-01", "bulletin", 1, NOW.date(), "T", "", "Subject", "", "en-GB", "", (news,)
    )
    mailing = Mailing("issue-01", "bulletin", "everyone", Kind.EDITION, Route.INBOX)
    rendered = RenderedEmail("Subject", "", "<p>Words.</p>", "Words.", "en-GB")
    planned = plan_edition(opened.database, edition, mailing, EVERYBODY, None, lambda _: rendered)
    freeze(opened.database, planned, "bench", NOW)
    return opened


def make_paths(opened: Workspace) -> list[str]:
    """The unsubscribe link of everybody."""
    with opened.database.read() as connection:
        numbers = connection.scalars(select(Delivery.id).order_by(Delivery.id)).all()
    return [f"/unsubscribe/{opened.signer.sign('unsubscribe', str(one))}" for one in numbers]


@contextmanager
def served(folder: Path) -> Iterator[tuple[int, int]]:
    """The site in a process of its own; gives its port and its number."""
    command = [
        sys.executable,
        "-m",
        "mailer.cli",
        "serve",
        "--port",
        "0",
        "--pages-only",
        "--workspace",
        str(folder),
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        found = re.search(r"127\.0\.0\.1:(\d+)", process.stdout.readline())
        assert found
        try:
            yield int(found[1]), process.pid
        finally:
            process.terminate()


def cpu_of(process: int) -> float:
    """Seconds of CPU that a process has had."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def load(port: int, process: int, requests: Sequence[bytes]) -> Result:
    """Send the requests round and round until the time is over, or once each when they are to be used up."""
    waits: list[float] = []
    errors, end = 0, time.perf_counter() + SECONDS
    turns = iter(requests)

    async def client() -> None:
        nonlocal errors
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (request := next(turns, None)) and time.perf_counter() < end:
            began = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head)
            await reader.readexactly(int(length[1]) if length else 0)
            waits.append(time.perf_counter() - began)
            errors += not head.startswith(b"HTTP/1.1 200")
        writer.close()

    began, cpu = time.perf_counter(), cpu_of(process)
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    seconds = time.perf_counter() - began
    cuts = statistics.quantiles(waits, n=100)
    cpu = (cpu_of(process) - cpu) * 1000 / len(waits)
    return Result(len(waits) / seconds, cuts[49] * 1000, cuts[98] * 1000, errors, cpu)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as place:
        opened = make_workspace(Path(place) / "workspace")
        paths = make_paths(opened)
        opened.database.dispose()
        host = b"host: 127.0.0.1\r\n"
        gets = [f"GET {path} HTTP/1.1\r\n".encode() + host + b"\r\n" for path in paths] * 8
        posts = [
            f"POST {path} HTTP/1.1\r\n".encode() + host + FORM + b"\r\n" + ONE_CLICK
            for path in paths
        ]
        with served(opened.folder) as (port, process):
            for name, requests in (("unsubscribe page", gets), ("one-click POST", posts)):
                result = asyncio.run(load(port, process, requests))
                print(
                    f"{name}: {result.per_second:,.0f}/s, p50 {result.p50:.0f} ms, "
                    f"p99 {result.p99:.0f} ms, {result.errors} errors, "
                    f"{result.cpu:.2f} ms of CPU each"
                )


if __name__ == "__main__":
    main()
