"""Sending a campaign from the terminal: the relay or the built-in inbox, a progress bar, and Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mailer.cli.console import plural, say, say_json, shown_path, warn
from mailer.delivery.campaign import (
    CampaignError,
    CampaignState,
    Route,
    find_campaign,
    rendered_variants,
)
from mailer.delivery.ledger import count_others
from mailer.delivery.message import Composer
from mailer.delivery.outcome import DeliveryState
from mailer.delivery.sender import Job, Sender
from mailer.delivery.smtp import RelayAddress
from mailer.sandbox.mailbox import Mailbox
from mailer.sandbox.server import InboxServer
from mailer.surroundings import is_gone, now, process_name

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from mailer.app import Workspace
    from mailer.delivery.campaign import CampaignSummary
    from mailer.delivery.outcome import Outcome

EXIT_UNFINISHED = 3
_ON_UNCERTAIN = {"hold": DeliveryState.UNCERTAIN, "resend": DeliveryState.QUEUED}


@dataclass(frozen=True, slots=True)
class Sent:
    """A campaign after sending, and how long it took. `seconds` of sending alone."""

    campaign: CampaignSummary
    handled: int
    seconds: float

    @property
    def rate(self) -> float:
        """Mails a second."""
        return self.handled / self.seconds if self.seconds else 0.0


def send_campaign(opened: Workspace, campaign_id: int, quiet: bool) -> Sent:
    """Send what is open of a campaign, showing how it goes unless `quiet`."""
    with opened.database.read() as connection:
        campaign = find_campaign(connection, campaign_id)
        variants = rendered_variants(connection, campaign_id)
    if campaign.state is CampaignState.FINISHED and not campaign.open:
        return Sent(campaign, 0, 0)
    _check_route(opened, campaign)
    _check_allowed(opened, campaign)
    head = opened.letterhead(campaign.mailing.publication, campaign_id)
    composers = {
        key: Composer(head, rendered, opened.signer, opened.signing_keys)
        for key, rendered in variants.items()
    }
    return asyncio.run(_send(opened, campaign, composers, quiet))


def _check_route(opened: Workspace, campaign: CampaignSummary) -> None:
    if (campaign.mailing.route is Route.INBOX) != opened.uses_inbox:
        there, here = campaign.mailing.route, Route.INBOX if opened.uses_inbox else Route.RELAY
        raise CampaignError(
            "campaign-route", f"campaign {campaign.id}",
            f"was made for the {there}, and mail goes to the {here} now",
            "set mode and safe_allow as they were, or send the edition anew",
        )  # fmt: skip


def _check_allowed(opened: Workspace, campaign: CampaignSummary) -> None:
    """Safe mode holds for a campaign that was made in live mode too."""
    only = opened.allowed_keys()
    if only is None:
        return
    with opened.database.read() as connection:
        others = count_others(connection, campaign.id, only)
    if others:
        raise CampaignError(
            "campaign-not-allowed", f"campaign {campaign.id}",
            f"has {plural(others, 'recipient')} who {'is' if others == 1 else 'are'} not in safe_allow",
            'set mode = "live" to go on, or cancel it',
        )  # fmt: skip


async def _send(
    opened: Workspace, campaign: CampaignSummary, composers: dict[int, Composer], quiet: bool
) -> Sent:
    async with _relay(opened, campaign) as relay:
        job = Job(
            campaign_id=campaign.id,
            relay=relay,
            connections=opened.settings.relay.connections,
            composers=composers,
            on_uncertain=_ON_UNCERTAIN[opened.settings.delivery.on_uncertain],
            holder=process_name(),
            is_gone=is_gone,
        )
        with _progress(campaign.open, quiet) as on_outcome:
            counter = _Counter(on_outcome)
            sender = Sender(opened.database, job, now, counter)
            began = time.perf_counter()
            with _stopping(sender):
                await sender.run()
            seconds = time.perf_counter() - began
    with opened.database.read() as connection:
        return Sent(find_campaign(connection, campaign.id), counter.handled, seconds)


class _Counter:
    """Counts outcomes on their way to the progress bar."""

    def __init__(self, on_outcome: Callable[[Outcome], None]) -> None:
        self._on_outcome = on_outcome
        self.handled = 0

    def __call__(self, outcome: Outcome) -> None:
        self.handled += 1
        self._on_outcome(outcome)


@contextlib.asynccontextmanager
async def _relay(opened: Workspace, campaign: CampaignSummary) -> AsyncIterator[RelayAddress]:
    if campaign.mailing.route is Route.RELAY:
        yield opened.relay()
        return
    async with InboxServer(Mailbox(opened.inbox)) as inbox:
        yield RelayAddress("127.0.0.1", inbox.port, "none")


@contextlib.contextmanager
def _stopping(sender: Sender) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM finish what is in flight; a second one ends at once."""
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)

    def stop() -> None:
        sender.stop.set()
        for number in numbers:
            loop.remove_signal_handler(number)
        warn("Waiting for the relay's answers to the mails under way; once more ends at once.")

    for number in numbers:
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


