"""The queries over submissions. Takes a connection and never commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, func, insert, or_, select, update

from mailer.submissions.models import ArticleSubmission
from mailer.submissions.submission import Channel, State, Submission

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, RowMapping

    from mailer.submissions.submission import Offer

_SETTLED = (State.ACCEPTED, State.DECLINED)


def add(connection: Connection, offer: Offer, state: State, now: datetime) -> int:
    """Keep an offer, and return its number."""
    contact, link, address = offer.contact, offer.link, offer.address
    made = insert(ArticleSubmission).values(
        channel=offer.channel,
        state=state,
        address=address.mailbox if address else "",
        address_key=address.key if address else "",
        name=offer.name,
        organisation=offer.organisation,
        title=offer.title,
        body=offer.body,
        contact_name=contact.name if contact else "",
        contact_email=(contact.email or "") if contact else "",
        contact_telephone=(contact.telephone or "") if contact else "",
        link_text=link.text if link else "",
        link_url=link.url if link else "",
        picture=offer.picture,
        picture_alt=offer.picture_alt,
        agreed=offer.agreed,
        language=offer.language,
        network=offer.network,
        edition=offer.edition,
        article="",
        submitted_at=now,
        decided_by="",
        reason="",
    )
    return connection.execute(made.returning(ArticleSubmission.id)).scalar_one()


def count_of_network(connection: Connection, network: str, since: datetime) -> int:
    """How many offers came from a network."""
    return _count(
        connection,
        and_(ArticleSubmission.network == network, ArticleSubmission.submitted_at >= since),
    )


def count_of_address(connection: Connection, key: str, since: datetime) -> int:
    """How many offers named an address."""
    return _count(
        connection,
        and_(ArticleSubmission.address_key == key, ArticleSubmission.submitted_at >= since),
    )


def count_open(connection: Connection, network: str | None = None) -> int:
    """How many offers, of a network or of all, nobody has confirmed."""
    is_open = ArticleSubmission.state == State.OPEN
    if network is not None:
        is_open = and_(is_open, ArticleSubmission.network == network)
    return _count(connection, is_open)


def _count(connection: Connection, condition: ColumnElement[bool]) -> int:
    counted = select(func.count()).select_from(ArticleSubmission).where(condition)
    return connection.execute(counted).scalar_one()


def find(connection: Connection, number: int) -> Submission | None:
    """The submission of that number."""
    found = _all(connection, ArticleSubmission.id == number, pictures=True)
    return found[0] if found else None


def find_to_decide(connection: Connection, number: int) -> Submission | None:
    """The same, kept from everybody else until this transaction ends."""
    held = update(ArticleSubmission).where(ArticleSubmission.id == number)
    connection.execute(held.values(state=ArticleSubmission.state))
    return find(connection, number)


def in_state(connection: Connection, states: Iterable[State]) -> list[Submission]:
    """The submissions in these states, oldest first, without their pictures."""
    return _all(connection, ArticleSubmission.state.in_(list(states)))


def of_addresses(connection: Connection, keys: AbstractSet[str]) -> list[Submission]:
    """The submissions that came from these addresses, or name one as the contact, without their pictures."""
    return _all(connection, or_(ArticleSubmission.address_key.in_(keys), _names_contact(keys)))


def forget(connection: Connection, keys: AbstractSet[str]) -> None:
    """Delete what came from these addresses; where somebody else named one as the contact, take that out."""
    connection.execute(delete(ArticleSubmission).where(ArticleSubmission.address_key.in_(keys)))
    named = update(ArticleSubmission).where(_names_contact(keys))
    connection.execute(named.values(contact_name="", contact_email="", contact_telephone=""))


def _names_contact(keys: AbstractSet[str]) -> ColumnElement[bool]:
    return func.lower(ArticleSubmission.contact_email).in_(keys)


def slugs_from_partners(connection: Connection, edition: str) -> frozenset[str]:
    """The articles of an edition that partners offered."""
    query = select(ArticleSubmission.article).where(
        ArticleSubmission.edition == edition, ArticleSubmission.state == State.ACCEPTED
    )
    return frozenset(connection.scalars(query))


def confirm(connection: Connection, number: int, now: datetime) -> None:
    """Note that its submitter confirmed it."""
    _change(connection, number, state=State.CONFIRMED, confirmed_at=now)


def accept(
    connection: Connection, number: int, edition: str, article: str, actor: str, now: datetime
) -> None:
    """Note which article it became."""
    place = {"edition": edition, "article": article, "picture": None}
    _change(connection, number, state=State.ACCEPTED, decided_at=now, decided_by=actor, **place)


def decline(connection: Connection, number: int, reason: str, actor: str, now: datetime) -> None:
    """Note that it will not be an article, and why."""
    decided = {"decided_at": now, "decided_by": actor, "reason": reason, "picture": None}
    _change(connection, number, state=State.DECLINED, **decided)


def is_settled(before: datetime) -> ColumnElement[bool]:
    """Whether a submission was decided, and that before a moment."""
    return and_(ArticleSubmission.state.in_(_SETTLED), ArticleSubmission.decided_at < before)


def is_unconfirmed(before: datetime) -> ColumnElement[bool]:
    """Whether a submission from before a moment was never confirmed."""
    return and_(ArticleSubmission.state == State.OPEN, ArticleSubmission.submitted_at < before)


def _change(connection: Connection, number: int, **values: object) -> None:
    changed = update(ArticleSubmission).where(ArticleSubmission.id == number)
    connection.execute(changed.values(**values))


def _all(
    connection: Connection, condition: ColumnElement[bool], *, pictures: bool = False
) -> list[Submission]:
    columns = [
        column
        for column in ArticleSubmission.__table__.columns
        if column.name != "address_key" and (pictures or column.name != "picture")
    ]
    query = select(*columns).where(condition).order_by(ArticleSubmission.id)
    return [_submission(row) for row in connection.execute(query).mappings()]


def _submission(row: RowMapping) -> Submission:
    known = {"channel": Channel(row["channel"]), "state": State(row["state"])}
    return Submission(**{"picture": None} | dict(row) | known)
