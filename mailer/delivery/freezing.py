"""The queries that freeze an audience: a campaign, its variants, and a delivery for each recipient.

Takes a connection and never commits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, func, insert, literal, select, text, update

from mailer.bounces.models import Bounce
from mailer.bounces.reason import BounceClass
from mailer.delivery import batches
from mailer.delivery.models import Campaign, CampaignAim, CampaignVariant, Delivery
from mailer.delivery.outcome import HAS_HAD_STATES, DeliveryState
from subscribers.models import Subscriber
from subscribers.store import audience

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from mailer.delivery.campaign import Mailing
    from mailer.rendering.rendered import RenderedEmail
    from subscribers.segment import Segment


# Any number will do, as long as every copy of the program asks for the same one.
_PUBLICATIONS = 7_402


_DID_NOT_ARRIVE = (BounceClass.HARD, BounceClass.SOFT)


def lock_freezing(connection: Connection) -> None:
    """Let nobody else freeze an audience until this transaction ends; SQLite's writers are alone anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE campaign IN SHARE ROW EXCLUSIVE MODE"))


def lock_publication(connection: Connection, publication: str) -> None:
    """Let nobody freeze an audience of a publication, or add to one, until this transaction ends.

    Comes before every lock on campaigns and their rows.
    """
    if connection.dialect.name == "postgresql":
        words = text("SELECT pg_advisory_xact_lock(:number, hashtext(:publication))")
        connection.execute(words, {"number": _PUBLICATIONS, "publication": publication})


def add_campaign(
    connection: Connection,
    mailing: Mailing,
    actor: str,
    now: dt.datetime,
    approved: str | None = None,
) -> int:
    """A new campaign without recipients, with the fingerprint that was `approved`."""
    made = insert(Campaign).values(
        edition=mailing.edition,
        publication=mailing.publication,
        kind=mailing.kind,
        route=mailing.route,
        segment=mailing.segment,
        corrects=mailing.corrects,
        state="sending",
        actor=actor,
        created_at=now,
        approved=approved,
    )
    return connection.execute(made.returning(Campaign.id)).scalar_one()


def add_variant(
    connection: Connection, campaign_id: int, key: str, articles: int, rendered: RenderedEmail
) -> int:
    """A rendered variant that the campaign carries."""
    made = insert(CampaignVariant).values(
        campaign_id=campaign_id,
        key=key,
        articles=articles,
        language=rendered.language,
        subject=rendered.subject,
        preheader=rendered.preheader,
        html=rendered.html,
        text=rendered.text,
    )
    return connection.execute(made.returning(CampaignVariant.id)).scalar_one()


def add_aims(connection: Connection, campaign_id: int, variants: Mapping[int, int]) -> None:
    """Which variant each facet set gets: facet set id to variant id."""
    rows = [
        {"campaign_id": campaign_id, "facet_set_id": facet_set_id, "variant_id": variant_id}
        for facet_set_id, variant_id in variants.items()
    ]
    if rows:
        connection.execute(insert(CampaignAim), rows)


def earlier_campaigns(connection: Connection, mailing: Mailing) -> list[int]:
    """The campaigns of the same edition by the same route, whatever segment they went to."""
    return list(connection.scalars(_campaigns_of(mailing.edition, mailing)))


def _campaigns_of(edition: str, mailing: Mailing) -> Select[int]:
    return select(Campaign.id).where(
        Campaign.edition == edition,
        Campaign.publication == mailing.publication,
        Campaign.kind == mailing.kind,
        Campaign.route == mailing.route,
    )


def _got(edition: str, mailing: Mailing) -> ColumnElement[bool]:
    """Whether somebody got an edition by the same route: it was accepted, and is not known to have failed."""
    failed = exists().where(
        Bounce.delivery_id == Delivery.id, Bounce.bounce_class.in_(_DID_NOT_ARRIVE)
    )
    return exists().where(
        Delivery.subscriber_id == Subscriber.id,
        Delivery.campaign_id.in_(_campaigns_of(edition, mailing)),
        Delivery.state == DeliveryState.ACCEPTED,
        ~failed,
    )


