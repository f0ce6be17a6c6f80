from __future__ import annotations

from typing import TYPE_CHECKING

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import DateTime

import mailer.delivery.models  # noqa: F401 - the tables that these point at
from mailer.bounces.models import Bounce, HandledMail, UnmatchedMail
from subscribers.database import metadata
from subscribers.models import HeldDomain

if TYPE_CHECKING:
    from sqlalchemy.schema import SchemaItem

    from subscribers.database import Database

OWN = {each.__tablename__ for each in (Bounce, HandledMail, UnmatchedMail, HeldDomain)}


def test_the_migrated_tables_are_the_ones_that_are_declared(database: Database) -> None:
    with database.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": _same_type, "include_object": _is_own}
        )
        assert compare_metadata(context, metadata) == []


def _is_own(_found: SchemaItem, name: str | None, kind: str, *_: object) -> bool:
    return kind != "table" or name in OWN


def _same_type(_context: object, _in: object, _meta: object, found: object, told: object) -> bool:
    return isinstance(found, DateTime) != isinstance(getattr(told, "impl", told), DateTime)
