"""Pause, cancel and resolve a campaign, from wherever it is sent. A use case: it commits.

The process that sends it looks at the campaign's state every half second, and at each mail's before it goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailer.delivery import ledger
from mailer.delivery.campaign import CampaignError, CampaignState, CampaignSummary, find_campaign
from mailer.delivery.outcome import DeliveryState

if TYPE_CHECKING:
    import datetime as dt

    from subscribers.database import Database


def pause(database: Database, campaign_id: int) -> CampaignSummary:
    """Let a campaign rest until it is resumed; what is in flight is finished first."""
    with database.write() as connection:
        _refuse_ended(find_campaign(connection, campaign_id, counted=False))
        ledger.set_state(connection, campaign_id, CampaignState.PAUSED)
        return find_campaign(connection, campaign_id)


def cancel(database: Database, campaign_id: int, now: dt.datetime) -> CampaignSummary:
    """End a campaign for good: nobody who has not had it will get it from this one."""
    with database.write() as connection:
        found = find_campaign(connection, campaign_id, counted=False)
        _refuse_ended(found)
        if found.held_until is None or found.held_until < now:
            # Nobody is sending: what is marked so was in flight when a process died.
            ledger.settle_interrupted(connection, campaign_id, DeliveryState.UNCERTAIN, now)
        ledger.cancel_waiting(connection, campaign_id, now)
        ledger.set_state(connection, campaign_id, CampaignState.CANCELLED, now)
        return find_campaign(connection, campaign_id)


def resolve(
    database: Database, campaign_id: int, *, resend: bool, actor: str, now: dt.datetime
) -> int:
    """Decide on the mails whose fate nobody knows: queue them again, or take them as accepted.

    Returns how many there were.
    """
    words = (
        f"in doubt; {'to be sent again' if resend else 'taken as accepted'} by decision of {actor}"
    )
    with database.write() as connection:
        found = find_campaign(connection, campaign_id, counted=False)
        again = DeliveryState.QUEUED
        if found.state is CampaignState.CANCELLED:
            # This campaign sends no more; cancelled, they are in the audience of the next `send`.
            again = DeliveryState.CANCELLED
        state = again if resend else DeliveryState.ACCEPTED
        count = ledger.resolve_uncertain(connection, campaign_id, state, words, now)
        if count and resend and found.state is CampaignState.FINISHED:
            ledger.set_state(connection, campaign_id, CampaignState.PAUSED)
        return count


def _refuse_ended(campaign: CampaignSummary) -> None:
    if campaign.state in (CampaignState.FINISHED, CampaignState.CANCELLED):
        raise CampaignError(
            "campaign-ended",
            f"campaign {campaign.id}",
            f"is {campaign.state} already",
            "nothing was changed",
        )
