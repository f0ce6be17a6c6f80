"""Front matter: whatever a person types, there is a document or a located problem, and never a crash."""

from __future__ import annotations

from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.content.front_matter import parse_document
from mailer.content.problem import Findings


@given(st.text(max_size=300))
def test_any_text_gives_a_document_or_a_problem(text: str) -> None:
    findings = Findings(PurePath("a.md"))
    document = parse_document(f"---\n{text}\n---\nbody\n", findings)
    assert (document is None) == any(
        problem.line >= 1 for problem in findings.problems if "twice" not in problem.what
    )


@given(st.lists(st.text(alphabet="abc", min_size=1), min_size=1, max_size=6, unique=True))
def test_each_key_keeps_its_line(keys: list[str]) -> None:
    findings = Findings(PurePath("a.md"))
    text = "---\n" + "".join(f"{key}: value\n" for key in keys) + "---\nbody\n"
    document = parse_document(text, findings)
    assert document is not None
    assert [document.fields.line(key) for key in keys] == list(range(2, 2 + len(keys)))
    assert document.body == "body\n"
    assert text.splitlines()[document.body_line - 1] == "body"


def test_deeply_nested_front_matter_is_refused() -> None:
    findings = Findings(PurePath("a.md"))
    assert parse_document(f"---\na: {'[' * 1200}\n---\n", findings) is None
    assert findings.problems


@pytest.mark.parametrize(
    ("written", "said", "line"),
    [
        ("key: one two", "one two", 3),
        ('key: "one two"', "one two", 3),
        ("key:\n  one\n  two", "one\ntwo", 4),
        ("key: one\n  two", "one\ntwo", 3),
        ("key: 'one\n\n  two'", "one\n\ntwo", 3),
        ('key: "\n  one\n  two"', "one\ntwo", 4),
        ('key: "one\\ntwo\n  three"', "one two three", 3),
        ('key: "one\\n\\ntwo"', "one two", 3),
        ("key: |-\n  one\n  two", "one\ntwo", 4),
        ("key: |-  # a comment\n\n\n  one\n\n  two", "one\n\ntwo", 6),
        ("key: |2-\n    one\n   two", "one\n two", 4),
        ("key: >-\n  one\n  two\n\n  three", "one\ntwo\n\nthree", 4),
        ("key: >2\n\n    one\n  two", "one\ntwo", 5),
        ("key:\n  - >-\n    one\n    two", "one\ntwo", 5),
        ("key: |-\n", "", 3),
    ],
)
def test_a_text_keeps_the_lines_of_its_words(written: str, said: str, line: int) -> None:
    text = f"---\nfirst: 1\n{written}\nlast: 2\n---\n"
    document = parse_document(text, Findings(PurePath("a.md")))
    assert document is not None
    found = {each.key: (each.text, each.line) for each in document.fields.scalars()}
    assert found["key"] == (said, line)
    assert text.splitlines()[found["last"][1] - 1] == "last: 2"
