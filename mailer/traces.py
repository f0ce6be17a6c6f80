"""What the mailer's tables hold of one person: to be listed, and to be blanked when the person is erased.

Takes a connection and never commits. Part of the composition root: it knows the ledger's tables, those of
returned mail and those of articles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, case, delete, func, or_, select, update

from mailer.bounces.models import Bounce, UnmatchedMail
from mailer.delivery.campaign import Kind
from mailer.delivery.models import Campaign, CampaignVariant, Delivery
from mailer.delivery.outcome import OPEN_STATES, DeliveryState
from mailer.letters.payload import opening
from mailer.submissions.ageing import forget_articles, list_articles
from subscribers.access import MailFact, Records, ReturnFact

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Set as AbstractSet

    from sqlalchemy import ColumnElement, Connection, Row

_BLANK = {"address": "", "name": "", "payload": None, "reply_text": None}
_AT_ONCE = 5000


def list_mails(
    connection: Connection, subscriber_id: int | None, keys: AbstractSet[str]
) -> list[MailFact]:
    """Every mail to a person, and every letter to their addresses, oldest first."""
    columns = (
        CampaignVariant.subject,
        Campaign.publication,
        Delivery.address,
        Delivery.state,
        Delivery.changed_at,
    )
    query = (
        select(*columns)
        .join(Campaign, Campaign.id == Delivery.campaign_id)
        .join(CampaignVariant, CampaignVariant.id == Delivery.variant_id)
        .where(_of_person(subscriber_id, keys))
        .order_by(Delivery.id)
    )
    return [MailFact(*row) for row in connection.execute(query)]


def list_returned(connection: Connection, keys: AbstractSet[str]) -> list[ReturnFact]:
    """What came back from these addresses, oldest first."""
    columns = Bounce.address_key, Bounce.reason, Bounce.text, Bounce.recorded_at, Bounce.action
    query = select(*columns).where(Bounce.address_key.in_(keys)).order_by(Bounce.id)
    return [ReturnFact(*row) for row in connection.execute(query)]


def find_former(connection: Connection, subscriber_id: int) -> frozenset[str]:
    """The keys of the addresses that a person's mails went to."""
    mailed = select(func.lower(Delivery.address)).where(Delivery.subscriber_id == subscriber_id)
    return frozenset(connection.scalars(mailed.distinct())) - {""}


def forget(
    connection: Connection, subscriber_id: int | None, keys: AbstractSet[str], now: dt.datetime
) -> None:
    """Blank the person's deliveries, which stay for their counts, and delete what came back from there."""
    bounced: ColumnElement[bool] = Bounce.address_key.in_(keys)
    if subscriber_id is not None:
        mailed = select(Delivery.id).where(Delivery.subscriber_id == subscriber_id)
        bounced = or_(bounced, Bounce.delivery_id.in_(mailed))
    connection.execute(delete(Bounce).where(bounced))
    _forget_unmatched(connection, keys)
    forget_articles(connection, keys)
    open_still = Delivery.state.in_(OPEN_STATES)
    state = case((open_still, DeliveryState.CANCELLED), else_=Delivery.state)
    blanked = update(Delivery).where(_of_person(subscriber_id, keys))
    connection.execute(blanked.values(**_BLANK, state=state, changed_at=now))


RECORDS: Final = Records(find_former, list_mails, list_returned, list_articles)


def _forget_unmatched(connection: Connection, keys: AbstractSet[str]) -> None:
    """Delete the mails that name an address; their digests stay, so that none is read anew."""
    written = "|".join(re.escape(each) for each in sorted(keys))
    named = re.compile(rf"(?<![\w.+-])(?:{written})(?![\w-])".encode(), re.IGNORECASE)
    query = select(
        UnmatchedMail.id, UnmatchedMail.sender, UnmatchedMail.subject, UnmatchedMail.data
    )
    # They are few, and each is whole: one at a time.
    rows = connection.execute(query.execution_options(yield_per=1))
    found = [row.id for row in rows if any(map(named.search, _texts(row)))]
    connection.execute(delete(UnmatchedMail).where(UnmatchedMail.id.in_(found)))


def _texts(row: Row[int, str, str, bytes]) -> tuple[bytes, bytes, bytes]:
    return row.sender.encode(), row.subject.encode(), row.data


@dataclass(frozen=True, slots=True)
class AgeingMail:
    """Deliveries of some kinds of campaign that nothing is still to come of, with an address in them."""

    kinds: tuple[Kind, ...]

    def count(self, connection: Connection, before: dt.datetime) -> int:
        """How many are from before."""
        counted = select(func.count()).select_from(Delivery).where(self._older(before))
        return connection.execute(counted).scalar_one()

    def blank(self, connection: Connection, before: dt.datetime) -> int:
        """Take the person out of as many as one transaction should hold; they stay for their counts."""
        part = select(Delivery.id).where(self._older(before)).limit(_AT_ONCE)
        blanked = update(Delivery).where(Delivery.id.in_(part))
        return connection.execute(blanked.values(**_BLANK)).rowcount

    def _older(self, before: dt.datetime) -> ColumnElement[bool]:
        campaigns = select(Campaign.id).where(Campaign.kind.in_(self.kinds))
        return and_(
            Delivery.campaign_id.in_(campaigns),
            Delivery.state.not_in(OPEN_STATES),
            Delivery.changed_at < before,
            Delivery.address != "",
        )


def _of_person(subscriber_id: int | None, keys: AbstractSet[str]) -> ColumnElement[bool]:
    # An address alone has no index; letters and tests are few beside the mails of editions.
    single = Delivery.campaign_id.in_(select(Campaign.id).where(Campaign.kind != Kind.EDITION))
    to_address = single & func.lower(Delivery.address).in_(keys)
    if subscriber_id is None:
        return to_address
    about = single & Delivery.payload.startswith(opening(subscriber_id), autoescape=True)
    return or_(Delivery.subscriber_id == subscriber_id, to_address, about)
