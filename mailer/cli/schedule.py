"""`bulletin schedule`: when each publication goes out."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from mailer.cli import blackout
from mailer.cli.console import (
    JsonOption,
    WorkspaceOption,
    command_group,
    confirm,
    plural,
    tell,
)
from mailer.cli.record import put_on_record
from mailer.cli.schedule_view import ScheduleArgument, list_all, say_schedule, show, show_next
from scheduler.bank_holidays import Nation
from scheduler.working_days import DayRule

if TYPE_CHECKING:
    from mailer.app import Workspace
    from scheduler.schedule import Kind, Schedule

app = command_group("Say when each publication goes out, and see what is to come.")
app.add_typer(blackout.app, name="blackout")

app.command("list", epilog="Example: bulletin schedule list")(list_all)
app.command("next", epilog="Example: bulletin schedule next --count 8")(show_next)
app.command(epilog="Example: bulletin schedule show 1")(show)

PublicationOption = Annotated[
    str, typer.Option("--publication", "-p", help="The publication whose editions go out.")
]
QuarterlyOption = Annotated[
    str | None,
    typer.Option(
        metavar="DAY",
        help='A day of each quarter: "second tuesday", "last friday of the third month", "15th", '
        '"first working day". Give --at with it.',
    ),
]
AtOption = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="The time of the day; alone a date and time, for once."),
]
CronOption = Annotated[
    str | None, typer.Option(metavar="FIELDS", help='As cron has it: "30 9 1 * *".')
]
DaysOffOption = Annotated[
    DayRule | None,
    typer.Option(
        help="On a weekend or bank holiday: the working day after or before, the day itself, or not at "
        "all. A quarterly one goes the day after, others keep their day.",
    ),
]
NationOption = Annotated[
    list[Nation] | None,
    typer.Option(help="Whose bank holidays count; may be repeated. England's when left out."),
]
GraceOption = Annotated[
    float,
    typer.Option(min=0, max=8760, metavar="HOURS", help="How late it may go after downtime."),
]
DateArgument = Annotated[
    dt.datetime | None,
    typer.Argument(
        metavar="DATE", formats=["%Y-%m-%d"], help="Which occurrence; the next one when left out."
    ),
]


@app.command(
    epilog='Examples: bulletin schedule add -p bulletin --quarterly "second tuesday" --at 09:30    '
    'bulletin schedule add -p bulletin --at "2027-01-12 09:30" --segment police'
)
def add(
    publication: PublicationOption,
    quarterly: QuarterlyOption = None,
    at: AtOption = None,
    cron: CronOption = None,
    segment: Annotated[str, typer.Option("--segment", "-s", help="Whom it is for.")] = "everyone",
    zone: Annotated[str, typer.Option(help="The time zone.")] = "Europe/London",
    days_off: DaysOffOption = None,
    nation: NationOption = None,
    grace: GraceOption = 24,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let editions of a publication go out by themselves, while `bulletin scheduler` runs.

    Each time the edition goes whose date it is. Shows the next dates.
    """
    from mailer.app import Workspace
    from mailer.surroundings import actor, now
    from scheduler import service
    from scheduler.schedule import Kind, Plan

    kind, rule, time = _rule(quarterly, at, cron)
    opened = Workspace.open(workspace)
    default = DayRule.NEXT if kind is Kind.QUARTERLY else DayRule.KEEP
    plan = Plan(
        publication=opened.vocabulary.publication(publication),
        segment=opened.segment(segment).name,
        kind=kind,
        rule=rule,
        at=time,
        zone=zone,
        days=days_off or default,
        nations=tuple(nation or [Nation.ENGLAND]),
        grace=dt.timedelta(hours=grace),
    )
    added = service.add(opened.database, plan, actor=actor(), now=now())
    say_schedule(opened, added, as_json)


def _rule(quarterly: str | None, at: str | None, cron: str | None) -> tuple[Kind, str, str]:
    """Kind, rule and time of the day, from what was typed."""
    from scheduler.schedule import Kind

    match quarterly, at, cron:
        case str(), str(), None:
            return Kind.QUARTERLY, quarterly, at
        case None, str(), None:
            return Kind.ONCE, at, ""
        case None, None, str():
            return Kind.CRON, cron, ""
    allowed = "give --quarterly with --at, or --at alone, or --cron alone"
    raise typer.BadParameter(allowed, param_hint="--quarterly, --at, --cron")


