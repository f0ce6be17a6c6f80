"""`bulletin domains`: whole domains that are not written to, and organisations that moved their mail."""

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
    warn,
)

if TYPE_CHECKING:
    from subscribers.moving import Move

app = command_group("See which domains are held, release one, or move its addresses.")

YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")]


@app.command("list", epilog="Example: bulletin domains list --all")
def list_domains(
    everything: Annotated[
        bool, typer.Option("--all", help="Those that were released, too.")
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the domains at which nobody is written to, because the mail of many failed together."""
    from mailer.app import Workspace
    from subscribers.domains import count_listed, holds

    with Workspace.open(workspace).database.read() as connection:
        found = [one for one in holds(connection) if everything or one.released_at is None]
        people = {one.domain: count_listed(connection, one.domain) for one in found}
    if as_json:
        say_json([asdict(one) | {"listed": people[one.domain]} for one in found])
        return
    if not found:
        say("No domain is held.")
        return
    say_table(
        ("Domain", "People", "Held since", "Why", "Released", "Why"),
        [
            (
                one.domain,
                people[one.domain],
                f"{one.held_at:%Y-%m-%d}",
                one.reason,
                f"{one.released_at:%Y-%m-%d}" if one.released_at else "",
                one.release_reason or "",
            )
            for one in found
        ],
    )


@app.command(epilog="Example: bulletin domains release example.org --reason 'their server is back'")
def release(
    domain: Annotated[str, typer.Argument(metavar="DOMAIN", help="A domain that is held.")],
    reason: Annotated[str, typer.Option(help="What was found out.")],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write to a domain again. Failures of before count for it no more."""
    from mailer.app import Workspace
    from mailer.surroundings import actor, now

    Workspace.open(workspace).bounces.release(domain, reason, now=now(), actor=actor())
    tell(as_json, {"domain": domain, "released": True}, f"{domain} is written to again.")


@app.command(epilog="Example: bulletin domains migrate x.gsi.example.org example.org --dry-run")
def migrate(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The domain that is no more.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The domain that took its place.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Report what would happen, and change nothing.")
    ] = False,
    yes: YesOption = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give everybody at one domain the same name at another: the organisation moved its mail.

    Who left, who has yet to confirm, and who is suppressed for another reason than mail that came back, stays
    as they are; nobody is moved to an address that was erased. The record of each person says from where to
    where, and what is known of the old address is kept.
    """
    from functools import partial

    from mailer.app import Workspace
    from mailer.bounces.consequence import BOUNCED
    from mailer.site import seal
    from mailer.surroundings import actor, now
    from subscribers.moving import move_domain

    opened = Workspace.open(workspace)
    move = partial(
        move_domain,
        opened.database,
        old,
        new,
        forgiven={BOUNCED},
        seal=seal(opened),
        now=now(),
        actor=actor(),
    )
    planned = move(dry_run=True)
    able = sum(not each.obstacle for each in planned)
    if not dry_run and able:
        confirm(f"Move {plural(able, 'address', 'addresses')} from {old} to {new}?", yes)
    moves = move() if not dry_run and able else planned
    data = {"old": old, "new": new, "dry_run": dry_run, "moves": [asdict(each) for each in moves]}
    say_json(data) if as_json else _say_moves(moves, dry_run)


def _say_moves(moves: list[Move], dry_run: bool) -> None:
    done = [each for each in moves if not each.obstacle]
    if done:
        say_table(("From", "To"), [(each.old, each.new) for each in done])
    warn(*(f"{each.old} left as it is: {each.obstacle}" for each in moves if each.obstacle))
    verb = "would be moved" if dry_run else "moved"
    say(f"{plural(len(done), 'address', 'addresses')} {verb}, {len(moves) - len(done):,} left")
