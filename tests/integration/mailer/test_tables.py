"""All the tables of the product, whichever package they belong to."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from subscribers.database import metadata

if TYPE_CHECKING:
    from subscribers.database import Database

ROOT = Path(__file__).parents[3]


def test_the_models_of_every_package_are_the_tables_that_the_migrations_make(
    database: Database,
) -> None:
    found = [
        path.relative_to(ROOT).with_suffix("")
        for package in ("subscribers", "scheduler", "mailer")
        for path in sorted((ROOT / package).rglob("models.py"))
    ]
    assert len(found) > 8
    for path in found:
        importlib.import_module(".".join(path.parts))
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