@app.command(epilog="Example: bulletin schedule pause 1")
def pause(
    schedule_id: ScheduleArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False
) -> None:
    """Let a schedule rest: nothing of it goes out until `resume`."""
    from mailer.app import Workspace
    from mailer.cli.schedule_words import schedule_data
    from scheduler import service

    database = Workspace.open(workspace).database
    paused = service.pause(database, schedule_id)
    put_on_record(database, "pause", f"schedule {schedule_id}")
    tell(as_json, schedule_data(paused), f"Schedule {paused.id} is paused.")


@app.command(epilog="Example: bulletin schedule resume 1")
def resume(
    schedule_id: ScheduleArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False
) -> None:
    """Let a paused schedule go on. What fell into the pause is skipped; `move` gives it another time."""
    from mailer.app import Workspace
    from mailer.cli.reach import reach_of
    from mailer.cli.schedule_words import schedule_data
    from mailer.surroundings import now
    from scheduler import service

    opened = Workspace.open(workspace)
    resumed, skipped = service.resume(opened.database, schedule_id, reach_of(opened), now())
    put_on_record(opened.database, "resume", f"schedule {schedule_id}")
    told = f"; {plural(skipped, 'occurrence')} fell into the pause" if skipped else ""
    data = schedule_data(resumed) | {"skipped": skipped}
    tell(as_json, data, f"Schedule {resumed.id} goes on{told}.")


@app.command(epilog="Example: bulletin schedule skip 1 2027-04-13")
def skip(
    schedule_id: ScheduleArgument,
    date: DateArgument = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Leave out one occurrence: the next, or that of a date."""
    from mailer.app import Workspace
    from mailer.cli.reach import reach_of
    from mailer.cli.schedule_words import upcoming_data
    from mailer.surroundings import actor, now
    from scheduler import service

    opened = Workspace.open(workspace)
    day = date.date() if date else None
    left_out = service.skip(
        opened.database, schedule_id, day, reach_of(opened), actor=actor(), now=now()
    )
    schedule = _schedule(opened, schedule_id)
    told = f"Schedule {schedule_id} leaves out {left_out.nominal:%-d %B %Y}."
    tell(as_json, upcoming_data(schedule, left_out), told)


@app.command(epilog='Example: bulletin schedule move 1 2027-04-13 --to "2027-04-15 10:00"')
def move(
    schedule_id: ScheduleArgument,
    to: Annotated[
        str, typer.Option(metavar="TIME", help="When it goes instead: a date and a time.")
    ],
    date: DateArgument = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give one occurrence another time: the next, or that of a date.

    Also one that was skipped, missed, failed or had nothing to send.
    """
    from mailer.app import Workspace
    from mailer.cli.reach import reach_of
    from mailer.cli.schedule_words import upcoming_data, when
    from mailer.surroundings import actor, now
    from scheduler import service
    from scheduler.schedule import parse_local

    opened = Workspace.open(workspace)
    day = date.date() if date else None
    try:
        local = parse_local(to)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--to") from error
    moved = service.move(
        opened.database, schedule_id, day, local, reach_of(opened), actor=actor(), now=now()
    )
    schedule = _schedule(opened, schedule_id)
    told = f"Schedule {schedule_id}: {moved.nominal:%-d %B %Y} goes {when(schedule, moved.due.at)}."
    tell(as_json, upcoming_data(schedule, moved), told)


@app.command(epilog="Example: bulletin schedule remove 1 --yes")
def remove(
    schedule_id: ScheduleArgument,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """End a schedule for good. What it has sent stays on record."""
    from mailer.app import Workspace
    from mailer.cli.schedule_words import schedule_data
    from mailer.surroundings import now
    from scheduler import service

    database = Workspace.open(workspace).database
    confirm(f"Remove schedule {schedule_id} for good?", yes)
    removed = service.remove(database, schedule_id, now())
    put_on_record(database, "remove", f"schedule {schedule_id}")
    tell(as_json, schedule_data(removed), f"Schedule {removed.id} is removed.")


def _schedule(opened: Workspace, schedule_id: int) -> Schedule:
    from scheduler.store import find_schedule

    with opened.database.read() as connection:
        return find_schedule(connection, schedule_id)
