"""What the tests of the list have in common: a vocabulary, a moment, and a short way to import text."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from subscribers.facets import DEFAULT_REGIONS, DEFAULT_SECTORS, Facet, Vocabulary
from subscribers.importing import ImportReport, import_csv

if TYPE_CHECKING:
    from collections.abc import Callable

    from subscribers.database import Database

VOCABULARY = Vocabulary(
    DEFAULT_SECTORS,
    DEFAULT_REGIONS,
    (Facet("bulletin", "Quarterly bulletin"), Facet("quickupdates", "#quickupdates")),
)


@pytest.fixture
def vocabulary() -> Vocabulary:
    return VOCABULARY


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


@pytest.fixture
def take(database: Database, now: datetime) -> Callable[..., ImportReport]:
    """Import CSV text, to the bulletin unless it says otherwise."""

    def take(text: str, **choices: Any) -> ImportReport:  # noqa: ANN401 - as import_csv takes them
        asked = {"default_publications": frozenset({"bulletin"}), "name": "list.csv", **choices}
        source = BytesIO(text.encode())
        return import_csv(database, VOCABULARY, source, now=now, actor="clerk", **asked)

    return take
