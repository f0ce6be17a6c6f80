"""`bulletin pack preview`, `submit`, `approve`, `reject`, `send`, and what is done with a pack's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mailer.cli.approving import ReasonOption, SegmentOption  # noqa: TC001 - Typer reads them
from mailer.cli.console import (
    AcceptOption,
    CanaryOption,
    DryRunOption,
    JsonOption,
    TestOption,
    WaitOption,
    WorkspaceOption,
    YesOption,
    tell,
)
from mailer.cli.disregard import InSpiteOption  # noqa: TC001 - Typer reads it
from mailer.cli.proofs import approve_proof, one_submitted, reject_named, submit_proof
from mailer.cli.reading import checked_pack, drafted_pack
from mailer.cli.record import put_on_record

if TYPE_CHECKING:
    from mailer.app import Workspace
    from mailer.cli.disregard import Disregard
    from mailer.cli.posting import TestMail
    from mailer.packing import PackErrand

PackArgument = Annotated[
    str, typer.Argument(metavar="THEME/PACK", help="A pack's name, or a path to its folder.")
]
PublishedArgument = Annotated[
    str, typer.Argument(metavar="THEME/PACK", help="A published pack's name.")
]


def add_sending(app: typer.Typer) -> None:
    """Add the commands to the group of those about packs."""
    name = "quickupdates/software-updates"
    app.command(epilog=f"Example: bulletin pack preview {name}")(preview)
    app.command(epilog=f"Example: bulletin pack submit {name}")(submit)
    app.command(epilog=f"Example: bulletin pack approve {name}")(approve)
    app.command(epilog=f'Example: bulletin pack reject {name} --reason "the date is wrong"')(reject)
    app.command(
        epilog=f"Examples: bulletin pack send {name}    "
        f"bulletin pack send {name} --test me@example.org"
    )(send)
    app.command(epilog=f"Example: bulletin pack publish {name}")(publish)
    app.command(
        epilog=f'Example: bulletin pack withdraw {name} poster.png --reason "It shows a face."'
    )(withdraw)
    app.command(epilog=f"Example: bulletin pack remove {name}")(remove)


def preview(
    pack: PackArgument,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port on this machine; 0 picks one.")
    ] = 8025,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a pack's mail in the browser, and again whenever a file changes."""
    from mailer.app import Workspace
    from mailer.cli.previewing import PackPreview
    from mailer.web.preview import build_preview
    from mailer.web.serving import serve

    opened = Workspace.open(workspace)
    source = PackPreview(opened, opened.packs.folder(pack))
    told = f"Preview of {source.title()}: "
    serve(
        build_preview(source),
        "127.0.0.1",
        port,
        lambda url: tell(as_json, {"url": url}, told + url, "End it with Ctrl-C."),
    )


