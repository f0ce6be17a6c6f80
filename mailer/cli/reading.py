"""What a command works on: an edition or a pack that may go, or the end of the command with the reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from mailer.cli.console import plural, warn
from mailer.cli.disregard import go_past

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mailer.app import Workspace
    from mailer.cli.disregard import Disregard
    from mailer.content.edition import Edition
    from mailer.content.pack import Pack
    from mailer.content.problem import Problem
    from mailer.inspection import Content, Inspection


def checked_edition(
    opened: Workspace, folder: Path, yes: bool = True, reason: str | None = None
) -> tuple[Edition, Disregard]:
    """The edition in `folder`; prints what is wrong and exits with 1 when it can't be sent.

    Warnings are asked about, but for `yes`, and why to go past them, but for a `reason`. Whoever goes on
    puts that on record.
    """
    from mailer.inspection import Inspector

    reading = Inspector(opened).check_edition(folder)
    return _sound(reading.edition, reading.problems, "edition", yes, reason)


def checked_pack(
    opened: Workspace, name: str, yes: bool = True, reason: str | None = None
) -> tuple[Pack, Disregard]:
    """The same for the pack of that name."""
    from mailer.inspection import Inspector

    reading = Inspector(opened).check_pack(opened.packs.folder(name))
    return _sound(reading.pack, reading.problems, "pack", yes, reason)


def drafted_edition(opened: Workspace, folder: Path) -> Edition:
    """The edition in `folder` for the team to look at: exits with 1 only when its mail would be broken."""
    from mailer.inspection import Inspector

    return _fit_to_see(Inspector(opened).inspect_edition(folder), "edition")


def drafted_pack(opened: Workspace, name: str) -> Pack:
    """The same for the pack of that name."""
    from mailer.inspection import Inspector

    return _fit_to_see(Inspector(opened).inspect_pack(opened.packs.folder(name)), "pack")


def state_in_words(found: Inspection[Content]) -> str:
    """Whether it can go, for a list."""
    from mailer.inspection import visible

    return "ready" if found.may_go else plural(len(visible(found.problems)), "problem")


def refusal(problems: Sequence[Problem], what: str) -> str:
    """How many errors keep an edition or a pack from being sent, and what else there is."""
    return f"{count_by_severity(problems)}: the {what} can't be sent yet."


def count_by_severity(problems: Sequence[Problem]) -> str:
    """`6 errors, 1 warning`; empty when there is nothing."""
    from mailer.content.problem import Severity

    words = {
        Severity.ERROR: ("error",),
        Severity.WARNING: ("warning",),
        Severity.ADVICE: ("piece of advice", "pieces of advice"),
    }
    counts = {each: sum(p.severity is each for p in problems) for each in Severity}
    return ", ".join(plural(count, *words[each]) for each, count in counts.items() if count)


def _sound(
    content: Content | None,
    problems: Sequence[Problem],
    what: str,
    yes: bool,
    reason: str | None,
) -> tuple[Content, Disregard]:
    warn(*map(str, problems))
    if content is None:
        warn(refusal(problems, what))
        raise typer.Exit(1)
    return content, go_past(problems, yes, reason)


def _fit_to_see(found: Inspection[Content], what: str) -> Content:
    from mailer.inspection import visible

    problems = visible(found.problems)
    warn(*map(str, problems))
    if found.content is None or not found.may_be_looked_at:
        warn(refusal(problems, what))
        raise typer.Exit(1)
    return found.content
