"""What every kind of test with a database may ask for."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests import postgres

# How fast a machine makes up examples says nothing about what is tested with them.
settings.register_profile(
    "any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any-machine")


@pytest.fixture(scope="session")
def postgres_server() -> postgres.Server:
    """A PostgreSQL server, started once a session."""
    # Not before it is asked for: most tests have no use for what this imports.
    from tests import postgres  # noqa: PLC0415

    try:
        return postgres.start()
    except Exception as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no PostgreSQL here: {error}")


@pytest.fixture
def fresh_postgres_url(postgres_server: postgres.Server) -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    from tests import postgres  # noqa: PLC0415

    name = next(postgres.names)
    postgres.run_on_server(postgres_server, f"CREATE DATABASE {name}")
    yield postgres_server.get_uri(database=name)
    postgres.run_on_server(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")
