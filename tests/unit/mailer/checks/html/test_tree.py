from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from mailer.checks.html.tree import parse_html


def test_elements_come_in_their_order_with_their_attributes() -> None:
    document = parse_html('<!doctype html><DIV Class="a b" hidden><img alt="x">y<br>z</div><p>')
    assert document.doctype == "doctype html"
    assert [each.tag for each in document.elements] == ["div", "img", "br", "p"]
    assert document.elements[0].attributes == {"class": "a b", "hidden": ""}
    assert document.elements[0].classes == {"a", "b"}


def test_words_are_what_is_read_out() -> None:
    document = parse_html("<p>One<br>two <img alt='a &amp; b'><style>c</style>\n <i>three</i></p>")
    assert document.elements[0].words == "One two a & b three"


def test_an_end_without_a_beginning_is_passed_over() -> None:
    document = parse_html("<table><tr><td>1</p></td></tr></table></div><p>2</p>")
    assert [each.tag for each in document.elements] == ["table", "tr", "td", "p"]
    assert document.elements[0].words == "1"


def test_of_an_attribute_that_is_there_twice_the_first_counts() -> None:
    assert parse_html('<p dir="ltr" dir="rtl">').elements[0].attributes == {"dir": "ltr"}


def test_what_outlook_alone_reads_is_kept_apart() -> None:
    document = parse_html(
        "<!--[if mso]><table><![endif]--><!-- no --><!--[if !mso]><!--><p><!--<![endif]-->"
    )
    assert document.conditional == ("[if mso]><table><![endif]", "[if !mso]><!")
    assert [each.tag for each in document.elements] == ["p"]


@example("<![;")
@example("<![;]>")
@given(st.text("<>/!-ap \"'=[]&;", max_size=60))
def test_nothing_that_is_no_html_stops_the_reading(text: str) -> None:
    assert all(each.tag for each in parse_html(text).elements)
