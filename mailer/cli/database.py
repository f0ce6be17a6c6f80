"""`bulletin database`: make or update the tables."""

from __future__ import annotations

from mailer.cli.console import WorkspaceOption, command_group, say

app = command_group("Make or update the database.")


@app.command(epilog="Example: bulletin database migrate")
def migrate(workspace: WorkspaceOption = None) -> None:
    """Bring the tables to this version of bulletin. Make a backup first."""
    from mailer.app import Workspace

    database = Workspace.open(workspace).unchecked_database
    say(f"{database.name} is at revision {database.migrate()}.")


@app.command(epilog="Example: bulletin database check")
def check(workspace: WorkspaceOption = None) -> None:
    """Say whether this version of bulletin can work with the database."""
    from mailer.app import Workspace

    database = Workspace.open(workspace).database
    say(f"{database.name} is up to date.")
