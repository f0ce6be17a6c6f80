"""`bulletin campaign`: what was sent, and what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mailer.cli.console import (
    CampaignArgument,
    JsonOption,
    WaitOption,
    WorkspaceOption,
    command_group,
    confirm,
    plural,
    say,
    say_json,
    say_table,
    tell,
)
from mailer.cli.record import put_on_record
from mailer.cli.report import report

if TYPE_CHECKING:
    from mailer.app import Workspace
    from mailer.delivery.campaign import CampaignSummary

app = command_group("See what was sent; pause, resume, cancel or resolve it.")

app.command(epilog="Example: bulletin campaign report 1 --html report.html")(report)


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
    if campaign.approved:
        say(_approved_in_words(opened, campaign))
    say_table(
        ("Variant", "Articles", "Recipients"),
        [(v.key, v.articles, v.recipients) for v in variants],
        numbers=("Articles", "Recipients"),
    )
    if counts:
        say_facet_table(opened.vocabulary, counts)


def _approved_in_words(opened: Workspace, campaign: CampaignSummary) -> str:
    from mailer.approval.store import find_approved

    mailing, fingerprint = campaign.mailing, campaign.approved or ""
    with opened.database.read() as connection:
        found = find_approved(
            connection, mailing.edition, mailing.publication, mailing.segment, fingerprint
        )
    who = f" by {found.decided_by}, submitted by {found.submitted_by}" if found else ""
    return f"Approved{who}: fingerprint {fingerprint[:12]}"


def _say_summary(campaign: CampaignSummary) -> None:
    from mailer.cli.sending import counts_in_words
    from mailer.reporting.wording import in_correction, in_name

    say(
        f"{in_name(campaign)}, by the {campaign.mailing.route}, {campaign.state}",
        f"Begun {campaign.created_at:%Y-%m-%d %H:%M} UTC by {campaign.actor}",
        *filter(None, [in_correction(campaign)]),
        counts_in_words(campaign),
    )
    if campaign.paused_because:
        say(f"Paused: {campaign.paused_because}.")


@app.command(epilog="Example: bulletin campaign deliveries 1 --state rejected")
def deliveries(
    campaign_id: CampaignArgument,
    state: Annotated[str | None, typer.Option(help="Only those in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many at most.")] = 50,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what became of each recipient's mail, with the relay's words."""
    from dataclasses import asdict

    from mailer.app import Workspace
    from mailer.delivery.campaign import find_campaign, list_deliveries
    from mailer.delivery.outcome import DeliveryState

    if state is not None and state not in set(DeliveryState):
        raise typer.BadParameter(f"use one of: {', '.join(DeliveryState)}", param_hint="--state")
    with Workspace.open(workspace).database.read() as connection:
        find_campaign(connection, campaign_id, counted=False)
        chosen = DeliveryState(state) if state else None
        found = list_deliveries(connection, campaign_id, chosen, limit)
    if as_json:
        say_json([asdict(each) for each in found])
        return
    say_table(
        ("Address", "State", "Tries", "Reply"),
        [
            (
                d.address,
                d.state,
                d.attempts,
                " ".join(filter(None, (str(d.reply_code or ""), d.reply_text))),
            )
            for d in found
        ],
        numbers=("Tries",),
    )


@app.command(epilog="Example: bulletin campaign resume 1")
def resume(
    campaign_id: CampaignArgument,
    wait: WaitOption = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send what is left of a campaign: what is queued, and at once what was put off.

    Mails that were in flight when an earlier process died follow delivery.on_uncertain.
    """
    from mailer.app import Workspace
    from mailer.cli.sending import say_sent, send_campaign
    from mailer.delivery import control
    from mailer.surroundings import now

    opened = Workspace.open(workspace)
    control.resume(opened.database, campaign_id, now())
    put_on_record(opened.database, "resume", f"campaign {campaign_id}")
    sent = send_campaign(opened, campaign_id, quiet=as_json, wait=wait)
    raise typer.Exit(say_sent(opened, sent, as_json))


@app.command(epilog="Example: bulletin campaign retry 1 --rejected")
def retry(
    campaign_id: CampaignArgument,
    rejected: Annotated[
        bool,
        typer.Option(
            "--rejected",
            help="Also those refused for the mail, its sender or the relay, once that is mended.",
        ),
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let what was put off be tried again at once, by whichever process sends the campaign."""
    from mailer.app import Workspace
    from mailer.delivery import control
    from mailer.surroundings import now

    database = Workspace.open(workspace).database
    count = control.retry(database, campaign_id, rejected=rejected, now=now())
    put_on_record(database, "retry", f"campaign {campaign_id}", plural(count, "mail"))
    told = (
        f"{plural(count, 'mail')} due at once. Where no worker is running: "
        f"bulletin campaign resume {campaign_id}"
        if count
        else "There is nothing to try again."
    )
    tell(as_json, {"campaign": campaign_id, "retried": count}, told)


@app.command(epilog="Example: bulletin campaign pause 1")
def pause(
    campaign_id: CampaignArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False
) -> None:
    """Let a campaign rest, whichever terminal is sending it; `resume` takes it up again."""
    from mailer.app import Workspace
    from mailer.cli.sending import counts_in_words, summary_data
    from mailer.delivery import control

    database = Workspace.open(workspace).database
    campaign = control.pause(database, campaign_id)
    put_on_record(database, "pause", f"campaign {campaign_id}")
    told = f"Campaign {campaign.id} is paused: {counts_in_words(campaign)}."
    tell(as_json, summary_data(campaign), told)


@app.command(epilog="Example: bulletin campaign cancel 1 --yes")
def cancel(
    campaign_id: CampaignArgument,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """End a campaign for good. Those who have not had it can still get the edition by a new `send`."""
    from mailer.app import Workspace
    from mailer.cli.sending import counts_in_words, summary_data
    from mailer.delivery import control
    from mailer.surroundings import is_gone, now

    database = Workspace.open(workspace).database
    confirm(f"Cancel campaign {campaign_id} for good?", yes)
    campaign = control.cancel(database, campaign_id, now(), is_gone)
    put_on_record(database, "cancel", f"campaign {campaign_id}")
    told = f"Campaign {campaign.id} is cancelled: {counts_in_words(campaign)}."
    tell(as_json, summary_data(campaign), told)


@app.command(epilog="Example: bulletin campaign resolve 1 --resend")
def resolve(
    campaign_id: CampaignArgument,
    resend: Annotated[
        bool,
        typer.Option("--resend/--accept", help="Send them again, or take them as accepted."),
    ],
    address: Annotated[
        list[str] | None,
        typer.Option(help="Decide on this recipient's mail alone; may be repeated."),
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Decide on mails in doubt: those in flight when a sending process or its connection died.

    A mail that is sent again has the same Message-ID, by which many mail systems know it as the same.
    """
    from mailer.app import Workspace
    from mailer.delivery import control
    from mailer.surroundings import actor, now

    database = Workspace.open(workspace).database
    count = control.resolve(
        database, campaign_id, resend=resend, actor=actor(), now=now(), to=address or None
    )
    decided = f"{plural(count, 'mail')} {'to be sent again' if resend else 'taken as accepted'}"
    put_on_record(database, "resolve", f"campaign {campaign_id}", decided)
    queued = f"{plural(count, 'mail')} queued again: bulletin campaign resume {campaign_id}"
    told = queued if resend else f"{plural(count, 'mail')} taken as accepted."
    tell(as_json, {"campaign": campaign_id, "resolved": count, "resend": resend}, told)
