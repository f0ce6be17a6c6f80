"""What is on record of a proof, held against the proof and its audience as they are now.

Takes a connection and never commits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailer.approval import store
from mailer.approval.decision import judge, require_approved, require_expected
from subscribers.store import count_by_facets

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from mailer.approval.decision import Approval, Proof, Requirement, Verdict


def review(connection: Connection, proof: Proof) -> Verdict:
    """Where a proof stands."""
    return judge(proof.fingerprint, last_of(connection, proof))


def require(connection: Connection, proof: Proof, requirement: Requirement) -> Approval:
    """The approval by which a proof may go out now; raises ApprovalError when there is none."""
    approval = require_approved(proof, last_of(connection, proof))
    recipients = reached(connection, proof)
    require_expected(proof, approval, recipients, requirement)
    return approval


def last_of(connection: Connection, proof: Proof) -> Approval | None:
    """What was last put on record of it."""
    return store.find_last(connection, proof.name, proof.publication, proof.segment.name)


def reached(connection: Connection, proof: Proof) -> int:
    """How many people a proof is for, those who have had it already included."""
    if proof.count is not None:
        return proof.count(connection)
    return sum(count_by_facets(connection, proof.publication, proof.segment).values())
