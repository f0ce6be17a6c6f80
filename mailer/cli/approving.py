"""`bulletin edition submit`, `approve`, `reject`: what goes to subscribers is agreed by two people."""

from __future__ import annotations

from typing import Annotated

import typer

from mailer.cli.console import JsonOption, WorkspaceOption, YesOption  # noqa: TC001 - Typer reads them
from mailer.cli.disregard import InSpiteOption  # noqa: TC001 - Typer reads it

EditionArgument = Annotated[
    str,
    typer.Argument(
        metavar="EDITION",
        help="An edition's folder name, or a path to it; or a correction: issue-04/correction-1.",
    ),
]
SegmentOption = Annotated[
    str | None,
    typer.Option("--segment", "-s", help="To whom, where it was submitted for several segments."),
]
ReasonOption = Annotated[str, typer.Option(help="What has to change, for whoever submitted it.")]


def add_approving(app: typer.Typer) -> None:
    """Add the commands to the group of those about editions."""
    app.command(epilog="Example: bulletin edition submit issue-04 --segment everyone")(submit)
    app.command(epilog="Example: bulletin edition approve issue-04")(approve)
    app.command(epilog='Example: bulletin edition reject issue-04 --reason "the date is wrong"')(
        reject
    )


def submit(
    edition: EditionArgument,
    segment: Annotated[
        str, typer.Option("--segment", "-s", help="To whom it will go.")
    ] = "everyone",
    reason: InSpiteOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask somebody else to approve an edition, as it is now, for a segment.

    Any edit after that, of text, pictures, subject or segment, means to submit it again.
    """
    from mailer.app import Workspace
    from mailer.cli.approved import proof_of
    from mailer.cli.correct import errand_of
    from mailer.cli.proofs import submit_proof
    from mailer.cli.reading import checked_edition

    opened = Workspace.open(workspace)
    errand = errand_of(opened, edition)
    if errand is not None:
        submit_proof(opened, errand.plan().proof, as_json)
        return
    read, disregard = checked_edition(opened, opened.editions.folder(edition), reason=reason)
    submit_proof(opened, proof_of(opened, read, segment), as_json, disregard)


def approve(
    edition: EditionArgument,
    segment: SegmentOption = None,
    yes: YesOption = False,
    reason: InSpiteOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say yes to an edition that somebody else submitted, if it is the same still.

    What a schedule could not send for want of it goes at the next allowed hour.
    """
    from mailer.app import Workspace
    from mailer.approval.decision import Decision
    from mailer.cli.approved import proof_of
    from mailer.cli.correct import errand_of
    from mailer.cli.proofs import approve_proof, one_submitted
    from mailer.cli.reading import checked_edition

    opened = Workspace.open(workspace)
    errand = errand_of(opened, edition)
    if errand is not None:
        approve_proof(opened, errand.plan().proof, errand.edition.date, as_json)
        return
    read, disregard = checked_edition(opened, opened.editions.folder(edition), yes, reason)
    found = one_submitted(opened, read.slug, segment, {Decision.WAITING})
    proof = proof_of(opened, read, found.segment)
    approve_proof(opened, proof, read.date, as_json, disregard)


def reject(
    edition: EditionArgument,
    reason: ReasonOption,
    segment: SegmentOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say no to an edition that was submitted, or take an approval back."""
    from mailer.app import Workspace
    from mailer.cli.correct import errand_of
    from mailer.cli.proofs import reject_named

    opened = Workspace.open(workspace)
    name = edition if errand_of(opened, edition) else opened.editions.folder(edition).name
    reject_named(opened, name, segment, reason, as_json)
