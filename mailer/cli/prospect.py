"""What will become of an occurrence to come, as things are now: for whoever looks at the calendar.

Knows schedules, and what there is to send; must not know how either is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from mailer.cli.approved import obstacle
from mailer.cli.dated import find_dated
from mailer.cli.firing import find_due
from mailer.delivery.campaign import sent_names
from scheduler.firing import Fired
from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from mailer.app import Workspace
    from mailer.cli.dated import Ready
    from scheduler.outlook import Upcoming
    from scheduler.schedule import Schedule


class Standing(StrEnum):
    """Whether something would go."""

    READY = "ready"
    SENT = "sent"
    """Everybody in the segment has had it: nothing would go, and nothing is amiss."""
    NOBODY = "nobody to send to"
    UNAPPROVED = "not approved"
    FAULTY = "has errors"
    MISSING = "nothing there"


@dataclass(frozen=True, slots=True)
class Prospect:
    """What is there for an occurrence by its names, whether it would go, and `why` not, with what to do."""

    names: tuple[str, ...]
    standing: Standing
    why: str = ""


def prospect_of(opened: Workspace, schedule: Schedule, ahead: Upcoming) -> Prospect:
    """What would happen if nothing changed until its time."""
    dates = ahead.dates(schedule)
    found, unreadable = find_dated(opened, schedule.plan.publication, dates)
    names = tuple(each.name for each in found)
    if not found and not unreadable:
        return Prospect(names, Standing.MISSING)
    try:
        chosen = find_due(opened, schedule, dates)
        if isinstance(chosen, Fired):
            return Prospect(names, Standing.FAULTY, chosen.remark)
        return Prospect(names, *_judge(opened, chosen, schedule.plan.segment))
    except BulletinError as error:
        return Prospect(names, Standing.FAULTY, str(error))


def _judge(opened: Workspace, ready: Ready, segment: str) -> tuple[Standing, str]:
    """Where something sound stands with a segment, and why it would not go."""
    if not ready.plan(segment).total:
        with opened.database.read() as connection:
            is_sent = ready.name in sent_names(connection, opened.route)
        return (Standing.SENT if is_sent else Standing.NOBODY), ""
    why = obstacle(opened, ready.proof(segment))
    return (Standing.UNAPPROVED if why else Standing.READY), why
