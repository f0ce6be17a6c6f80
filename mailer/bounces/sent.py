"""What must be known of the mails that were sent, to tell which came back. The ledger upstairs knows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class SentMail:
    """One delivery; `address` is as it was mailed, `sent_at` when the relay last said something about it."""

    delivery_id: int
    campaign_id: int
    address: str
    is_test: bool
    sent_at: dt.datetime
    subscriber_address: str | None
    """Where its subscriber is written to now; None for a test mail, and for somebody erased since."""


class Sent(Protocol):
    """Asks the ledger, within somebody else's transaction."""

    def by_numbers(self, connection: Connection, delivery_ids: Sequence[int]) -> list[SentMail]:
        """The deliveries of these numbers, as far as they are on record, in their order."""

    def latest_to(
        self, connection: Connection, address_key: str, since: dt.datetime
    ) -> SentMail | None:
        """The last mail to an address that left, unless that was before `since`."""

    def accepted(
        self, connection: Connection, address_key: str, until: dt.datetime
    ) -> list[tuple[int, dt.datetime]]:
        """The deliveries to an address that the relay took before `until`: number and moment, newest first.

        The latest few are enough.
        """
