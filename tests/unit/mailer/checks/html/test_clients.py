from __future__ import annotations

from pathlib import Path

import pytest

from mailer.checks.html.client_data import allowances, features
from mailer.checks.html.clients import find_gaps, names_in


@pytest.mark.parametrize(
    ("html", "name"),
    [
        ("<!doctype html>", "<!doctype>"),
        ("<video>", "<video>"),
        ("<p role=none>", "[role]"),
        ('<input type="RADIO">', "<input type=radio>"),
        ('<meta name="color-scheme">', "<meta name=color-scheme>"),
        ('<a href="#x">', "#"),
        ('<a href="mailto:a@example.org">', "mailto:"),
        ('<img src="https://example.org/a.WEBP">', "image webp"),
        ('<p style="Border-Radius: 4px">', "border-radius"),
        ('<p style="display:GRID">', "display:grid"),
        ('<p style="margin:-1.5em auto">', "em"),
        ('<p style="width:50%">', "%"),
        ('<p style="width:calc(1px + 2px)">', "calc()"),
        ('<p style="color:#fff!important">', "!important"),
        ("<style>@media (hover){a{top:0}}</style>", "@media (hover)"),
        ("<style>@media screen{a{top:0}}</style>", "@media"),
        ("<style>@import 'a.css';</style>", "@import"),
        ("<style>a:hover{top:0}</style>", ":hover"),
        ("<style>a::after{top:0}</style>", "::after"),
        ("<style>.a .b{top:0}</style>", "selector descendant"),
        ("<style>.a>.b{top:0}</style>", "selector >"),
        ("<style>.a.b{top:0}</style>", "selector chained"),
        ('<style>[a^="b"]{top:0}</style>', "selector []"),
        ("<style>#a{top:0}</style>", "selector #"),
        ("<style>a{top:0}</style>", "selector type"),
    ],
)
def test_what_a_mail_uses_is_known_by_its_name(html: str, name: str) -> None:
    assert name in set(names_in(html))


@pytest.mark.parametrize(
    ("html", "names"),
    [
        ('<p style="color:#0b4f7d">', {"px", "em", "ch"}),
        ("<style>.a{top:0}</style>", {"selector descendant", "selector >", "selector type"}),
        ('<style>[a="b > c.d"]{top:0}</style>', {"selector >", "selector chained"}),
    ],
)
def test_what_a_mail_does_not_use_is_not_found(html: str, names: set[str]) -> None:
    assert not names & set(names_in(html))


def test_a_gap_names_the_feature_the_programs_and_where_to_read_of_it() -> None:
    (fault,) = find_gaps('<p style="display:grid">')
    assert fault.what.startswith("the mail uses display:grid, which ")
    assert "Outlook on Windows" in fault.what
    assert "https://www.caniemail.com/features/css-display-grid/" in fault.remedy


def test_the_data_holds_what_is_known_of_old_programs() -> None:
    known = {feature.slug: feature for feature in features()}
    assert known["css-border-radius"].unsupported == ("Outlook on Windows",)
    assert "Gmail in the browser" in known["image-svg"].unsupported
    assert len(known) > 150


def test_every_gap_that_is_allowed_is_told_with_its_reason() -> None:
    page = " ".join((Path(__file__).parents[5] / "docs/checks.md").read_text().split())
    for each in allowances():
        assert f"[{each.slug}](https://www.caniemail.com/features/{each.slug}/)" in page
        assert each.reason in page
