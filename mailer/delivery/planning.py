"""From an edition and a segment to a frozen campaign: first a plan that can be shown, then one transaction.

A use case: it commits. What a variant looks like is decided by the renderer it is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Protocol

from sqlalchemy.exc import IntegrityError

from mailer.approval.decision import Proof
from mailer.approval.fingerprint import edition_fingerprint
from mailer.approval.review import require
from mailer.content.variant import variants_by_facets, whole
from mailer.delivery import freezing
from mailer.delivery.campaign import CampaignError, Kind, unfinished
from subscribers.store import facet_sets

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection

    from mailer.approval.decision import Requirement
    from mailer.approval.fingerprint import Fingerprint
    from mailer.content.edition import Edition
    from mailer.content.variant import Variant
    from mailer.delivery.campaign import Mailing
    from mailer.rendering.rendered import RenderedEmail
    from subscribers.database import Database
    from subscribers.facets import FacetSet
    from subscribers.segment import Segment


class Shape(Protocol):
    """What the ledger keeps of a variant beside its mail: a key of its own, and how many articles it has."""

    @property
    def key(self) -> str:
        """What tells it from the other variants of its campaign."""

    @property
    def article_count(self) -> int:
        """How many articles its readers get."""


class Uniform(NamedTuple):
    """The one variant of a mail that is the same for all."""

    key: str
    article_count: int = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be sent to whom. `only` holds the address keys that safe mode allows; None is no limit."""

    mailing: Mailing
    segment: Segment
    only: tuple[str, ...] | None
    variants: Mapping[str, Shape]
    rendered: Mapping[str, RenderedEmail]
    aims: Mapping[int, str]
    recipients: Mapping[FacetSet, int]
    unfinished: Sequence[int]
    fingerprint: Fingerprint
    command: str = "edition"
    """The group of commands that are about what is sent: `edition` or `pack`."""

    @property
    def proof(self) -> Proof:
        """What somebody must have approved for this to go to subscribers."""
        mailing, segment = self.mailing, self.segment
        readers = partial(freezing.count_readers, mailing=mailing, segment=segment)
        return Proof(
            mailing.edition,
            mailing.publication,
            segment,
            self.fingerprint,
            self.command,
            readers if mailing.corrects else None,
        )

    @property
    def total(self) -> int:
        """How many people would be mailed."""
        return sum(self.recipients.values())


def plan_edition(
    database: Database,
    edition: Edition,
    mailing: Mailing,
    segment: Segment,
    only: tuple[str, ...] | None,
    render: Callable[[Variant], RenderedEmail],
    sender: Sequence[str] = (),
) -> Plan:
    """Work out who would get which variant, and render each variant once. Writes nothing.

    `sender` is what its mails say of who sends them.
    """
    with database.read() as connection:
        held = facet_sets(connection)
        counts = freezing.count_recipients(connection, mailing, segment, only)
        waiting = unfinished(connection, mailing)
    chosen = variants_by_facets(edition, (held[key] for key in counts))
    variants = {variant.key: variant for variant in chosen.values()}
    return Plan(
        mailing=mailing,
        segment=segment,
        only=only,
        variants=variants,
        rendered={key: render(variant) for key, variant in variants.items()},
        aims={facet_set_id: chosen[held[facet_set_id]].key for facet_set_id in counts},
        recipients={held[facet_set_id]: count for facet_set_id, count in counts.items()},
        unfinished=waiting,
        # Of the very values that are frozen: what is approved can't be exchanged on the way.
        fingerprint=edition_fingerprint(edition, render(whole(edition)), segment, sender),
    )


def plan_uniform(
    database: Database,
    mailing: Mailing,
    segment: Segment,
    only: tuple[str, ...] | None,
    rendered: RenderedEmail,
    *,
    variant: Shape,
    fingerprint: Fingerprint,
) -> Plan:
    """Work out who would get a mail that is the same for all. Writes nothing."""
    with database.read() as connection:
        held = facet_sets(connection)
        counts = freezing.count_recipients(connection, mailing, segment, only)
        waiting = unfinished(connection, mailing)
    return Plan(
        mailing=mailing,
        segment=segment,
        only=only,
        variants={variant.key: variant},
        rendered={variant.key: rendered},
        aims=dict.fromkeys(counts, variant.key),
        recipients={held[facet_set_id]: count for facet_set_id, count in counts.items()},
        unfinished=waiting,
        fingerprint=fingerprint,
    )


def freeze(
    database: Database,
    plan: Plan,
    actor: str,
    now: dt.datetime,
    *,
    canary: float = 0,
    requirement: Requirement | None = None,
    along: Callable[[Connection], None] = lambda _: None,
) -> int:
    """Make the planned campaign with a queued delivery for each recipient; returns its number.

    All in one transaction: either every recipient is on record or there is no campaign. A share of them, the
    `canary`, goes before the others. `along` keeps what belongs to it. Raises ApprovalError when a
    `requirement` isn't met.
    """
    with database.write() as connection:
        freezing.lock_publication(connection, plan.mailing.publication)
        freezing.lock_freezing(connection)
        approval = require(connection, plan.proof, requirement) if requirement else None
        approved = approval.fingerprint.digest if approval else None
        campaign_id = freezing.add_campaign(connection, plan.mailing, actor, now, approved)
        ids = {
            key: freezing.add_variant(
                connection, campaign_id, key, plan.variants[key].article_count, rendered
            )
            for key, rendered in plan.rendered.items()
        }
        aims = {facet_set_id: ids[key] for facet_set_id, key in plan.aims.items()}
        freezing.add_aims(connection, campaign_id, aims)
        frozen = _freeze_recipients(connection, campaign_id, plan, now)
        freezing.open_for_sending(connection, campaign_id, frozen, canary, now)
        along(connection)
    return campaign_id


def _freeze_recipients(
    connection: Connection, campaign_id: int, plan: Plan, now: dt.datetime
) -> int:
    try:
        frozen = freezing.freeze_recipients(
            connection, campaign_id, plan.mailing, plan.segment, plan.only, now
        )
    except IntegrityError:
        # Somebody with facets that nobody had when the plan was made: there is no variant for them.
        frozen = 0
    if not frozen:
        raise CampaignError(
            "audience-changed", f"segment {plan.segment.name}",
            "the audience changed while you decided", "send again; nothing was sent",
        )  # fmt: skip
    return frozen


def freeze_test(
    database: Database,
    mailing: Mailing,
    variant: Shape,
    rendered: RenderedEmail,
    addresses: Sequence[str],
    actor: str,
    now: dt.datetime,
) -> int:
    """Make a test campaign to the team's own addresses; returns its number."""
    assert mailing.kind is Kind.TEST  # noqa: S101 - a caller's slip, not a person's
    with database.write() as connection:
        campaign_id = freezing.add_campaign(connection, mailing, actor, now)
        variant_id = freezing.add_variant(
            connection, campaign_id, variant.key, variant.article_count, rendered
        )
        freezing.add_test_recipients(connection, campaign_id, variant_id, addresses, now)
        freezing.open_for_sending(connection, campaign_id, len(addresses), 0, now)
    return campaign_id
