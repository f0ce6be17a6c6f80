"""What a team does with a proof: submit it, approve it, reject it. Each verb is one transaction.

Commits, and leaves its entry in the audit. Is given the moment and the actor. What an approval sets free
upstairs is known upstairs, and handed in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailer.approval import store
from mailer.approval.decision import (
    ApprovalError,
    Decision,
    Standing,
    judge,
    require_second_person,
)
from mailer.approval.review import last_of, reached
from subscribers.erasures import record_deed

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from sqlalchemy import Connection

    from mailer.approval.decision import Approval, Proof
    from subscribers.database import Database


def submit(
    database: Database,
    proof: Proof,
    actor: str,
    now: dt.datetime,
    tell: Callable[[Connection, Approval], None] = lambda _connection, _submitted: None,
) -> Approval:
    """Put a proof up for approval, in place of what was submitted of it before.

    `tell` lets somebody know, in the same transaction.
    """
    with database.write() as connection:
        recipients = reached(connection, proof)
        submitted = store.add(connection, proof, recipients, actor, now)
        _record(connection, "submit", submitted, actor, now)
        tell(connection, submitted)
    return submitted


def approve(
    database: Database,
    proof: Proof,
    actor: str,
    now: dt.datetime,
    set_free: Callable[[Connection], None] = lambda _: None,
) -> Approval:
    """Say yes to a proof that somebody else submitted, for as many people as it reaches by now.

    `set_free` lets go what waited for it, in the same transaction.
    """
    with database.write() as connection:
        waiting = _to_approve(connection, proof)
        require_second_person(waiting, actor)
        recipients = reached(connection, proof)
        approved = store.decide(
            connection, waiting, Decision.APPROVED, actor, now, recipients=recipients
        )
        _record(connection, "approve", approved, actor, now)
        set_free(connection)
    return approved


def reject(
    database: Database, seen: Approval, reason: str, actor: str, now: dt.datetime
) -> Approval:
    """Say no to what was submitted, or take an approval back."""
    with database.write() as connection:
        rejected = store.decide(connection, seen, Decision.REJECTED, actor, now, reason=reason)
        _record(connection, "reject", rejected, actor, now)
    return rejected


def _to_approve(connection: Connection, proof: Proof) -> Approval:
    """What waits for a decision; raises ApprovalError unless it is the same as what is there now."""
    found = last_of(connection, proof)
    verdict = judge(proof.fingerprint, found)
    if found is not None and verdict.standing is Standing.WAITING:
        return found
    is_done = verdict.standing is Standing.APPROVED
    remedy = "there is nothing left to do" if is_done else proof.remedy("submit")
    raise ApprovalError("nothing-to-approve", str(proof), verdict.in_words, remedy)


def _record(
    connection: Connection, action: str, approval: Approval, actor: str, now: dt.datetime
) -> None:
    told = (f"{approval.recipients:,} people", approval.fingerprint.digest[:12], approval.reason)
    detail = ", ".join(filter(None, told))
    record_deed(connection, actor, action, str(approval), detail, now)
