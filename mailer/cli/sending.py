"""Sending a campaign from the terminal: a progress bar, Ctrl-C, and what became of it."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import signal
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mailer.cli.console import plural, say, say_json, shown_path, warn
from mailer.delivery import batches
from mailer.delivery.campaign import CampaignState, Route, find_campaign
from mailer.delivery.desk import Work
from mailer.delivery.outcome import DeliveryState
from mailer.delivery.sender import Sender
from mailer.surroundings import now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mailer.app import Workspace
    from mailer.delivery.campaign import CampaignSummary
    from mailer.delivery.outcome import Outcome

EXIT_UNFINISHED = 3

PATIENCE = dt.timedelta(seconds=30)
"""How long a command stays for mails that may not leave yet; `--wait` stays to the end."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A campaign after sending. `seconds` of sending alone; `due_at` is when it goes on."""

    campaign: CampaignSummary
    handled: int
    seconds: float
    due_at: dt.datetime | None = None

    @property
    def rate(self) -> float:
        """Mails a second."""
        return self.handled / self.seconds if self.seconds else 0.0


def send_campaign(
    opened: Workspace,
    campaign_id: int,
    *,
    quiet: bool,
    wait: bool = False,
    stop_pauses: bool = True,
) -> Sent:
    """Send what is due of a campaign, showing how it goes unless `quiet`; with `wait` to its very end.

    When it is told to stop it pauses the campaign, or else leaves it to whoever sends next.
    """
    from mailer.dispatch import Dispatch

    with opened.database.read() as connection:
        campaign = find_campaign(connection, campaign_id)
    if not campaign.open:
        return Sent(campaign, 0, 0)
    Dispatch(opened).check(campaign)
    patience = None if wait else PATIENCE
    return asyncio.run(_send(opened, campaign, quiet, patience, stop_pauses))


async def _send(
    opened: Workspace,
    campaign: CampaignSummary,
    quiet: bool,
    patience: dt.timedelta | None,
    stop_pauses: bool,
) -> Sent:
    from mailer.dispatch import Dispatch

    work = Work(campaign_id=campaign.id)
    async with Dispatch(opened).road() as relay:
        with _progress(campaign.open, quiet) as on_outcome:
            counter = _Counter(on_outcome)
            job = Dispatch(opened).job(
                work, relay, patience=patience, stop_pauses=stop_pauses, tell=warn
            )
            sender = Sender(job, counter)
            began = time.perf_counter()
            with stopping(sender):
                await sender.run()
            seconds = time.perf_counter() - began
    with opened.database.read() as connection:
        due = batches.next_due(connection, work.among(work.kinds), now())
        found = find_campaign(connection, campaign.id)
        return Sent(found, counter.handled, seconds, due.moment if due else None)


class _Counter:
    """Counts outcomes on their way to the progress bar."""

    def __init__(self, on_outcome: Callable[[Outcome], None]) -> None:
        self._on_outcome = on_outcome
        self.handled = 0

    def __call__(self, outcome: Outcome) -> None:
        self.handled += 1
        self._on_outcome(outcome)


@contextlib.contextmanager
def stopping(sender: Sender) -> Iterator[None]:
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
        for line in _what_is_left(sent):
            say(line)
        if campaign.mailing.route is Route.INBOX:
            say(
                f"The mail is in the built-in inbox: bulletin inbox --workspace {shown_path(opened.folder)}"
            )
    accepted = campaign.counts.get(DeliveryState.ACCEPTED, 0)
    cancelled = campaign.counts.get(DeliveryState.CANCELLED, 0)
    return 0 if accepted + cancelled == campaign.total else EXIT_UNFINISHED


def _what_is_left(sent: Sent) -> Iterator[str]:
    campaign = sent.campaign
    go_on = f"bulletin campaign resume {campaign.id}"
    if campaign.paused_because:
        yield f"Paused: {campaign.paused_because}."
    if not campaign.open:
        return
    if campaign.state is CampaignState.SENDING and sent.due_at is not None:
        yield (
            f"{plural(campaign.open, 'mail')} still to go, from {sent.due_at:%Y-%m-%d %H:%M} UTC: "
            f"`bulletin worker` sends them by itself, `{go_on}` at once."
        )
    else:
        yield f"{plural(campaign.open, 'mail')} still to go: {go_on}"


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
        "corrects": mailing.corrects,
        "route": mailing.route,
        "state": campaign.state,
        "actor": campaign.actor,
        "approved": campaign.approved,
        "created_at": campaign.created_at.isoformat(),
        "finished_at": campaign.finished_at.isoformat() if campaign.finished_at else None,
        "paused_because": campaign.paused_because,
        "recipients": campaign.total,
        "counts": {str(state): count for state, count in sorted(campaign.counts.items())},
    }
