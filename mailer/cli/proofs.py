"""To submit, approve and reject, be it an edition, a correction or a pack; and to tell what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mailer.cli.console import plural, tell
from mailer.cli.disregard import NONE

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from sqlalchemy import Connection

    from mailer.app import Workspace
    from mailer.approval.decision import Approval, Decision, Proof
    from mailer.cli.disregard import Disregard
    from scheduler.claiming import Noted


def submit_proof(
    opened: Workspace, proof: Proof, as_json: bool, disregard: Disregard = NONE
) -> None:
    """Submit it, and tell what comes next. What is disregarded by that is put on record along with it."""
    from mailer.approval import service
    from mailer.cli.reminding import submitted_notice
    from mailer.site import letter_desk
    from mailer.surroundings import actor, now

    desk, moment = letter_desk(opened), now()

    def tell_team(connection: Connection, submitted: Approval) -> None:
        disregard.note(connection, "submit", str(proof))
        desk.notify(connection, submitted_notice(proof, submitted), moment)

    submitted = service.submit(opened.database, proof, actor(), moment, tell_team)
    tell(
        as_json,
        approval_data(submitted),
        f"{_named(submitted)} is submitted by {submitted.submitted_by}: {_counted(submitted)}.",
        f"Somebody else approves it with: {proof.remedy('approve').strip('`')}",
    )


def approve_proof(
    opened: Workspace, proof: Proof, date: dt.date, as_json: bool, disregard: Disregard = NONE
) -> None:
    """Approve it, let go what waited for it, and tell; `disregard` as above. `date` is its own."""
    from mailer.approval import service
    from mailer.cli.releasing import release_for
    from mailer.cli.schedule_words import occurrence_data, when
    from mailer.surroundings import actor, now

    released: list[Noted] = []

    def set_free(connection: Connection) -> None:
        disregard.note(connection, "approve", str(proof))
        publication, segment = proof.publication, proof.segment.name
        released.extend(release_for(opened, connection, publication, segment, date))

    approved = service.approve(opened.database, proof, actor(), now(), set_free)
    data = approval_data(approved) | {
        "released": [occurrence_data(each.occurrence) for each in released]
    }
    goes = [
        f"{each.schedule} waited for it: it goes {when(each.schedule, each.occurrence.due_at)}."
        for each in released
    ]
    told = f"{_named(approved)}, submitted by {approved.submitted_by}, is approved"
    tell(as_json, data, f"{told} by {approved.decided_by}: {_counted(approved)}.", *goes)


def reject_named(
    opened: Workspace, name: str, segment: str | None, reason: str, as_json: bool
) -> None:
    """Reject what was submitted under a name, and tell."""
    from mailer.approval import service
    from mailer.approval.decision import Decision
    from mailer.surroundings import actor, now

    seen = one_submitted(opened, name, segment, {Decision.WAITING, Decision.APPROVED})
    rejected = service.reject(opened.database, seen, reason, actor(), now())
    tell(as_json, approval_data(rejected), f"{_named(rejected)} is rejected: {rejected.reason}.")


def one_submitted(
    opened: Workspace, name: str, segment: str | None, among: Collection[Decision]
) -> Approval:
    """The one thing on record of a name, by its segment where there are several."""
    from mailer.approval import store
    from mailer.approval.decision import ApprovalError

    with opened.database.read() as connection:
        # Of a segment the last: for the publication that it has now, not for one that it had.
        known = {each.segment: each for each in store.latest(connection, name)}.values()
    found = [each for each in known if each.decision in among and segment in (None, each.segment)]
    if len(found) == 1:
        return found[0]
    if found:
        segments = ", ".join(each.segment for each in found)
        raise ApprovalError(
            "segment-missing", name, f"was submitted for {segments}", "choose one with --segment"
        )
    to = f" to {segment}" if segment else ""
    raise ApprovalError(
        "nothing-to-approve", f"{name}{to}", "is not waiting for anybody's decision",
        "see `bulletin edition list`",
    )  # fmt: skip


def listed_row(row: dict[str, Any]) -> tuple[object, ...]:
    """A row of a list, with where it stands for each segment in words."""
    standings = (f"{standing} for {segment}" for segment, standing in row["approval"].items())
    return tuple((row | {"approval": ", ".join(standings)}).values())


def approval_data(approval: Approval) -> dict[str, Any]:
    """What is on record, as data for scripts."""
    decided_at = approval.decided_at
    return {
        "name": approval.name,
        "publication": approval.publication,
        "segment": approval.segment,
        "decision": approval.decision,
        "recipients": approval.recipients,
        "fingerprint": approval.fingerprint.digest,
        "submitted_by": approval.submitted_by,
        "submitted_at": approval.submitted_at.isoformat(),
        "decided_by": approval.decided_by,
        "decided_at": decided_at.isoformat() if decided_at else None,
        "reason": approval.reason or None,
    }


def audience_in_words(name: str, segment: str) -> str:
    """Whom something is for, by its name: `everyone`; of a correction `those who got issue-04`."""
    from mailer.corrections.correction import split_name

    corrected = split_name(name)
    return f"those who got {corrected[0]}" if corrected else segment


def _named(approval: Approval) -> str:
    return f"{approval.name} to {audience_in_words(approval.name, approval.segment)}"


def _counted(approval: Approval) -> str:
    people = plural(approval.recipients, "person", "people")
    return f"{people}, fingerprint {approval.fingerprint.digest[:12]}"
