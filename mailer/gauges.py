"""The figures of the database that monitoring asks for. Takes a connection and never commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from mailer.delivery.models import DeliveryBatch
from mailer.web.metering import Gauge
from subscribers.models import JoinRequest, Subscriber
from subscribers.requests import RequestState

if TYPE_CHECKING:
    from sqlalchemy import Connection


def read_gauges(connection: Connection) -> list[Gauge]:
    """Subscribers by status, requests by state, and batches of mail that are still to be sent."""
    statuses = select(Subscriber.status, func.count()).group_by(Subscriber.status)
    states = select(JoinRequest.state, func.count()).group_by(JoinRequest.state)
    open_batches = select(func.count()).select_from(DeliveryBatch).where(DeliveryBatch.is_open)
    return [
        Gauge(
            "bulletin_subscribers", "People on the list.", "status",
            {row[0]: row[1] for row in connection.execute(statuses)},
        ),
        Gauge(
            "bulletin_join_requests", "Requests to subscribe.", "state",
            {RequestState.HELD: 0} | {row[0]: row[1] for row in connection.execute(states)},
        ),
        Gauge(
            "bulletin_open_batches", "Batches of mail with something still to send.", "kind",
            {"all": connection.execute(open_batches).scalar_one()},
        ),
    ]  # fmt: skip
