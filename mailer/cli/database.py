"""`bulletin database`: make or update the tables."""

from __future__ import annotations

from mailer.cli.console import JsonOption, WorkspaceOption, command_group, tell

app = command_group("Make or update the database.")


@app.command(epilog="Example: bulletin database migrate")
def migrate(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Bring the tables to this version of bulletin. Make a backup first."""
    from mailer.app import Workspace

    database = Workspace.open(workspace).unchecked_database
    revision = database.migrate()
    data = {"database": database.name, "revision": revision}
    tell(as_json, data, f"{database.name} is at revision {revision}.")


@app.command(epilog="Example: bulletin database check")
def check(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Say whether this version of bulletin can work with the database."""
    from mailer.app import Workspace

    database = Workspace.open(workspace).database
    data = {"database": database.name, "up_to_date": True}
    tell(as_json, data, f"{database.name} is up to date.")
