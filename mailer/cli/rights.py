"""`bulletin subscribers access` and `erase`: what the law gives a person, done by the team."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from mailer.cli.console import JsonOption, WorkspaceOption, confirm, shown_path, tell

AddressArgument = Annotated[
    str, typer.Argument(metavar="ADDRESS", help="The person's e-mail address.")
]


def add_rights(app: typer.Typer) -> None:
    """Add the commands to the group of those about subscribers."""
    app.command(epilog="Example: bulletin subscribers access ann@example.org --out ann")(access)
    app.command(epilog="Example: bulletin subscribers erase ann@example.org")(erase)


def access(
    address: AddressArgument,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="The folder to write to.")
    ] = Path("access"),
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write all that is held about a person: as data, and as a page that opens in any browser."""
    from mailer.app import Workspace
    from mailer.site import public_pages, seal
    from mailer.surroundings import actor, now
    from mailer.traces import RECORDS
    from subscribers.access import gather
    from subscribers.erasures import record_deed

    opened = Workspace.open(workspace)
    held = gather(opened.database, address, RECORDS, now())
    out.mkdir(parents=True, exist_ok=True)
    data = json.dumps(held.data(), ensure_ascii=False, indent=2)
    (out / "data.json").write_text(data + "\n", encoding="utf-8")
    values = {"holding": held, "vocabulary": opened.vocabulary, "json_link": "data.json"}
    page = public_pages(opened).standing_page("copy.html", values)
    (out / "index.html").write_text(page, encoding="utf-8")
    with opened.database.write() as connection:
        fingerprint = seal(opened).fingerprint(held.story.address.lower())
        record_deed(connection, actor(), "access", fingerprint, "", now())
    written = [out / "data.json", out / "index.html"]
    tell(as_json, {"files": written}, f"Wrote {' and '.join(map(shown_path, written))}.")


def erase(
    address: AddressArgument,
    reason: Annotated[str, typer.Option(help="Why, for the audit.")] = "asked the team",
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete a person and all that is held; a keyed hash stays, so that no import brings them back."""
    from mailer.app import Workspace
    from mailer.site import eraser
    from mailer.surroundings import actor, now
    from subscribers.address import parse_address

    known_as = parse_address(address)
    opened = Workspace.open(workspace)
    confirm(f"Delete everything about {known_as.mailbox}? It can't be undone.", yes)
    was_there = eraser(opened).erase(known_as, actor=actor(), why=reason, now=now())
    told = "is erased" if was_there else "was not on the list, and is kept out from now on"
    tell(as_json, {"address": known_as.mailbox, "erased": was_there}, f"{known_as.mailbox} {told}.")
