"""`bulletin audit`: what the team did that leaves no consent event."""

from __future__ import annotations

from typing import Annotated

import typer

from mailer.cli.console import JsonOption, WorkspaceOption, command_group, say_json, say_table

app = command_group("See what the team did, and who it was.")


@app.callback()
def _group() -> None:
    """See what the team did, and who it was."""


@app.command("list", epilog="Example: bulletin audit list --limit 20")
def list_deeds(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """List erasures, exports, access requests and decisions, newest first."""
    from dataclasses import asdict

    from mailer.app import Workspace
    from subscribers.erasures import deeds

    with Workspace.open(workspace).database.read() as connection:
        found = deeds(connection, limit)
    if as_json:
        say_json([asdict(one) for one in found])
        return
    rows = [
        (f"{one.at:%Y-%m-%d %H:%M}", one.actor, one.action, one.subject, one.detail)
        for one in found
    ]
    say_table(("When", "Who", "What", "Of", "Detail"), rows)
