"""`bulletin article`: what partners offer, what it becomes, and who signed it off."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
    shown_path,
    tell,
    warn,
)
from mailer.cli.signing import add_signing

if TYPE_CHECKING:
    from mailer.app import Workspace
    from mailer.submissions.placing import Placed
    from mailer.submissions.service import Submissions
    from mailer.submissions.submission import Submission

app = command_group("Take articles from partners into an edition, and have them signed off.")

NumberArgument = Annotated[
    int,
    typer.Argument(
        metavar="NUMBER", min=1, max=2**31, help="Its number, as `bulletin article list` shows it."
    ),
]
_NOT_AGREED = (
    "Nothing on record says that it may be shared: the next time, tell with --agreed how you know."
)

SectionOption = Annotated[
    str, typer.Option(help="The edition's section; its first that is no spotlight when left out.")
]


@app.command("list", epilog="Example: bulletin article list")
def list_articles(
    everything: Annotated[
        bool, typer.Option("--all", help="Those that are decided or unconfirmed, too.")
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the articles that partners offer and the team has yet to decide on, oldest first."""
    from mailer.app import Workspace

    found = _submissions(Workspace.open(workspace)).listed(everything=everything)
    if as_json:
        say_json([_data(one) for one in found])
        return
    if not found:
        say("There is none." if everything else "Nothing waits for a decision.")
        return
    rows = [
        (one.id, one.title, one.whose, one.edition, f"{one.submitted_at:%Y-%m-%d}", one.state)
        for one in found
    ]
    say_table(("Number", "Title", "From", "For", "Came", "State"), rows)


@app.command(epilog="Example: bulletin article show 12")
def show(
    number: NumberArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False
) -> None:
    """Show one article as it came in, with who offered it and what they agreed to."""
    from mailer.app import Workspace
    from mailer.submissions.service import require

    found = require(_submissions(Workspace.open(workspace)).look(number), number)
    if as_json:
        say_json(_data(found) | {"picture_bytes": len(found.picture or b"")})
        return
    facts = {
        "From": ", ".join(filter(None, (found.name, found.organisation, found.address))),
        "Came": f"{found.submitted_at:%Y-%m-%d %H:%M} UTC",
        "Confirmed": f"{found.confirmed_at:%Y-%m-%d %H:%M} UTC" if found.confirmed_at else "",
        "Agreed to": found.agreed,
        "For": found.edition,
        "State": found.state,
        "Decided by": found.decided_by,
        "Reason": found.reason,
        "Picture": f"{len(found.picture):,} bytes: {found.picture_alt}" if found.picture else "",
        "Contact": ", ".join(
            filter(None, (found.contact_name, found.contact_email, found.contact_telephone))
        ),
        "Link": ": ".join(filter(None, (found.link_text, found.link_url))),
    }
    say(found.title, "")
    say(*(f"{what + ':':12} {fact}" for what, fact in facts.items() if fact), "", found.body)


@app.command(epilog="Example: bulletin article accept 12 --edition issue-05")
def accept(
    number: NumberArgument,
    edition: Annotated[
        str | None,
        typer.Option("--edition", "-e", help="The edition; the one that it was offered for."),
    ] = None,
    section: SectionOption = "",
    owner: Annotated[
        str, typer.Option(help="Who signs it off, by name or address; else who offered it.")
    ] = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make an article that was offered a draft of an edition, and tell whoever offered it."""
    from mailer.app import Workspace
    from mailer.submissions.service import require
    from mailer.surroundings import actor, now

    opened = Workspace.open(workspace)
    takes = _submissions(opened)
    meant = edition or require(takes.look(number), number).edition
    folder = opened.editions.folder(meant)
    placed = takes.accept(number, folder, section=section, owner=owner, actor=actor(), now=now())
    _tell_placed(placed, folder, as_json)


@app.command(
    epilog='Example: bulletin article decline 12 --reason "We had the same in the last issue."'
)
def decline(
    number: NumberArgument,
    reason: Annotated[str, typer.Option(help="Why: whoever offered it is told so in a letter.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Turn down an article that was offered, and tell whoever offered it why."""
    from mailer.app import Workspace
    from mailer.submissions.service import require
    from mailer.surroundings import actor, now

    takes = _submissions(Workspace.open(workspace))
    found = require(takes.look(number), number)
    confirm(f"Turn down “{found.title}” and write to {found.address or 'nobody'}?", yes)
    takes.decline(number, reason, actor(), now())
    tell(as_json, {"article": number, "state": "declined"}, f"Article {number} is declined.")


@app.command(
    "import",
    epilog="Example: bulletin article import lorry-parks.docx --edition issue-05 --owner ann@example.org",
)
def import_word(
    file: Annotated[Path, typer.Argument(metavar="FILE.docx", help="The Word file.")],
    edition: Annotated[str, typer.Option("--edition", "-e", help="The edition it goes into.")],
    owner: Annotated[
        str, typer.Option(help="Who signs it off, by name or address; else who it is from.")
    ] = "",
    sender: Annotated[
        str, typer.Option("--from", metavar="ADDRESS", help="Who sent it to you.")
    ] = "",
    agreed: Annotated[
        str, typer.Option(help="How you know that it may be shared, such as: e-mail of 3 May.")
    ] = "",
    title: Annotated[str, typer.Option(help="Its title; the document's own when left out.")] = "",
    section: SectionOption = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a Word file a draft of an edition; what of it can't be taken over is told with its place."""
    from mailer.app import Workspace
    from mailer.submissions.word_draft import draft_of
    from mailer.submissions.word_file import read_limited, read_word
    from mailer.surroundings import actor, now
    from subscribers.address import parse_address

    opened = Workspace.open(workspace)
    folder = opened.editions.folder(edition)
    address = parse_address(sender) if sender else None
    document = read_word(read_limited(file), str(file))
    whose = owner or (address.mailbox if address else "")
    taken = draft_of(document, title=title, owner=whose)
    placed = _submissions(opened).take_in(
        taken.draft, address, agreed, folder, section, actor(), now()
    )
    losses = [str(loss) for loss in taken.losses]
    if not as_json:
        warn(*losses)
    if sender and not agreed:
        warn(_NOT_AGREED)
    _tell_placed(placed, folder, as_json, losses)


def _tell_placed(
    placed: Placed, folder: Path, as_json: bool, losses: list[str] | None = None
) -> None:
    name = f"{folder.name}/{placed.slug}"
    data: dict[str, Any] = {"article": name, "files": placed.files, "left_out": losses or []}
    shown = [f"  {shown_path(path)}" for path in placed.files]
    lost = f" {plural(len(losses), 'thing')} could not be taken over unchanged." if losses else ""
    tell(
        as_json,
        data,
        f"It is a draft in {folder.name} now.{lost} Edit it in:",
        *shown,
        f"Then have it signed off with: bulletin article ask {name}",
    )


def _data(found: Submission) -> dict[str, Any]:
    from dataclasses import asdict

    return {name: value for name, value in asdict(found).items() if name != "picture"}


def _submissions(opened: Workspace) -> Submissions:
    from mailer.articles import submissions
    from mailer.site import letter_desk

    return submissions(opened, letter_desk(opened))


add_signing(app)
