"""`bulletin segment`: whom the named segments reach."""

from __future__ import annotations

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
)

if TYPE_CHECKING:
    from mailer.app import Workspace
    from subscribers.facets import FacetSet
    from subscribers.segment import Segment

app = command_group("See whom the workspace's segments reach.")

PublicationOption = Annotated[
    str | None,
    typer.Option("--publication", "-p", help="Only those subscribed to this publication."),
]
NameArgument = Annotated[str, typer.Argument(metavar="SEGMENT", help="A segment of bulletin.toml.")]


@app.command("list", epilog="Example: bulletin segment list --json")
def list_segments(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List the segments and their rules."""
    from mailer.app import Workspace

    segments = Workspace.open(workspace).segments.values()
    if as_json:
        say_json([_rule(segment) for segment in segments])
        return
    say_table(("Segment", "Selects"), [(segment.name, in_words(segment)) for segment in segments])


@app.command(epilog="Example: bulletin segment count police --publication bulletin")
def count(
    name: NameArgument,
    publication: PublicationOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Count the people of a segment who may be written to."""
    total = sum(_counts(workspace, name, publication)[2].values())
    say_json({"segment": name, "publication": publication, "count": total}) if as_json else say(
        f"{total:,}"
    )


@app.command(epilog="Example: bulletin segment show south-west-partners")
def show(
    name: NameArgument,
    publication: PublicationOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a segment's rule and its people by sector and region.

    Somebody with two regions counts in both columns, and once in the total.
    """
    from mailer.cli.facet_table import cells, say_facet_table

    opened, segment, counts = _counts(workspace, name, publication)
    total = sum(counts.values())
    if as_json:
        say_json(
            {**_rule(segment), "publication": publication, "count": total, "cells": cells(counts)}
        )
        return
    say(
        named(segment),
        f"{plural(total, 'person', 'people')} may be written to.",
    )
    say_facet_table(opened.vocabulary, counts)


def _counts(
    workspace: WorkspaceOption, name: str, publication: str | None
) -> tuple[Workspace, Segment, dict[FacetSet, int]]:
    from mailer.app import Workspace
    from subscribers.store import count_by_facets

    opened = Workspace.open(workspace)
    segment = opened.segment(name)
    slug = opened.vocabulary.publication(publication) if publication else None
    with opened.database.read() as connection:
        return opened, segment, count_by_facets(connection, slug, segment)


def named(segment: Segment) -> str:
    """`police: law-enforcement`; the name alone where the rule says no more."""
    words = in_words(segment)
    return segment.name if words == segment.name else f"{segment.name}: {words}"


def in_words(segment: Segment) -> str:
    """A segment's rule as a person would say it."""
    parts = [", ".join(sorted(chosen)) for chosen in (segment.sectors, segment.regions) if chosen]
    chosen = " in ".join(parts) if len(parts) > 1 else (parts[0] if parts else "everyone")
    left_out = sorted(segment.except_sectors | segment.except_regions)
    return f"{chosen}, without {', '.join(left_out)}" if left_out else chosen


def _rule(segment: Segment) -> dict[str, object]:
    return {
        "segment": segment.name,
        "sectors": sorted(segment.sectors),
        "regions": sorted(segment.regions),
        "except_sectors": sorted(segment.except_sectors),
        "except_regions": sorted(segment.except_regions),
    }
