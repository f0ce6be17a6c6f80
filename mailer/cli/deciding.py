"""`bulletin subscribers waiting`, `approve`, `refuse`: those whom the rules leave to the team."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailer.cli.console import (
    JsonOption,
    WorkspaceOption,
    confirm,
    plural,
    say,
    say_json,
    say_table,
    tell,
)

if TYPE_CHECKING:
    from subscribers.requests import Joining

AddressArgument = Annotated[
    str, typer.Argument(metavar="ADDRESS", help="The address that was typed on the form.")
]


def add_deciding(app: typer.Typer) -> None:
    """Add the commands to the group of those about subscribers."""
    app.command(epilog="Example: bulletin subscribers waiting")(waiting)
    app.command(epilog="Example: bulletin subscribers approve ann@example.org")(approve)
    app.command(epilog="Example: bulletin subscribers refuse ann@example.org --yes")(refuse)


def waiting(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List those who confirmed their address and wait for your decision, oldest first."""
    from mailer.app import Workspace
    from mailer.site import door

    found = door(Workspace.open(workspace)).waiting()
    if as_json:
        say_json([_data(one) for one in found])
        return
    if found:
        columns = ("Request", "Address", "Name", "Organisation", "Sector", "Publications", "Since")
        say_table(columns, [_row(one) for one in found])
    say(f"{plural(len(found), 'request')} waiting.")


def approve(
    address: AddressArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False
) -> None:
    """Let somebody in who waits; they get a letter that says so."""
    from mailer.app import Workspace
    from mailer.site import door
    from mailer.surroundings import actor, now
    from subscribers.address import parse_address

    found = door(Workspace.open(workspace)).approve(parse_address(address), actor(), now())
    what = ", ".join(sorted(found.publications))
    tell(
        as_json, _data(found), f"{found.address} is subscribed to {what}, and is told by a letter."
    )


def refuse(
    address: AddressArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Turn somebody away who waits: they get a letter, and what they typed is deleted."""
    from mailer.app import Workspace
    from mailer.site import door
    from mailer.surroundings import actor, now
    from subscribers.address import parse_address

    known_as = parse_address(address)
    opened = Workspace.open(workspace)
    confirm(f"Turn {known_as.mailbox} away?", yes)
    found = door(opened).refuse(known_as, actor(), now())
    tell(as_json, _data(found), f"{found.address} was turned away, and is told by a letter.")


def _row(one: Joining) -> tuple[str, ...]:
    publications = ", ".join(sorted(one.publications))
    since = f"{one.confirmed_at:%Y-%m-%d %H:%M}" if one.confirmed_at else ""
    who = str(one.id), one.address, one.name, one.organisation
    return *who, one.facets.sector, publications, since


def _data(one: Joining) -> dict[str, Any]:
    return {
        "request": one.id,
        "address": one.address,
        "name": one.name,
        "organisation": one.organisation,
        "sector": one.facets.sector,
        "regions": sorted(one.facets.regions),
        "publications": sorted(one.publications),
        "requested_at": one.requested_at.isoformat(),
        "confirmed_at": one.confirmed_at.isoformat() if one.confirmed_at else None,
    }
