"""What a command that sends must know of approvals: whether there is one, and of the same audience.

Tells and asks; what holds is decided when the campaign is frozen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mailer.approval import store
from mailer.approval.decision import (
    ApprovalError,
    Decision,
    Proof,
    Standing,
    Verdict,
    has_drifted,
    judge,
    require_approved,
)
from mailer.approval.fingerprint import edition_fingerprint
from mailer.approval.review import last_of, reached, require, review
from mailer.cli.console import confirm
from mailer.content.variant import whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from mailer.app import Workspace
    from mailer.approval.decision import Approval
    from mailer.content.edition import Edition
    from mailer.delivery.planning import Plan


def proof_of(opened: Workspace, edition: Edition, segment: str) -> Proof:
    """An edition to a segment, as somebody would approve it now."""
    chosen = opened.segment(segment)
    rendered = opened.renderer(edition.publication).render(whole(edition))
    sender = opened.letterhead(edition.publication, 0).sender
    fingerprint = edition_fingerprint(edition, rendered, chosen, sender)
    return Proof(edition.slug, edition.publication, chosen, fingerprint)


def standings(opened: Workspace, name: str, proof: Callable[[str], Proof]) -> dict[str, Standing]:
    """Where something stands, by each of the segments for which it was submitted."""
    with opened.database.read() as connection:
        known = store.latest(connection, name)
    found = {}
    for each in known:
        if each.segment in opened.segments:
            there = proof(each.segment)
            if there.publication == each.publication:
                found[each.segment] = judge(there.fingerprint, each).standing
    return found


def obstacle(opened: Workspace, proof: Proof) -> str:
    """Why a proof may not go out as things are, and what to do; empty when it may."""
    requirement = opened.requirement()
    if requirement is None:
        return ""
    with opened.database.read() as connection:
        try:
            require(connection, proof, requirement)
        except ApprovalError as error:
            return str(error)
    return ""


def require_for_page(
    opened: Workspace, name: str, proof: Callable[[str], Proof], command: str
) -> None:
    """Raise ApprovalError unless what anybody may read is approved for a segment, and rejected for none.

    A page is for all; whoever decided on its content did so with a segment in mind. A rejection counts until
    what was rejected changes or is submitted anew. `command` is the group of commands that are about it.
    """
    if not opened.needs_approval:
        return
    with opened.database.read() as connection:
        segments = dict.fromkeys(each.segment for each in store.latest(connection, name))
        proofs = [proof(each) for each in segments if each in opened.segments]
        found = [(each, last_of(connection, each)) for each in proofs]
    rejected = [each for each in found if _is_rejected(*each)]
    standings = [judge(each.fingerprint, last).standing for each, last in found]
    if Standing.APPROVED in standings and not rejected:
        return
    waiting = [
        each
        for each, standing in zip(found, standings, strict=True)
        if standing is Standing.WAITING
    ]
    for each in (rejected or waiting or found)[-1:]:
        # Tells that one's own reason, and what to do about that one.
        require_approved(*each)
    remedy = f"`bulletin {command} submit {name}`"
    raise ApprovalError("not-approved", name, Verdict(Standing.NEW).in_words, remedy)


def _is_rejected(proof: Proof, approval: Approval | None) -> bool:
    """Whether the very thing that is there now was rejected."""
    return (
        approval is not None
        and approval.decision is Decision.REJECTED
        and not proof.fingerprint.changed_since(approval.fingerprint)
    )


def approval_in_words(opened: Workspace, plan: Plan) -> list[str]:
    """Where a plan stands, on one line; nothing where no approval is needed."""
    if not opened.needs_approval:
        return []
    with opened.database.read() as connection:
        return [f"Approval   {review(connection, plan.proof).in_words}"]


def approval_data(opened: Workspace, plan: Plan) -> dict[str, Any] | None:
    """The same as data for scripts."""
    if not opened.needs_approval:
        return None
    with opened.database.read() as connection:
        verdict = review(connection, plan.proof)
    return {"standing": verdict.standing, "changed": list(verdict.changed)}


def agree(opened: Workspace, plan: Plan, *, yes: bool, accept: bool) -> int | None:
    """The number of people that somebody agrees to here, where it is not the one that was approved.

    Asks for that unless they `accept` beforehand. Raises ApprovalError when the plan isn't approved, and when
    nobody is to be asked about its audience.
    """
    requirement, proof = opened.requirement(), plan.proof
    if requirement is None:
        return None
    with opened.database.read() as connection:
        approval = require_approved(proof, last_of(connection, proof))
        recipients = reached(connection, proof)
        if not has_drifted(approval.recipients, recipients, requirement.drift):
            return None
        if yes and not accept:
            require(connection, proof, requirement)
    told = f"{proof} reached {approval.recipients:,} people when it was approved, and {recipients:,} now."
    confirm(f"{told} Go on?", accept)
    return recipients
