"""What a command is about to send, before anything leaves the building: to whom, how many, by which way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mailer.cli.console import plural, say

if TYPE_CHECKING:
    from mailer.app import Workspace
    from mailer.delivery.planning import Plan


def say_plan(opened: Workspace, plan: Plan) -> None:
    """To whom, how many, what, from whom, by which way."""
    from mailer.cli.approved import approval_in_words
    from mailer.cli.facet_table import say_facet_table
    from mailer.cli.reach import blackouts_in_words
    from mailer.cli.segment import named
    from mailer.surroundings import now

    sender = opened.settings.sender
    subject = f": {next(iter(plan.rendered.values())).subject}" if plan.rendered else ""
    say(
        f"{plan.command.capitalize():<10} {plan.mailing.edition}{subject}",
        f"Readers    those who got {plan.mailing.corrects}"
        if plan.mailing.corrects
        else f"Segment    {named(plan.segment)}",
        f"Recipients {plan.total:,}, in {plural(len(plan.variants), 'variant')}",
        f"From       {sender.name} <{sender.address}>, replies to {sender.reply_to}",
        f"By         {way_in_words(opened)}",
        *approval_in_words(opened, plan),
        *pace_in_words(opened, plan.total),
        *blackouts_in_words(opened, plan.segment.name, now()),
    )
    for campaign_id in plan.unfinished:
        say(
            f"Campaign {campaign_id} of this edition is not finished; its recipients are not among these."
        )
    if plan.recipients:
        say_facet_table(opened.vocabulary, plan.recipients)


def pace_in_words(opened: Workspace, total: int) -> list[str]:
    """What the limits of the settings mean for so many mails, a line each; nothing where there are none."""
    from mailer.dispatch import Dispatch
    from mailer.surroundings import now

    pacing, moment = Dispatch(opened).pacing, now()
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


def way_in_words(opened: Workspace, live: str = "to the subscribers themselves") -> str:
    """Where mail goes in the workspace's present mode; `live` is whom it reaches then."""
    if opened.uses_inbox:
        return "the built-in inbox: safe mode, nothing leaves this machine"
    relay = f"{opened.settings.relay.host}:{opened.settings.relay.port}"
    if opened.is_live:
        return f"{relay}, {live}"
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
