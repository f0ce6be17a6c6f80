from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.checks.html.styles import Selector, parse_declarations, parse_sheet
from mailer.checks.html.tree import parse_html

PAGE = (
    '<div class="b wide" lang="en-GB"><p class="q"><a id="x" href="https://example.org/a">'
    '<b>1</b></a></p><table><tr><td class="btn"><a>2</a></td></tr></table></div>'
)


def meant(selector: str) -> list[str]:
    parsed = Selector.parse(selector)
    assert parsed
    return [each.tag for each in parse_html(PAGE).elements if parsed.means(each)]


@pytest.mark.parametrize(
    ("selector", "tags"),
    [
        ("a", ["a", "a"]),
        ("*", ["div", "p", "a", "b", "table", "tr", "td", "a"]),
        (".b", ["div"]),
        (".b.wide", ["div"]),
        (".wide.c", []),
        ("#x", ["a"]),
        (".b a", ["a", "a"]),
        (".b > a", []),
        (".b>p>a", ["a"]),
        ("div td a", ["a"]),
        ("div > table a", ["a"]),
        ("p td", []),
        ("[href]", ["a"]),
        ('a[href^="https"]', ["a"]),
        ("a[href$=b]", []),
        ("[href*=example]", ["a"]),
        ("[class~=wide]", ["div"]),
        ("[lang|=en]", ["div"]),
        ("[lang=en]", []),
        ('[class*=""]', []),
        (":root", []),
    ],
)
def test_a_selector_means_what_css_says(selector: str, tags: list[str]) -> None:
    assert meant(selector) == tags


@pytest.mark.parametrize("selector", ["a::after", "a:hover", "a + b", "a ~ b", ":not(.b)", ""])
def test_a_selector_that_is_not_read_means_nobody(selector: str) -> None:
    assert Selector.parse(selector) is None


def test_ids_weigh_more_than_classes_and_classes_more_than_tags() -> None:
    ranked = ["a", "td a", ".b", ".b a", ".b [href]", "#x"]
    weights = [parsed.weight for each in ranked if (parsed := Selector.parse(each))]
    assert weights == sorted(set(weights))
    assert len(weights) == len(ranked)


def test_rules_come_in_their_order_with_what_stands_around_them() -> None:
    sheet = (
        "/* a { } */ @import url(x.css); a,.b{color:#fff!important;content:'};{'}"
        "@media screen{@media print{p{margin:0}}i{top:0}}@font-face{src:url(y)}u{}"
    )
    assert [(rule.within, rule.selector) for rule in parse_sheet(sheet)] == [
        (("@import url(x.css)",), ""),
        ((), "a"),
        ((), ".b"),
        (("@media screen", "@media print"), "p"),
        (("@media screen",), "i"),
        (("@font-face",), ""),
        ((), "u"),
    ]
    assert parse_sheet(sheet)[1].declarations == (
        ("color", "#fff", True),
        ("content", "'};{'", False),
    )


def test_a_semicolon_inside_an_address_ends_no_declaration() -> None:
    assert parse_declarations("background:url(data:a;b,c) ; COLOR : Red ;; x") == (
        ("background", "url(data:a;b,c)", False),
        ("color", "Red", False),
    )


@given(st.text("ab.#>{}[];:@\"'() */!", max_size=60))
def test_nothing_that_is_no_css_stops_the_reading(text: str) -> None:
    for rule in parse_sheet(text):
        Selector.parse(rule.selector)
