"""`bulletin edition`: write, check, render, preview and approve editions."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailer.cli.approving import add_approving
from mailer.cli.console import (
    JsonOption,
    WorkspaceOption,
    command_group,
    plural,
    say,
    say_json,
    say_table,
    shown_path,
    tell,
)
from mailer.cli.correct import add_correcting
from mailer.cli.proofs import listed_row
from mailer.cli.reading import drafted_edition, refusal, state_in_words

if TYPE_CHECKING:
    from mailer.app import Workspace
    from mailer.content.edition import Edition
    from mailer.content.problem import Problem

app = command_group("Write, check, render, preview, approve and correct editions.")
add_approving(app)
add_correcting(app)

EditionArgument = Annotated[
    str, typer.Argument(metavar="EDITION", help="An edition's folder name, or a path to it.")
]


@app.command(epilog="Example: bulletin edition new --publication bulletin")
def new(
    publication: Annotated[
        str | None,
        typer.Option("--publication", "-p", help="Its publication; the first one when left out."),
    ] = None,
    name: Annotated[str | None, typer.Option(help="The folder's name, else issue-NN.")] = None,
    title: Annotated[
        str | None, typer.Option(help="The edition's title, else the publication's name.")
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Begin an edition: a folder with the next number and date, and a first article to write in."""
    from mailer.app import Workspace
    from mailer.content.drafting import draft_edition
    from mailer.surroundings import now
    from mailer.template_files import templates_folder

    opened = Workspace.open(workspace)
    slug = opened.vocabulary.publication(publication or next(iter(opened.settings.publications)))
    rule = opened.settings.publications[slug].quarterly
    number, date = opened.editions.next_issue(slug, rule, now().date())
    files = draft_edition(
        opened.editions.root / (name or f"issue-{number:02}"),
        templates_folder() / "workspace",
        publication=slug,
        number=number,
        date=date,
        title=title or opened.settings.publications[slug].name,
    )
    data = {"edition": files[0].parent.name, "number": number, "date": date, "files": files}
    shown = [f"  {shown_path(path)}" for path in files]
    tell(as_json, data, f"Began issue {number}, dated {date}. Write in:", *shown)


@app.command("list", epilog="Example: bulletin edition list")
def list_editions(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List the editions, whether each went or can go, and whether it is approved as it is now."""
    from mailer.app import Workspace
    from mailer.delivery.campaign import sent_names

    opened = Workspace.open(workspace)
    with opened.database.read() as connection:
        sent = sent_names(connection, opened.route)
    rows = [_listed(opened, folder, folder.name in sent) for folder in opened.editions.folders()]
    if as_json:
        say_json(rows)
        return
    if not rows:
        say("There is no edition yet. Begin one with: bulletin edition new")
        return
    columns = ("Edition", "Publication", "Number", "Date", "Articles", "State", "Approval")
    say_table(columns, map(listed_row, rows), numbers=("Number", "Articles"))


def _listed(opened: Workspace, folder: Path, is_sent: bool) -> dict[str, Any]:
    from mailer.cli.approved import proof_of, standings
    from mailer.inspection import Inspector

    if is_sent:
        # What went needs no check any more; a list of many years would take a minute.
        edition, state = opened.editions.read(folder).edition, "sent"
    else:
        found = Inspector(opened).inspect_edition(folder)
        edition, state = found.content, state_in_words(found)
    return {
        "edition": folder.name,
        "publication": edition.publication if edition else None,
        "number": edition.number if edition else None,
        "date": edition.date if edition else None,
        "articles": len(edition.articles) if edition else None,
        "state": state,
        "approval": standings(opened, edition.slug, partial(proof_of, opened, edition))
        if edition
        else {},
    }


@app.command(epilog="Example: bulletin edition check issue-04")
def check(
    edition: EditionArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False
) -> None:
    """Report every problem of an edition at once, a line each: `file:line: what; what to do`.

    `bulletin check` finds the same, tells why it matters, and lets you decide what may pass.
    Exits with 1 when anything must be mended before it can be sent.
    """
    from mailer.app import Workspace
    from mailer.cli.check import problem_data
    from mailer.content.problem import has_errors
    from mailer.inspection import Inspector

    opened = Workspace.open(workspace)
    reading = Inspector(opened).check_edition(opened.editions.folder(edition))
    if as_json:
        say_json([problem_data(problem) for problem in reading.problems])
    else:
        say(*map(str, reading.problems))
        say(_verdict(reading.edition, reading.problems))
    if has_errors(reading.problems):
        raise typer.Exit(1)


def _verdict(edition: Edition | None, problems: list[Problem]) -> str:
    if edition is None:
        return refusal(problems, "edition")
    counted = (
        f"{plural(len(edition.articles), 'article')} in {plural(len(edition.sections), 'section')}"
    )
    warnings = f", {plural(len(problems), 'warning')}" if problems else ""
    return f"{edition.title}, issue {edition.number}: {counted}, nothing wrong{warnings}."


@app.command(epilog="Example: bulletin edition render issue-04 --out rendered")
def render(
    edition: EditionArgument,
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Where to write; made when it is not there.")
    ],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write each variant as .html, .txt and .eml, for every combination of sector and region."""
    from mailer.app import Workspace
    from mailer.cli.rendering import write_variants
    from mailer.surroundings import now

    opened = Workspace.open(workspace)
    written = write_variants(
        opened, drafted_edition(opened, opened.editions.folder(edition)), out, now()
    )
    if as_json:
        say_json(written)
        return
    say_table(
        ("Variant", "Articles", "HTML bytes", "Readers"),
        [(row["variant"], row["articles"], row["html_bytes"], row["readers"]) for row in written],
        numbers=("Articles", "HTML bytes"),
    )
    say(f"Written to {out}: open the .html files in a browser, the .eml files in a mail program.")


@app.command(epilog="Example: bulletin edition preview issue-04")
def preview(
    edition: EditionArgument,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port on this machine; 0 picks one.")
    ] = 8025,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show an edition in the browser as each reader sees it, and again whenever a file changes."""
    from mailer.app import Workspace
    from mailer.cli.previewing import EditionPreview
    from mailer.web.preview import build_preview
    from mailer.web.serving import serve

    opened = Workspace.open(workspace)
    folder = opened.editions.folder(edition)
    app_ = build_preview(EditionPreview(opened, folder))
    serve(
        app_,
        "127.0.0.1",
        port,
        lambda url: tell(
            as_json, {"url": url}, f"Preview of {folder.name}: {url}", "End it with Ctrl-C."
        ),
    )
