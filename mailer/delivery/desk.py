"""Where a process gets its work: batches that are due, their mails, and what their recipients are to read.

A use case: it commits, each step on its own. Runs in threads, and knows nothing of connections to a relay.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import and_, true

from mailer.delivery import batches, hot, ledger
from mailer.delivery.campaign import Kind
from mailer.delivery.models import Campaign
from subscribers.errors import BulletinError
from subscribers.faults import DatabaseError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import ColumnElement

    from mailer.delivery.batches import Claim, Due
    from mailer.delivery.campaign import Route
    from mailer.delivery.ledger import Queued
    from mailer.delivery.message import Composer
    from mailer.delivery.outcome import DeliveryState
    from mailer.delivery.pacing import Pacing
    from subscribers.database import Database

_FETCH = 200
_REMEMBERED = 20
"""Campaigns whose composers are kept."""


@dataclass(frozen=True, slots=True)
class Work:
    """Which campaigns a process sends: one of them, or all of some kinds that go by one route."""

    campaign_id: int | None = None
    route: Route | None = None
    kinds: frozenset[Kind] = frozenset(Kind)

    def among(self, kinds: frozenset[Kind]) -> ColumnElement[bool]:
        """The same as a condition on campaigns, narrowed to some kinds."""
        chosen: list[ColumnElement[bool]] = [Campaign.kind.in_(sorted(self.kinds & kinds))]
        if self.campaign_id is not None:
            chosen.append(Campaign.id == self.campaign_id)
        if self.route is not None:
            chosen.append(Campaign.route == self.route)
        return and_(true(), *chosen)


@dataclass(frozen=True)
class Desk:
    """Hands out work to one process. `composers` are a campaign's, by variant id."""

    database: Database
    work: Work
    holder: str
    composers: Callable[[int], Mapping[int, Composer]]
    on_uncertain: DeliveryState
    pacing: Pacing
    clock: Callable[[], dt.datetime]
    is_gone: Callable[[str], bool] = lambda _: False
    """Whether a process that holds a batch is known to have ended."""
    _known: dict[int, Mapping[int, Composer]] = field(default_factory=dict)

    def take(self) -> Claim | None:
        """The next batch that is due; None when there is none at this hour.

        What another process left in flight in it follows `on_uncertain`. A campaign that can't be sent is
        paused and says why; where it is the only one, its `BulletinError` is raised.
        """
        while True:
            claim = self._claim()
            if claim is None or claim.campaign_id in self._known:
                return claim
            try:
                self._learn(claim.campaign_id)
            except DatabaseError:
                # No fault of the campaign: whoever is next takes it up.
                raise
            except BulletinError as error:
                self._refuse(claim, str(error))
                if self.work.campaign_id is not None or claim.kind is Kind.LETTER:
                    raise
            else:
                return claim

    def _learn(self, campaign_id: int) -> None:
        if len(self._known) >= _REMEMBERED:
            # The oldest; one that is still being sent is learnt again.
            del self._known[next(iter(self._known))]
        self._known[campaign_id] = self.composers(campaign_id)

    def rows(self, claim: Claim, after_id: int) -> Sequence[Queued]:
        """The next mails of a batch that are to be sent now; what nobody wants any more is cancelled."""
        while True:
            now = self.clock()
            with self.database.read() as connection:
                found = ledger.fetch(connection, claim, after_id, _FETCH, now)
                wanted = hot.wanted(connection, [row.id for row in found])
            unwanted = [row.id for row in found if row.id not in wanted]
            if unwanted:
                with self.database.write() as connection:
                    ledger.cancel_unwanted(connection, unwanted, now)
            if wanted or not found:
                return [row for row in found if row.id in wanted]
            after_id = found[-1].id

    def composer(self, claim: Claim, variant_id: int) -> Composer:
        """What fills a variant."""
        if claim.campaign_id not in self._known:
            self._learn(claim.campaign_id)
        return self._known[claim.campaign_id][variant_id]

    def next_due(self) -> Due | None:
        """When there is work again; None when there is none at all."""
        now = self.clock()
        with self.database.read() as connection:
            due = batches.next_due(connection, self.work.among(frozenset(Kind)), now)
        if due is None or Kind.EDITION not in self.work.kinds:
            return due
        return due._replace(moment=max(due.moment, self.pacing.hours.opening(now)))

    def open_kinds(self) -> frozenset[Kind]:
        """What may leave at this hour: only editions keep to the sending hours."""
        now = self.clock()
        is_open = self.pacing.hours.opening(now) <= now
        return frozenset(Kind) if is_open else frozenset(Kind) - {Kind.EDITION}

    def _claim(self) -> Claim | None:
        now = self.clock()
        with self.database.write() as connection:
            batches.free_dead(connection, self.is_gone)
            among = self.work.among(self.open_kinds())
            claim = batches.claim(connection, among, self.holder, now)
            if claim is not None:
                batches.settle(connection, claim, self.on_uncertain, now)
            return claim

    def _refuse(self, claim: Claim, why: str) -> None:
        now = self.clock()
        with self.database.write() as connection:
            if claim.kind is not Kind.LETTER:
                ledger.break_off(connection, claim.campaign_id, why)
            batches.put_back(connection, claim, self.holder, now)
