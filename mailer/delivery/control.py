"""Pause, resume, retry, cancel and resolve a campaign, from wherever it is sent. A use case: it commits.

The processes that send it look at the campaign's state every half second, and at each mail's before it goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailer.bounces.reason import MEANINGS, Blame
from mailer.delivery import batches, freezing, ledger
from mailer.delivery.campaign import CampaignError, CampaignState, CampaignSummary, find_campaign
from mailer.delivery.outcome import DeliveryState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection

    from sqlalchemy import Connection

    from subscribers.database import Database

OURS = frozenset(
    reason
    for reason, meaning in MEANINGS.items()
    if meaning.blame in (Blame.MESSAGE, Blame.SENDER, Blame.RELAY)
)
"""Reasons for a rejection that are no fault of the recipient, and may be mended here."""


def pause(database: Database, campaign_id: int) -> CampaignSummary:
    """Let a campaign rest until it is resumed; what is in flight is finished first."""
    with database.write() as connection:
        _refuse_ended(_locked(connection, campaign_id))
        ledger.set_state(connection, campaign_id, CampaignState.PAUSED)
        return find_campaign(connection, campaign_id)


def resume(database: Database, campaign_id: int, now: dt.datetime) -> CampaignSummary:
    """Let a campaign go on, with what was put off due at once; a person has looked at its failures.

    One that is finished already stays so.
    """
    with database.write() as connection:
        found = _locked(connection, campaign_id)
        _refuse_cancelled(found)
        if found.state is not CampaignState.FINISHED:
            _let_go_on(connection, campaign_id)
            ledger.retry(connection, campaign_id, [DeliveryState.DEFERRED], now)
            batches.end_if_done(connection, campaign_id, now)
        return find_campaign(connection, campaign_id)


def retry(database: Database, campaign_id: int, *, rejected: bool, now: dt.datetime) -> int:
    """Make every mail that was put off due at once; returns how many.

    With `rejected` those too that were refused for a fault of the mail, of the sender or of the relay.
    """
    with database.write() as connection:
        found = _locked(connection, campaign_id)
        _refuse_cancelled(found)
        count = ledger.retry(connection, campaign_id, [DeliveryState.DEFERRED], now)
        if rejected:
            others = freezing.earlier_campaigns(connection, found.mailing)
            count += ledger.retry_refused(connection, campaign_id, OURS, others, now)
        if count:
            _let_go_on(connection, campaign_id)
        return count


def cancel(
    database: Database,
    campaign_id: int,
    now: dt.datetime,
    is_gone: Callable[[str], bool] = lambda _: False,
) -> CampaignSummary:
    """End a campaign for good: nobody who has not had it will get it from this one.

    `is_gone` says of a process that holds some of it whether it is known to have ended.
    """
    with database.write() as connection:
        found = _locked(connection, campaign_id)
        _refuse_ended(found)
        batches.free_dead(connection, is_gone)
        if not batches.holders(connection, campaign_id, now):
            # Nobody is sending: what is marked so was in flight when a process died.
            ledger.settle_sending(connection, campaign_id, DeliveryState.UNCERTAIN, now)
        ledger.cancel_waiting(connection, campaign_id, now)
        ledger.set_state(connection, campaign_id, CampaignState.CANCELLED, now)
        return find_campaign(connection, campaign_id)


def resolve(
    database: Database,
    campaign_id: int,
    *,
    resend: bool,
    actor: str,
    now: dt.datetime,
    to: Collection[str] | None = None,
) -> int:
    """Decide on the mails whose fate nobody knows: queue them again, or take them as accepted.

    `to` narrows it to these addresses: a relay's log tells which of them arrived. Returns how many there
    were.
    """
    words = (
        f"in doubt; {'to be sent again' if resend else 'taken as accepted'} by decision of {actor}"
    )
    in_doubt = DeliveryState.UNCERTAIN
    with database.write() as connection:
        found = _locked(connection, campaign_id)
        is_cancelled = found.state is CampaignState.CANCELLED
        if is_cancelled and not batches.holders(connection, campaign_id, now):
            # Nobody claims what a process had in flight that died after the campaign had ended.
            ledger.settle_sending(connection, campaign_id, in_doubt, now)
        if not resend or is_cancelled:
            # A cancelled campaign sends no more; cancelled, they are in the audience of the next `send`.
            state = DeliveryState.CANCELLED if resend else DeliveryState.ACCEPTED
            return ledger.settle_uncertain(connection, campaign_id, state, words, now, to=to)
        count = ledger.retry(connection, campaign_id, [in_doubt], now, to=to, words=words)
        if count and found.state is CampaignState.FINISHED:
            ledger.set_state(connection, campaign_id, CampaignState.PAUSED)
        return count


def _locked(connection: Connection, campaign_id: int) -> CampaignSummary:
    """The campaign as it stands, and stays until this is decided."""
    batches.lock_campaign(connection, campaign_id)
    return find_campaign(connection, campaign_id, counted=False)


def _let_go_on(connection: Connection, campaign_id: int) -> None:
    ledger.start_counting(connection, campaign_id)
    ledger.set_state(connection, campaign_id, CampaignState.SENDING)


def _refuse_ended(campaign: CampaignSummary) -> None:
    if campaign.state in (CampaignState.FINISHED, CampaignState.CANCELLED):
        raise CampaignError(
            "campaign-ended",
            f"campaign {campaign.id}",
            f"is {campaign.state} already",
            "nothing was changed",
        )


def _refuse_cancelled(campaign: CampaignSummary) -> None:
    if campaign.state is CampaignState.CANCELLED:
        raise CampaignError(
            "campaign-cancelled",
            f"campaign {campaign.id}",
            "was cancelled",
            "send the edition anew",
        )
