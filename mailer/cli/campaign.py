"""`bulletin campaign`: what was sent, and what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mailer.cli.console import JsonOption, WorkspaceOption, command_group, say, say_json, say_table

if TYPE_CHECKING:
    from mailer.delivery.campaign import CampaignSummary

app = command_group("See what was sent, and take up what was left.")

CampaignArgument = Annotated[
    int, typer.Argument(metavar="ID", help="The campaign's number.", min=1)
]


@app.command("list", epilog="Example: bulletin campaign list")
def list_all(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List the campaigns, newest first."""
    from mailer.app import Workspace
    from mailer.cli.sending import summary_data
    from mailer.delivery.campaign import list_campaigns

    with Workspace.open(workspace).database.read() as connection:
        campaigns = list_campaigns(connection)
    if as_json:
        say_json([summary_data(campaign) for campaign in campaigns])
        return
    if not campaigns:
        say("Nothing has been sent yet.")
        return
    columns = ("ID", "Edition", "Segment", "Way", "State", "Recipients", "Accepted", "Begun")
    say_table(columns, map(_row, campaigns), numbers=("ID", "Recipients", "Accepted"))


def _row(campaign: CampaignSummary) -> tuple[object, ...]:
    from mailer.delivery.outcome import DeliveryState

    mailing = campaign.mailing
    accepted = campaign.counts.get(DeliveryState.ACCEPTED, 0)
    begun = f"{campaign.created_at:%Y-%m-%d %H:%M} UTC"
    return (
        str(campaign.id), mailing.edition, mailing.segment, mailing.route, campaign.state,
        campaign.total, accepted, begun,
    )  # fmt: skip


@app.command(epilog="Example: bulletin campaign show 1")
def show(
    campaign_id: CampaignArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False
) -> None:
    """Show a campaign: its deliveries by state, its variants, and its recipients by sector and region."""
    from mailer.app import Workspace
    from mailer.cli.facet_table import cells, say_facet_table
    from mailer.cli.sending import summary_data
    from mailer.delivery.campaign import count_recipients_by_facets, count_variants, find_campaign

    opened = Workspace.open(workspace)
    with opened.database.read() as connection:
        campaign = find_campaign(connection, campaign_id)
        variants = count_variants(connection, campaign_id)
        counts = count_recipients_by_facets(connection, campaign_id)
    if as_json:
        say_json(
            summary_data(campaign)
            | {
                "variants": [
                    {"variant": v.key, "articles": v.articles, "recipients": v.recipients}
                    for v in variants
                ],
                "cells": cells(counts),
            }
        )
        return
    _say_summary(campaign)
    say_table(
        ("Variant", "Articles", "Recipients"),
        [(v.key, v.articles, v.recipients) for v in variants],
        numbers=("Articles", "Recipients"),
    )
    if counts:
        say_facet_table(opened.vocabulary, counts)


def _say_summary(campaign: CampaignSummary) -> None:
    from mailer.cli.sending import counts_in_words

    mailing = campaign.mailing
    say(
        f"Campaign {campaign.id}: {mailing.edition} to {mailing.segment}, "
        f"by the {mailing.route}, {campaign.state}",
        f"Begun {campaign.created_at:%Y-%m-%d %H:%M} UTC by {campaign.actor}",
        counts_in_words(campaign),
    )


@app.command(epilog="Example: bulletin campaign resume 1")
def resume(
    campaign_id: CampaignArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False
) -> None:
    """Send what is left of a campaign: what is queued, and what was deferred.

    Mails that were in flight when an earlier process died follow delivery.on_uncertain.
    """
    from mailer.app import Workspace
    from mailer.cli.sending import say_sent, send_campaign

    opened = Workspace.open(workspace)
    sent = send_campaign(opened, campaign_id, quiet=as_json)
    raise typer.Exit(say_sent(opened, sent, as_json))