def _recipients(
    mailing: Mailing, segment: Segment, only: Sequence[str] | None, earlier: Sequence[int]
) -> Select[int, str, str, str, int]:
    """Those of the segment, or of `only` these addresses, who have not had it by `earlier` campaigns.

    A correction goes to those of them who got what it corrects.
    """
    reached = audience(mailing.publication, segment)
    if mailing.corrects:
        reached = reached.where(_got(mailing.corrects, mailing))
    if only is not None:
        reached = reached.where(Subscriber.address_key.in_(only))
    if not earlier:
        return reached
    had = exists().where(
        Delivery.subscriber_id == Subscriber.id,
        Delivery.campaign_id.in_(earlier),
        Delivery.state.in_(HAS_HAD_STATES),
    )
    return reached.where(~had)


def find_recipient(
    connection: Connection,
    mailing: Mailing,
    segment: Segment,
    only: Sequence[str] | None,
    subscriber_id: int,
) -> Row[int, str, str, str, int] | None:
    """One person as a recipient, if a mailing would go to them now and they have not had it."""
    chosen = _recipients(mailing, segment, only, earlier_campaigns(connection, mailing))
    return connection.execute(chosen.where(Subscriber.id == subscriber_id)).one_or_none()


def count_recipients(
    connection: Connection, mailing: Mailing, segment: Segment, only: Sequence[str] | None
) -> dict[int, int]:
    """How many would be mailed, by facet set id; `only` narrows to these addresses."""
    earlier = earlier_campaigns(connection, mailing)
    chosen = _recipients(mailing, segment, only, earlier).subquery()
    counted = select(chosen.c.facet_set_id, func.count()).group_by(chosen.c.facet_set_id)
    return dict(connection.execute(counted).all())


def count_readers(connection: Connection, mailing: Mailing, segment: Segment) -> int:
    """How many a correction is for: who got what it corrects, whether or not they have had it."""
    readers = _recipients(mailing, segment, None, ()).subquery()
    return connection.execute(select(func.count()).select_from(readers)).scalar_one()


def freeze_recipients(
    connection: Connection,
    campaign_id: int,
    mailing: Mailing,
    segment: Segment,
    only: Sequence[str] | None,
    now: dt.datetime,
) -> int:
    """Queue a delivery for each recipient; returns how many.

    Raises IntegrityError when the facets of one have no variant. `open_for_sending` makes it known to those
    who send.
    """
    earlier = [each for each in earlier_campaigns(connection, mailing) if each != campaign_id]
    chosen = _recipients(mailing, segment, only, earlier).subquery()
    source = select(
        literal(campaign_id),
        chosen.c.id,
        chosen.c.facet_set_id,
        CampaignAim.variant_id,
        chosen.c.address,
        chosen.c.name,
        literal(DeliveryState.QUEUED.value),
        literal(0),
        literal(now, Delivery.changed_at.type),
    ).outerjoin(
        CampaignAim,
        (CampaignAim.facet_set_id == chosen.c.facet_set_id)
        & (CampaignAim.campaign_id == campaign_id),
    )
    columns = [
        "campaign_id", "subscriber_id", "facet_set_id", "variant_id", "address", "name",
        "state", "attempts", "changed_at",
    ]  # fmt: skip
    return connection.execute(insert(Delivery).from_select(columns, source)).rowcount


def add_test_recipients(
    connection: Connection,
    campaign_id: int,
    variant_id: int,
    addresses: Sequence[str],
    now: dt.datetime,
) -> None:
    """Queue a mail to each of the team's own addresses."""
    rows = [
        {
            "campaign_id": campaign_id,
            "variant_id": variant_id,
            "address": address,
            "name": "",
            "state": DeliveryState.QUEUED,
            "attempts": 0,
            "changed_at": now,
        }
        for address in addresses
    ]
    connection.execute(insert(Delivery), rows)


def open_for_sending(
    connection: Connection, campaign_id: int, recipients: int, canary: float, now: dt.datetime
) -> None:
    """Note how many recipients a campaign has, and cut it into the batches that are sent."""
    counted = update(Campaign).where(Campaign.id == campaign_id)
    connection.execute(counted.values(recipients=recipients))
    batches.carve(connection, campaign_id, recipients, canary, now)
