"""What a person let pass, and for how long that holds: as long as the text that it was said of. Pure.

Knows findings and the texts that they stand in; must not know where overrides are kept.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailer.content.problem import Severity
from subscribers.errors import BulletinError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from mailer.content.problem import Problem
    from mailer.content.source_text import Source


class OverrideError(BulletinError):
    """A finding that can't be let pass, or one that isn't there."""


@dataclass(frozen=True, slots=True)
class Override:
    """A finding that was let pass: of which rule, where, what it said, who said why, and when."""

    id: int
    rule: str
    path: str
    evidence: str
    what: str
    reason: str
    actor: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Passed:
    """A problem that stands no more, because somebody let it pass."""

    problem: Problem
    override: Override


@dataclass(frozen=True, slots=True)
class Sorted:
    """Findings after the overrides: those that stand, those let pass, and overrides that nothing needs."""

    standing: tuple[Problem, ...]
    passed: tuple[Passed, ...]
    lapsed: tuple[Override, ...]


def evidence_of(problem: Problem, sources: Iterable[Source]) -> str:
    """A digest of what a finding is about: its line's text or, where it has no line, its own words."""
    text = problem.what
    for source in sources:
        lines = source.text.split("\n")
        if source.path == problem.path and 1 <= problem.line <= len(lines):
            text = lines[problem.line - 1].strip()
    told = "\0".join((problem.rule.name, str(problem.path), text))
    return hashlib.sha256(told.encode()).hexdigest()


def sort_out(
    problems: Iterable[Problem], overrides: Sequence[Override], sources: Sequence[Source]
) -> Sorted:
    """Which findings stand. Those of a final rule do, whatever anybody said."""
    by_evidence = {each.evidence: each for each in overrides}
    standing: list[Problem] = []
    passed: list[Passed] = []
    for problem in problems:
        override = by_evidence.get(evidence_of(problem, sources))
        if override is None or problem.rule.final:
            standing.append(problem)
        else:
            passed.append(Passed(problem, override))
    used = {each.override.id for each in passed}
    lapsed = tuple(each for each in overrides if each.id not in used)
    return Sorted(tuple(standing), tuple(passed), lapsed)


def choose(problems: Iterable[Problem], rule: str, at: str | None) -> list[Problem]:
    """The findings that a person means: of a rule and, if given, at `FILE:LINE` or anywhere in `FILE`.

    Raises OverrideError when there is none, or when the rule is one that nobody can let pass.
    """
    named = [problem for problem in problems if problem.rule.name == rule]
    meant = [problem for problem in named if at is None or _stands_at(problem, at)]
    if not meant:
        there = ", ".join(sorted({problem.place for problem in named}))
        raise OverrideError(
            "finding-missing",
            f"{rule} at {at}" if at else rule,
            "nothing of that rule is found there",
            f"it is found at {there}" if there else "see the rules that `bulletin check` names",
        )
    if any(problem.rule.final for problem in meant):
        raise OverrideError(
            "finding-final", rule, "can't be let pass: the mail would be broken or against the law",
            "mend it",
        )  # fmt: skip
    return meant


def _stands_at(problem: Problem, at: str) -> bool:
    path, _, line = at.rpartition(":")
    if not line.isdigit():
        path, line = at, ""
    return f"/{problem.path}".endswith(f"/{path.removeprefix('./')}") and line in {
        "", str(problem.line)
    }  # fmt: skip


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Errors first, then warnings, then advice; each by the places."""
    ranks = {severity: rank for rank, severity in enumerate(Severity)}
    return sorted(problems, key=lambda each: (ranks[each.severity], str(each.path), each.line))