@contextlib.contextmanager
def _progress(total: int, quiet: bool) -> Iterator[Callable[[Outcome], None]]:
    if quiet or not sys.stderr.isatty():
        yield lambda _outcome: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("Sending"), BarColumn(), TextColumn("{task.completed:,.0f} of {task.total:,.0f}"),
        TextColumn("{task.fields[rate]}"), TimeRemainingColumn(), TextColumn("{task.fields[states]}"),
    )  # fmt: skip
    counts: dict[DeliveryState, int] = {}
    began = time.monotonic()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=total, rate="", states="")

        def on_outcome(outcome: Outcome) -> None:
            counts[outcome.state] = counts.get(outcome.state, 0) + 1
            done = sum(counts.values())
            rate = done / max(time.monotonic() - began, 0.001)
            states = " ".join(f"{state} {count:,}" for state, count in counts.items())
            progress.update(task, completed=done, rate=f"{rate:,.0f}/s", states=states)

        yield on_outcome


def say_sent(opened: Workspace, sent: Sent, as_json: bool) -> int:
    """Tell what became of a campaign; returns the exit code: 3 while something is left to do."""
    campaign = sent.campaign
    if as_json:
        say_json(
            summary_data(campaign)
            | {"seconds": round(sent.seconds, 3), "rate": round(sent.rate, 1)}
        )
    else:
        say(f"Campaign {campaign.id}: {counts_in_words(campaign)}, {sent.rate:,.0f} a second.")
        if campaign.open:
            say(
                f"{plural(campaign.open, 'mail')} still to go: bulletin campaign resume {campaign.id}"
            )
        if campaign.mailing.route is Route.INBOX:
            say(
                f"The mail is in the built-in inbox: bulletin inbox --workspace {shown_path(opened.folder)}"
            )
    accepted = campaign.counts.get(DeliveryState.ACCEPTED, 0)
    cancelled = campaign.counts.get(DeliveryState.CANCELLED, 0)
    return 0 if accepted + cancelled == campaign.total else EXIT_UNFINISHED


def counts_in_words(campaign: CampaignSummary) -> str:
    """`316 recipients: 314 accepted, 2 rejected`."""
    parts = ", ".join(f"{count:,} {state}" for state, count in sorted(campaign.counts.items()))
    return f"{plural(campaign.total, 'recipient')}" + (f": {parts}" if parts else "")


def summary_data(campaign: CampaignSummary) -> dict[str, Any]:
    """A campaign as data for scripts."""
    mailing = campaign.mailing
    return {
        "campaign": campaign.id,
        "edition": mailing.edition,
        "publication": mailing.publication,
        "segment": mailing.segment,
        "kind": mailing.kind,
        "route": mailing.route,
        "state": campaign.state,
        "actor": campaign.actor,
        "created_at": campaign.created_at.isoformat(),
        "finished_at": campaign.finished_at.isoformat() if campaign.finished_at else None,
        "recipients": campaign.total,
        "counts": {str(state): count for state, count in sorted(campaign.counts.items())},
    }
