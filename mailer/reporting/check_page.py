"""What a check found as one HTML page that needs nothing else. Pure.

Knows what is shown and in which order; must not know how anything is found.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from mailer.checks.override import in_order
from mailer.content.problem import Severity
from mailer.rendering.templates import template_environment
from mailer.reporting import wording
from mailer.reporting.page import colours

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from mailer.checks.override import Sorted
    from mailer.content.problem import Problem, Rule
    from mailer.rendering.brand import Brand

_HEADS = {
    Severity.ERROR: "To be mended before it can go",
    Severity.WARNING: "To be looked at",
    Severity.ADVICE: "Advice",
}


class CheckPage:
    """Renders findings with the templates of `folder`, in the colours of the brand."""

    def __init__(self, folder: Path, brand: Brand) -> None:
        self._templates = template_environment(folder)
        self._templates.filters["in_moment"] = wording.in_moment
        self._brand = brand

    def render(self, name: str, found: Sorted, variants: int, at: dt.datetime) -> str:
        """The page as text."""
        counts = {each: sum(p.severity is each for p in found.standing) for each in Severity}
        return self._templates.get_template("check.html").render(
            brand=self._brand,
            light=colours(self._brand.light),
            dark=colours(self._brand.dark),
            name=name,
            found=found,
            variants=variants,
            at=at,
            counts=counts,
            groups=_groups(found.standing),
        )


def _groups(problems: tuple[Problem, ...]) -> list[tuple[str, dict[Rule, list[Problem]]]]:
    """The findings by how grave they are, and then by their rules."""
    groups: list[tuple[str, dict[Rule, list[Problem]]]] = []
    for severity, group in groupby(in_order(problems), key=lambda each: each.severity):
        by_rule: dict[Rule, list[Problem]] = {}
        for problem in group:
            by_rule.setdefault(problem.rule, []).append(problem)
        groups.append((_HEADS[severity], by_rule))
    return groups
