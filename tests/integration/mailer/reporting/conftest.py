"""A campaign for the tests to fill."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.campaigns import Ledger, begin

if TYPE_CHECKING:
    from subscribers.database import Database


@pytest.fixture
def ledger(database: Database) -> Ledger:
    """A campaign without recipients."""
    return begin(database)
