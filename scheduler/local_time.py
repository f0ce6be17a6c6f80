"""From the time on a wall to the one moment that it means, and back, on both days when the clocks change.

A time that doesn't exist is read with the offset from before the change, and one that comes twice is meant
the first time: RFC 5545, section 3.3.5, so that a calendar program agrees. Pure but for the zone's own table.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


def moment(local: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The moment, in UTC, of a local time."""
    return local.replace(tzinfo=zone, fold=0).astimezone(dt.UTC)


def local_time(at: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """What clocks in the zone show at a moment, without a zone."""
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def oddity(local: dt.datetime, zone: ZoneInfo) -> str:
    """What is odd about a local time because clocks change; empty when nothing is."""
    at = moment(local, zone)
    shown = local_time(at, zone)
    if shown != local:
        return f"{local:%H:%M} doesn't exist that day, the clocks change: {shown:%H:%M}"
    again = local.replace(tzinfo=zone, fold=1).astimezone(dt.UTC)
    return (
        f"{local:%H:%M} comes twice that day, the clocks change: the first" if again != at else ""
    )
