from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.rendering.prose import render_prose


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("One\ntwo.\n\nThree.", "One two.\n\nThree."),
        ("A **bold** and *quiet* `word`.", "A bold and quiet word."),
        ("one  \ntwo", "one\ntwo"),
        ("### Part\n\nText.", "Part\n~~~~\n\nText."),
        ("- a\n- b", "- a\n- b"),
        ("- a\n\n- b", "- a\n\n- b"),
        ("- a\n  - b\n    - c", "- a\n  - b\n    - c"),
        ("1. a\n2. b", "1. a\n2. b"),
        ("9. a\n10. b\n    more", "9. a\n10. b more"),
        ("> Said\n>\n> twice.", "> Said\n>\n> twice."),
        ("a\n\n---\n\nb", "a\n\n* * *\n\nb"),
        ("```\nif x:\n    y\n```", "    if x:\n        y"),
        ("Fish &amp; chips &lt; £5", "Fish & chips < £5"),
        ("a <b>bold</b>\n\n<script>x()</script>", "a bold"),
        ("{{ 7*7 }} {% if a < 3 %}", "{{ 7*7 }} {% if a < 3 %}"),
        ("", ""),
    ],
)
def test_markdown_reads_well_as_plain_text(markdown: str, plain: str) -> None:
    assert render_prose(markdown) == plain


def test_links_are_numbered_and_listed_below() -> None:
    text = "See [one](https://example.org/1) and [two](https://example.org/2)."
    assert render_prose(text) == (
        "See one [1] and two [2].\n\n[1] https://example.org/1\n[2] https://example.org/2"
    )


def test_a_link_that_comes_again_keeps_its_number() -> None:
    text = "[one](https://example.org/1), [again](https://example.org/1)"
    assert render_prose(text) == "one [1], again [1]\n\n[1] https://example.org/1"


@pytest.mark.parametrize(
    ("link", "plain"),
    [
        ("<https://example.org/1>", "https://example.org/1"),
        ("[desk@force.example](mailto:desk@force.example)", "desk@force.example"),
        ("[01632 960101](tel:01632960101)", "01632 960101"),
        ("[the desk](mailto:desk@force.example)", "the desk [1]\n\n[1] desk@force.example"),
        ("[no link](/relative)", "no link"),
    ],
)
def test_a_link_that_shows_its_address_is_not_listed_again(link: str, plain: str) -> None:
    assert render_prose(link) == plain


def test_a_table_is_set_in_columns_under_its_head() -> None:
    table = "| Cohort | What happens |\n| --- | --- |\n| Police | A plan |\n| Partner agency | A course |"
    assert render_prose(table).split("\n") == [
        "Cohort          What happens",
        "--------------  ------------",
        "Police          A plan",
        "Partner agency  A course",
    ]


def test_the_last_column_wraps_within_itself() -> None:
    table = f"| A | B |\n| --- | --- |\n| x | {'word ' * 20} |"
    lines = render_prose(table).split("\n")
    assert [line[:7] for line in lines[2:]] == ["x  word", "   word"]
    assert max(map(len, lines)) <= 72


def test_a_table_too_wide_for_columns_becomes_labelled_rows() -> None:
    cells = " | ".join(["a long cell of many words"] * 4)
    table = f"| One | Two | Three | Four |\n| --- | --- | --- | --- |\n| {cells} |"
    assert render_prose(table).split("\n") == [
        "One: a long cell of many words",
        "Two: a long cell of many words",
        "Three: a long cell of many words",
        "Four: a long cell of many words",
    ]


def test_lists_five_deep_keep_their_shape() -> None:
    deep = "".join(f"{'  ' * level}- level {level}\n" for level in range(5))
    assert render_prose(deep) == deep.rstrip()


@given(st.text())
def test_no_text_stops_it_and_long_words_are_folded(text: str) -> None:
    assert isinstance(render_prose(text), str)
