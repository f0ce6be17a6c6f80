"""`bulletin pack`: write, check and build the packs of themed campaigns."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

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
from mailer.cli.pack_sending import add_sending
from mailer.cli.proofs import listed_row
from mailer.cli.reading import checked_pack, refusal, state_in_words

if TYPE_CHECKING:
    from mailer.app import Workspace
    from mailer.content.pack import Asset, Pack
    from mailer.content.problem import Problem
    from mailer.content.theme import Theme

app = command_group("Write, check, build and send the packs of themed campaigns.")
add_sending(app)

PackArgument = Annotated[
    str, typer.Argument(metavar="THEME/PACK", help="A pack's name, or a path to its folder.")
]


@app.command(epilog="Example: bulletin pack new quickupdates/software-updates")
def new(
    pack: Annotated[
        str, typer.Argument(metavar="THEME/PACK", help="What to call it; the theme may be new too.")
    ],
    publication: Annotated[
        str | None,
        typer.Option(
            "--publication", "-p", help="A new theme's publication; the one of its name else."
        ),
    ] = None,
    title: Annotated[str | None, typer.Option(help="The pack's title, else its wave's.")] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Begin a pack, and its theme when there is none of that name yet."""
    from mailer.app import Workspace
    from mailer.content.drafting import draft_pack
    from mailer.content.pack_folders import place_for
    from mailer.surroundings import now
    from mailer.template_files import templates_folder

    opened = Workspace.open(workspace)
    folder = place_for(opened.packs.root, pack)
    theme = opened.packs.read_theme(folder.parent).theme if folder.parent.exists() else None
    wanted = theme.publication if theme else publication or folder.parent.name
    slug = opened.vocabulary.publication(wanted)
    wave = theme.wave_of(folder.name) if theme else None
    files = draft_pack(
        folder,
        templates_folder() / "workspace",
        publication=slug,
        name=opened.settings.publications[slug].name,
        date=wave.date if wave else now().date() + dt.timedelta(weeks=2),
        title=title or (wave.title if wave else folder.name.replace("-", " ").capitalize()),
    )
    is_placed = wave is not None or len(files) > 1
    data = {"pack": pack, "files": files, "has_wave": is_placed}
    tell(as_json, data, "Began a pack. Write in:", *(f"  {shown_path(path)}" for path in files))
    if not is_placed and not as_json:
        place = shown_path(folder.parent / "theme.md")
        say(f'No wave has it yet: write "pack: {folder.name}" into one in {place}')


