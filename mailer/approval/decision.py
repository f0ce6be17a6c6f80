"""Whether something may go to subscribers: what was approved against what it is by now. Pure.

Knows proofs, approvals and how they compare; must not know where they are kept, nor what a proof is made of.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from subscribers.errors import BulletinError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from mailer.approval.fingerprint import Fingerprint, Part
    from subscribers.segment import Segment


class ApprovalError(BulletinError):
    """Something is not approved as it is now, or may not be approved by whoever asks."""


class Decision(StrEnum):
    """What is on record of a proof that was submitted."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"


class Standing(StrEnum):
    """Where a proof stands as it is now. `lapsed` was approved, `outdated` submitted, before an edit."""

    NEW = "new"
    WAITING = "waiting"
    OUTDATED = "outdated"
    APPROVED = "approved"
    LAPSED = "lapsed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Proof:
    """What is put up for approval: an edition or a pack by its `name`, as it is now, to one segment.

    `command` is the group of commands by which a person submits it. `count`, given a connection, tells how
    many of the segment it is for, where that is not everybody.
    """

    name: str
    publication: str
    segment: Segment
    fingerprint: Fingerprint
    command: str = "edition"
    count: Callable[..., int] | None = None

    def __str__(self) -> str:
        return f"{self.name} to {self.segment.name}"

    def remedy(self, verb: str) -> str:
        """What to type."""
        return f"`bulletin {self.command} {verb} {self.name} --segment {self.segment.name}`"


@dataclass(frozen=True, slots=True)
class Approval:
    """A proof on record. `recipients` is how many its audience rule reached then; moments are UTC."""

    id: int
    name: str
    publication: str
    segment: str
    fingerprint: Fingerprint
    recipients: int
    submitted_by: str
    submitted_at: dt.datetime
    decision: Decision
    decided_by: str | None
    decided_at: dt.datetime | None
    reason: str

    def __str__(self) -> str:
        return f"{self.name} to {self.segment}"


@dataclass(frozen=True, slots=True)
class Requirement:
    """That somebody approved it. `drift` is the share by which the audience may differ from the approved.

    `accepted` is a number of recipients that a person has agreed to instead.
    """

    drift: float
    accepted: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where a proof stands, by the last that is on record of it, and what changed since."""

    standing: Standing
    approval: Approval | None = None
    changed: tuple[Part, ...] = ()

    @property
    def in_words(self) -> str:
        """A clause for a person."""
        found = self.approval
        if found is None:
            return "nobody has submitted it for approval"
        changed = f"but changed since: {', '.join(self.changed)}"
        match self.standing:
            case Standing.APPROVED:
                return f"approved by {found.decided_by}"
            case Standing.LAPSED:
                return f"approved by {found.decided_by}, {changed}"
            case Standing.OUTDATED:
                return f"submitted by {found.submitted_by}, {changed}"
            case Standing.REJECTED:
                return f"rejected by {found.decided_by}: {found.reason}"
        return f"submitted by {found.submitted_by}, and waits for somebody else to approve it"


def judge(fingerprint: Fingerprint, approval: Approval | None) -> Verdict:
    """Compare what is there now with the last that was submitted of it."""
    if approval is None:
        return Verdict(Standing.NEW)
    if approval.decision is Decision.REJECTED:
        return Verdict(Standing.REJECTED, approval)
    changed = fingerprint.changed_since(approval.fingerprint)
    is_approved = approval.decision is Decision.APPROVED
    if changed:
        return Verdict(Standing.LAPSED if is_approved else Standing.OUTDATED, approval, changed)
    return Verdict(Standing.APPROVED if is_approved else Standing.WAITING, approval)


def require_approved(proof: Proof, approval: Approval | None) -> Approval:
    """The approval of a proof; raises ApprovalError, which says what to do, unless there is a sound one."""
    verdict = judge(proof.fingerprint, approval)
    if approval is not None and verdict.standing is Standing.APPROVED:
        return approval
    verb = "approve" if verdict.standing is Standing.WAITING else "submit"
    raise ApprovalError(
        "not-approved", str(proof), verdict.in_words, proof.remedy(verb)
    )  # fmt: skip


def has_drifted(expected: int, found: int, share: float) -> bool:
    """Whether an audience differs from the expected one by more than a share of that."""
    # Rounded, for 29 of 100 is not more than 0.29, whatever floating point says.
    return abs(found - expected) > round(share * expected, 6)


def require_expected(
    proof: Proof, approval: Approval, recipients: int, requirement: Requirement
) -> None:
    """Raise ApprovalError when an audience is not the one that was approved or, instead, accepted."""
    accepted = requirement.accepted
    expected = approval.recipients if accepted is None else accepted
    if has_drifted(expected, recipients, requirement.drift):
        what = f"reaches {recipients:,} people, and {expected:,} when it was approved"
        remedy = f"submit it anew with {proof.remedy('submit')}, or send it with --accept-audience"
        raise ApprovalError("audience-drift", str(proof), what, remedy)


def require_second_person(approval: Approval, actor: str) -> None:
    """Raise ApprovalError when somebody would approve what they submitted themselves."""
    if actor == approval.submitted_by:
        raise ApprovalError(
            "self-approval", str(approval), f"was submitted by {actor}, who can't approve it too",
            "let somebody else approve it; who works alone sets approval.required = false",
        )  # fmt: skip
