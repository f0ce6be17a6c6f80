"""Real databases for the integration tests: a fresh, migrated one for each test, on both engines.

Making a PostgreSQL database from a migrated template is quick.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from subscribers.database import Database
from tests import postgres

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEMPLATE = "migrated"


@pytest.fixture(scope="session")
def postgres_template(postgres_server: postgres.Server) -> str:
    """The name of a migrated database that others are copied from."""
    postgres.run_on_server(
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
def postgres_stranger(postgres_server: postgres.Server) -> str:
    """A user whose password the server asks for; everybody else is trusted."""
    name = "stranger"
    access = postgres_server.pgdata / "pg_hba.conf"
    access.write_text(f"local all {name} scram-sha-256\n{access.read_text()}")
    postgres.run_on_server(
        postgres_server, f"CREATE USER {name} PASSWORD 'right'", "SELECT pg_reload_conf()"
    )
    return name


@pytest.fixture
def postgres_url(postgres_server: postgres.Server, postgres_template: str) -> Iterator[str]:
    """The address of a migrated PostgreSQL database."""
    name = next(postgres.names)
    postgres.run_on_server(postgres_server, f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    yield postgres_server.get_uri(database=name)
    postgres.run_on_server(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


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
