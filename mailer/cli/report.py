"""`bulletin campaign report`: what became of a campaign, as tables, as a page, as data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailer.cli.console import (
    CampaignArgument,
    JsonOption,
    WorkspaceOption,
    say,
    say_json,
    say_table,
    shown_path,
)

if TYPE_CHECKING:
    from mailer.app import Workspace
    from mailer.reporting.report import Report

_MOST_REPLIES = 15
_MOST_STEPS = 15


def report(
    campaign_id: CampaignArgument,
    html: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write it as one HTML page instead; small counts are hidden there."
        ),
    ] = None,
    top: Annotated[
        int, typer.Option(min=1, max=1000, help="How many domains to show by name.")
    ] = 10,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Report what became of a campaign: states, replies, reasons, returns, domains, people, and when.

    The page needs nothing but itself: open it, print it, or pass it on.
    """
    from mailer.app import Workspace
    from mailer.reporting.data import report_data

    opened = Workspace.open(workspace)
    compiled = _compile(opened, campaign_id, top)
    if html is not None:
        _write(opened, compiled, html)
    if as_json:
        say_json(report_data(compiled) | ({"file": html} if html else {}))
    elif html is not None:
        say(
            f"Wrote {shown_path(html)}: the report on number {campaign_id}, one page for any browser."
        )
    else:
        _say(opened, compiled)


def _compile(opened: Workspace, campaign_id: int, top: int) -> Report:
    from rich.console import Console

    from mailer.reporting.report import compile_report
    from mailer.surroundings import now

    # A million deliveries take some seconds. In a pipe this shows nothing.
    waiting = Console(stderr=True).status("Reading what became of it")
    with waiting, opened.database.read() as connection:
        return compile_report(connection, campaign_id, top, now())


def _write(opened: Workspace, compiled: Report, path: Path) -> None:
    from mailer.cli.writing import writing_whole

    page = opened.report_page(compiled.campaign.mailing.publication).render(compiled)
    with writing_whole(path) as out:
        out.write(page)


def _say(opened: Workspace, compiled: Report) -> None:
    from mailer.reporting.wording import to_do

    _say_head(compiled)
    for words, command in to_do(compiled.campaign):
        say(words, f"  {command}")
    _say_states(compiled)
    _say_curve(compiled)
    _say_reach(opened, compiled)
    _say_domains(compiled)
    _say_reasons(compiled)
    _say_returned(compiled)
    _say_replies(compiled)


def _say_head(compiled: Report) -> None:
    from mailer.reporting.wording import in_correction, in_moment, in_name, in_rate, in_time

    campaign = compiled.campaign
    say(
        f"{in_name(campaign)}, by the {campaign.mailing.route}, {campaign.state}",
        compiled.subject,
        *filter(None, [in_correction(campaign)]),
    )
    if compiled.first_at and compiled.last_at:
        rate = f", {in_rate(compiled.rate)}" if compiled.rate else ""
        say(
            f"Accepted from {in_moment(compiled.first_at)} to {in_moment(compiled.last_at)}: "
            f"{in_time(compiled.seconds)}{rate}"
        )


def _say_states(compiled: Report) -> None:
    from mailer.reporting.wording import in_share

    campaign = compiled.campaign
    rows: list[tuple[object, ...]] = [
        (state, count, in_share(count, campaign.total))
        for state, count in sorted(campaign.counts.items(), key=lambda item: -item[1])
    ]
    rows.append(("all", campaign.total, "100%"))
    say_table(("State", "Mails", "Share"), rows, numbers=("Mails", "Share"))


def _say_curve(compiled: Report) -> None:
    from mailer.reporting.curve import coarsen

    curve = coarsen(compiled.curve, _MOST_STEPS)
    steps = [step for step in curve.steps if step.accepted]
    if not steps:
        return
    form = "%Y-%m-%d %H:%M:%S" if curve.seconds < 60 else "%Y-%m-%d %H:%M"
    columns = ("From (UTC)", "First try", "Later try", "Accepted")
    say_table(
        columns,
        [(f"{step.at:{form}}", step.first, step.retried, step.accepted) for step in steps],
        numbers=columns[1:],
        title=f"Accepted in each {curve.unit}",
    )


def _say_reach(opened: Workspace, compiled: Report) -> None:
    from mailer.reporting.reach import tabulate

    if not compiled.reach:
        return
    accepted = {facets: reach.accepted for facets, reach in compiled.reach.items()}
    table = tabulate(accepted, opened.vocabulary)
    heads = [*table.sectors, "All sectors"]
    names = [*table.regions, "Everyone"]
    rows = [(name, *row) for name, row in zip(names, table.rows, strict=True)]
    say_table(
        ("Region", *heads),
        rows,
        numbers=heads,
        title="Accepted, by region and sector of the people",
    )


def _say_domains(compiled: Report) -> None:
    table = compiled.domains
    rows: list[tuple[object, ...]] = [
        (d.domain, d.recipients, d.accepted, d.rejected, d.uncertain) for d in table.largest
    ]
    if table.rest.recipients:
        rest, others = table.rest, table.number - len(table.largest)
        name = f"{others:,} other {'domain' if others == 1 else 'domains'}"
        rows.append((name, rest.recipients, rest.accepted, rest.rejected, rest.uncertain))
    columns = ("Domain", "Recipients", "Accepted", "Rejected", "Uncertain")
    say_table(columns, rows, numbers=columns[1:], title="Domains")


def _say_reasons(compiled: Report) -> None:
    from mailer.reporting.wording import in_words

    if compiled.reasons:
        rows = [(in_words(each.reason), each.state, each.count) for each in compiled.reasons]
        say_table(("Reason", "State", "Mails"), rows, numbers=("Mails",), title="Not accepted")


def _say_returned(compiled: Report) -> None:
    from mailer.reporting.wording import in_words

    if compiled.returned:
        numbers = ("Mails", "Hard", "Soft", "Complaints")
        rows = [
            (in_words(each.name), each.deliveries, each.hard, each.soft, each.complaints)
            for each in compiled.returned
        ]
        say_table(("Reason", *numbers), rows, numbers=numbers, title="Came back after acceptance")


def _say_replies(compiled: Report) -> None:
    shown = compiled.replies[:_MOST_REPLIES]
    if not shown:
        return
    rows: list[tuple[object, ...]] = [
        (each.state, str(each.code or "none"), each.text, each.count) for each in shown
    ]
    others = sum(each.count for each in compiled.replies[_MOST_REPLIES:])
    if others:
        rows.append(("", "", "other replies", others))
    say_table(("State", "Code", "Reply", "Mails"), rows, numbers=("Mails",), title="Replies")
