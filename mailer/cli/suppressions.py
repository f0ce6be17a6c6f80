"""`bulletin suppressions`: the addresses that are not written to, each with its reason."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from mailer.cli.console import (
    JsonOption,
    WorkspaceOption,
    command_group,
    confirm,
    plural,
    say,
    say_json,
    say_table,
    tell,
)

if TYPE_CHECKING:
    from subscribers.suppressions import SuppressionFact

app = command_group("See which addresses are not written to, and why; add or lift one.")

AddressArgument = Annotated[str, typer.Argument(metavar="ADDRESS", help="The e-mail address.")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")]


@app.command("list", epilog="Example: bulletin suppressions list --search example.org")
def list_suppressions(
    search: Annotated[
        str, typer.Option(metavar="WORDS", help="Only addresses that have this in them.")
    ] = "",
    reason: Annotated[str, typer.Option(help="Only those with this reason.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Those that were lifted, too.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many at most.")] = 50,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the addresses that are not written to, the latest first."""
    from mailer.app import Workspace
    from subscribers import suppressions

    filters = suppressions.Filters(with_lifted=everything, reason=reason, search=search)
    with Workspace.open(workspace).database.read() as connection:
        found = suppressions.latest(connection, filters, limit)
        total = suppressions.count(connection, filters)
    if as_json:
        say_json([asdict(fact) for fact in found])
        return
    if not found:
        say("No address is suppressed." if not (search or reason) else "There is none of these.")
        return
    _say_facts(found)
    more = "; --limit shows more" if total > limit else ""
    say(f"{len(found):,} of {plural(total, 'suppression')}{more}")


@app.command(epilog="Example: bulletin suppressions show ann@example.org")
def show(
    address: AddressArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False
) -> None:
    """Tell why an address is not written to, or was not, with the evidence."""
    from mailer.app import Workspace
    from subscribers import suppressions
    from subscribers.address import parse_address

    known_as = parse_address(address)
    with Workspace.open(workspace).database.read() as connection:
        found = suppressions.history(connection, known_as.key)
    if as_json:
        say_json([asdict(fact) for fact in found])
        return
    if not found:
        say(f"{known_as.mailbox} is not suppressed, and never was.")
        return
    _say_facts(found)


@app.command(epilog="Example: bulletin suppressions add ann@example.org --reason 'asked by phone'")
def add(
    address: AddressArgument,
    reason: Annotated[str, typer.Option(help="Why, in a few words.")],
    evidence: Annotated[str, typer.Option(help="How that is known.")] = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Stop writing to an address, whether it is on the list or not."""
    from mailer.app import Workspace
    from mailer.surroundings import actor, now
    from subscribers.service import suppress

    database = Workspace.open(workspace).database
    done = suppress(database, address, reason=reason, evidence=evidence, now=now(), actor=actor())
    was = "" if done else " already; the earlier reason stays"
    told = f"{address} is not written to any more{was}."
    tell(as_json, {"address": address, "suppressed": True, "new": done}, told)


@app.command(
    epilog="Example: bulletin suppressions lift ann@example.org --reason 'mailbox is back'"
)
def lift(
    address: AddressArgument,
    reason: Annotated[str, typer.Option(help="Why it may be written to again.")],
    yes: YesOption = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write to an address again. Who has left stays away: only the person can come back."""
    from mailer.app import Workspace
    from mailer.surroundings import actor, now
    from subscribers import suppressions
    from subscribers.address import parse_address
    from subscribers.service import lift as lift_suppression

    database = Workspace.open(workspace).database
    with database.read() as connection:
        live = suppressions.live(connection, parse_address(address).key)
    if live is not None:
        confirm(f"{address} is not written to: {live.reason}. Write to it again?", yes)
    done = lift_suppression(database, address, reason=reason, now=now(), actor=actor())
    told = f"{address} is written to again." if done else f"{address} was not suppressed."
    tell(as_json, {"address": address, "lifted": done}, told)


def _say_facts(found: list[SuppressionFact]) -> None:
    columns = ("Address", "Since", "Why", "Evidence", "Lifted", "Why")
    say_table(columns, [_row(fact) for fact in found])


def _row(fact: SuppressionFact) -> tuple[str, ...]:
    lifted = f"{fact.lifted_at:%Y-%m-%d}" if fact.lifted_at else ""
    since = f"{fact.created_at:%Y-%m-%d}"
    return fact.address, since, fact.reason, fact.evidence, lifted, fact.lift_reason or ""
