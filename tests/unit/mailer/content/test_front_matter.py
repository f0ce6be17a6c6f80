"""Front matter: whatever a person types, there is a document or a located problem, and never a crash."""

from __future__ import annotations

from pathlib import PurePath

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
