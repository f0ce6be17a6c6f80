"""What is wrong with a piece of content, where, and by which rule. Knows nothing of who reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import PurePath


class Severity(StrEnum):
    """An error stops a sending; a warning asks for a second look; advice is given to whoever asks for it."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold, by a short name, and why it matters. Nobody can let a `final` one pass."""

    name: str
    severity: Severity
    why: str
    final: bool = False

    def broken(self, path: PurePath, line: int, what: str, remedy: str) -> Problem:
        """The problem of a place where this rule doesn't hold; `line` as in Problem."""
        return Problem(path, line, what, remedy, self)


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: `path:line: what; remedy`. `line` counts from 1; 0 stands for the file as a whole."""

    path: PurePath
    line: int
    what: str
    remedy: str
    rule: Rule

    @property
    def severity(self) -> Severity:
        """How grave it is."""
        return self.rule.severity

    @property
    def why(self) -> str:
        """Why it matters, in one sentence."""
        return self.rule.why

    @property
    def place(self) -> str:
        """Where it stands: `path:line`, or the path alone."""
        return f"{self.path}:{self.line}" if self.line else str(self.path)

    def __str__(self) -> str:
        note = "" if self.severity is Severity.ERROR else f"{self.severity}: "
        return f"{self.place}: {note}{self.what}; {self.remedy}"


@dataclass(slots=True)
class Findings:
    """Collects the problems of one file, so that a reader can go on and report them all at once."""

    path: PurePath
    problems: list[Problem] = field(default_factory=list)

    def broken(self, rule: Rule, line: int, what: str, remedy: str) -> None:
        """Note where `rule` doesn't hold."""
        self.problems.append(rule.broken(self.path, line, what, remedy))


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether anything in `problems` stops a sending."""
    return any(problem.severity is Severity.ERROR for problem in problems)
