"""`bulletin schedule blackout`: periods in which nothing goes out."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from mailer.cli.console import (
    JsonOption,
    WorkspaceOption,
    command_group,
    say,
    say_json,
    say_table,
    tell,
)
from mailer.cli.record import put_on_record

app = command_group("Keep periods in which nothing goes out.")

DAY = ["%Y-%m-%d"]


@app.command(
    epilog='Example: bulletin schedule blackout add 2027-03-22 2027-05-06 --reason "the pre-election period"'
)
def add(
    first: Annotated[
        dt.datetime, typer.Argument(metavar="FIRST", formats=DAY, help="Its first day.")
    ],
    last: Annotated[
        dt.datetime, typer.Argument(metavar="LAST", formats=DAY, help="Its last day, included.")
    ],
    reason: Annotated[str, typer.Option(help="What it is called, as people are to read it.")],
    region: Annotated[
        list[str] | None,
        typer.Option(help="Only what reaches this region; may be repeated. Else everything."),
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hold whatever falls due from one day to another. It goes on the first working day after."""
    from mailer.app import Workspace
    from mailer.cli.schedule_words import blackout_data, reach_in_words
    from mailer.surroundings import actor, now
    from scheduler import blackouts
    from subscribers.facets import NATIONAL

    opened = Workspace.open(workspace)
    regions = {opened.vocabulary.region(each) for each in region or ()}
    held = blackouts.add(
        opened.database,
        first.date(),
        last.date(),
        () if NATIONAL in regions else regions,
        reason,
        actor=actor(),
        now=now(),
    )
    told = (
        f"Blackout {held.id}: nothing goes out to {reach_in_words(held.regions)} until {held.ends}."
    )
    tell(as_json, blackout_data(held), told)


@app.command("list", epilog="Example: bulletin schedule blackout list")
def list_all(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List the periods, those of the past too."""
    from mailer.app import Workspace
    from mailer.cli.schedule_words import blackout_data, reach_in_words
    from scheduler.blackouts import list_blackouts

    with Workspace.open(workspace).database.read() as connection:
        found = list_blackouts(connection)
    if as_json:
        say_json([blackout_data(each) for each in found])
        return
    if not found:
        say("There is no blackout.")
        return
    rows = [(str(b.id), b.starts, b.ends, reach_in_words(b.regions), b.reason) for b in found]
    say_table(("ID", "First day", "Last day", "Whom", "Reason"), rows)


@app.command(epilog="Example: bulletin schedule blackout remove 1")
def remove(
    blackout_id: Annotated[int, typer.Argument(metavar="ID", help="The blackout's number.")],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a period back. One that has begun ends with yesterday, and what it held can go."""
    from mailer.app import Workspace
    from mailer.cli.schedule_words import blackout_data
    from mailer.surroundings import now
    from scheduler import blackouts

    database = Workspace.open(workspace).database
    removed = blackouts.remove(database, blackout_id, now().date())
    put_on_record(database, "remove", f"blackout {blackout_id}", removed.reason)
    tell(as_json, blackout_data(removed), f"Blackout {removed.id} is over: {removed.reason}.")
