"""The tables of the list: who is on it, what they hold, what they agreed to, who is not written to.

Declared once for both engines and used as tables, by selects on a connection; holds no behaviour.
"""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 - SQLAlchemy reads the annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from subscribers.database import Base, RowId


class FacetSetRow(Base):
    """One distinct pair of a sector and a set of regions, shared by everybody who holds exactly it.

    A million people hold a few hundred of these, so a segment is a choice over facet sets, not over
    people.
    """

    __tablename__ = "facet_set"
    __table_args__ = (UniqueConstraint("sector", "regions"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sector: Mapped[str]
    regions: Mapped[str]
    """The regions' slugs, sorted and joined by commas: the set written in one way only."""


class FacetSetRegion(Base):
    """One region of one facet set: the same fact as `FacetSetRow.regions`, in the shape SQL can search."""

    __tablename__ = "facet_set_region"

    facet_set_id: Mapped[int] = mapped_column(
        ForeignKey("facet_set.id", ondelete="CASCADE"), primary_key=True
    )
    region: Mapped[str] = mapped_column(primary_key=True, index=True)


class Subscriber(Base):
    """One person, or one role mailbox, by address."""

    __tablename__ = "subscriber"
    __table_args__ = (
        Index(None, "facet_set_id", "status"),
        # An id once given is never given to somebody else, even after an erasure: deliveries point
        # at it.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    address: Mapped[str]
    """What the relay is told: the local part as given, the domain in lower-case A-labels."""
    address_key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    organisation: Mapped[str]
    facet_set_id: Mapped[int] = mapped_column(ForeignKey("facet_set.id"))
    status: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Subscription(Base):
    """One person's time with one publication. Never edited but for its end."""

    __tablename__ = "subscription"
    __table_args__ = (
        Index(
            "uq_subscription_live",
            "publication",
            "subscriber_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("subscriber.id", ondelete="CASCADE"), index=True
    )
    publication: Mapped[str]
    started_at: Mapped[datetime]
    source: Mapped[str]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]


class ConsentEvent(Base):
    """What was agreed, changed or withdrawn, when and by whom. Added to, never edited.

    The database itself refuses to change an event, or to delete one while its subscriber is there;
    erasing the subscriber takes the events along.
    """

    __tablename__ = "consent_event"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("subscriber.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str]
    publication: Mapped[str | None]
    at: Mapped[datetime]
    source: Mapped[str]
    actor: Mapped[str]
    wording: Mapped[str | None]
    """The exact words that the person agreed to, where there were any."""
    detail: Mapped[str]
    network: Mapped[str | None]
    """Where the person's browser was, shortened so far that it is nobody's address."""


class Suppression(Base):
    """An address that is not written to, why, and how that is known; it needs no subscriber."""

    __tablename__ = "suppression"
    __table_args__ = (
        Index(
            "uq_suppression_live",
            "address_key",
            unique=True,
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    address_key: Mapped[str]
    address: Mapped[str]
    reason: Mapped[str]
    evidence: Mapped[str]
    created_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    lift_reason: Mapped[str | None]


class HeldDomain(Base):
    """A domain at which nobody is written to until a person has looked into it; the row stays on record."""

    __tablename__ = "held_domain"
    __table_args__ = (
        Index(
            "uq_held_domain_live",
            "domain",
            unique=True,
            sqlite_where=text("released_at IS NULL"),
            postgresql_where=text("released_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    domain: Mapped[str]
    reason: Mapped[str]
    held_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    release_reason: Mapped[str | None]


class JoinRequest(Base):
    """What somebody typed on the form, kept apart from the list until the address is confirmed."""

    __tablename__ = "join_request"
    __table_args__ = (Index(None, "network", "requested_at"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    subscriber_id: Mapped[int | None] = mapped_column(
        RowId, ForeignKey("subscriber.id", ondelete="CASCADE"), index=True
    )
    address: Mapped[str]
    address_key: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    organisation: Mapped[str]
    sector: Mapped[str]
    regions: Mapped[str]
    """Slugs, sorted and joined by commas; so are the publications."""
    publications: Mapped[str]
    wording: Mapped[str]
    language: Mapped[str]
    network: Mapped[str]
    state: Mapped[str]
    requested_at: Mapped[datetime] = mapped_column(index=True)
    confirmed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]


class AddressRequest(Base):
    """A new address that a subscriber gave, until it is confirmed from there."""

    __tablename__ = "address_request"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("subscriber.id", ondelete="CASCADE"), index=True
    )
    address: Mapped[str]
    address_key: Mapped[str]
    language: Mapped[str]
    requested_at: Mapped[datetime] = mapped_column(index=True)
    confirmed_at: Mapped[datetime | None]


class Pause(Base):
    """A subscriber who wants nothing until a day."""

    __tablename__ = "pause"

    subscriber_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("subscriber.id", ondelete="CASCADE"), primary_key=True
    )
    until: Mapped[date]
    """The first day on which mail may be sent again."""


class Erasure(Base):
    """An address that was erased, as a keyed hash: enough to know it again, and not to read it."""

    __tablename__ = "erasure"

    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    erased_at: Mapped[datetime]


class AuditEntry(Base):
    """What somebody of the team did that leaves no consent event, or that outlives one."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    """What it was done to, without an address: a number of the list, a file, a fingerprint."""
    detail: Mapped[str]
