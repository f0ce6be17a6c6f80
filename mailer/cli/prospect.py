"""What will become of an occurrence to come, as things are now: for whoever looks at the calendar.

Knows schedules, and what there is to send; must not know how either is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from mailer.cli.approved import obstacle
from mailer.cli.dated import find_dated
from mailer.cli.firing import find_begun, find_due
from mailer.delivery.campaign import CampaignState, sent_names
from scheduler.firing import Fired
from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from mailer.app import Workspace
    from mailer.cli.dated import Ready
    from mailer.delivery.campaign import CampaignSummary
    from scheduler.outlook import Upcoming
    from scheduler.schedule import Schedule


class Standing(StrEnum):
    """Whether something would go."""

    READY = "ready"
    UNDER_WAY = "under way"
    """A campaign was begun, and is not finished: it would go on with that, unless it is paused."""
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
        return Prospect(names, *_judge(opened, chosen, schedule))
    except BulletinError as error:
        return Prospect(names, Standing.FAULTY, str(error))


def _judge(opened: Workspace, ready: Ready, schedule: Schedule) -> tuple[Standing, str]:
    """Where something sound stands with a schedule's segment, and why it would not go."""
    plan = ready.plan(schedule.plan.segment)
    begun = find_begun(opened, plan, schedule)
    if begun is not None:
        return Standing.UNDER_WAY, _unfinished(begun)
    if not plan.total:
        with opened.database.read() as connection:
            is_sent = ready.name in sent_names(connection, opened.route)
        return (Standing.SENT if is_sent else Standing.NOBODY), ""
    why = obstacle(opened, ready.proof(schedule.plan.segment))
    return (Standing.UNAPPROVED if why else Standing.READY), why


def _unfinished(campaign: CampaignSummary) -> str:
    """What keeps it, and what to do."""
    if campaign.state is CampaignState.PAUSED:
        why = f": {campaign.paused_because}" if campaign.paused_because else ""
        remedy = f"`bulletin campaign resume {campaign.id}` goes on"
        return f"campaign {campaign.id} is paused{why}; {remedy}"
    return f"campaign {campaign.id} is being sent; see `bulletin status {campaign.id}`"
