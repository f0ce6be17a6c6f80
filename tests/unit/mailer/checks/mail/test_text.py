"""Long lines of the plain text: what to do, and by which words they are found."""

from __future__ import annotations

import pytest

from mailer.checks.mail.text import TEXT_LINES, find_gaps

CODE = "bulletin send issue-04 --segment everyone --yes --reason 'Their site is an old one' --quiet"
WORD = "w" * 80


@pytest.mark.parametrize(
    ("line", "remedy", "words"),
    [
        (f"    {CODE}", "break this line of the code block in two", CODE),
        (f">     {CODE}", "break this line of the code block in two", CODE),
        (f"- a {WORD}", "break up the long word in it", WORD),
        ("a word " * 15, "make two lines of it", "a word " * 15),
    ],
)
def test_a_long_line_is_told_with_its_remedy(line: str, remedy: str, words: str) -> None:
    (fault,) = find_gaps("", f"one\n{line}\n")
    assert (fault.rule, fault.remedy, fault.words) == (TEXT_LINES, remedy, words)


def test_a_line_with_an_address_may_be_long() -> None:
    assert not list(find_gaps("", f"See https://host.example/{WORD}"))
