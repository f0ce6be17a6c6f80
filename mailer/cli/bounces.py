"""`bulletin bounces`: fetch what came back, see what followed, and help where nobody could be named."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

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
    from mailer.bounces.mailroom import Unmatched
    from mailer.bounces.store import BounceRecord, Filters

Word = TypeVar("Word", bound=StrEnum)

app = command_group("Fetch what came back, and see what followed from it.")

UnmatchedOption = Annotated[
    bool, typer.Option("--unmatched", help="The mails that wait for a person.")
]
CampaignOption = Annotated[
    int | None, typer.Option("--campaign", "-c", metavar="ID", help="Only this campaign.")
]
LimitOption = Annotated[int, typer.Option(min=1, max=1_000_000, help="How many at most.")]


@app.command(epilog="Example: bulletin bounces classify returned/*.eml --json")
def classify(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="Mails, each in a file of its own.")
    ],
    as_json: JsonOption = False,
) -> None:
    """Say what mails report, whom they are about and why; no workspace is needed, and nothing is changed.

    With --json each file is one line of JSON.
    """
    from mailer.cli.classifying import say_classified

    say_classified(files, as_json)


@app.command(epilog="Example: bulletin bounces collect /var/mail/bounces")
def collect(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SOURCE…",
            help="A Maildir, mbox, folder or file, imaps://user@host/FOLDER, pop3s://user@host, or - for "
            "standard input; else those of bounces.sources.",
        ),
    ] = None,
    recipient: Annotated[
        str, typer.Option(metavar="ADDRESS", help="With -: the address that the mail came to.")
    ] = "",
    watch: Annotated[
        bool,
        typer.Option("--watch", help="Go on, and handle new mail as it comes; end it with Ctrl-C."),
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch what came back, find whose it is, and do what follows; nothing is handled twice.

    With - a failure exits with 75, so that a mail server tries again later.
    """
    from mailer.app import Workspace
    from mailer.cli.collecting import collect_mail, collect_standard_input

    if sources == ["-"]:
        collect_standard_input(workspace, recipient, as_json)
        return
    collect_mail(Workspace.open(workspace), sources or [], as_json, watch=watch)


