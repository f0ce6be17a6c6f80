"""What happens when a schedule falls due: the edition of that date goes to the schedule's segment.

Knows the road of `bulletin send`, and takes it without a person; must not know when things fall due.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from mailer.app import Workspace
from mailer.cli.carrying import Carrier
from mailer.cli.send import plan_sending
from mailer.surroundings import now
from scheduler.firing import Fired
from scheduler.schedule import OccurrenceState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from mailer.content.edition import Edition
    from scheduler.schedule import Occurrence, Schedule

_STOPPED = Fired(OccurrenceState.WAITING, "put back when the scheduler ended")


class SendEdition:
    """Sends the edition whose time has come. Asked again after a crash, it goes on with the same campaign.

    Nobody gets an edition twice: who is in the ledger already, by a campaign that has ended or one that has
    not, is not in the next plan.
    """

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace
        self._carriers: set[Carrier] = set()
        self._changing = threading.Lock()
        self._is_stopping = False

    def __call__(self, schedule: Schedule, occurrence: Occurrence) -> Fired:
        """Find the edition, freeze its campaign, and see it through."""
        # Opened anew each time: what a person would get who typed the command now.
        opened = Workspace.open(self._workspace)
        try:
            found = _find(opened, schedule, occurrence)
            if isinstance(found, Fired):
                return found
            return self._send(opened, found, schedule, occurrence)
        finally:
            opened.unchecked_database.dispose()

    def stop(self) -> None:
        """Let what is being sent finish what is in flight, and be put back."""
        with self._changing:
            self._is_stopping = True
            for carrier in self._carriers:
                carrier.stop()

    def _send(
        self, opened: Workspace, edition: Edition, schedule: Schedule, occurrence: Occurrence
    ) -> Fired:
        campaign_id = _campaign(opened, edition, schedule)
        if campaign_id is None:
            again = occurrence.attempts > 1
            state = OccurrenceState.DONE if again else OccurrenceState.NOTHING_TO_SEND
            segment = schedule.plan.segment
            return Fired(state, f"{edition.slug}: there is nobody in {segment} who has not had it")
        return self._carry(edition.slug, campaign_id)

    def _carry(self, edition: str, campaign_id: int) -> Fired:
        with self._changing:
            if self._is_stopping:
                return _STOPPED
            carrier = Carrier(self._workspace, campaign_id)
            self._carriers.add(carrier)
        carried = carrier.wait()
        with self._changing:
            self._carriers.discard(carrier)
            if carried.left and self._is_stopping:
                return _STOPPED
        state = OccurrenceState.FAILED if carried.is_stuck else OccurrenceState.DONE
        return Fired(state, f"{edition}: {carried.words}")


def edition_of(
    opened: Workspace, publication: str, dates: Sequence[dt.date]
) -> tuple[Path | None, list[Path]]:
    """The folder of the publication's edition with the first of these dates that one has.

    Beside it those editions that can't be read, of which nobody knows the date.
    """
    readings = {folder: opened.read_edition(folder).edition for folder in opened.edition_folders()}
    by_date = {
        edition.date: folder
        for folder, edition in readings.items()
        if edition and edition.publication == publication
    }
    found = next((by_date[date] for date in dates if date in by_date), None)
    return found, [folder for folder, edition in readings.items() if edition is None]


def _find(opened: Workspace, schedule: Schedule, occurrence: Occurrence) -> Edition | Fired:
    """The sound edition of an occurrence; or why there is none."""
    local = schedule.timetable.local
    dates = (occurrence.nominal.date(), local(occurrence.due_at).date(), local(now()).date())
    publication = schedule.plan.publication
    folder, unreadable = edition_of(opened, publication, dates)
    if folder is None:
        state = OccurrenceState.FAILED if unreadable else OccurrenceState.NOTHING_TO_SEND
        told = f"no edition of {publication} is dated {dates[0]:%-d %B %Y}"
        return Fired(state, told + "".join(f"; {_look_at(each)}" for each in unreadable))
    edition = opened.check_edition(folder).edition
    return edition or Fired(OccurrenceState.FAILED, _look_at(folder))


def _look_at(folder: Path) -> str:
    return f"{folder.name} can't be sent: bulletin edition check {folder.name}"


def _campaign(opened: Workspace, edition: Edition, schedule: Schedule) -> int | None:
    """The campaign to see through: a new one, or one that was begun; None when everybody has had it."""
    plan = plan_sending(opened, edition, schedule.plan.segment)
    if not plan.total:
        return plan.unfinished[-1] if plan.unfinished else None
    return opened.dispatch.begin(edition, plan, str(schedule), opened.settings.delivery.canary)
