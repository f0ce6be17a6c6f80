"""`bulletin archive`: the issues that anybody may read."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from mailer.cli.console import (
    JsonOption,
    WorkspaceOption,
    command_group,
    plural,
    say_json,
    say_table,
    shown_path,
    tell,
)
from mailer.cli.disregard import InSpiteOption  # noqa: TC001 - Typer reads it
from mailer.cli.record import put_on_record

app = command_group("Publish issues for anybody to read, here or as files for any web server.")

EditionArgument = Annotated[
    str, typer.Argument(metavar="EDITION", help="An edition's folder name, or a path to it.")
]


@app.command(epilog="Example: bulletin archive add issue-04")
def add(
    edition: EditionArgument,
    reason: InSpiteOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put an edition into the archive as it is now, or in the place of the one that is there.

    In live mode somebody else has to approve it first.
    """
    from mailer.app import Workspace
    from mailer.cli.approved import proof_of, require_for_page
    from mailer.cli.reading import checked_edition
    from mailer.site import archive_edition

    opened = Workspace.open(workspace)
    found, disregard = checked_edition(opened, opened.editions.folder(edition), reason=reason)
    require_for_page(opened, found.slug, partial(proof_of, opened, found), "edition")
    issue = archive_edition(opened, found)
    disregard.put_on_record(opened.database, "archive", issue.slug)
    put_on_record(opened.database, "archive", issue.slug)
    where = f"{opened.settings.web.base_url}/archive/{issue.publication}/{issue.slug}/"
    tell(as_json, {"url": where}, f"{issue.title}, issue {issue.number} is at {where}")


@app.command("list", epilog="Example: bulletin archive list")
def list_issues(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List what the archive shows, newest first: issues, and campaign packs."""
    from mailer.app import Workspace
    from mailer.web.entries import entries

    with Workspace.open(workspace).database.read() as connection:
        found = entries(connection)
    if as_json:
        names = ("publication", "slug", "number", "dated", "title", "published_at")
        say_json([{name: getattr(one, name) for name in names} for one in found])
        return
    rows = [(one.slug, one.publication, one.number or "", one.dated, one.title) for one in found]
    say_table(("Edition", "Publication", "Issue", "Dated", "Title"), rows)


@app.command(epilog="Example: bulletin archive remove issue-04")
def remove(
    edition: Annotated[str, typer.Argument(metavar="EDITION", help="As the list names it.")],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take an edition out of the archive. Mails and their own links stay as they are."""
    from mailer.app import Workspace
    from mailer.web import shelf

    opened = Workspace.open(workspace)
    with opened.database.write() as connection:
        known = [one for one in shelf.issues(connection) if one.slug == edition]
        for one in known:
            shelf.remove(connection, one.publication, one.slug)
    if known:
        put_on_record(opened.database, "take out of archive", edition)
    told = "is not in the archive any more" if known else "was not in the archive"
    tell(as_json, {"edition": edition, "removed": bool(known)}, f"{edition} {told}.")


@app.command(
    epilog="Example: bulletin archive export public --url https://www.example.org/bulletin/"
)
def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write to.")],
    url: Annotated[
        str, typer.Option(help="Where the folder will be read, for the feed; else the site's own.")
    ] = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the archive as files that any web server can give out."""
    from mailer.app import Workspace
    from mailer.packing import pack_pages
    from mailer.site import archive_pages
    from mailer.web.archive_files import ArchiveFiles

    opened = Workspace.open(workspace)
    if folder.resolve() == opened.folder.resolve():
        raise typer.BadParameter(
            "that is the workspace; choose a folder of its own", param_hint="DIR"
        )
    pages = archive_pages(opened)
    address = f"{url.rstrip('/')}/" if url else f"{opened.settings.web.base_url}/archive/"
    packs = pack_pages(opened, pages.pages)
    written = ArchiveFiles(pages, packs, opened.media, address).write(folder)
    data = {"folder": folder, "issues": written}
    tell(as_json, data, f"Wrote {plural(written, 'issue')} to {shown_path(folder)}.")
