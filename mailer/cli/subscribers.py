"""`bulletin subscribers`: add, find, change and export the people on the list."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailer.cli.console import (
    JsonOption,
    WorkspaceOption,
    command_group,
    plural,
    say,
    say_json,
    say_table,
    tell,
)
from mailer.cli.deciding import add_deciding
from mailer.cli.importing import PublicationOption, add_importing
from mailer.cli.record import put_on_record
from mailer.cli.rights import add_rights
from mailer.cli.story import add_story, held, person_data

if TYPE_CHECKING:
    from mailer.app import Workspace
    from subscribers.facets import FacetSet
    from subscribers.store import Filters, Person

app = command_group("Import, add, find and export subscribers.")

AddressArgument = Annotated[
    str, typer.Argument(metavar="ADDRESS", help="The person's e-mail address.")
]
SectorOption = Annotated[str | None, typer.Option(help="The sector.")]
RegionOption = Annotated[list[str] | None, typer.Option(help="A region; may be repeated.")]
OnePublicationOption = Annotated[
    str | None,
    typer.Option("--publication", "-p", help="Only those subscribed to this publication."),
]
SegmentOption = Annotated[str | None, typer.Option("--segment", "-s", help="Only this segment.")]
SearchOption = Annotated[
    str,
    typer.Option(metavar="WORDS", help="Only those whose address, name or organisation has this."),
]
StatusOption = Annotated[
    str | None, typer.Option(help="Only those who are pending, active or left.")
]

add_importing(app)


@app.command(
    epilog="Example: bulletin subscribers add ann@example.org --sector health --region wales"
)
def add(
    address: AddressArgument,
    sector: SectorOption = None,
    region: RegionOption = None,
    publication: PublicationOption = None,
    name: Annotated[str, typer.Option(help="The person's or mailbox's name.")] = "",
    organisation: Annotated[str, typer.Option(help="Where they work.")] = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put one person on the list, who asked you to; the record says that you did."""
    from mailer.app import Workspace
    from mailer.site import known_seal
    from mailer.surroundings import actor, now
    from subscribers.service import add as add_person

    opened = Workspace.open(workspace)
    words = opened.vocabulary
    done = add_person(
        opened.database,
        address,
        facets=_facets(opened, sector, region),
        publications=frozenset(map(words.publication, publication or _only_publication(opened))),
        name=name,
        organisation=organisation,
        now=now(),
        actor=actor(),
        seal=known_seal(opened),
    )
    if as_json:
        say_json(person_data(done.person) | {"new": done.is_new, "begun": done.begun})
        return
    begun = ", ".join(done.begun) or "nothing new"
    say(
        f"{'Added' if done.is_new else 'Already on the list:'} {done.person.address}; subscribed to {begun}."
    )


def _only_publication(opened: Workspace) -> list[str]:
    publications = list(opened.settings.publications)
    if len(publications) > 1:
        raise typer.BadParameter(
            f"say which: {', '.join(publications)}", param_hint="--publication"
        )
    return publications


def _facets(opened: Workspace, sector: str | None, regions: list[str] | None) -> FacetSet:
    from subscribers.facets import FacetSet

    words = opened.vocabulary
    return FacetSet(
        words.sector(sector) if sector else "", frozenset(map(words.region, regions or ()))
    )


