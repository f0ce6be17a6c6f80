from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.checks.html.contrast import (
    CONTRAST,
    CONTRAST_INVERTED,
    Look,
    Scheme,
    darken_all,
    darken_extremes,
    find_faint,
    painted,
)
from mailer.checks.html.tree import parse_html

_colour = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")


def looks(html: str, scheme: Scheme = Scheme.LIGHT) -> dict[str, tuple[str, str]]:
    return {
        words.text: (words.look.ink, words.look.ground)
        for words in painted(parse_html(f"<body>{html}</body>"), scheme)
    }


def test_ink_and_ground_come_from_whatever_stands_around() -> None:
    html = (
        '<div style="background:#123 none;color:rgb(255, 255, 255)"><p>1'
        '<b style="color:#abcdef">2</b></p><table bgcolor="#000000"><td>3</td></table></div>4'
    )
    assert looks(html) == {
        "1": ("#ffffff", "#112233"),
        "2": ("#abcdef", "#112233"),
        "3": ("#ffffff", "#000000"),
        "4": ("#000000", "#ffffff"),
    }


def test_what_is_hidden_needs_no_contrast() -> None:
    html = '<p style="display:none;color:#ffffff">1</p><script>2</script>3'
    assert looks(html) == {"3": ("#000000", "#ffffff")}


def test_a_link_without_a_colour_is_blue_and_an_anchor_is_not() -> None:
    assert looks('<a href="x">1</a><a id="y">2</a>') == {
        "1": ("#0000ee", "#ffffff"),
        "2": ("#000000", "#ffffff"),
    }


@pytest.mark.parametrize(
    ("sheet", "ink"),
    [
        ("p{color:#111111}", "#222222"),
        ("p{color:#111111!important}", "#111111"),
        (".a{color:#333333!important}p{color:#111111!important}", "#333333"),
        ("p{color:#111111!important}p{color:#444444!important}", "#444444"),
        ("[data-ogsc] p{color:#111111!important}", "#222222"),
        ("@media print{p{color:#111111!important}}", "#222222"),
        ("@media (max-width:479px){p{color:#111111!important}}", "#222222"),
        ("@media (prefers-color-scheme: dark){p{color:#111111!important}}", "#222222"),
    ],
)
def test_the_strongest_rule_decides(sheet: str, ink: str) -> None:
    page = f'<style>{sheet}</style><p class="a" style="color:#222222">x</p>'
    assert looks(page)["x"] == (ink, "#ffffff")


def test_dark_colours_are_those_of_the_dark_style_sheet() -> None:
    sheet = "@media (prefers-color-scheme:dark){body{background:#000000}p{color:#ffffff!important}}"
    page = f'<style>{sheet}</style><p style="color:#222222">x</p>'
    assert looks(page, Scheme.DARK) == {"x": ("#ffffff", "#000000")}


def test_a_faint_pair_is_told_once_in_each_scheme_with_its_first_words() -> None:
    html = '<body><p style="color:#999999">One two</p><p style="color:#999999">three</p></body>'
    found = [fault for fault in find_faint(html) if fault.rule is CONTRAST]
    assert [fault.words for fault in found] == ["One two", "One two"]
    assert "2.84:1 in light colours (#999999 on #ffffff)" in found[0].what


def test_a_middling_blue_is_lost_where_a_program_darkens_the_mail() -> None:
    found = list(find_faint('<body><p style="color:#0000ff">x</p></body>'))
    assert {fault.rule for fault in found} == {CONTRAST_INVERTED}


@given(_colour)
def test_black_on_white_and_its_turning_round_stay_apart(colour: str) -> None:
    assert darken_all(Look("#000000", "#ffffff")) == Look("#ffffff", "#000000")
    light_on_dark = Look("#ffffff", "#101010")
    assert darken_extremes(light_on_dark) == light_on_dark
    turned = darken_all(Look(colour, colour))
    assert turned.ink == turned.ground
