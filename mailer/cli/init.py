"""`bulletin init`: a new workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mailer.cli.console import JsonOption, single_command, tell
from mailer.workspace import DEFAULT_DATABASE, lay_down

app = single_command()


@app.command(epilog="Example: bulletin init my-bulletin")
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make.")],
    database: Annotated[
        str, typer.Option(metavar="URL", help="sqlite:///FILE or postgresql://USER@HOST/NAME.")
    ] = DEFAULT_DATABASE,
    as_json: JsonOption = False,
) -> None:
    """Make a new workspace: settings, folders for editions and packs, and the database.

    It begins in safe mode: mail stays in the built-in inbox until you set mode = "live".
    """
    from mailer.app import Workspace

    lay_down(folder, database)
    Workspace.open(folder).unchecked_database.migrate()
    tell(
        as_json,
        {"workspace": folder.resolve()},
        f"Made a workspace in {folder}.",
        "",
        "  bulletin.toml   the settings, each explained; look at sender, brand and publications first",
        "  editions/       one folder for each edition",
        "  packs/          one folder for each campaign",
        "  .env            the key that signs links: keep it secret, and keep a copy",
        "",
        f"Next: cd {folder} && bulletin edition new",
    )
