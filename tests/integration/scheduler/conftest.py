"""A team's calendar on a real database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scheduler import service
from scheduler.schedule import Kind, Plan, Schedule
from tests.schedulers import NOW, Scheduler

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from subscribers.database import Database

    Add = Callable[..., Schedule]


@pytest.fixture
def scheduler(database: Database) -> Scheduler:
    return Scheduler(database)


@pytest.fixture
def add(database: Database) -> Add:
    """Add a schedule of the bulletin: every quarter's second Tuesday, unless told otherwise."""

    def add(
        rule: str = "second tuesday",
        kind: Kind = Kind.QUARTERLY,
        *,
        segment: str = "everyone",
        now: dt.datetime = NOW,
        **more: object,
    ) -> Schedule:
        at = "09:30" if kind is Kind.QUARTERLY else ""
        plan = Plan("bulletin", segment, kind, rule, at, **more)  # type: ignore[arg-type]
        return service.add(database, plan, actor="ann", now=now)

    return add
