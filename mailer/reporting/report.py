"""A campaign's report as a value, compiled from the ledger. Takes a connection and never commits."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailer.bounces.reason import Reason
from mailer.bounces.tally import By
from mailer.bounces.tally import tally as tally_returned
from mailer.delivery.campaign import find_campaign
from mailer.delivery.outcome import DeliveryState
from mailer.reporting import curve, queries
from mailer.reporting.replies import group_replies
from subscribers.store import facet_sets

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from mailer.bounces.tally import Tally
    from mailer.delivery.campaign import CampaignSummary
    from mailer.reporting.curve import Curve
    from mailer.reporting.queries import DomainCount, Slice
    from mailer.reporting.replies import ReplyGroup
    from subscribers.facets import FacetSet

NOT_ACCEPTED = (DeliveryState.DEFERRED, DeliveryState.REJECTED, DeliveryState.UNCERTAIN)
"""States that have a reason."""


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """So many mails that are in one state for one reason; `reason` is empty where none is known."""

    state: DeliveryState
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class DomainTable:
    """The domains with the most recipients, and all the others as one; `number` counts every domain."""

    largest: Sequence[DomainCount]
    rest: DomainCount
    number: int


@dataclass(frozen=True, slots=True)
class Reach:
    """How many people with one facet set are in the campaign, and how many of their mails were accepted."""

    recipients: int
    accepted: int


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is known of what became of a campaign, at `at`. Moments are UTC."""

    campaign: CampaignSummary
    at: dt.datetime
    subject: str
    first_at: dt.datetime | None
    last_at: dt.datetime | None
    """When the relay first and last took a mail."""
    curve: Curve
    tries: Mapping[int, int]
    """Accepted mails by how many attempts they took."""
    replies: Sequence[ReplyGroup]
    reasons: Sequence[ReasonCount]
    returned: Sequence[Tally]
    """By reason, the mails that came back after the relay had accepted them."""
    domains: DomainTable
    reach: Mapping[FacetSet, Reach]

    def count(self, state: DeliveryState) -> int:
        """How many deliveries are in a state."""
        return self.campaign.counts.get(state, 0)

    @property
    def seconds(self) -> float:
        """From the first accepted mail to the last, pauses included."""
        if self.first_at is None or self.last_at is None:
            return 0.0
        return (self.last_at - self.first_at).total_seconds()

    @property
    def rate(self) -> float | None:
        """Accepted mails a second over that time; None when it was too short to tell."""
        accepted = sum(step.accepted for step in self.curve.steps)
        return accepted / self.seconds if self.seconds >= 1 else None


def compile_report(
    connection: Connection, campaign_id: int, most_domains: int, now: dt.datetime
) -> Report:
    """Read what became of a campaign; raises CampaignError when there is none of that number."""
    campaign = find_campaign(connection, campaign_id)
    slices = queries.slice_deliveries(connection, campaign_id)
    between = queries.answered_between(connection, campaign_id)
    first_at, last_at = between or (None, None)
    return Report(
        campaign=campaign,
        at=now,
        subject=queries.subject_line(connection, campaign_id),
        first_at=first_at,
        last_at=last_at,
        curve=_curve(connection, campaign_id, between),
        tries=_tries(slices),
        replies=group_replies(queries.read_replies(connection, campaign_id)),
        reasons=_reasons(slices),
        returned=tally_returned(connection, By.REASON, campaign_id, len(Reason), refused=False),
        domains=_domains(connection, campaign, most_domains),
        reach=_reach(slices, facet_sets(connection)),
    )


def _curve(
    connection: Connection, campaign_id: int, between: tuple[dt.datetime, dt.datetime] | None
) -> Curve:
    if between is None:
        return curve.draw(60, {})
    seconds = curve.step_seconds(*between)
    return curve.draw(seconds, queries.count_by_step(connection, campaign_id, seconds))


def _tries(slices: Sequence[Slice]) -> dict[int, int]:
    tally: Counter[int] = Counter()
    for each in slices:
        if each.state is DeliveryState.ACCEPTED:
            tally[each.attempts] += each.count
    return dict(sorted(tally.items()))


def _reasons(slices: Sequence[Slice]) -> list[ReasonCount]:
    tally: Counter[tuple[DeliveryState, str]] = Counter()
    for each in slices:
        if each.state in NOT_ACCEPTED:
            tally[each.state, each.reason or ""] += each.count
    return [ReasonCount(*key, count) for key, count in sorted(tally.items(), key=_most_first)]


def _most_first(item: tuple[tuple[DeliveryState, str], int]) -> tuple[int, tuple[str, str]]:
    return -item[1], item[0]


def _domains(connection: Connection, campaign: CampaignSummary, most: int) -> DomainTable:
    largest, number = queries.count_domains(connection, campaign.id, most)
    of_state = campaign.counts.get
    rest = queries.DomainCount(
        "",
        campaign.total - sum(each.recipients for each in largest),
        of_state(DeliveryState.ACCEPTED, 0) - sum(each.accepted for each in largest),
        of_state(DeliveryState.REJECTED, 0) - sum(each.rejected for each in largest),
        of_state(DeliveryState.UNCERTAIN, 0) - sum(each.uncertain for each in largest),
    )
    return DomainTable(largest, rest, number)


def _reach(slices: Sequence[Slice], held: Mapping[int, FacetSet]) -> dict[FacetSet, Reach]:
    recipients: Counter[FacetSet] = Counter()
    accepted: Counter[FacetSet] = Counter()
    for each in slices:
        if each.facet_set_id is not None:
            facets = held[each.facet_set_id]
            recipients[facets] += each.count
            accepted[facets] += each.count * (each.state is DeliveryState.ACCEPTED)
    return {facets: Reach(count, accepted[facets]) for facets, count in recipients.items()}
