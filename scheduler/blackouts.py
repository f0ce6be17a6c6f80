"""Blackout periods: their queries, and what a person does with them.

The queries take a connection and never commit; `add` and `remove` are use cases, and commit.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from scheduler.models import BlackoutRow
from scheduler.schedule import ScheduleError
from scheduler.timetable import Blackout

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from subscribers.database import Database


def list_blackouts(connection: Connection, since: dt.date | None = None) -> list[Blackout]:
    """The periods, earliest first; those that ended before `since` are left out."""
    query = select(
        BlackoutRow.id,
        BlackoutRow.starts,
        BlackoutRow.ends,
        BlackoutRow.regions,
        BlackoutRow.reason,
    ).order_by(BlackoutRow.starts, BlackoutRow.id)
    if since is not None:
        query = query.where(BlackoutRow.ends >= since)
    return [
        Blackout(row.id, row.starts, row.ends, _split(row.regions), row.reason)
        for row in connection.execute(query)
    ]


def add(
    database: Database,
    starts: dt.date,
    ends: dt.date,
    regions: Iterable[str],
    reason: str,
    *,
    actor: str,
    now: dt.datetime,
) -> Blackout:
    """Let nothing that reaches these regions go out from one day to another; no regions means everywhere."""
    if ends < starts:
        raise ScheduleError(
            "blackout-ends", f"{starts} to {ends}", "ends before it begins", "swap the two dates"
        )
    values = {
        "starts": starts,
        "ends": ends,
        "regions": ",".join(sorted(set(regions))),
        "reason": reason,
        "actor": actor,
        "created_at": now,
    }
    with database.write() as connection:
        added = connection.execute(insert(BlackoutRow).values(values).returning(BlackoutRow.id))
        return Blackout(added.scalar_one(), starts, ends, frozenset(regions), reason)


def remove(database: Database, blackout_id: int, today: dt.date) -> Blackout:
    """End a period with yesterday, so that what it holds can go; one that has not begun was never there."""
    with database.write() as connection:
        found = next((b for b in list_blackouts(connection) if b.id == blackout_id), None)
        if found is None:
            raise ScheduleError(
                "blackout-missing", f"blackout {blackout_id}", "there is none of that number",
                "see `bulletin schedule blackout list`",
            )  # fmt: skip
        its_row = BlackoutRow.id == blackout_id
        if found.starts >= today:
            connection.execute(delete(BlackoutRow).where(its_row))
        elif found.ends >= today:
            yesterday = today - dt.timedelta(days=1)
            connection.execute(update(BlackoutRow).where(its_row).values(ends=yesterday))
        return found


def _split(regions: str) -> frozenset[str]:
    return frozenset(filter(None, regions.split(",")))