@app.command("list", epilog="Example: bulletin bounces list --campaign 3 --class hard")
def list_bounces(
    unmatched: UnmatchedOption = False,
    campaign: CampaignOption = None,
    address: Annotated[str | None, typer.Option(help="Only mails to this address.")] = None,
    domain: Annotated[str | None, typer.Option(help="Only mails to this domain.")] = None,
    bounce_class: Annotated[
        str | None, typer.Option("--class", help="Only hard, soft or complaint.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Only those with this reason.")] = None,
    limit: LimitOption = 50,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what came back, the latest first; or, with --unmatched, the mails that wait for a person."""
    from mailer.app import Workspace
    from mailer.bounces import mailroom, store

    filters = _filters(campaign, address, domain, bounce_class, reason)
    with Workspace.open(workspace).database.read() as connection:
        if unmatched:
            _say_unmatched(mailroom.waiting(connection, limit), as_json)
            return
        found = store.records(connection, filters, limit)
        total = store.count(connection, filters)
    if as_json:
        say_json([asdict(each) for each in found])
        return
    columns = ("No.", "Address", "Class", "Reason", "Said", "Done", "Campaign")
    say_table(columns, [_row(each) for each in found], numbers=("No.", "Campaign"))
    more = "; --limit shows more" if total > limit else ""
    say(f"{len(found):,} of {plural(total, 'bounce')}{more}")


def _filters(
    campaign: int | None,
    address: str | None,
    domain: str | None,
    bounce_class: str | None,
    reason: str | None,
) -> Filters:
    from mailer.bounces.reason import BounceClass, Reason
    from mailer.bounces.store import Filters

    return Filters(
        campaign_id=campaign,
        address_key=address.lower() if address else None,
        domain=domain.lower() if domain else None,
        bounce_class=_one_of(BounceClass, bounce_class, "--class"),
        reason=_one_of(Reason, reason, "--reason"),
    )


def _one_of(words: type[Word], given: str | None, option: str) -> Word | None:
    if given is None:
        return None
    if given not in set(words):
        raise typer.BadParameter(f"use one of: {', '.join(words)}", param_hint=option)
    return words(given)


def _row(record: BounceRecord) -> tuple[object, ...]:
    from mailer.cli.classifying import in_words

    said = in_words(record.text, record.smtp_code)
    return (
        record.id, record.address, record.bounce_class, record.reason, said, record.action,
        record.campaign_id,
    )  # fmt: skip


def _say_unmatched(waiting: list[Unmatched], as_json: bool) -> None:
    if as_json:
        say_json([_unmatched_data(each) for each in waiting])
        return
    if not waiting:
        say("No mail waits for a person.")
        return
    say_table(
        ("No.", "Came in", "From", "Subject", "Why"),
        [(u.id, f"{u.received_at:%Y-%m-%d}", u.sender, u.subject, u.why) for u in waiting],
        numbers=("No.",),
    )


def _unmatched_data(mail: Unmatched) -> dict[str, Any]:
    data = asdict(mail)
    return data | {"data": _whole(mail)}


def _whole(mail: Unmatched) -> str:
    """What a stranger wrote, without what would take hold of a terminal."""
    from mailer.bounces.mail import without_controls

    lines = mail.data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return without_controls(lines.decode(errors="replace"))


@app.command(epilog="Example: bulletin bounces show 12")
def show(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="As `bounces list` shows it.")],
    unmatched: UnmatchedOption = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell all that is known of one bounce or, with --unmatched, show a mail that waits, whole."""
    from mailer.app import Workspace
    from mailer.bounces import mailroom, store
    from mailer.bounces.service import no_such

    with Workspace.open(workspace).database.read() as connection:
        if unmatched:
            _say_mail(mailroom.find(connection, number) or no_such(number), as_json)
            return
        record = store.record(connection, number) or no_such(number, "bounce")
    if as_json:
        say_json(asdict(record))
        return
    say_table(("Fact", "Value"), [(name, str(value)) for name, value in _facts(record)])


def _facts(record: BounceRecord) -> list[tuple[str, object]]:
    from mailer.bounces.reason import MEANINGS

    named = {name.replace("_", " "): value for name, value in asdict(record).items()}
    named["reason"] = f"{record.reason}: {MEANINGS[record.reason].sentence}"
    return [(name, value) for name, value in named.items() if value is not None]


def _say_mail(mail: Unmatched, as_json: bool) -> None:
    if as_json:
        say_json(_unmatched_data(mail))
        return
    state = f"settled: {mail.settlement}" if mail.settled_at else f"waits: {mail.why}"
    say(f"Mail {mail.id}, {state}", "", _whole(mail))


@app.command(epilog="Example: bulletin bounces assign 4 ann@example.org")
def assign(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="A mail that waits.")],
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="Whose mail it was that came back.")
    ] = "",
    meaning: Annotated[
        str | None,
        typer.Option("--as", help="What it says, if it can't be read: hard, soft or complaint."),
    ] = None,
    dismiss: Annotated[
        bool, typer.Option("--dismiss", help="Nothing follows from it: put it away.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say whom a waiting mail is about, and do what follows; or put it away."""
    from mailer.app import Workspace
    from mailer.bounces.reason import BounceClass
    from mailer.surroundings import actor, now

    if bool(address) == dismiss:
        raise typer.BadParameter("give an address, or --dismiss", param_hint="ADDRESS")
    bounces = Workspace.open(workspace).bounces
    if dismiss:
        bounces.dismiss(number, now=now(), actor=actor())
        tell(as_json, {"mail": number, "dismissed": True}, f"Mail {number} is put away.")
        return
    chosen = _one_of(BounceClass, meaning, "--as")
    confirm(f"Tie mail {number} to the last mail to {address}?", yes)
    ruling = bounces.assign(number, address, chosen, now=now(), actor=actor())
    decided = ruling.decision
    data = {
        "mail": number,
        "bounce": ruling.bounce_id,
        "action": decided.action,
        "why": decided.why,
    }
    tell(as_json, data, f"Bounce {ruling.bounce_id}: {decided.action} ({decided.why})")


@app.command(epilog="Example: bulletin bounces count --by domain --campaign 3")
def count(
    by: Annotated[str, typer.Option(help="campaign, domain, reason, class or blame.")] = "reason",
    campaign: CampaignOption = None,
    limit: LimitOption = 50,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Count the mails that came back, by what you ask for, the most first."""
    from mailer.app import Workspace
    from mailer.bounces.tally import By, tally

    chosen = _one_of(By, by, "--by") or By.REASON
    with Workspace.open(workspace).database.read() as connection:
        rows = tally(connection, chosen, campaign, limit)
    if as_json:
        say_json([asdict(row) for row in rows])
        return
    if not rows:
        warn("Nothing has come back.")
        return
    numbers = ("Mails", "Hard", "Soft", "Complaints")
    say_table(
        (chosen.capitalize(), *numbers),
        [(row.name, row.deliveries, row.hard, row.soft, row.complaints) for row in rows],
        numbers=numbers,
    )
