"""Word's paragraphs as Markdown: the words stay, and mean nothing but themselves."""

from __future__ import annotations

from pathlib import PurePath

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailer.content.markdown import check_markdown, parse_markdown, read_blocks
from mailer.content.problem import Findings, has_errors
from mailer.submissions.word_document import Manner, Paragraph, Span, Table
from mailer.submissions.word_markdown import write_markdown

SIGNS = st.text("ab1 .)(*_`#-+=<>[]\\|!&;~:\"'\n{}/%", max_size=25)
SPANS = st.builds(
    Span,
    SIGNS,
    st.booleans(),
    st.booleans(),
    st.sampled_from(["", "https://example.org/(a)?b=<c>"]),
)
PARAGRAPHS = st.builds(
    Paragraph,
    st.sampled_from(Manner),
    st.lists(SPANS, max_size=4).map(tuple),
    st.integers(0, 8),
)


def words(text: str) -> list[str]:
    """What a reader sees, block by block."""
    return [" ".join(block.text.split()) for block in read_blocks(text, 1)]


@settings(max_examples=120, deadline=None)
@given(blocks=st.lists(PARAGRAPHS, max_size=5))
@example(blocks=[Paragraph(Manner.TITLE, (Span("#"),))])
@example(blocks=[Paragraph(Manner.TITLE, (Span("Number ##"),))])
def test_every_word_stays_and_no_sign_becomes_a_mark(blocks: list[Paragraph]) -> None:
    text = write_markdown(blocks)
    assert words(text) == [block.words for block in blocks if block.words], text
    kinds = {token.type for token in parse_markdown(text)}
    assert not kinds & {"code_block", "fence", "html_block", "hr", "table_open"}, text
    findings = Findings(PurePath("text"))
    check_markdown(text, 1, findings)
    # Words of a link that say nothing are for a person to mend.
    serious = [one for one in findings.problems if not one.rule.name.startswith("link-text-")]
    assert not has_errors(serious), text


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(
        st.lists(st.lists(SPANS, max_size=2).map(tuple), min_size=1, max_size=3).map(tuple),
        min_size=1,
        max_size=3,
    ).map(tuple)
)
def test_a_table_keeps_the_words_of_each_cell(
    rows: tuple[tuple[tuple[Span, ...], ...], ...],
) -> None:
    width = max(map(len, rows))
    expected = [
        " ".join("".join(span.text for span in cell).split())
        for row in rows
        for cell in (*row, *[()] * (width - len(row)))
    ]
    assert words(write_markdown([Table(rows)])) == expected


@pytest.mark.parametrize(
    ("block", "markdown"),
    [
        (Paragraph(Manner.TEXT, (Span("a ", bold=True), Span("b"))), "**a** b"),
        (Paragraph(Manner.TEXT, (Span("a", italic=True), Span("b"))), "*a*b"),
        (Paragraph(Manner.TEXT, (Span("a", bold=True, italic=True),)), "***a***"),
        (Paragraph(Manner.TEXT, (Span("Tes"), Span("t"))), "Test"),
        (
            Paragraph(Manner.TEXT, (Span("a guide", href="https://example.org/a"),)),
            "[a guide](<https://example.org/a>)",
        ),
        (
            Paragraph(Manner.TEXT, (Span("Go!"), Span("a", href="https://example.org/a"))),
            "Go\\![a](<https://example.org/a>)",
        ),
        (Paragraph(Manner.TEXT, (Span("run", href="javascript:alert(1)"),)), "run"),
        (Paragraph(Manner.TEXT, (Span("one\ntwo"),)), "one\\\ntwo"),
        (Paragraph(Manner.HEADING, (Span("Why"),), 3), "### Why"),
        (Paragraph(Manner.QUOTE, (Span("Why"),)), "> Why"),
        (Paragraph(Manner.TEXT, (Span("x"), Span('"y"', bold=True), Span("z"))), 'x"y"z'),
        (Paragraph(Manner.TEXT, (Span("AT&T #1 a < b"),)), "AT&T #1 a < b"),
    ],
)
def test_it_reads_as_a_person_would_write_it(block: Paragraph, markdown: str) -> None:
    assert write_markdown([block]) == markdown


def test_points_stand_together_and_no_deeper_than_one_step() -> None:
    blocks = [
        Paragraph(Manner.POINT, (Span("a"),), 3),
        Paragraph(Manner.POINT, (Span("b\nc"),), 3),
        Paragraph(Manner.STEP, (Span("d"),), 0),
        Paragraph(Manner.TEXT, (Span("e"),)),
        Paragraph(Manner.POINT, (Span("f"),), 2),
    ]
    assert write_markdown(blocks) == "-   a\n    -   b\\\n        c\n1.  d\n\ne\n\n-   f"
