"""All the tables of the product, whichever package they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from mailer.app import Workspace
from mailer.workspace import lay_down
from subscribers.database import metadata

if TYPE_CHECKING:
    from pathlib import Path

    from subscribers.database import Database


def test_the_models_of_every_package_are_the_tables_that_the_migrations_make(
    database: Database, tmp_path: Path
) -> None:
    lay_down(tmp_path / "workspace")
    # Opening it is what brings all models together.
    _ = Workspace.open(tmp_path / "workspace").unchecked_database
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
