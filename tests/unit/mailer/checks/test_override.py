"""What a person let pass holds for one text, and for no other."""

from __future__ import annotations

import datetime as dt
from pathlib import PurePath

import pytest

from mailer.checks.override import (
    Override,
    OverrideError,
    choose,
    evidence_of,
    in_order,
    sort_out,
)
from mailer.content.problem import Problem, Rule, Severity
from mailer.content.source_text import Source

INSECURE = Rule("link-insecure", Severity.WARNING, "Why.")
CLIPPED = Rule("mail-size", Severity.ERROR, "Why.", final=True)
LONG = Rule("sentence-long", Severity.ADVICE, "Why.")
PLACE = PurePath("editions/issue-04/articles/01-trial.md")
TEXT = "one\nsee http://example.org/a\nthree"


def source(text: str = TEXT) -> list[Source]:
    return [Source(PLACE, text)]


def problem(rule: Rule = INSECURE, line: int = 2, what: str = "is not secure") -> Problem:
    return rule.broken(PLACE, line, what, "mend it")


def override(of: Problem, text: str = TEXT) -> Override:
    evidence = evidence_of(of, source(text))
    now = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
    return Override(1, of.rule.name, str(PLACE), evidence, of.what, "their site", "ann", now)


def test_what_was_let_pass_stands_no_more() -> None:
    found = sort_out([problem()], [override(problem())], source())
    assert (found.standing, found.lapsed) == ((), ())
    assert [each.override.reason for each in found.passed] == ["their site"]


def test_it_holds_when_the_text_moves_to_another_line() -> None:
    found = sort_out([problem(line=4)], [override(problem())], source("new\n\n" + TEXT))
    assert found.standing == ()


def test_it_lapses_when_the_text_changes() -> None:
    found = sort_out([problem()], [override(problem())], source(TEXT.replace("see", "look at")))
    assert found.standing == (problem(),)
    assert found.passed == ()
    assert [each.reason for each in found.lapsed] == ["their site"]


def test_it_says_nothing_of_another_rule_at_the_same_place() -> None:
    other = problem(LONG)
    assert sort_out([other], [override(problem())], source()).standing == (other,)


def test_a_finding_without_a_line_is_known_by_its_words() -> None:
    whole = problem(line=0)
    assert sort_out([whole], [override(whole)], source("changed")).standing == ()
    other = problem(line=0, what="is something else")
    assert sort_out([other], [override(whole)], source()).standing == (other,)


def test_a_final_finding_stands_whatever_anybody_said() -> None:
    clipped = problem(CLIPPED, 0)
    assert sort_out([clipped], [override(clipped)], source()).standing == (clipped,)


@pytest.mark.parametrize(
    "at",
    [
        None,
        "01-trial.md",
        "articles/01-trial.md:2",
        "./articles/01-trial.md",
        "editions/issue-04/articles/01-trial.md:2",
    ],
)
def test_findings_are_named_by_rule_and_place(at: str | None) -> None:
    assert choose([problem(), problem(LONG)], "link-insecure", at) == [problem()]


@pytest.mark.parametrize("at", ["trial.md", "01-trial.md:3", "articles/02-guidance.md"])
def test_a_place_without_the_finding_is_told_with_those_that_have_it(at: str) -> None:
    with pytest.raises(OverrideError, match=r"01-trial\.md:2"):
        choose([problem()], "link-insecure", at)


def test_a_final_rule_cannot_be_chosen() -> None:
    with pytest.raises(OverrideError, match="can't be let pass"):
        choose([problem(CLIPPED, 0)], "mail-size", None)


def test_the_gravest_comes_first() -> None:
    shuffled = [problem(LONG), problem(line=3), problem(CLIPPED), problem()]
    order = [(each.rule.name, each.line) for each in in_order(shuffled)]
    assert order == [
        ("mail-size", 2),
        ("link-insecure", 2),
        ("link-insecure", 3),
        ("sentence-long", 2),
    ]
