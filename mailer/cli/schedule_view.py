"""What is to come and what has been: schedules as a person sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mailer.cli.console import JsonOption, WorkspaceOption, say, say_json, say_table, tell

if TYPE_CHECKING:
    from mailer.app import Workspace
    from mailer.cli.prospect import Prospect
    from scheduler.outlook import Upcoming
    from scheduler.schedule import Schedule

_SHOWN = 4
"""Occurrences to come that a schedule is shown with."""

ScheduleArgument = Annotated[
    int, typer.Argument(metavar="ID", help="The schedule's number.", min=1)
]


def list_all(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List the schedules, and when each is due next."""
    from mailer.app import Workspace
    from mailer.cli.schedule_words import schedule_data, upcoming_data, when
    from scheduler.schedule import ScheduleState
    from scheduler.store import list_schedules

    opened = Workspace.open(workspace)
    with opened.database.read() as connection:
        found = list_schedules(connection, ScheduleState.ACTIVE, ScheduleState.PAUSED)
    ahead = {each.id: next(iter(_ahead(opened, each, 1)), None) for each in found}
    if as_json:
        say_json(
            [
                schedule_data(s) | {"next": upcoming_data(s, following) if following else None}
                for s in found
                for following in (ahead[s.id],)
            ]
        )
        return
    if not found:
        say("There is no schedule yet. Make one with: bulletin schedule add")
        return
    rows = [
        (str(s.id), s.plan.publication, s.plan.segment, s.plan.in_words, s.state,
         when(s, following.due.at) if (following := ahead[s.id]) else "")
        for s in found
    ]  # fmt: skip
    say_table(("ID", "Publication", "Segment", "When", "State", "Next"), rows)


def show_next(
    schedule_id: Annotated[
        int | None, typer.Argument(metavar="[ID]", help="One schedule alone.", min=1)
    ] = None,
    count: Annotated[int, typer.Option(min=1, max=400, help="How many at most.")] = _SHOWN,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what goes out next: what edition or pack is there for it, whether that would go, what moves it.

    Of what would not go, the reason stands below, and what to do.
    """
    from mailer.app import Workspace
    from mailer.cli.prospect import prospect_of
    from mailer.cli.schedule_words import prospect_data, upcoming_data
    from scheduler.schedule import ScheduleState
    from scheduler.store import find_schedule, list_schedules

    opened = Workspace.open(workspace)
    with opened.database.read() as connection:
        chosen = (
            [find_schedule(connection, schedule_id)]
            if schedule_id
            else list_schedules(connection, ScheduleState.ACTIVE)
        )
    ahead = [(each, upcoming) for each in chosen for upcoming in _ahead(opened, each, count)]
    ahead = sorted(ahead, key=lambda pair: pair[1].due.at)[:count]
    foreseen = [(*each, prospect_of(opened, *each)) for each in ahead]
    if as_json:
        say_json([upcoming_data(s, u) | prospect_data(p) for s, u, p in foreseen])
        return
    _say_ahead(foreseen)


def show(
    schedule_id: ScheduleArgument,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Past occurrences at most.")] = 12,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a schedule: its rule, what is to come, and what became of each occurrence."""
    from mailer.app import Workspace
    from mailer.cli.schedule_words import occurrence_data, schedule_data, upcoming_data, when
    from scheduler.store import find_schedule, list_occurrences

    opened = Workspace.open(workspace)
    with opened.database.read() as connection:
        schedule = find_schedule(connection, schedule_id)
        past = list_occurrences(connection, schedule_id, limit)
    if as_json:
        say_json(
            schedule_data(schedule)
            | {
                "next": [upcoming_data(schedule, u) for u in _ahead(opened, schedule, _SHOWN)],
                "occurrences": [occurrence_data(each) for each in past],
            }
        )
        return
    say_schedule(opened, schedule, as_json)
    if past:
        rows = [
            (each.nominal.date(), when(schedule, each.due_at), each.state, each.remark)
            for each in past
        ]
        say_table(("Date", "Due", "State", "What became of it"), rows)


def _ahead(opened: Workspace, schedule: Schedule, count: int) -> list[Upcoming]:
    from mailer.cli.reach import reach_of
    from scheduler.outlook import upcoming

    with opened.database.read() as connection:
        return upcoming(connection, schedule, reach_of(opened), count)


def say_schedule(opened: Workspace, schedule: Schedule, as_json: bool) -> None:
    """Tell a schedule's rule, and what is to come."""
    from mailer.cli.schedule_words import rule_in_words, schedule_data, upcoming_data, when

    ahead = _ahead(opened, schedule, _SHOWN)
    state = "" if schedule.state == "active" else f", {schedule.state}"
    following = [
        f"  {when(schedule, each.due.at)}" + "".join(f", {note}" for note in each.due.notes)
        for each in ahead
    ]
    data = schedule_data(schedule) | {"next": [upcoming_data(schedule, each) for each in ahead]}
    tell(as_json, data, f"Schedule {schedule.id}{state}: {rule_in_words(schedule)}", *following)


def _say_ahead(ahead: list[tuple[Schedule, Upcoming, Prospect]]) -> None:
    from mailer.cli.schedule_words import when

    if not ahead:
        say("Nothing is to come.")
        return
    rows = [
        (when(s, u.due.at), s.id, s.plan.publication, s.plan.segment, ", ".join(p.names) or "none yet",
         p.standing, "; ".join(u.due.notes))
        for s, u, p in ahead
    ]  # fmt: skip
    say_table(("When", "Schedule", "Publication", "Segment", "Edition", "State", "Notes"), rows)
    say(*dict.fromkeys(f"{p.standing.capitalize()}: {p.why}" for _, _, p in ahead if p.why))