def submit(
    pack: PackArgument,
    segment: Annotated[
        str, typer.Option("--segment", "-s", help="To whom it will go.")
    ] = "everyone",
    reason: InSpiteOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask somebody else to approve a pack, as it is now, for a segment.

    Any edit after that, of a text, an asset, its times or the segment, means to submit it again.
    """
    from mailer.app import Workspace

    opened = Workspace.open(workspace)
    errand, disregard = _errand(opened, pack, reason=reason)
    submit_proof(opened, errand.proof(segment), as_json, disregard)


def approve(
    pack: PackArgument,
    segment: SegmentOption = None,
    yes: YesOption = False,
    reason: InSpiteOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say yes to a pack that somebody else submitted, if it is the same still.

    What a schedule could not send for want of it goes at the next allowed hour.
    """
    from mailer.app import Workspace
    from mailer.approval.decision import Decision

    opened = Workspace.open(workspace)
    errand, disregard = _errand(opened, pack, yes, reason)
    found = one_submitted(opened, errand.pack.name, segment, {Decision.WAITING})
    approve_proof(opened, errand.proof(found.segment), errand.pack.date, as_json, disregard)


def reject(
    pack: PackArgument,
    reason: ReasonOption,
    segment: SegmentOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say no to a pack that was submitted, or take an approval back."""
    from mailer.app import Workspace
    from mailer.content.pack_folders import name_of

    opened = Workspace.open(workspace)
    reject_named(opened, name_of(opened.packs.folder(pack)), segment, reason, as_json)


def send(
    pack: PackArgument,
    segment: Annotated[
        str, typer.Option("--segment", "-s", help="To whom of the campaign's subscribers.")
    ] = "everyone",
    test: TestOption = None,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    reason: InSpiteOption = None,
    accept_audience: AcceptOption = False,
    canary: CanaryOption = None,
    wait: WaitOption = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send a pack once to everyone who gets its campaign and has not had it yet, and put its page up.

    Shows who would get it and asks first. In safe mode no page goes up: see `bulletin pack publish`. Exits
    as `bulletin send` does.
    """
    from mailer.app import Workspace
    from mailer.cli.posting import Manner, post, post_test

    opened = Workspace.open(workspace)
    manner = Manner(dry_run, yes, accept_audience, canary, wait, as_json)
    if test:
        post_test(opened, _test_of(_drafted(opened, pack)), test, manner)
        return
    errand, disregard = _errand(opened, pack, yes or dry_run, reason)
    post(opened, errand.plan(segment), errand.begin, manner, disregard)


def publish(
    pack: PackArgument,
    reason: InSpiteOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a pack's page up as the pack is now, without a mail, or in the place of the page that is up.

    In live mode somebody else has to approve it first.
    """
    from mailer.app import Workspace
    from mailer.cli.approved import require_for_page
    from mailer.cli.serve import PORT
    from mailer.packing import COMMAND
    from mailer.web.packs import PACKS

    opened = Workspace.open(workspace)
    errand, disregard = _errand(opened, pack, reason=reason)
    require_for_page(opened, errand.name, errand.proof, COMMAND)
    url = errand.publish()
    disregard.put_on_record(opened.database, "publish", errand.name)
    put_on_record(opened.database, "publish", errand.pack.name)
    name, here = errand.pack.name, f"http://localhost:{PORT}/{PACKS}/{errand.pack.name}"
    hint = f"That works once you are online; until then `bulletin serve` shows it at {here}"
    hints = () if opened.is_live else (hint,)
    tell(as_json, {"pack": name, "url": url}, f"{name} is at {url}", *hints)


def withdraw(
    pack: PublishedArgument,
    asset: Annotated[str, typer.Argument(metavar="ASSET", help="The name of its file.")],
    reason: Annotated[str, typer.Option(help="Why, in a sentence for partners.")],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let nobody have an asset of a published pack any more, at once and for good; its page says why."""
    from mailer.app import Workspace
    from mailer.packing import pack_shelf
    from mailer.surroundings import actor, now

    opened = Workspace.open(workspace)
    pack_shelf(opened).withdraw(pack, asset, reason, actor(), now())
    data = {"pack": pack, "asset": asset, "reason": reason}
    tell(
        as_json,
        data,
        f"{asset} of {pack} is withdrawn: {reason}",
        "To offer it again after all, give its file another name, and publish the pack again.",
    )


def remove(
    pack: PublishedArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False
) -> None:
    """Take a pack's page down. Those who join the campaign later don't get the pack any more."""
    from mailer.app import Workspace
    from mailer.packing import pack_shelf
    from mailer.surroundings import actor, now

    pack_shelf(Workspace.open(workspace)).take_down(pack, actor(), now())
    tell(as_json, {"pack": pack}, f"{pack} is not published any more.")


def _errand(
    opened: Workspace, name: str, yes: bool = True, reason: str | None = None
) -> tuple[PackErrand, Disregard]:
    """The pack of that name, on its way; the rest as in `checked_edition`."""
    from mailer.packing import errand

    pack, disregard = checked_pack(opened, name, yes, reason)
    return errand(opened, pack), disregard


def _drafted(opened: Workspace, name: str) -> PackErrand:
    """The same for a test, whose texts may be unfinished."""
    from mailer.packing import errand

    return errand(opened, drafted_pack(opened, name))


def _test_of(errand: PackErrand) -> TestMail:
    from mailer.cli.posting import TestMail
    from mailer.delivery.campaign import Kind
    from mailer.packing import VARIANT

    return TestMail(
        mailing=errand.mailing("test", Kind.TEST),
        variant=VARIANT,
        rendered=errand.rendered,
        told=errand.pack.name,
        publish=errand.publish_media,
    )
