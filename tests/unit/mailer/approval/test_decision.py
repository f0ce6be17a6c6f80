"""May it go? What was approved, by whom, and what it is by now."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.approval.decision import (
    Approval,
    ApprovalError,
    Decision,
    Proof,
    Requirement,
    Standing,
    has_drifted,
    judge,
    require_approved,
    require_expected,
    require_second_person,
)
from mailer.approval.fingerprint import Fingerprint, Part
from subscribers.segment import Segment

NOW = dt.datetime(2027, 1, 11, 9, 30, tzinfo=dt.UTC)
PRINT = Fingerprint(dict.fromkeys(Part, "a"))
EDITED = Fingerprint({**PRINT.parts, Part.TEXT: "b", Part.LOOK: "b"})
PROOF = Proof("issue-04", "bulletin", Segment("police"), PRINT)


def on_record(decision: Decision, recipients: int = 100) -> Approval:
    return Approval(
        id=1,
        name="issue-04",
        publication="bulletin",
        segment="police",
        fingerprint=PRINT,
        recipients=recipients,
        submitted_by="ann",
        submitted_at=NOW,
        decision=decision,
        decided_by=None if decision is Decision.WAITING else "bob",
        decided_at=None,
        reason="the date is wrong",
    )


STANDINGS = [
    (None, PRINT, Standing.NEW, "nobody has submitted it for approval"),
    (Decision.WAITING, PRINT, Standing.WAITING,
     "submitted by ann, and waits for somebody else to approve it"),
    (Decision.WAITING, EDITED, Standing.OUTDATED, "submitted by ann, but changed since: text"),
    (Decision.APPROVED, PRINT, Standing.APPROVED, "approved by bob"),
    (Decision.APPROVED, EDITED, Standing.LAPSED, "approved by bob, but changed since: text"),
    (Decision.REJECTED, PRINT, Standing.REJECTED, "rejected by bob: the date is wrong"),
    (Decision.REJECTED, EDITED, Standing.REJECTED, "rejected by bob: the date is wrong"),
]  # fmt: skip


@pytest.mark.parametrize(("decision", "found", "standing", "told"), STANDINGS)
def test_what_is_there_is_held_against_what_is_on_record(
    decision: Decision | None, found: Fingerprint, standing: Standing, told: str
) -> None:
    verdict = judge(found, on_record(decision) if decision else None)
    assert verdict.standing is standing
    assert verdict.in_words == told


@pytest.mark.parametrize(("decision", "found", "standing", "told"), STANDINGS)
def test_only_what_is_approved_as_it_is_may_go(
    decision: Decision | None, found: Fingerprint, standing: Standing, told: str
) -> None:
    approval = on_record(decision) if decision else None
    proof = dataclasses.replace(PROOF, fingerprint=found)
    if standing is Standing.APPROVED:
        assert require_approved(proof, approval) is approval
        return
    with pytest.raises(ApprovalError, match=told) as refused:
        require_approved(proof, approval)
    verb = "approve" if standing is Standing.WAITING else "submit"
    assert f"`bulletin edition {verb} issue-04 --segment police`" in refused.value.remedy


@pytest.mark.parametrize(
    ("expected", "found", "drifted"),
    [
        (100, 100, False), (100, 110, False), (100, 111, True), (100, 90, False), (100, 89, True),
        (0, 0, False), (0, 1, True),
    ],
)  # fmt: skip
def test_an_audience_may_differ_by_the_share_that_is_set(
    expected: int, found: int, drifted: bool
) -> None:
    assert has_drifted(expected, found, 0.1) is drifted


@pytest.mark.parametrize("hundredths", range(101))
def test_a_share_in_hundredths_is_exact(hundredths: int) -> None:
    assert not has_drifted(100, 100 + hundredths, hundredths / 100)
    assert has_drifted(100, 101 + hundredths, hundredths / 100)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_without_a_share_every_difference_counts(expected: int, found: int) -> None:
    assert has_drifted(expected, found, 0) is (expected != found)


def test_an_audience_that_drifted_is_refused_unless_somebody_accepts_it() -> None:
    approval = on_record(Decision.APPROVED)
    require_expected(PROOF, approval, 105, Requirement(0.1))
    with pytest.raises(ApprovalError, match="reaches 150 people, and 100 when it was approved"):
        require_expected(PROOF, approval, 150, Requirement(0.1))
    require_expected(PROOF, approval, 150, Requirement(0.1, accepted=150))


def test_what_was_accepted_may_not_drift_either() -> None:
    approval = on_record(Decision.APPROVED)
    with pytest.raises(ApprovalError, match="reaches 200 people"):
        require_expected(PROOF, approval, 200, Requirement(0.1, accepted=150))


def test_nobody_approves_what_they_submitted() -> None:
    waiting = on_record(Decision.WAITING)
    require_second_person(waiting, "bob")
    with pytest.raises(ApprovalError, match="was submitted by ann, who can't approve it too"):
        require_second_person(waiting, "ann")
