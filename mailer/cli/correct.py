"""`bulletin edition correct`: what was wrong is put right, for exactly those who were sent it."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated

import typer

from mailer.cli.console import (
    AcceptOption,
    CanaryOption,
    DryRunOption,
    JsonOption,
    TestOption,
    WaitOption,
    WorkspaceOption,
    YesOption,
    say,
    warn,
)

if TYPE_CHECKING:
    from mailer.app import Workspace
    from mailer.cli.posting import Manner, TestMail
    from mailer.correcting import Errand
    from mailer.delivery.planning import Plan

_TYPED = PurePath("--text")


def add_correcting(app: typer.Typer) -> None:
    """Add the command to the group of those about editions."""
    app.command(
        epilog='Examples: bulletin edition correct issue-04 --text "The event is on 4 May."    '
        "bulletin edition correct issue-04 --file note.md --test me@example.org"
    )(correct)


def correct(
    edition: Annotated[
        str,
        typer.Argument(
            metavar="EDITION",
            help="An edition that was sent, or a correction: issue-04/correction-1.",
        ),
    ],
    file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The correction, as Markdown.")
    ] = None,
    text: Annotated[str | None, typer.Option(help="The correction itself, as Markdown.")] = None,
    subject: Annotated[
        str | None, typer.Option(help='Of the mail; "Correction: …" when left out.')
    ] = None,
    test: TestOption = None,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    accept_audience: AcceptOption = False,
    canary: CanaryOption = None,
    wait: WaitOption = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send a correction to those who got an edition, and note it in the archive.

    The same words are the same correction, and nobody gets it twice; other words are another one. Where
    somebody else has to approve it, the first time submits it. One that is on record is named without its
    words. Exits as `bulletin send` does.
    """
    from mailer.app import Workspace
    from mailer.cli.posting import Manner, post, post_test

    opened = Workspace.open(workspace)
    errand = errand_of(opened, edition)
    if errand is None:
        errand = _new(opened, edition, _words(file, text), subject)
    elif (file, text, subject) != (None, None, None):
        raise typer.BadParameter(
            "a correction that is on record has its words", param_hint="--text"
        )
    manner = Manner(dry_run, yes, accept_audience, canary, wait, as_json)
    if test:
        post_test(opened, _test_of(errand), test, manner)
        return
    plan = errand.plan()
    _tell_unfinished(errand, manner)
    _submit_first(opened, errand, plan, manner)
    post(opened, plan, errand.begin, manner)


def _new(opened: Workspace, edition: str, words: str, subject: str | None) -> Errand:
    from mailer.correcting import correct as correction_of
    from mailer.correcting import read_sent

    return correction_of(opened, read_sent(opened, edition), words, subject)


def _words(file: Path | None, text: str | None) -> str:
    """The correction that somebody typed or wrote; tells what is wrong with it, and exits with 1."""
    from mailer.content.problem import has_errors
    from mailer.corrections.note import read_note

    if (file is None) == (text is None):
        raise typer.BadParameter("give either --file or --text", param_hint="--file")
    note, problems = read_note(*_source(file, text or ""))
    warn(*map(str, problems))
    if has_errors(problems):
        raise typer.Exit(1)
    return note


def _source(file: Path | None, text: str) -> tuple[bytes, PurePath]:
    from mailer.corrections.correction import CorrectionError

    if file is None:
        return text.encode(errors="replace"), _TYPED
    try:
        return file.read_bytes(), file
    except OSError as error:
        what = f"can't be read ({error.strerror})"
        raise CorrectionError("note-unreadable", str(file), what, "check the path") from error


def _test_of(errand: Errand) -> TestMail:
    from dataclasses import replace

    from mailer.cli.posting import TestMail
    from mailer.correcting import VARIANT
    from mailer.delivery.campaign import Kind

    return TestMail(
        mailing=replace(errand.mailing, segment="test", kind=Kind.TEST),
        variant=VARIANT,
        rendered=errand.rendered,
        told=errand.correction.name,
        publish=errand.publish_media,
    )


def _tell_unfinished(errand: Errand, manner: Manner) -> None:
    unfinished = errand.unfinished()
    if unfinished and not manner.as_json:
        say(
            f"Campaign {unfinished[-1]} of {errand.edition.slug} is not finished: who gets the edition "
            "from now on gets no correction until you give this command again."
        )


def _submit_first(opened: Workspace, errand: Errand, plan: Plan, manner: Manner) -> None:
    """Put a new correction up for approval, where it needs one, and exit: it goes once it has it."""
    from mailer.approval.decision import Standing
    from mailer.approval.review import review
    from mailer.cli.plan_view import say_plan
    from mailer.cli.proofs import submit_proof
    from mailer.surroundings import actor

    if manner.dry_run or not plan.total or not opened.needs_approval:
        return
    with opened.database.read() as connection:
        standing = review(connection, plan.proof).standing
    if standing is not Standing.NEW:
        return
    if not manner.as_json:
        say_plan(opened, plan)
    errand.keep(actor())
    submit_proof(opened, plan.proof, manner.as_json)
    raise typer.Exit(1)


def errand_of(opened: Workspace, name: str) -> Errand | None:
    """The correction that is on record by this name; None for a name that is no correction's."""
    from mailer.correcting import find_errand
    from mailer.corrections.correction import split_name

    return find_errand(opened, name) if split_name(name) else None
