"""Campaigns in every condition, written straight into the ledger."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from mailer.delivery.models import Campaign, CampaignVariant, Delivery, DeliveryBatch
from subscribers.facets import FacetSet
from subscribers.store import intern_facets

if TYPE_CHECKING:
    from subscribers.database import Database

BEGUN = dt.datetime(2026, 10, 13, 9, 30, tzinfo=dt.UTC)


@dataclass
class Ledger:
    """One campaign, and the rows that a test gives it."""

    database: Database
    campaign_id: int
    variant_id: int
    rows: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self, state: str, count: int = 1, facets: FacetSet | None = None, **values: object
    ) -> None:
        """So many deliveries in one state; `address` may hold the delivery's number as `{n}`."""
        with self.database.write() as connection:
            held = intern_facets(connection, facets or FacetSet("health", frozenset({"london"})))
        address = str(values.pop("address", "reader{n}@partner.example"))
        for _ in range(count):
            number = len(self.rows) + 1
            row = {
                "campaign_id": self.campaign_id, "variant_id": self.variant_id, "facet_set_id": held,
                "address": address.format(n=number), "name": "", "state": state,
                "attempts": 0 if state == "queued" else 1, "reply_code": None, "reply_text": None,
                "reason": None, "changed_at": BEGUN,
            } | values  # fmt: skip
            if isinstance(row["reply_text"], str):
                row["reply_text"] = row["reply_text"].format(n=number)
            self.rows.append(row)

    def write(self, batch: int = 10, *, is_open: bool = True) -> None:
        """Put the rows and their batches into the database."""
        with self.database.write() as connection:
            connection.execute(insert(Delivery), self.rows)
            ids = list(connection.scalars(select(Delivery.id).order_by(Delivery.id)))
            batches = [
                {
                    "campaign_id": self.campaign_id, "first_id": ids[n], "is_open": is_open,
                    "last_id": ids[min(n + batch, len(ids)) - 1], "is_canary": False,
                    "due_at": BEGUN if is_open else None,
                }
                for n in range(0, len(ids), batch)
            ]  # fmt: skip
            connection.execute(insert(DeliveryBatch), batches)
            recipients = update(Campaign).values(recipients=len(ids))
            connection.execute(recipients.where(Campaign.id == self.campaign_id))

    def change(self, **values: object) -> None:
        """Change the campaign itself."""
        with self.database.write() as connection:
            mine = update(Campaign).where(Campaign.id == self.campaign_id)
            connection.execute(mine.values(**values))


def begin(database: Database) -> Ledger:
    """A new campaign in a database."""
    with database.write() as connection:
        made = insert(Campaign).values(
            edition="issue-04", publication="bulletin", kind="edition", route="relay",
            segment="everyone", state="sending", actor="team", created_at=BEGUN,
        )  # fmt: skip
        campaign_id = connection.execute(made.returning(Campaign.id)).scalar_one()
        variant = insert(CampaignVariant).values(
            campaign_id=campaign_id, key="all", articles=14, language="en-GB", preheader="",
            subject="Operation Jigsaw, £255m recovered & the SCPO library", html="", text="",
        )  # fmt: skip
        variant_id = connection.execute(variant.returning(CampaignVariant.id)).scalar_one()
    return Ledger(database, campaign_id, variant_id)
