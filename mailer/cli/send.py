"""`bulletin send`: an edition to a segment, or a test to the team."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailer.cli.console import (
    AcceptOption,
    CanaryOption,
    JsonOption,
    WaitOption,
    WorkspaceOption,
    plural,
    say,
    single_command,
)
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
    test: Annotated[
        list[str] | None,
        typer.Option(metavar="ADDRESS", help="Send only a test, to this address; may be repeated."),
    ] = None,
    sector: Annotated[
        str | None, typer.Option(help="With --test: as readers of this sector see it.")
    ] = None,
    region: Annotated[
        str | None, typer.Option(help="With --test: as readers of this region see it.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen, and stop.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False,
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
    from mailer.cli.edition import checked, drafted

    if (segment is None) == (not test):
        raise typer.BadParameter("give either --segment or --test", param_hint="--segment")
    opened = Workspace.open(workspace)
    folder = opened.edition_folder(edition)
    read = drafted(opened, folder) if test else checked(opened, folder, yes or dry_run)
    share = None if canary is None else canary / 100
    manner = Manner(dry_run, yes, accept_audience, share, wait, as_json)
    if test:
        _send_test(opened, read, test, (sector, region), manner)
        return
    post(
        opened,
        plan_sending(opened, read, segment or ""),
        partial(opened.dispatch.begin, read),
        manner,
    )


def plan_sending(opened: Workspace, edition: Edition, segment_name: str) -> Plan:
    """What would be sent to whom, by the workspace's present mode."""
    from mailer.delivery.campaign import Kind, Mailing
    from mailer.delivery.planning import plan_edition

    segment = opened.segment(segment_name)
    route = opened.dispatch.route
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


def say_plan(opened: Workspace, plan: Plan) -> None:
    """To whom, how many, what, from whom, by which way."""
    from mailer.cli.approved import approval_in_words
    from mailer.cli.facet_table import say_facet_table
    from mailer.cli.segment import in_words

    sender = opened.settings.sender
    subject = f": {next(iter(plan.rendered.values())).subject}" if plan.rendered else ""
    say(
        f"{plan.command.capitalize():<10} {plan.mailing.edition}{subject}",
        f"Readers    those who got {plan.mailing.corrects}"
        if plan.mailing.corrects
        else f"Segment    {plan.segment.name}: {in_words(plan.segment)}",
        f"Recipients {plan.total:,}, in {plural(len(plan.variants), 'variant')}",
        f"From       {sender.name} <{sender.address}>, replies to {sender.reply_to}",
        f"By         {way_in_words(opened)}",
        *approval_in_words(opened, plan),
        *pace_in_words(opened, plan.total),
    )
    for campaign_id in plan.unfinished:
        say(
            f"Campaign {campaign_id} of this edition is not finished; its recipients are not among these."
        )
    if plan.recipients:
        say_facet_table(opened.vocabulary, plan.recipients)


def pace_in_words(opened: Workspace, total: int) -> list[str]:
    """What the limits of the settings mean for so many mails, a line each; nothing where there are none."""
    from mailer.surroundings import now

    pacing, moment = opened.dispatch.pacing, now()
    lines = []
    if pacing.relay.per_second is not None:
        minutes = total / pacing.relay.per_second / 60
        lines.append(
            f"Pace       {pacing.relay.per_second:g} mails a second at most: "
            + (f"{minutes:,.0f} minutes or more" if minutes >= 1 else "less than a minute")
        )
    if pacing.warm_up is not None:
        today = pacing.warm_up.allowance(pacing.hours.day(moment))
        if today is not None:
            lines.append(f"Warm-up    {today:,} mails today, by the ramp of the settings")
    opening = pacing.hours.opening(moment)
    if opening > moment:
        local = opening.astimezone(pacing.hours.zone)
        lines.append(f"Hours      closed now; mail leaves from {local:%A %H:%M}")
    return lines


def way_in_words(opened: Workspace) -> str:
    """Where mail goes in the workspace's present mode."""
    if opened.uses_inbox:
        return "the built-in inbox: safe mode, nothing leaves this machine"
    relay = f"{opened.settings.relay.host}:{opened.settings.relay.port}"
    if opened.is_live:
        return f"{relay}, to the subscribers themselves"
    allowed = plural(len(opened.settings.safe_allow), "allowed address", "allowed addresses")
    return f"{relay}, safe mode: only to {allowed}"


def plan_data(plan: Plan) -> dict[str, Any]:
    """A plan as data for scripts."""
    from mailer.cli.facet_table import cells

    return {
        "edition": plan.mailing.edition,
        "corrects": plan.mailing.corrects,
        "segment": plan.segment.name,
        "route": plan.mailing.route,
        "recipients": plan.total,
        "variants": [
            {"variant": key, "articles": variant.article_count}
            for key, variant in plan.variants.items()
        ],
        "cells": cells(plan.recipients),
        "unfinished": list(plan.unfinished),
    }


def _send_test(
    opened: Workspace,
    edition: Edition,
    addresses: list[str],
    facets: tuple[str | None, str | None],
    manner: Manner,
) -> None:
    from mailer.delivery.campaign import Kind, Mailing

    variant = _test_variant(opened, edition, *facets)
    route = opened.dispatch.route
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
