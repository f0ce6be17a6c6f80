"""Warnings that somebody goes past: how they are asked about, and what is put on record of it.

Knows what was found, and must not know what is done in spite of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

import typer

from mailer.cli.console import ask, confirm, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from mailer.content.problem import Problem
    from subscribers.database import Database

_MOST_PLACES: Final = 5
"""Places of one rule that are named; the others are counted."""


def _few_words(text: str) -> str:
    """Read a reason as it was typed; a blank one is none."""
    if not text.strip():
        raise typer.BadParameter("say why, in a few words")
    return " ".join(text.split())


InSpiteOption = Annotated[
    str | None,
    typer.Option(
        "--reason",
        metavar="TEXT",
        help="Why to go on in spite of warnings; it is kept.",
        parser=_few_words,
    ),
]


@dataclass(frozen=True, slots=True)
class Disregard:
    """The warnings that somebody goes past, if there are any, and why; empty when nobody was asked why."""

    warnings: tuple[Problem, ...] = ()
    reason: str = ""

    def put_on_record(self, database: Database, deed: str, subject: str) -> None:
        """Write down in the audit what is done to `subject` in spite of the warnings; commits."""
        if self.warnings:
            with database.write() as connection:
                self.note(connection, deed, subject)

    def note(self, connection: Connection, deed: str, subject: str) -> None:
        """The same along with something else; never commits."""
        from mailer.surroundings import actor, now
        from subscribers.erasures import record_deed

        if self.warnings:
            action = f"{deed} in spite of warnings"
            record_deed(connection, actor(), action, subject, self.in_words, now())

    @property
    def in_words(self) -> str:
        """Which, where, and why, on one line; without their own words, which may quote an address."""
        by_rule: dict[str, list[str]] = {}
        for each in self.warnings:
            place = f"{each.path.name}:{each.line}" if each.line else each.path.name
            by_rule.setdefault(each.rule.name, []).append(place)
        told = ", ".join(f"{len(at)} {rule} ({_places(at)})" for rule, at in by_rule.items())
        return f"{told}: {self.reason or 'no reason given'}"


NONE: Final = Disregard()


def go_past(warnings: Sequence[Problem], yes: bool, reason: str | None) -> Disregard:
    """Ask whether to go on in spite of warnings, but for `yes`, and why, but for a `reason`.

    Exits with 1 when the answer is no, or no answer.
    """
    if not warnings:
        return NONE
    confirm(f"Go on in spite of {plural(len(warnings), 'warning')}?", yes)
    return Disregard(tuple(warnings), reason or ("" if yes else ask("Why all the same?")))


def _places(places: Sequence[str]) -> str:
    named = ", ".join(places[:_MOST_PLACES])
    more = len(places) - _MOST_PLACES
    return f"{named} and {more} more" if more > 0 else named
