from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from mailer.rendering.direction import Direction
from mailer.rendering.markup import Ink, render_markup
from mailer.rendering.tables import Fit, fit_on_phone, is_number

INK = Ink("#0b4f7d", "#d2d5d9")
_ALLOWED = {
    "div", "p", "ul", "ol", "li", "h4", "a", "strong", "em", "code", "blockquote", "hr", "br",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


def rendered(text: str) -> str:
    return render_markup(text, INK)


def words(text: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", rendered(text))).strip()


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "a <script>alert(1)</script> b",
        '<style>body{background:url("https://evil.example/x")}</style>',
        '<iframe src="https://evil.example"></iframe>',
        '<form action="https://evil.example"><input name=p></form>',
        '<img src="https://evil.example/pixel.gif">',
        "![pixel](https://evil.example/pixel.gif)",
        '<a href="https://example.org" onclick="x()">link</a>',
        '<p style="background:url(https://evil.example)">x</p>',
        "<svg/onload=alert(1)>",
        "<!-- comment -->",
        "</td></tr></table><h1>Out of the box</h1>",
    ],
)
def test_raw_html_leaves_no_trace(attack: str) -> None:
    tree = lxml_html.fragment_fromstring(rendered(f"Before.\n\n{attack}\n\nAfter.\n"), "div")
    assert {element.tag for element in tree.iter()} <= _ALLOWED
    assert "evil.example" not in rendered(attack)
    assert "onclick" not in rendered(attack)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//evil.example",
        "/relative",
        "#top",
        "ftp://example.org",
    ],
)
def test_a_link_that_is_no_web_mail_or_telephone_link_is_only_its_words(url: str) -> None:
    assert "<a" not in rendered(f"[the report]({url})")
    assert "the report" in words(f"see [the report]({url}) now")


@pytest.mark.parametrize(
    "url", ["https://example.org/a?b=1&c=2", "mailto:a@example.org", "tel:01632960101"]
)
def test_a_link_keeps_its_address_and_has_the_accent(url: str) -> None:
    tree = lxml_html.fragment_fromstring(rendered(f"[the report]({url})"))
    (link,) = tree.iter("a")
    assert (link.get("href"), link.text) == (url, "the report")
    assert "color:#0b4f7d" in link.get("style", "")


@pytest.mark.parametrize(
    "text", ["{{ 7*7 }}", "{% if a < 3 %}", "{# note #}", "{{ config }}", "${x} #{y}"]
)
def test_templating_syntax_is_text(text: str) -> None:
    assert words(text) == text


@pytest.mark.parametrize("level", [1, 2, 3, 4, 6])
def test_every_heading_of_an_article_is_one_level_below_its_title(level: int) -> None:
    assert re.match("<h4 [^>]*>Part</h4>", rendered(f"{'#' * level} Part"))


def test_headings_of_the_welcome_stand_below_the_publication() -> None:
    assert render_markup("### Part", INK, heading=2).startswith("<h2 ")


def test_a_table_names_the_scope_of_its_heads_and_keeps_its_alignment() -> None:
    tree = lxml_html.fragment_fromstring(
        rendered("| Cohort | Count |\n| --- | ---: |\n| Police | 200 |")
    )
    heads = list(tree.iter("th"))
    assert [(head.text, head.get("scope")) for head in heads] == [
        ("Cohort", "col"),
        ("Count", "col"),
    ]
    assert ["text-align:right" in cell.get("style", "") for cell in tree.iter("td")] == [
        False,
        True,
    ]


def test_words_of_a_narrow_table_stay_whole_and_those_of_a_wide_one_may_break() -> None:
    narrow = rendered("| Cohort | What |\n| --- | --- |\n| Police | Enforcement |")
    wide = rendered("| A | B | C |\n| --- | --- | --- |\n" + f"| {'x' * 20} | {'y' * 20} | z |")
    assert "word-break:normal" in narrow
    assert "word-break:normal" not in wide


@pytest.mark.parametrize(
    ("columns", "fit"),
    [
        ([["Cohort", "Police"], ["People", "1,600"]], Fit.LARGE),
        ([["Partnerships", "police"], ["Beneficiaries", "1"], ["Years", "2026"]], Fit.SMALL),
        ([["Region", "Wales"], *[["February", "1,204"]] * 6], Fit.HEADS),
        ([["Region", "Carmarthenshire"], *[["February", "1,204"]] * 6], Fit.NUMBERS),
        ([["February", "1,204,000"]] * 9, Fit.BROKEN),
    ],
)
def test_a_table_is_set_so_that_as_little_as_possible_is_broken(
    columns: list[list[str]], fit: Fit
) -> None:
    assert fit_on_phone([list(row) for row in zip(*columns, strict=True)]) is fit


@pytest.mark.parametrize("cell", ["1,204", "£1.2m", "12%", "-3", "2026/27", "09:30"])
def test_a_number_with_its_unit_is_a_number(cell: str) -> None:
    assert is_number(cell)
    assert not is_number(f"{cell} people")


def test_numbers_stay_whole_where_words_are_broken() -> None:
    head, row = "| Region | " + "February | " * 6, "| Carmarthenshire | " + "1,204 | " * 6
    written = rendered(f"{head}\n{'| --- ' * 7}|\n{row}")
    assert written.count("white-space:nowrap") == written.count("1,204") == 6


def test_a_table_from_right_to_left_is_mirrored() -> None:
    written = rendered("| المجموعة | العدد |\n| --- | ---: |\n| Police | 200 |")
    table = lxml_html.fragment_fromstring(written)
    assert table.get("dir") == "rtl"
    sides = [
        re.findall("text-align:([a-z]+)", each.get("style")) for each in table.xpath(".//th|.//td")
    ]
    assert sides == [["right"], ["left"], ["right"], []]
    assert [each.get("dir") for each in table.iter("td")] == ["ltr", None]


def test_english_between_right_to_left_says_so_and_stands_at_its_own_side() -> None:
    written = render_markup("- Hello", INK, base=Direction.RTL)
    assert written.startswith('<ul dir="ltr" style="text-align:left;margin:0 0 16px 24px')
    quoted = render_markup("> مرحبا", INK, base=Direction.RTL)
    assert "padding:0 16px 0 0;border-right:4px" in quoted


def test_code_keeps_its_white_space_without_pre() -> None:
    written = rendered("```\nif x:\n    y\n```")
    assert "<pre" not in written
    assert words("```\nif x:\n    y\n```").replace("\u00a0", " ") == "if x:    y"
    assert "<br>" in written


def test_lists_nest_and_numbers_go_on_where_the_author_began() -> None:
    deep = "".join(f"{'  ' * level}- level {level}\n" for level in range(5))
    assert rendered(deep).count("<ul") == 5
    assert '<ol start="3"' in rendered("3. three\n4. four")


def test_a_paragraph_from_right_to_left_says_so() -> None:
    assert rendered("مرحبا").startswith('<p dir="rtl"')
    assert "dir=" not in rendered("Hello مرحبا")
    assert 'dir="rtl" style="text-align:right;margin:0 24px 16px 0' in rendered("- مرحبا")


@given(st.text())
def test_whatever_is_written_becomes_well_formed_safe_html(text: str) -> None:
    written = rendered(text)
    opened = re.findall(r"<([a-z0-9]+)", written)
    assert set(opened) <= _ALLOWED
    for tag in set(opened) - {"br", "hr"}:
        assert written.count(f"</{tag}>") == opened.count(tag)
