"""Reports and progress as data for scripts. Pure. The keys are a promise: docs/reports.md lists them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from mailer.reporting.reach import UNSTATED

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from mailer.bounces.tally import Tally
    from mailer.delivery.outcome import DeliveryState
    from mailer.reporting.progress import Pace, Progress, Rate
    from mailer.reporting.replies import ReplyGroup
    from mailer.reporting.report import Reach, Report
    from subscribers.facets import FacetSet


def report_data(report: Report) -> dict[str, Any]:
    """A report. Nothing in it is masked."""
    campaign, mailing = report.campaign, report.campaign.mailing
    return {
        "campaign": campaign.id,
        "edition": mailing.edition,
        "publication": mailing.publication,
        "segment": mailing.segment,
        "corrects": list(campaign.corrected),
        "route": mailing.route,
        "state": campaign.state,
        "paused_because": campaign.paused_because,
        "approved": campaign.approved,
        "subject": report.subject,
        "at": _moment(report.at),
        "recipients": campaign.total,
        "counts": _counts(campaign.counts),
        "first_accepted_at": _moment(report.first_at),
        "last_accepted_at": _moment(report.last_at),
        "seconds": round(report.seconds, 3),
        "rate": None if report.rate is None else round(report.rate, 3),
        "tries": [{"tries": tries, "accepted": count} for tries, count in report.tries.items()],
        "curve": {
            "step_seconds": report.curve.seconds,
            "steps": [
                {"at": _moment(step.at), "first_try": step.first, "later_try": step.retried}
                for step in report.curve.steps
            ],
        },
        "replies": _replies(report.replies),
        "reasons": [asdict(each) for each in report.reasons],
        "returned": [_returned(each) for each in report.returned],
        "domains": {
            "number": report.domains.number,
            "largest": [asdict(each) for each in report.domains.largest],
            "rest": asdict(report.domains.rest) | {"domain": None},
        },
        "cells": _cells(report.reach),
    }


def progress_data(seen: Progress, pace: Pace) -> dict[str, Any]:
    """A campaign under way, with its rate over the last ten seconds and the last minute."""
    left = pace.time_left(seen)
    return {
        "campaign": seen.campaign_id,
        "edition": seen.edition,
        "segment": seen.segment,
        "state": seen.state,
        "paused_because": seen.paused_because,
        "recipients": seen.recipients,
        "counts": _counts(seen.counts),
        "waiting": seen.waiting,
        "rate": _rate(pace.over(10)),
        "rate_minute": _rate(pace.over(60)),
        "seconds_left": None if left is None else int(left.total_seconds()),
        "next_due_at": _moment(seen.next_due),
        "senders": list(seen.holders),
        "troubled_domains": [asdict(each) for each in seen.domains],
        "troubled_replies": _replies(seen.replies),
    }


def _moment(at: dt.datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _counts(counts: Mapping[DeliveryState, int]) -> dict[str, int]:
    return {str(state): count for state, count in sorted(counts.items())}


def _rate(rate: Rate | None) -> float | None:
    return None if rate is None else round(rate.per_second, 1)


def _replies(replies: Sequence[ReplyGroup]) -> list[dict[str, Any]]:
    return [asdict(each) for each in replies]


def _returned(each: Tally) -> dict[str, Any]:
    counts = asdict(each)
    return {"reason": counts.pop("name"), **counts}


def _cells(reach: Mapping[FacetSet, Reach]) -> list[dict[str, Any]]:
    tally: dict[tuple[str, str], list[int]] = {}
    for facets, reached in reach.items():
        for region in facets.regions or {UNSTATED}:
            cell = tally.setdefault((facets.sector or UNSTATED, region), [0, 0])
            cell[0] += reached.recipients
            cell[1] += reached.accepted
    return [
        {"sector": sector, "region": region, "recipients": cell[0], "accepted": cell[1]}
        for (sector, region), cell in sorted(tally.items())
    ]