@app.command(
    epilog="Example: bulletin subscribers change ann@example.org --region wales --region london"
)
def change(
    address: AddressArgument,
    sector: SectorOption = None,
    region: RegionOption = None,
    name: Annotated[str | None, typer.Option(help="The new name.")] = None,
    organisation: Annotated[str | None, typer.Option(help="The new organisation.")] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write anew what a person is called, or which sector and regions they hold."""
    from mailer.app import Workspace
    from mailer.surroundings import actor, now
    from subscribers.service import change as change_person

    opened = Workspace.open(workspace)
    words = opened.vocabulary
    person = change_person(
        opened.database,
        address,
        name=name,
        organisation=organisation,
        sector=words.sector(sector) if sector else None,
        regions=frozenset(map(words.region, region)) if region else None,
        now=now(),
        actor=actor(),
    )
    tell(as_json, person_data(person), f"{person.address}: {held(person)}")


@app.command(
    epilog="Example: bulletin subscribers unsubscribe ann@example.org --publication bulletin"
)
def unsubscribe(
    address: AddressArgument,
    publication: Annotated[
        str | None, typer.Option("--publication", "-p", help="Only this one; else everything.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why, for the record.")] = "asked the team",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """End a person's subscription to one publication, or to everything. No import brings them back."""
    from mailer.app import Workspace
    from mailer.surroundings import actor, now
    from subscribers.service import unsubscribe as end_subscription

    opened = Workspace.open(workspace)
    slug = opened.vocabulary.publication(publication) if publication else None
    ended = end_subscription(
        opened.database, address, slug, reason=reason, now=now(), actor=actor()
    )
    left = ", ".join(ended) or "anything (and was not before)"
    data = {"address": address, "ended": ended}
    tell(as_json, data, f"{address} is no longer subscribed to {left}.")


@app.command("list", epilog="Example: bulletin subscribers list --segment police --search council")
def list_people(
    publication: OnePublicationOption = None,
    segment: SegmentOption = None,
    status: StatusOption = None,
    search: SearchOption = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """List subscribers, in the order in which they joined."""
    from mailer.app import Workspace
    from subscribers import store

    opened = Workspace.open(workspace)
    chosen = _filters(opened, publication, segment, status, search)
    with opened.database.read() as connection:
        people = store.people(connection, chosen, limit=limit)
        total = store.count(connection, chosen)
    if as_json:
        say_json([person_data(person) for person in people])
        return
    columns = ("Address", "Name", "Sector", "Regions", "Status")
    say_table(columns, [_row(person) for person in people])
    say(
        f"{len(people):,} of {plural(total, 'subscriber')}"
        + ("; --limit shows more" if total > limit else "")
    )


@app.command(epilog="Example: bulletin subscribers count --publication bulletin")
def count(
    publication: OnePublicationOption = None,
    segment: SegmentOption = None,
    status: StatusOption = None,
    search: SearchOption = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Count subscribers, suppressed ones included; `segment count` counts who may be written to."""
    from mailer.app import Workspace
    from subscribers import store

    opened = Workspace.open(workspace)
    with opened.database.read() as connection:
        total = store.count(connection, _filters(opened, publication, segment, status, search))
    say_json({"count": total}) if as_json else say(f"{total:,}")


@app.command(epilog="Example: bulletin subscribers export partners.csv --segment police")
def export(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE.csv", help="Where to write; standard output if left out."),
    ] = None,
    publication: OnePublicationOption = None,
    segment: SegmentOption = None,
    status: StatusOption = None,
    search: SearchOption = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write subscribers as CSV, safe to open in a spreadsheet and ready to be imported again."""
    from mailer.app import Workspace
    from mailer.cli.writing import writing_whole
    from subscribers.service import export as export_people

    opened = Workspace.open(workspace)
    chosen = _filters(opened, publication, segment, status, search)
    if file is None:
        written = export_people(opened.database, sys.stdout, chosen)
        put_on_record(opened.database, "export", "standard output", f"{written} subscribers")
        return
    with writing_whole(file) as out:
        written = export_people(opened.database, out, chosen)
    put_on_record(opened.database, "export", file.name, f"{written} subscribers")
    data = {"file": file, "written": written}
    tell(as_json, data, f"Wrote {plural(written, 'subscriber')} to {file}.")


def _filters(
    opened: Workspace, publication: str | None, segment: str | None, status: str | None, search: str
) -> Filters:
    from subscribers.lifecycle import Status
    from subscribers.segment import EVERYBODY
    from subscribers.store import Filters

    if status is not None and status not in set(Status):
        raise typer.BadParameter(f"use one of: {', '.join(Status)}", param_hint="--status")
    return Filters(
        publication=opened.vocabulary.publication(publication) if publication else None,
        status=Status(status) if status else None,
        segment=opened.segment(segment) if segment else EVERYBODY,
        search=search,
    )


def _row(person: Person) -> tuple[str, ...]:
    regions = ", ".join(sorted(person.facets.regions))
    return person.address, person.name, person.facets.sector, regions, person.status


add_story(app)
add_deciding(app)
add_rights(app)
