"""What is wrong with a piece of content, and where. Knows nothing of who reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import PurePath


class Severity(StrEnum):
    """An error stops a sending; a warning asks for a second look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: `path:line: what; remedy`. `line` counts from 1; 0 stands for the file as a whole."""

    path: PurePath
    line: int
    what: str
    remedy: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else str(self.path)
        note = "" if self.severity is Severity.ERROR else "warning: "
        return f"{place}: {note}{self.what}; {self.remedy}"


@dataclass(slots=True)
class Findings:
    """Collects the problems of one file, so that a reader can go on and report them all at once."""

    path: PurePath
    problems: list[Problem] = field(default_factory=list)

    def error(self, line: int, what: str, remedy: str) -> None:
        """Note something that must be mended before the edition can go."""
        self.problems.append(Problem(self.path, line, what, remedy))

    def warning(self, line: int, what: str, remedy: str) -> None:
        """Note something that may be meant, but seldom is."""
        self.problems.append(Problem(self.path, line, what, remedy, Severity.WARNING))


def has_errors(problems: list[Problem]) -> bool:
    """Whether anything in `problems` stops a sending."""
    return any(problem.severity is Severity.ERROR for problem in problems)
