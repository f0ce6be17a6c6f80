from __future__ import annotations

import pytest
import yaml

from mailer.content.yaml_slips import explain_slip


def explained(source: str) -> tuple[int, str, str]:
    """What is told of front matter that PyYAML can't read."""
    with pytest.raises(yaml.MarkedYAMLError) as refused:
        yaml.compose(source)
    error = refused.value
    assert error.problem_mark is not None
    line = error.problem_mark.line + 1
    begun = error.context_mark.line + 1 if error.context_mark else line
    return explain_slip(str(error.problem), source, line, begun)


@pytest.mark.parametrize(
    ("line", "quoted"),
    [
        ("title: Safer: streets", 'title: "Safer: streets"'),
        ("subject: News: the trial", 'subject: "News: the trial"'),
        ('subject: The "trial": news', "subject: 'The \"trial\": news'"),
        ('subject: Ann\'s "trial": news', "subject: 'Ann''s \"trial\": news'"),
        ("  - text: Read: this", '- text: "Read: this"'),
    ],
)
def test_a_line_with_a_colon_too_many_is_shown_in_quotes_that_can_be_read(
    line: str, quoted: str
) -> None:
    what, remedy = explained(f"number: 4\n{line}\n" if line[0] != " " else f"links:\n{line}\n")[1:]
    assert (what, remedy) == ("a value has a colon in it", f"put the value in quotes: {quoted}")
    assert yaml.compose(quoted) is not None


@pytest.mark.parametrize("last", ["see: there", "see: https://example.org"])
def test_a_value_that_began_further_up_is_quoted_as_a_whole(last: str) -> None:
    told = explained(f"title: A\n  and on\n  {last}\n")
    assert told == (3, "a value has a colon in it", "put the whole value in quotes")


@pytest.mark.parametrize(
    ("source", "line", "what"),
    [
        ("title: \tWarm\n", 1, "a tab stands in the line"),
        ("number: 4\ntitle:\tWarm\n", 2, "a tab stands in the line"),
        ("links:\n\t- text: a\n", 2, "the line begins with a tab"),
    ],
)
def test_a_tab_is_told_where_it_stands(source: str, line: int, what: str) -> None:
    assert explained(source) == (line, what, "use spaces instead")
