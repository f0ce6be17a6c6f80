"""What happens when a schedule falls due: the edition or pack of that date goes to the schedule's segment.

Knows the road of `bulletin send`, and takes it without a person; must not know when things fall due.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from mailer.app import Workspace
from mailer.approval.decision import ApprovalError
from mailer.cli.approved import obstacle
from mailer.cli.carrying import Carrier
from mailer.cli.dated import expected, find_dated
from mailer.delivery.campaign import find_campaign
from mailer.surroundings import now
from scheduler.firing import Fired
from scheduler.schedule import OccurrenceState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from mailer.cli.carrying import Carries
    from mailer.cli.dated import Ready
    from mailer.delivery.campaign import CampaignSummary
    from mailer.delivery.planning import Plan
    from scheduler.schedule import Occurrence, Schedule

_STOPPED = Fired(OccurrenceState.WAITING, "put back when the scheduler ended")


class SendEdition:
    """Sends what is there for the date. Asked again after a crash, it goes on with the same campaign.

    Nobody gets a thing twice: who is in the ledger already, by a campaign that has ended or one that has not,
    is not in the next plan.
    """

    def __init__(self, workspace: Path, carrier: Callable[[Path, int], Carries] = Carrier) -> None:
        self._workspace = workspace
        self._carrier = carrier
        self._carriers: set[Carries] = set()
        self._changing = threading.Lock()
        self._is_stopping = False

    def __call__(self, schedule: Schedule, occurrence: Occurrence) -> Fired:
        """Find what goes, freeze its campaign, and see it through."""
        # Opened anew each time: what a person would get who typed the command now.
        opened = Workspace.open(self._workspace)
        try:
            today = schedule.timetable.local(now()).date()
            found = find_due(opened, schedule, (*schedule.dates(occurrence), today))
            if isinstance(found, Fired):
                return found
            return self._send(opened, found, schedule, occurrence)
        except ApprovalError as error:
            return Fired(OccurrenceState.UNAPPROVED, str(error))
        finally:
            opened.unchecked_database.dispose()

    def stop(self) -> None:
        """Let what is being sent finish what is in flight, and be put back."""
        with self._changing:
            self._is_stopping = True
            for carrier in self._carriers:
                carrier.stop()

    def _send(
        self, opened: Workspace, ready: Ready, schedule: Schedule, occurrence: Occurrence
    ) -> Fired:
        campaign_id = _campaign(opened, ready, schedule)
        if campaign_id is None:
            again = occurrence.attempts > 1
            state = OccurrenceState.DONE if again else OccurrenceState.NOTHING_TO_SEND
            segment = schedule.plan.segment
            return Fired(state, f"{ready.name}: there is nobody in {segment} who has not had it")
        return self._carry(ready.name, campaign_id)

    def _carry(self, name: str, campaign_id: int) -> Fired:
        with self._changing:
            if self._is_stopping:
                return _STOPPED
            carrier = self._carrier(self._workspace, campaign_id)
            self._carriers.add(carrier)
        carried = carrier.wait()
        with self._changing:
            self._carriers.discard(carrier)
            if carried.left and self._is_stopping:
                return _STOPPED
        state = OccurrenceState.FAILED if carried.is_stuck else OccurrenceState.DONE
        return Fired(state, f"{name}: {carried.words}")


def find_due(opened: Workspace, schedule: Schedule, dates: Sequence[dt.date]) -> Ready | Fired:
    """The sound edition or pack of an occurrence with these dates; or why there is none.

    Of several of one date it is the last that is approved.
    """
    publication, segment = schedule.plan.publication, schedule.plan.segment
    found, unreadable = find_dated(opened, publication, dates)
    if not found:
        state = OccurrenceState.FAILED if unreadable else OccurrenceState.NOTHING_TO_SEND
        told = f"no {expected(opened, publication)} of {publication} is dated {dates[0]:%-d %B %Y}"
        return _without(opened, state, "; ".join([told, *map(str, unreadable)]))
    for each in reversed(found[1:]):
        ready = each.read(opened)
        if ready is not None and not obstacle(opened, ready.proof(segment)):
            return ready
    return found[0].read(opened) or _without(opened, OccurrenceState.FAILED, str(found[0]))


def _without(opened: Workspace, state: OccurrenceState, why: str) -> Fired:
    """Nothing can go; where things are approved, it goes once something is."""
    return Fired(OccurrenceState.UNAPPROVED if opened.needs_approval else state, why)


def _campaign(opened: Workspace, ready: Ready, schedule: Schedule) -> int | None:
    """The campaign to see through: a new one, or one that was begun; None when everybody has had it."""
    plan = ready.plan(schedule.plan.segment)
    begun = find_begun(opened, plan, schedule)
    if begun is not None:
        return begun.id
    if not plan.total:
        return None
    return ready.begin(plan, str(schedule), opened.settings.delivery.canary)


def find_begun(opened: Workspace, plan: Plan, schedule: Schedule) -> CampaignSummary | None:
    """The unfinished campaign, uncounted, with which a schedule goes on instead of what is planned."""
    with opened.database.read() as connection:
        begun = [find_campaign(connection, each, counted=False) for each in plan.unfinished]
    # Who joined since has no part in what was begun, and must not hold it up.
    mine = [each for each in begun if each.actor == str(schedule)]
    found = mine or ([] if plan.total else begun)
    return found[-1] if found else None
