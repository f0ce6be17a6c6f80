"""What is let pass is kept until it is ended, on both engines."""

from __future__ import annotations

import datetime as dt
from pathlib import PurePath
from typing import TYPE_CHECKING

from mailer.checks.overrides import end_overrides, overrides_of, record_overrides
from mailer.content.problem import Problem, Rule, Severity
from mailer.content.source_text import Source

if TYPE_CHECKING:
    from subscribers.database import Database

NOW = dt.datetime(2026, 10, 1, 9, 30, tzinfo=dt.UTC)
PLACE = PurePath("editions/issue-04/articles/01-trial.md")
SOURCES = [Source(PLACE, "first\nsecond\nthird")]
RULE = Rule("link-insecure", Severity.WARNING, "Why.")


def problem(line: int) -> Problem:
    return RULE.broken(PLACE, line, f"line {line} is not secure", "mend it")


def let_pass(database: Database, *lines: int) -> int:
    with database.write() as connection:
        return record_overrides(
            connection, "issue-04", map(problem, lines), SOURCES, "their site", "ann", NOW
        )


def test_what_is_let_pass_is_kept_with_who_when_and_why(database: Database) -> None:
    assert let_pass(database, 1, 2) == 2
    with database.read() as connection:
        kept = overrides_of(connection, "issue-04")
        assert overrides_of(connection, "issue-05") == []
    assert [(each.rule, each.path, each.what) for each in kept] == [
        ("link-insecure", str(PLACE), "line 1 is not secure"),
        ("link-insecure", str(PLACE), "line 2 is not secure"),
    ]
    assert {(each.reason, each.actor, each.at) for each in kept} == {("their site", "ann", NOW)}


def test_the_same_is_let_pass_once(database: Database) -> None:
    assert let_pass(database, 1, 1) == 1
    assert let_pass(database, 1) == 0


def test_what_is_ended_holds_no_more_and_can_be_let_pass_anew(database: Database) -> None:
    let_pass(database, 1, 2)
    with database.write() as connection:
        first, second = overrides_of(connection, "issue-04")
        end_overrides(connection, [first.id], "ben", NOW)
        assert overrides_of(connection, "issue-04") == [second]
    assert let_pass(database, 1) == 1
