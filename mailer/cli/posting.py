"""A plan is shown, asked about, and sent; a test goes to the team: the same for whatever is mailed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import typer

from mailer.cli.console import confirm, plural, say, say_json
from mailer.cli.disregard import NONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from mailer.app import Workspace
    from mailer.cli.disregard import Disregard
    from mailer.delivery.campaign import Mailing
    from mailer.delivery.planning import Plan, Shape
    from mailer.rendering.rendered import RenderedEmail


@dataclass(frozen=True, slots=True)
class Manner:
    """How somebody asked for it to be sent. `canary` is in percent, None what the settings say."""

    dry_run: bool
    yes: bool
    accept_audience: bool
    canary: float | None
    wait: bool
    as_json: bool


class Begin(Protocol):
    """Freezes the campaign of a plan, and gives its number."""

    def __call__(self, plan: Plan, actor: str, canary: float, accepted: int | None) -> int:
        """`accepted` recipients stand for those that were approved; None when those do."""


@dataclass(frozen=True, slots=True)
class TestMail:
    """One variant of a mail, to be looked at. `publish` puts its pictures where the pages serve them from."""

    mailing: Mailing
    variant: Shape
    rendered: RenderedEmail
    told: str
    publish: Callable[[], None]


def post(
    opened: Workspace, plan: Plan, begin: Begin, manner: Manner, disregard: Disregard = NONE
) -> None:
    """Show a plan, ask, send, and exit with what came of it; a dry run stops before the question.

    What is disregarded by that is on record before the first mail leaves this process.
    """
    from mailer.cli.approved import agree, approval_data
    from mailer.cli.plan_view import plan_data, say_plan
    from mailer.surroundings import actor

    if not manner.dry_run:
        _refuse_empty(plan)
    if manner.as_json and manner.dry_run:
        say_json(plan_data(plan) | {"approval": approval_data(opened, plan)})
    elif not manner.as_json:
        say_plan(opened, plan)
    if manner.dry_run:
        return
    accepted = agree(opened, plan, yes=manner.yes, accept=manner.accept_audience)
    confirm(f"Send to {plural(plan.total, 'recipient')}?", manner.yes)
    share = opened.settings.delivery.canary if manner.canary is None else manner.canary / 100
    campaign_id = begin(plan, actor(), share, accepted)
    disregard.put_on_record(opened.database, "send", str(plan.proof))
    _see_through(opened, campaign_id, manner)


def post_test(opened: Workspace, test: TestMail, addresses: list[str], manner: Manner) -> None:
    """Send a test to the team's own addresses, and exit with what came of it."""
    from mailer.cli.plan_view import way_in_words
    from mailer.delivery.planning import freeze_test
    from mailer.surroundings import actor, now

    mailboxes = _test_mailboxes(opened, addresses)
    if not manner.as_json:
        way = way_in_words(opened, "to nobody else")
        say(f"Test of {test.told} to {', '.join(mailboxes)}", f"By {way}")
    if manner.dry_run:
        return
    _ = opened.signer, opened.signing_keys
    test.publish()
    campaign_id = freeze_test(
        opened.database, test.mailing, test.variant, test.rendered, mailboxes, actor(), now()
    )
    _see_through(opened, campaign_id, manner)


def _see_through(opened: Workspace, campaign_id: int, manner: Manner) -> None:
    from mailer.cli.sending import say_sent, send_campaign

    sent = send_campaign(opened, campaign_id, quiet=manner.as_json, wait=manner.wait)
    raise typer.Exit(say_sent(opened, sent, manner.as_json))


def _refuse_empty(plan: Plan) -> None:
    from mailer.delivery.campaign import CampaignError

    if plan.total:
        return
    what = "there is nobody in the segment who has not had it"
    if plan.mailing.corrects:
        what = "everybody who got the edition has had the correction"
        if plan.unfinished:
            what += ", or is in a campaign that is not finished"
    if plan.unfinished:
        remedy = f"finish what was begun with `bulletin campaign resume {plan.unfinished[-1]}`"
    elif plan.mailing.corrects:
        remedy = "see `bulletin campaign list`"
    else:
        remedy = f"see `bulletin segment show {plan.segment.name}` and `bulletin campaign list`"
    raise CampaignError(
        "nobody-left", f"{plan.mailing.edition} to {plan.segment.name}",
        what, remedy,
    )  # fmt: skip


def _test_mailboxes(opened: Workspace, addresses: list[str]) -> list[str]:
    from mailer.config import SettingsError
    from subscribers.address import parse_address

    parsed = {address.key: address.mailbox for address in map(parse_address, addresses)}
    allowed = opened.allowed_keys()
    for key, mailbox in parsed.items():
        if allowed is not None and key not in allowed:
            raise SettingsError(
                "test-not-allowed", mailbox, "is not in safe_allow, and the workspace is in safe mode",
                "add it to safe_allow in bulletin.toml",
            )  # fmt: skip
    return list(parsed.values())
