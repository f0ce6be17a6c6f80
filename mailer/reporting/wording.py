"""Figures, shares and times as people read them in a report. Pure."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from mailer.delivery.campaign import Kind
from mailer.delivery.outcome import DeliveryState

if TYPE_CHECKING:
    from mailer.delivery.campaign import CampaignSummary

_IN_DOUBT = (
    "the connection ended before the relay answered. Its log tells whether it took them. "
    "Then say that it did, or have them sent again."
)
_UNITS = (("day", 86_400), ("h", 3600), ("min", 60), ("s", 1))


def in_count(number: int, one: str, many: str = "") -> str:
    """`1 mail`, `1,200 mails`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def in_name(campaign: CampaignSummary) -> str:
    """`Campaign 3: issue-04 to everyone`; all letters of one kind are `Letters 2: welcome, in en-GB`."""
    mailing = campaign.mailing
    if _is_letters(campaign):
        return f"Letters {campaign.id}: {mailing.edition}, in {mailing.segment}"
    return f"Campaign {campaign.id}: {mailing.edition} to {mailing.segment}"


def _is_letters(campaign: CampaignSummary) -> bool:
    return campaign.mailing.kind is Kind.LETTER


def in_correction(campaign: CampaignSummary) -> str:
    """`A correction of issue-04, campaign 1.`; empty for anything else."""
    if not campaign.corrected:
        return ""
    numbers = ", ".join(map(str, campaign.corrected))
    campaigns = "campaign" if len(campaign.corrected) == 1 else "campaigns"
    return f"A correction of {campaign.mailing.corrects}, {campaigns} {numbers}."


def in_share(part: int, whole: int) -> str:
    """`96.5%`; 0% and 100% are said of nothing and of everything alone."""
    if not whole:
        return "–"
    share = min(max(100 * part / whole, 0.1), 99.9) if 0 < part < whole else 100 * part / whole
    return f"{share:.1f}%".replace(".0%", "%")


def in_time(seconds: float) -> str:
    """`3 min 20 s`, `2 days 4 h`: the two largest units that are not nothing."""
    left, parts = round(seconds), []
    for unit, size in _UNITS:
        if left >= size:
            parts.append(in_count(left // size, unit, "days" if unit == "day" else unit))
        left %= size
    return " ".join(parts[:2]) or "under 1 s"


def in_moment(at: dt.datetime) -> str:
    """`13 October 2026, 09:30 UTC`."""
    utc = at.astimezone(dt.UTC)
    return f"{utc.day} {utc:%B %Y, %H:%M} UTC"


def in_rate(rate: float | None) -> str:
    """`1,981 a second`, `40 a minute`; a dash where it can't be told."""
    if rate is None:
        return "–"
    if rate >= 1:
        return f"{rate:,.0f} a second"
    return f"{rate * 60:,.1f} a minute".replace(".0 ", " ")


def in_words(reason: str) -> str:
    """A word of a vocabulary as part of a sentence; empty is said too."""
    return reason.replace("-", " ").replace("_", " ") or "no reason given"


def to_do(campaign: CampaignSummary) -> list[tuple[str, str]]:
    """What a person should know or decide now: a sentence, and the command that goes with it, if any."""
    number, counts = campaign.id, campaign.counts
    paused = "Letters of this kind are" if _is_letters(campaign) else "The campaign is"
    found: list[tuple[str, str]] = []
    if campaign.state == "paused":
        why = f": {campaign.paused_because}" if campaign.paused_because else " by a person"
        found.append((f"{paused} paused{why}.", f"bulletin campaign resume {number}"))
    elif campaign.open and campaign.state != "cancelled":
        found.append(
            (f"{in_count(campaign.open, 'mail')} still to go.", f"bulletin status {number}")
        )
    if doubtful := counts.get(DeliveryState.UNCERTAIN, 0):
        words = f"{in_count(doubtful, 'mail is', 'mails are')} in doubt: {_IN_DOUBT}"
        found.append((words, f"bulletin campaign resolve {number} --accept (or --resend)"))
    return found