@app.command("list", epilog="Example: bulletin pack list")
def list_packs(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List the packs of every theme, and whether each went or can go; waves without a pack too."""
    from mailer.app import Workspace
    from mailer.content.pack_folders import name_of
    from mailer.delivery.campaign import sent_names

    opened = Workspace.open(workspace)
    with opened.database.read() as connection:
        sent = sent_names(connection, opened.route)
    named = {name_of(folder): folder for folder in opened.packs.folders()}
    rows = [_listed(opened, name, folder, name in sent) for name, folder in named.items()]
    known = {row["pack"] for row in rows}
    themes = (opened.packs.read_theme(folder).theme for folder in opened.packs.themes())
    rows += [
        row for theme in themes if theme for row in _planned(theme) if row["pack"] not in known
    ]
    rows.sort(key=lambda row: (str(row["date"] or ""), str(row["pack"])))
    if as_json:
        say_json(rows)
        return
    if not rows:
        say("There is no pack yet. Begin one with: bulletin pack new THEME/PACK")
        return
    columns = ("Pack", "Publication", "Date", "Posts", "Assets", "State", "Approval")
    say_table(columns, map(listed_row, rows), numbers=("Posts", "Assets"))


def _listed(opened: Workspace, name: str, folder: Path, is_sent: bool) -> dict[str, Any]:
    from mailer.cli.approved import standings
    from mailer.inspection import Inspector
    from mailer.packing import errand

    if is_sent:
        pack, state = opened.packs.read(folder).pack, "sent"
    else:
        found = Inspector(opened).inspect_pack(folder)
        pack, state = found.content, state_in_words(found)
    return {
        "pack": name,
        "publication": pack.publication if pack else None,
        "date": pack.date if pack else None,
        "posts": len(pack.posts) if pack else None,
        "assets": len(pack.assets) if pack else None,
        "state": state,
        "approval": standings(opened, name, errand(opened, pack).proof) if pack else {},
    }


def _planned(theme: Theme) -> list[dict[str, Any]]:
    return [
        {
            "pack": f"{theme.slug}/{wave.pack or '?'}",
            "publication": theme.publication,
            "date": wave.date,
            "posts": None,
            "assets": None,
            "state": "not begun",
            "approval": {},
        }
        for wave in theme.waves
    ]


@app.command(epilog="Example: bulletin pack check quickupdates/software-updates")
def check(
    pack: PackArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False
) -> None:
    """Report every problem of a pack and its theme at once, as `file:line: what; what to do`.

    Exits with 1 when anything must be mended before it can be sent or built.
    """
    from mailer.app import Workspace
    from mailer.cli.check import problem_data
    from mailer.content.problem import has_errors
    from mailer.inspection import Inspector

    opened = Workspace.open(workspace)
    reading = Inspector(opened).check_pack(opened.packs.folder(pack))
    if as_json:
        say_json([problem_data(problem) for problem in reading.problems])
    else:
        say(*map(str, reading.problems))
        say(_verdict(reading.pack, reading.problems))
    if has_errors(reading.problems):
        raise typer.Exit(1)


def _verdict(pack: Pack | None, problems: list[Problem]) -> str:
    if pack is None:
        return refusal(problems, "pack")
    counted = f"{plural(len(pack.posts), 'post')} and {plural(len(pack.assets), 'asset')}"
    warnings = f", {plural(len(problems), 'warning')}" if problems else ""
    return f"{pack.title}, {pack.date:%-d %B %Y}: {counted}, nothing wrong{warnings}."


@app.command(epilog="Example: bulletin pack build quickupdates/software-updates")
def build(
    pack: PackArgument,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Where to write, else THEME-PACK.zip."),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(metavar="MOMENT", help='As it will be then, as "2027-01-12 09:30"; else now.'),
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a pack as a ZIP: its texts, a manifest, and the assets that may be passed on at that moment."""
    from mailer.app import Workspace
    from mailer.cli.writing import write_whole
    from mailer.packing import errand
    from mailer.packs.archive import build_archive

    opened = Workspace.open(workspace)
    moment = _moment(opened, at)
    found = errand(opened, checked_pack(opened, pack)[0]).pack
    data = build_archive(found, moment)
    place = output or Path(f"{found.name.replace('/', '-')}.zip")
    write_whole(place, data)
    left_out = [_left_out(opened, asset, moment) for asset in found.assets]
    tell(
        as_json,
        {"file": place, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()},
        f"Wrote {place}, {len(data):,} bytes.",
        *(f"Left out: {each}" for each in left_out if each),
    )


def _moment(opened: Workspace, at: str | None) -> dt.datetime:
    from mailer.surroundings import now
    from scheduler.local_time import moment
    from scheduler.schedule import parse_local

    try:
        return moment(parse_local(at), opened.packs.zone) if at else now()
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--at") from error


def _left_out(opened: Workspace, asset: Asset, at: dt.datetime) -> str:
    """Which asset isn't in a ZIP, and why; empty for one that is."""
    from mailer.packs.availability import Embargoed, Expired, Withdrawn, availability
    from mailer.rendering.wording import in_minute

    zone = opened.packs.zone
    match availability(asset, at):
        case Embargoed(until):
            return f"{asset.title}, under embargo until {in_minute(until.astimezone(zone))}"
        case Expired(since):
            return f"{asset.title}, expired on {in_minute(since.astimezone(zone))}"
        case Withdrawn(because):
            return f"{asset.title}, withdrawn: {because}"
    return ""
