"""What people let pass of what the checks find, on record. Part of the composition root."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailer.checks.override import OverrideError, choose
from mailer.checks.overrides import end_overrides, record_overrides
from mailer.checks.registry import all_rules
from mailer.content.nearness import suggest
from mailer.surroundings import actor, now
from subscribers.erasures import record_deed

if TYPE_CHECKING:
    from mailer.app import Workspace
    from mailer.content.problem import Problem
    from mailer.inspection import Inspected


def let_pass(
    opened: Workspace, inspection: Inspected, rule: str, at: str | None, reason: str
) -> list[Problem]:
    """Let findings pass; raises OverrideError when there is none, or none that may pass."""
    _refuse_unknown(rule)
    meant = choose(inspection.problems, rule, at)
    moment, who, name = now(), actor(), inspection.name
    places = {str(each.path) for each in meant}
    replaced = {each.id for each in inspection.lapsed_of(rule) if each.path in places}
    with opened.database.write() as connection:
        end_overrides(connection, replaced, who, moment)
        record_overrides(connection, name, meant, inspection.sources, reason, who, moment)
        record_deed(connection, who, "let pass", f"{name}: {rule}", reason, moment)
    return meant


def end_passing(
    opened: Workspace, inspection: Inspected, rule: str, at: str | None
) -> list[Problem]:
    """Let findings pass no more; raises OverrideError when none of them was let pass."""
    _refuse_unknown(rule)
    passed = {each.problem: each.override for each in inspection.sorted.passed}
    lapsed = {each.id for each in inspection.lapsed_of(rule)} if at is None else set()
    is_passed = any(each.rule.name == rule for each in passed)
    meant = choose(passed, rule, at) if is_passed or not lapsed else []
    moment, who, name = now(), actor(), inspection.name
    with opened.database.write() as connection:
        end_overrides(connection, lapsed | {passed[each].id for each in meant}, who, moment)
        record_deed(connection, who, "let pass no more", f"{name}: {rule}", "", moment)
    return meant


def _refuse_unknown(rule: str) -> None:
    known = [each.name for each in all_rules()]
    if rule not in known:
        remedy = suggest(rule, known, "give one that `bulletin check` names before what it found")
        raise OverrideError("rule-unknown", f'"{rule}"', "is no rule", remedy)
