"""`bulletin send`: an edition to a segment, or a test to the team."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from mailer.cli.console import (
    AcceptOption,
    CanaryOption,
    DryRunOption,
    JsonOption,
    MissingOptionError,
    TestOption,
    WaitOption,
    WorkspaceOption,
    YesOption,
    plural,
    single_command,
)
from mailer.cli.disregard import InSpiteOption  # noqa: TC001 - Typer reads it
from mailer.cli.posting import Manner, TestMail, post, post_test

if TYPE_CHECKING:
    from mailer.app import Workspace
    from mailer.content.edition import Edition
    from mailer.content.variant import Variant
    from mailer.delivery.planning import Plan

app = single_command()


@app.command(
    epilog="Examples: bulletin send issue-04 --segment everyone    "
    "bulletin send issue-04 --test me@example.org"
)
def send(
    edition: Annotated[str, typer.Argument(metavar="EDITION", help="The edition's folder name.")],
    segment: Annotated[
        str | None, typer.Option("--segment", "-s", help="Whom to send it to.")
    ] = None,
    test: TestOption = None,
    sector: Annotated[
        str | None, typer.Option(help="With --test: as readers of this sector see it.")
    ] = None,
    region: Annotated[
        str | None, typer.Option(help="With --test: as readers of this region see it.")
    ] = None,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    reason: InSpiteOption = None,
    accept_audience: AcceptOption = False,
    canary: CanaryOption = None,
    wait: WaitOption = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send an edition once to everyone of a segment who has not had it yet.

    Shows who would get it and asks first. Exits with 0 when every mail was accepted, with 3 when some were
    rejected or are still to go, and with 1 when nothing was sent.
    """
    from mailer.app import Workspace
    from mailer.cli.reading import checked_edition, drafted_edition
    from mailer.dispatch import Dispatch

    if segment is None and not test:
        raise MissingOptionError(
            "say to whom: --segment with the name of a segment, or --test with your own address"
        )
    if segment is not None and test:
        raise typer.BadParameter(
            "give either --segment or --test, not both", param_hint="--segment"
        )
    opened = Workspace.open(workspace)
    folder = opened.editions.folder(edition)
    manner = Manner(dry_run, yes, accept_audience, canary, wait, as_json)
    if test:
        _send_test(opened, drafted_edition(opened, folder), test, (sector, region), manner)
        return
    read, disregard = checked_edition(opened, folder, yes or dry_run, reason)
    post(
        opened,
        plan_sending(opened, read, segment or ""),
        partial(Dispatch(opened).begin, read),
        manner,
        disregard,
    )


def plan_sending(opened: Workspace, edition: Edition, segment_name: str) -> Plan:
    """What would be sent to whom, by the workspace's present mode."""
    from mailer.delivery.campaign import Kind, Mailing
    from mailer.delivery.planning import plan_edition

    segment = opened.segment(segment_name)
    route = opened.route
    mailing = Mailing(edition.slug, edition.publication, segment.name, Kind.EDITION, route)
    renderer = opened.renderer(edition.publication)
    return plan_edition(
        opened.database,
        edition,
        mailing,
        segment,
        opened.allowed_keys(),
        renderer.render,
        opened.letterhead(edition.publication, 0).sender,
    )


def _send_test(
    opened: Workspace,
    edition: Edition,
    addresses: list[str],
    facets: tuple[str | None, str | None],
    manner: Manner,
) -> None:
    from mailer.delivery.campaign import Kind, Mailing

    variant = _test_variant(opened, edition, *facets)
    route = opened.route
    test = TestMail(
        mailing=Mailing(edition.slug, edition.publication, "test", Kind.TEST, route),
        variant=variant,
        rendered=opened.renderer(edition.publication).render(variant),
        told=f"{edition.slug} ({plural(variant.article_count, 'article')})",
        publish=partial(opened.publish_media, edition),
    )
    post_test(opened, test, addresses, manner)


def _test_variant(
    opened: Workspace, edition: Edition, sector: str | None, region: str | None
) -> Variant:
    from mailer.content.variant import variant_for, whole
    from subscribers.facets import FacetSet

    if sector is None and region is None:
        return whole(edition)
    words = opened.vocabulary
    regions = frozenset({words.region(region)} if region else ())
    return variant_for(edition, FacetSet(words.sector(sector) if sector else "", regions))
