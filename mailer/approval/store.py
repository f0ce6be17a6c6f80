"""The queries over approvals. Takes a connection and never commits.

Nothing on record is edited but for the decision: what counts is the last of a name, publication and segment.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update

from mailer.approval.decision import Approval, ApprovalError, Decision
from mailer.approval.fingerprint import Fingerprint
from mailer.approval.models import ApprovalRow

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import Connection, Row

    from mailer.approval.decision import Proof


def add(
    connection: Connection, proof: Proof, recipients: int, actor: str, now: dt.datetime
) -> Approval:
    """Put a proof on record, to be decided on."""
    made = insert(ApprovalRow).values(
        name=proof.name,
        publication=proof.publication,
        segment=proof.segment.name,
        fingerprint=proof.fingerprint.digest,
        parts=json.dumps(dict(proof.fingerprint.parts)),
        recipients=recipients,
        submitted_by=actor,
        submitted_at=now,
        decision=Decision.WAITING,
        reason="",
    )
    return _find(connection, connection.execute(made.returning(ApprovalRow.id)).scalar_one())


def decide(
    connection: Connection,
    seen: Approval,
    decision: Decision,
    actor: str,
    now: dt.datetime,
    **more: object,
) -> Approval:
    """Record a decision, and `more` columns; raises ApprovalError when it isn't any more as it was `seen`."""
    same = (ApprovalRow.id == seen.id) & (ApprovalRow.decision == seen.decision)
    values = {"decision": decision, "decided_by": actor, "decided_at": now, **more}
    if connection.execute(update(ApprovalRow).where(same).values(values)).rowcount != 1:
        raise ApprovalError(
            "approval-decided", str(seen), "somebody else has decided on it meanwhile",
            "see `bulletin edition list`",
        )  # fmt: skip
    return _find(connection, seen.id)


def find_last(connection: Connection, name: str, publication: str, segment: str) -> Approval | None:
    """The last on record of a name to a segment."""
    found = latest(connection, name)
    keys = (publication, segment)
    return next((each for each in found if (each.publication, each.segment) == keys), None)


def latest(connection: Connection, name: str) -> list[Approval]:
    """The last on record of a name for each publication and segment, in the order of their submission."""
    last = select(func.max(ApprovalRow.id)).where(ApprovalRow.name == name)
    of_each = last.group_by(ApprovalRow.publication, ApprovalRow.segment)
    rows = select(ApprovalRow.__table__).where(ApprovalRow.id.in_(of_each)).order_by(ApprovalRow.id)
    return [_approval(row) for row in connection.execute(rows)]


def find_approved(
    connection: Connection, name: str, publication: str, segment: str, digest: str
) -> Approval | None:
    """The last approval that a campaign with this fingerprint can have gone out by."""
    query = select(ApprovalRow.__table__).where(
        ApprovalRow.name == name,
        ApprovalRow.publication == publication,
        ApprovalRow.segment == segment,
        ApprovalRow.fingerprint == digest,
        ApprovalRow.decision == Decision.APPROVED,
    )
    row = connection.execute(query.order_by(ApprovalRow.id.desc()).limit(1)).one_or_none()
    return _approval(row) if row else None


def _find(connection: Connection, approval_id: int) -> Approval:
    query = select(ApprovalRow.__table__).where(ApprovalRow.id == approval_id)
    return _approval(connection.execute(query).one())


def _approval(row: Row[Any]) -> Approval:
    return Approval(
        id=row.id,
        name=row.name,
        publication=row.publication,
        segment=row.segment,
        fingerprint=Fingerprint(json.loads(row.parts)),
        recipients=row.recipients,
        submitted_by=row.submitted_by,
        submitted_at=row.submitted_at,
        decision=Decision(row.decision),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
    )
