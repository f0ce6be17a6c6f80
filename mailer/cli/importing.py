"""`bulletin subscribers import`: a list as CSV, and what became of its rows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailer.cli.console import JsonOption, WorkspaceOption, plural, say, say_json, warn

if TYPE_CHECKING:
    from subscribers.rows import RowProblem
    from subscribers.service import ImportReport

PublicationOption = Annotated[
    list[str] | None,
    typer.Option("--publication", "-p", help="A publication; may be repeated."),
]

_SHOWN = 20


def add_importing(app: typer.Typer) -> None:
    """Add the command to the group of those about subscribers."""
    epilog = "Example: bulletin subscribers import partners.csv --dry-run"
    app.command("import", epilog=epilog)(import_)


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="A list with a header line.")],
    publication: PublicationOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Report what would happen, and change nothing.")
    ] = False,
    skip_refused: Annotated[
        bool, typer.Option("--skip-refused", help="Leave bad rows out, and import the others.")
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Merge a CSV list into the subscribers, all of it or nothing.

    The columns are found by their headers: email, name (or first name and last name), organisation,
    sector, regions, publications. UTF-8 or cp1252; commas, semicolons or tabs; several regions in a cell
    are separated by semicolons. Nobody who left or is suppressed is brought back. Exits with 1 when rows
    are refused.
    """
    from mailer.app import Workspace
    from mailer.site import known_seal
    from mailer.surroundings import actor, now
    from subscribers.service import import_csv

    opened = Workspace.open(workspace)
    words = opened.vocabulary
    report = import_csv(
        opened.database,
        words,
        file,
        default_publications=frozenset(map(words.publication, publication or ())),
        now=now(),
        actor=actor(),
        dry_run=dry_run,
        skip_refused=skip_refused,
        seal=known_seal(opened),
    )
    say_json(_report_data(report)) if as_json else _say_report(report, dry_run=dry_run)
    if report.refused_rows and not skip_refused:
        raise typer.Exit(1)


def _say_report(report: ImportReport, *, dry_run: bool) -> None:
    warn(*(_told(report.source, problem) for problem in report.problems[:_SHOWN]))
    if report.problems_total > _SHOWN:
        warn(f"… and {plural(report.problems_total - _SHOWN, 'more problem')}; --json lists more")
    for row in report.held_back[:_SHOWN]:
        say(f"{report.source}:{row.line}: {row.address} left as it is: {row.reason}")
    say(
        f"{plural(report.rows, 'row')}: {report.added:,} added, {report.updated:,} updated, "
        f"{report.unchanged:,} unchanged, {report.merged:,} merged with an earlier row, "
        f"{report.held_back_total:,} held back, {report.refused_rows:,} refused"
    )
    if report.withheld:
        say(
            f"{plural(report.withheld, 'subscription')} not begun: those people had left the publication"
        )
    if report.ignored_columns:
        say(f"Columns that say nothing here: {', '.join(report.ignored_columns)}")
    if any(problem.column == "publications" and not problem.value for problem in report.problems):
        say("A publication for the whole list is named with --publication NAME.")
    say(_verdict(report, dry_run=dry_run))


def _told(source: str, problem: RowProblem) -> str:
    value = f' "{problem.value}"' if problem.value else ""
    return f"{source}:{problem.line}: {problem.column}{value} {problem.what}; {problem.remedy}"


def _verdict(report: ImportReport, *, dry_run: bool) -> str:
    if report.committed:
        return f"Imported {report.source} in {report.seconds:.1f} s."
    if dry_run:
        return "A dry run: nothing was changed."
    return "Nothing was imported: mend the rows above, or leave them out with --skip-refused."


def _report_data(report: ImportReport) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(report)
