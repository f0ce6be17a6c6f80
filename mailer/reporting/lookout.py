"""Looks at campaigns under way again and again, and counts only what may have changed since the last look.

Takes a connection and never commits. A batch that nobody holds and nobody touched since the last look has the
same deliveries as then; so after the first look, which reads them all, a look costs the batches of the last
second, whatever the size of the campaign.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import String, and_, cast, func, select

from mailer.delivery.campaign import CampaignState, Kind, find_campaign
from mailer.delivery.models import Campaign, Delivery, DeliveryBatch
from mailer.delivery.outcome import DeliveryState
from mailer.reporting.progress import ENDED, Progress, TroubledDomain
from mailer.reporting.replies import Reply, group_replies

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement, Connection

    from mailer.delivery.campaign import CampaignSummary

RECOUNT = dt.timedelta(minutes=1)
"""After which everything is counted again: decisions of people and bounces change what no batch tells."""

_PAUSED = CampaignState.PAUSED
_LATEST = 1_000
_SHOWN = 5
_TROUBLED = frozenset((DeliveryState.DEFERRED, DeliveryState.REJECTED, DeliveryState.UNCERTAIN))


@dataclass(frozen=True, slots=True)
class _Batch:
    """A batch as it was seen; equal to a later look at it when nothing happened in between."""

    id: int
    first_id: int
    last_id: int
    is_open: bool
    due: str | None
    holder: str | None

    @property
    def size(self) -> int:
        """How many deliveries it has."""
        return self.last_id - self.first_id + 1


def under_way(connection: Connection) -> list[int]:
    """The campaigns that are not at their end, oldest first. Letters never are, and are left out."""
    open_ones = select(Campaign.id).where(
        Campaign.state.not_in(ENDED), Campaign.kind != Kind.LETTER
    )
    return list(connection.scalars(open_ones.order_by(Campaign.id)))


class Lookout:
    """Remembers one campaign from look to look."""

    def __init__(self, campaign_id: int) -> None:
        self._campaign_id = campaign_id
        self._batches: dict[int, _Batch] = {}
        self._counts: dict[int, dict[str, int]] = {}
        self._total: Counter[str] = Counter()
        self._troubles: dict[int, list[Reply]] = {}
        self._counted_at: dt.datetime | None = None
        self._state: str = ""

    def look(self, connection: Connection, now: dt.datetime) -> Progress:
        """The campaign as it is now; raises CampaignError when there is none of that number."""
        campaign = find_campaign(connection, self._campaign_id, counted=False)
        # Each letter is a batch of its own: there the whole is read sooner than its parts.
        seen = [] if campaign.mailing.kind is Kind.LETTER else self._read_batches(connection)
        if not seen:
            # So is a campaign that ended before there were batches.
            campaign = find_campaign(connection, self._campaign_id)
        if self._is_stale(campaign, now):
            self._forget(campaign, now)
        changed = [each for each in seen if each.holder or self._batches.get(each.id) != each]
        self._recount(connection, changed)
        self._batches = {each.id: each for each in seen}
        return self._progress(connection, campaign, now)

    def _is_stale(self, campaign: CampaignSummary, now: dt.datetime) -> bool:
        old = self._counted_at is None or now - self._counted_at >= RECOUNT
        return old or campaign.state != self._state

    def _forget(self, campaign: CampaignSummary, now: dt.datetime) -> None:
        self._batches, self._counts, self._troubles = {}, {}, {}
        self._total = Counter()
        self._counted_at, self._state = now, campaign.state

    def _read_batches(self, connection: Connection) -> list[_Batch]:
        # The moment as text: it is compared and nothing else, and turning thousands into moments takes time.
        due = cast(DeliveryBatch.due_at, String)
        columns = (
            DeliveryBatch.id, DeliveryBatch.first_id, DeliveryBatch.last_id, DeliveryBatch.is_open, due,
            DeliveryBatch.holder,
        )  # fmt: skip
        rows = connection.execute(
            select(*columns).where(DeliveryBatch.campaign_id == self._campaign_id)
        )
        return [_Batch(*row) for row in rows]

    # ---- what changed

    def _recount(self, connection: Connection, changed: Sequence[_Batch]) -> None:
        for batch in changed:
            self._total.subtract(self._counts.pop(batch.id, {}))
            self._troubles.pop(batch.id, None)
        for run in _runs(changed):
            self._count(connection, run)
        room = _LATEST
        for run in reversed(_runs(changed)):
            if room > 0 and any(self._counts[batch.id].keys() & _TROUBLED for batch in run):
                room -= self._keep_troubles(connection, run, room)
        while len(self._troubles) > 1 and sum(map(len, self._troubles.values())) > _LATEST:
            del self._troubles[next(iter(self._troubles))]

    def _count(self, connection: Connection, run: Sequence[_Batch]) -> None:
        self._counts.update((batch.id, {}) for batch in run)
        number = ((Delivery.id - run[0].first_id) // run[0].size).label("number")
        counted = select(number, Delivery.state, func.count()).where(self._rows_of(run))
        for place, state, count in connection.execute(counted.group_by(number, Delivery.state)):
            self._counts[run[place].id][state] = count
            self._total[state] += count

    def _keep_troubles(self, connection: Connection, run: Sequence[_Batch], most: int) -> int:
        text = func.coalesce(Delivery.reply_text, "")
        columns = (Delivery.id, Delivery.state, Delivery.reply_code, text, Delivery.address)
        troubled = select(*columns).where(self._rows_of(run), Delivery.state.in_(_TROUBLED))
        rows = connection.execute(troubled.order_by(Delivery.id.desc()).limit(most)).all()
        for key, state, code, words, address in reversed(rows):
            batch = run[(key - run[0].first_id) // run[0].size]
            reply = Reply(DeliveryState(state), code, words, address)
            self._troubles.setdefault(batch.id, []).append(reply)
        return len(rows)

    def _rows_of(self, run: Sequence[_Batch]) -> ColumnElement[bool]:
        between = Delivery.id.between(run[0].first_id, run[-1].last_id)
        return and_(Delivery.campaign_id == self._campaign_id, between)

    # ---- what there is to tell

    def _progress(
        self, connection: Connection, campaign: CampaignSummary, now: dt.datetime
    ) -> Progress:
        counts = self._total if self._batches else campaign.counts
        troubles = [reply for replies in self._troubles.values() for reply in replies]
        return Progress(
            at=now,
            campaign_id=campaign.id,
            edition=campaign.mailing.edition,
            segment=campaign.mailing.segment,
            state=campaign.state,
            paused_because=campaign.paused_because if campaign.state is _PAUSED else None,
            recipients=sum(counts.values()),
            counts={state: counts[state] for state in DeliveryState if counts.get(state)},
            holders=_holders(connection, campaign.id, now),
            next_due=_next_due(connection, campaign.id, now),
            domains=_domains(troubles),
            replies=group_replies(troubles)[:_SHOWN],
        )


def _runs(batches: Sequence[_Batch]) -> list[list[_Batch]]:
    """Batches that follow each other, all but the last of one size: their rows are read in one go."""
    runs: list[list[_Batch]] = []
    for batch in sorted(batches, key=lambda each: each.first_id):
        if runs and _follows(runs[-1], batch):
            runs[-1].append(batch)
        else:
            runs.append([batch])
    return runs


def _follows(run: Sequence[_Batch], batch: _Batch) -> bool:
    size, last = run[0].size, run[-1]
    return batch.first_id == last.last_id + 1 and last.size == size and batch.size <= size


def _holders(connection: Connection, campaign_id: int, now: dt.datetime) -> list[str]:
    mine = and_(DeliveryBatch.campaign_id == campaign_id, DeliveryBatch.held_until >= now)
    return [h for h in connection.scalars(select(DeliveryBatch.holder).where(mine).distinct()) if h]


def _next_due(connection: Connection, campaign_id: int, now: dt.datetime) -> dt.datetime | None:
    waits = and_(DeliveryBatch.is_open, DeliveryBatch.due_at > now)
    mine = and_(DeliveryBatch.campaign_id == campaign_id, waits)
    return connection.scalar(select(func.min(DeliveryBatch.due_at)).where(mine))


def _domains(troubles: Iterable[Reply]) -> list[TroubledDomain]:
    tally = Counter(reply.address.rpartition("@")[2] for reply in troubles)
    return [TroubledDomain(domain, count) for domain, count in tally.most_common(_SHOWN)]
