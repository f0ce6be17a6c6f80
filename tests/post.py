"""The post of a workspace: a ledger with mails that were sent, and what follows when they come back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import insert, select

from mailer.bounces.consequence import Consequences, Ruling
from mailer.bounces.decision import Policy
from mailer.bounces.finding import Rejection
from mailer.bounces.return_path import ReturnPaths
from mailer.bounces.service import Bounces
from mailer.delivery.campaign import CampaignState, Kind, Route
from mailer.delivery.lookup import SentLedger
from mailer.delivery.models import Campaign, CampaignVariant, Delivery
from mailer.delivery.outcome import DeliveryState
from subscribers import service, suppressions
from subscribers.facets import FacetSet
from subscribers.models import Subscriber
from subscribers.stamps import Stamper
from tests.returned import report

if TYPE_CHECKING:
    from subscribers.database import Database

NOW = dt.datetime(2026, 10, 13, 9, 30, tzinfo=dt.UTC)
PATHS = ReturnPaths(Stamper([b"a key of 32 bytes, or nearly so"]), "bounces", "mail.example.org")
UNKNOWN_USER = "5.1.1 No such user here"


def returned(delivery_id: int, address: str, **more: Any) -> bytes:  # noqa: ANN401 - as `report` has it
    """The report that a delivery of `NOW` came back, sent to its return path."""
    return_path = PATHS.address(PATHS.mark(delivery_id, NOW))
    return report(address, return_path=return_path, number=delivery_id, **more)


@dataclass
class Post:
    """The post of a workspace: what it sent, and what it does with what comes back."""

    database: Database
    consequences: Consequences
    bounces: Bounces
    now: dt.datetime = NOW

    @classmethod
    def of(cls, database: Database) -> Self:
        """The post of a database."""
        consequences = Consequences(Policy(), SentLedger())
        return cls(database, consequences, Bounces(database, consequences, PATHS))

    def list(self, *addresses: str) -> None:
        """Put people on the list."""
        for address in addresses:
            service.add(
                self.database,
                address,
                facets=FacetSet("health", frozenset({"wales"})),
                publications=frozenset({"bulletin"}),
                now=self.now,
                actor="clerk",
            )

    def campaign(self, kind: Kind = Kind.EDITION, route: Route = Route.RELAY) -> tuple[int, int]:
        """Begin another campaign: its number and its variant's."""
        made = insert(Campaign).values(
            edition="issue-04", publication="bulletin", kind=kind, route=route, segment="everyone",
            state=CampaignState.FINISHED, actor="clerk", created_at=self.now,
        )  # fmt: skip
        with self.database.write() as connection:
            number = connection.execute(made.returning(Campaign.id)).scalar_one()
            variant = insert(CampaignVariant).values(
                campaign_id=number, key="whole", articles=1, language="en-GB", subject="S",
                preheader="", html="", text="",
            )  # fmt: skip
            return number, connection.execute(variant.returning(CampaignVariant.id)).scalar_one()

    def mail(
        self,
        *addresses: str,
        kind: Kind = Kind.EDITION,
        route: Route = Route.RELAY,
        state: DeliveryState = DeliveryState.ACCEPTED,
    ) -> list[int]:
        """Mail these people, in a campaign of its own; gives the deliveries' numbers."""
        campaign, variant = self.campaign(kind, route)
        with self.database.write() as connection:
            numbers = []
            for address in addresses:
                person = select(Subscriber.id).where(Subscriber.address_key == address.lower())
                subscriber = None if kind is Kind.TEST else connection.scalar(person)
                made = insert(Delivery).values(
                    campaign_id=campaign, subscriber_id=subscriber, variant_id=variant,
                    address=address, name="", state=state, attempts=1, changed_at=self.now,
                )  # fmt: skip
                numbers.append(connection.execute(made.returning(Delivery.id)).scalar_one())
            return numbers

    def refuse(self, *numbers: int, text: str = UNKNOWN_USER, code: int = 550) -> list[Ruling]:
        """The relay refuses these deliveries."""
        with self.database.write() as connection:
            told = [Rejection(number, code, text) for number in numbers]
            return self.consequences.note_rejections(connection, told, self.now)

    def mail_and_refuse(self, address: str, text: str = UNKNOWN_USER, code: int = 550) -> Ruling:
        """Mail somebody, and have the relay refuse it."""
        (number,) = self.mail(address, state=DeliveryState.REJECTED)
        (ruling,) = self.refuse(number, text=text, code=code)
        return ruling

    def wait(self, days: float) -> None:
        """Let time pass."""
        self.now += dt.timedelta(days=days)

    def is_suppressed(self, address: str) -> bool:
        """Whether the address is not written to."""
        with self.database.read() as connection:
            return suppressions.live(connection, address.lower()) is not None
