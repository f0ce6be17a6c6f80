"""`bulletin retention`: what is kept no longer than the settings say."""

from __future__ import annotations

from typing import Annotated

import typer

from mailer.cli.console import JsonOption, WorkspaceOption, command_group, say, say_json, say_table

app = command_group("Delete what is older than the settings allow.")


@app.callback()
def _group() -> None:
    """Delete what is older than the settings allow."""


@app.command(epilog="Example: bulletin retention run --dry-run")
def run(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count what is too old, and delete nothing.")
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Apply the periods of the settings; run it every night."""
    from dataclasses import asdict

    from mailer.app import Workspace
    from mailer.site import retention
    from mailer.surroundings import actor, now

    found = retention(Workspace.open(workspace), actor()).run(now(), dry_run=dry_run)
    if as_json:
        say_json([asdict(one) for one in found])
        return
    rows = [(one.what, str(one.days or "kept"), one.found) for one in found]
    say_table(("What", "Days", "Too old"), rows, numbers=("Days", "Too old"))
    say("A dry run: nothing was deleted." if dry_run else "That is deleted.")
