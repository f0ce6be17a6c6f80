"""Letters on their way: a delivery in a standing campaign, kept with whatever caused the letter.

Takes a connection and never commits. Whoever sends finds them like any other mail.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from mailer.delivery import batches, freezing
from mailer.delivery.campaign import CampaignState, Kind, Mailing, Route
from mailer.delivery.models import Campaign, CampaignVariant, Delivery
from mailer.delivery.outcome import DeliveryState
from mailer.letters.payload import Payload
from mailer.letters.rendering import render_letter, render_notice
from subscribers.letters import Letter, LetterKind

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from sqlalchemy import Connection

    from mailer.letters.notice import Notice
    from mailer.rendering.brand import Brand
    from mailer.rendering.rendered import RenderedEmail
    from subscribers.catalogue import Catalogue

ACTOR = "bulletin"


@dataclass(frozen=True)
class LetterDesk:
    """Writes letters in the words of a catalogue; `route_of` says how an address may be written to."""

    catalogue: Catalogue
    brand: Brand
    team_address: str
    route_of: Callable[[str], Route]
    _rendered: dict[tuple[LetterKind, str], RenderedEmail] = field(default_factory=dict)

    def queue(self, connection: Connection, letter: Letter, now: dt.datetime) -> None:
        """Keep a letter with whatever else this transaction keeps; it leaves soon after."""
        self._post(connection, letter, self._render(letter), now)

    def notify(self, connection: Connection, notice: Notice, now: dt.datetime) -> None:
        """Keep a letter to the team about its calendar in the same way."""
        rendered = render_notice(notice, self.catalogue.tongues[0], self.brand)
        self._post(connection, Letter(LetterKind.TEAM, self.team_address), rendered, now)

    def _post(
        self, connection: Connection, letter: Letter, rendered: RenderedEmail, now: dt.datetime
    ) -> None:
        route = self.route_of(letter.address)
        campaign_id, variant_id = _standing(connection, letter.kind, rendered, route, now)
        made = insert(Delivery).values(
            campaign_id=campaign_id,
            variant_id=variant_id,
            address=letter.address,
            name=letter.name,
            state=DeliveryState.QUEUED,
            attempts=0,
            payload=Payload.of(letter).written(),
            changed_at=now,
        )
        delivery_id = connection.execute(made.returning(Delivery.id)).scalar_one()
        batches.add_single(connection, campaign_id, delivery_id, now)

    def tell_team(self, connection: Connection, detail: str, now: dt.datetime) -> None:
        """Keep a letter to the team in the same way."""
        self.queue(connection, Letter(LetterKind.TEAM, self.team_address, detail=detail), now)

    def _render(self, letter: Letter) -> RenderedEmail:
        tongue = self.catalogue.choose(f"letter-{letter.kind}", (letter.language,))
        known = self._rendered.get((letter.kind, tongue.tag))
        if known is None:
            known = render_letter(letter.kind, tongue, self.brand)
            self._rendered[letter.kind, tongue.tag] = known
        return known


def _standing(
    connection: Connection,
    kind: LetterKind,
    rendered: RenderedEmail,
    route: Route,
    now: dt.datetime,
) -> tuple[int, int]:
    """The campaign and variant of these very words, made when nobody has sent them before."""
    wording = hashlib.sha256(f"{rendered.subject}\0{rendered.html}".encode()).hexdigest()[:16]
    query = (
        select(Campaign.id, CampaignVariant.id)
        .join(CampaignVariant, CampaignVariant.campaign_id == Campaign.id)
        .where(
            Campaign.publication == "",
            Campaign.edition == kind,
            Campaign.kind == Kind.LETTER,
            Campaign.route == route,
            Campaign.state == CampaignState.SENDING,
            CampaignVariant.key == wording,
        )
        .order_by(Campaign.id)
        .limit(1)
    )
    found = connection.execute(query).one_or_none()
    if found is not None:
        return found[0], found[1]
    mailing = Mailing(kind, "", rendered.language, Kind.LETTER, route)
    campaign_id = freezing.add_campaign(connection, mailing, ACTOR, now)
    return campaign_id, freezing.add_variant(connection, campaign_id, wording, 0, rendered)
