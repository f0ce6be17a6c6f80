"""Rewrites the addresses of an organisation that moved its mail to another domain, all of them or none.

Commits. The consent event of each person says from where to where; suppressions and bounces stay with the old
address, as the evidence. Must not know how the move came to light.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import update

from subscribers import consent, domains, store, suppressions
from subscribers.address import AddressError, parse_address
from subscribers.consent import Event
from subscribers.erasures import is_erased, record_deed
from subscribers.lifecycle import EventKind, Status
from subscribers.models import Subscriber

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy import Connection

    from subscribers.address import Address
    from subscribers.database import Database
    from subscribers.erasures import Seal
    from subscribers.store import Person


@dataclass(frozen=True, slots=True)
class Move:
    """One person's move, or why it does not happen: `obstacle` is empty when it does."""

    old: str
    new: str
    obstacle: str = ""


def move_domain(  # noqa: PLR0913 - what is put on record, and who is left alone
    database: Database,
    old: str,
    new: str,
    *,
    forgiven: AbstractSet[str],
    seal: Seal,
    now: datetime,
    actor: str,
    dry_run: bool = False,
) -> list[Move]:
    """Move everybody at the domain `old` to the same name at `new`, and tell of each.

    Who left stays as they are, as does who has yet to confirm, and who is suppressed for another reason than
    those in `forgiven`; a new address that is on the list or suppressed already, or that `seal` knows for
    erased, is left alone. Raises `AddressError` for what is no domain.
    """
    old_domain, new_domain = _domain(old), _domain(new)
    with database.read() if dry_run else database.write() as connection:
        find = store.find if dry_run else store.find_to_change
        people = [find(connection, key) for key in domains.keys_at(connection, old_domain)]
        moves = []
        for person in filter(None, people):
            moved_to = parse_address(f"{person.address.rpartition('@')[0]}@{new_domain}")
            obstacle = _obstacle(connection, person, forgiven) or _taken(connection, moved_to, seal)
            moves.append(Move(person.address, moved_to.mailbox, obstacle))
            if not obstacle and not dry_run:
                _move(connection, person, moved_to, now, actor)
        if not dry_run:
            done = sum(not move.obstacle for move in moves)
            detail = f"{old_domain} to {new_domain}: {done} of {len(moves)} addresses"
            record_deed(connection, actor, "move domain", old_domain, detail, now)
        return moves


def _domain(text: str) -> str:
    try:
        return domains.domain_of(parse_address(f"a@{text.strip()}").mailbox)
    except AddressError as error:
        remedy = "write it like example.org"
        raise AddressError("domain-invalid", text, "is no domain", remedy) from error


def _obstacle(connection: Connection, person: Person, forgiven: AbstractSet[str]) -> str:
    if person.status is Status.LEFT:
        return "has left"
    # The link of their letter is for the address that they typed.
    if person.status is Status.PENDING:
        return "has not confirmed yet"
    barred = suppressions.live(connection, person.key)
    if barred is not None and barred.reason not in forgiven:
        return f"is suppressed: {barred.reason}"
    return ""


def _taken(connection: Connection, moved_to: Address, seal: Seal) -> str:
    if store.find(connection, moved_to.key) is not None:
        return f"{moved_to.mailbox} is on the list already"
    if suppressions.live(connection, moved_to.key) is not None:
        return f"{moved_to.mailbox} is suppressed"
    if is_erased(connection, seal, moved_to.key):
        return f"{moved_to.mailbox} was erased"
    return ""


def _move(
    connection: Connection, person: Person, moved_to: Address, now: datetime, actor: str
) -> None:
    changed = update(Subscriber).where(Subscriber.id == person.id)
    connection.execute(
        changed.values(address=moved_to.mailbox, address_key=moved_to.key, updated_at=now)
    )
    here, there = (domains.domain_of(each) for each in (person.address, moved_to.mailbox))
    detail = f"address from {here} to {there}"
    event = Event(EventKind.CHANGED, None, now, "domain moved", actor, detail=detail)
    consent.record(connection, person.id, event)
