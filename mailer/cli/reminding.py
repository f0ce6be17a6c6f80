"""Tells the team of its calendar: that something is due and not ready, that nothing went, that it was moved.

Knows schedules, editions and the team's letters. Any number of schedulers may ask: each thing is told once,
because who tells it puts that on record first, in one transaction with the letter.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailer.app import Workspace
from mailer.cli.dated import expected
from mailer.cli.proofs import audience_in_words
from mailer.cli.reach import reach_of
from mailer.cli.releasing import what_is_missing
from mailer.cli.schedule_words import when
from mailer.letters import told
from mailer.letters.notice import LONGEST_SPAN, Notice, NoticeKind, left_in_words, stage_of
from mailer.surroundings import now
from scheduler.outlook import upcoming
from scheduler.schedule import OccurrenceState, ScheduleState
from scheduler.store import list_ended, list_schedules
from subscribers.errors import BulletinError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from pathlib import Path

    from mailer.approval.decision import Approval, Proof
    from scheduler.outlook import Upcoming
    from scheduler.schedule import Occurrence, Schedule

_LOG = logging.getLogger("bulletin.scheduler")
_COMMAND = re.compile("`(bulletin [^`]+)`")
_UNSENT = (OccurrenceState.NOTHING_TO_SEND, OccurrenceState.FAILED, OccurrenceState.MISSED)


@dataclass(frozen=True, slots=True)
class _Matter:
    """Something to tell: by what it is known when it was told, and the letter about it."""

    name: str
    stage: str
    notice: Notice


class Reminders:
    """Queues whatever letters have come to their time."""

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace

    def __call__(self) -> None:
        """Tell what is to be told by now, and was not."""
        # Opened anew each time, as for sending: by the settings and the editions of this moment.
        opened = Workspace.open(self._workspace)
        try:
            for matter in _matters(opened, now()):
                _tell(opened, matter)
        except BulletinError as error:
            # What can't be told now is told the next time.
            _LOG.warning("letters to the team: %s", error)
        finally:
            opened.unchecked_database.dispose()


def submitted_notice(proof: Proof, submitted: Approval) -> Notice:
    """The letter that something waits for approval."""
    choose = f"{proof.name} --segment {proof.segment.name}"
    group = f"bulletin {proof.command}"
    return Notice(
        NoticeKind.SUBMITTED,
        {
            "name": proof.name,
            "segment": audience_in_words(proof.name, proof.segment.name),
            "actor": submitted.submitted_by,
        },
        (f"{group} approve {choose}", f'{group} reject {choose} --reason "what has to change"'),
    )


def _tell(opened: Workspace, matter: _Matter) -> None:
    from mailer.site import letter_desk

    moment, desk = now(), letter_desk(opened)
    with opened.database.write() as connection:
        if told.take(connection, matter.name, matter.stage, moment):
            desk.notify(connection, matter.notice, moment)


def _matters(opened: Workspace, moment: dt.datetime) -> Iterator[_Matter]:
    """What there is to tell that nobody has told yet."""
    with opened.database.read() as connection:
        schedules = {each.id: each for each in list_schedules(connection)}
        states = (*_UNSENT, OccurrenceState.UNAPPROVED)
        ended = list_ended(connection, states, moment - LONGEST_SPAN)
    for occurrence in ended:
        schedule = schedules[occurrence.schedule_id]
        name = _name(schedule, occurrence.nominal, occurrence.due_at)
        if not _was_told(opened, name, occurrence.state):
            yield _Matter(name, occurrence.state, _ended(opened, schedule, occurrence))
    for schedule in schedules.values():
        if schedule.state is ScheduleState.ACTIVE:
            yield from _ahead(opened, schedule, moment)


def _ahead(opened: Workspace, schedule: Schedule, moment: dt.datetime) -> Iterator[_Matter]:
    """What is to be told of the next occurrence of a schedule."""
    with opened.database.read() as connection:
        following = upcoming(connection, schedule, reach_of(opened), 1)
    for each in following:
        name = _name(schedule, each.nominal, each.due.at)
        is_near = each.planned.at - moment <= LONGEST_SPAN and each.due.at > moment
        if each.is_held and is_near and not _was_told(opened, name, NoticeKind.HELD):
            yield _Matter(name, NoticeKind.HELD, _held(opened, schedule, each))
        stage = stage_of(each.due.at, moment)
        if stage is not None and not _was_told(opened, name, stage):
            missing = _missing(opened, schedule, each)
            if missing:
                yield _Matter(name, stage, _due(opened, schedule, each, missing, moment))


def _was_told(opened: Workspace, name: str, stage: str) -> bool:
    with opened.database.read() as connection:
        return told.was_told(connection, name, stage)


def _missing(opened: Workspace, schedule: Schedule, ahead: Upcoming) -> str:
    try:
        return what_is_missing(opened, schedule, ahead.dates(schedule))
    except BulletinError as error:
        return str(error)


def _name(schedule: Schedule, nominal: dt.datetime, due_at: dt.datetime) -> str:
    """An occurrence with its present time: one that is moved is told of anew."""
    return f"{schedule}, {nominal:%Y-%m-%d %H:%M}, due {due_at:%Y-%m-%d %H:%M}"


# ---- the letters


def _due(
    opened: Workspace, schedule: Schedule, ahead: Upcoming, missing: str, moment: dt.datetime
) -> Notice:
    values = _values(opened, schedule, ahead.due.at)
    values |= {"missing": _quoted(missing), "left": left_in_words(ahead.due.at, moment)}
    commands = _to_prepare(opened, schedule, ahead.nominal, missing)
    return Notice(NoticeKind.DUE, values, commands)


def _ended(opened: Workspace, schedule: Schedule, occurrence: Occurrence) -> Notice:
    values = _values(opened, schedule, occurrence.due_at)
    values |= {"state": occurrence.state, "missing": _quoted(occurrence.remark)}
    if occurrence.state is OccurrenceState.UNAPPROVED:
        commands = _to_prepare(opened, schedule, occurrence.nominal, occurrence.remark)
        return Notice(NoticeKind.UNAPPROVED, values, commands)
    move = f"bulletin schedule move {schedule.id} {occurrence.nominal.date()}"
    commands = (
        *_COMMAND.findall(occurrence.remark),
        f"bulletin schedule show {schedule.id}",
        f'{move} --to "YYYY-MM-DD HH:MM"',
    )
    return Notice(NoticeKind.UNSENT, values, commands)


def _held(opened: Workspace, schedule: Schedule, ahead: Upcoming) -> Notice:
    values = _values(opened, schedule, ahead.due.at)
    values |= {"planned": when(schedule, ahead.planned.at), "notes": "; ".join(ahead.due.notes)}
    commands = ("bulletin schedule blackout list", f"bulletin schedule next {schedule.id}")
    return Notice(NoticeKind.HELD, values, commands)


def _values(opened: Workspace, schedule: Schedule, at: dt.datetime) -> dict[str, str]:
    plan = schedule.plan
    known = opened.settings.publications.get(plan.publication)
    return {
        "publication": known.name if known else plan.publication,
        "segment": plan.segment,
        "when": when(schedule, at),
    }


def _to_prepare(
    opened: Workspace, schedule: Schedule, nominal: dt.datetime, missing: str
) -> tuple[str, ...]:
    """What mends it, what is there, what is to come, and how to leave it out."""
    return (
        *_COMMAND.findall(missing),
        f"bulletin {expected(opened, schedule.plan.publication)} list",
        f"bulletin schedule next {schedule.id}",
        f"bulletin schedule skip {schedule.id} {nominal.date()}",
    )


def _quoted(words: str) -> str:
    """A sentence of the terminal as one of a letter, which ends by itself."""
    return words.replace("`", '"').rstrip(".")
