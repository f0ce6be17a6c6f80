"""What is changed in a mail that is shown in a frame, and what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.web.mail_frame import OWN_POLICY, POLICY, Scheme, framed_html

BASE = "https://bulletin.example.org"


def framed(html: str, scheme: Scheme = Scheme.LIGHT, base_url: str = BASE) -> str:
    return framed_html(html, scheme, base_url)


def test_pictures_of_the_product_come_from_here() -> None:
    html = f'<img src="{BASE}/media/ab.png" alt="A"><img src="https://other.example/media/ab.png">'
    assert (
        framed(html)
        == '<img src="/media/ab.png" alt="A"><img src="https://other.example/media/ab.png">'
    )


def test_a_slash_at_the_end_of_the_address_makes_no_difference() -> None:
    assert (
        framed(f'<img src="{BASE}/media/a.png">', base_url=BASE + "/") == '<img src="/media/a.png">'
    )


@pytest.mark.parametrize(
    "link",
    [
        '<a href="https://example.org/">',
        "<A HREF='http://example.org/'>",
        '<a\n class="x" href = "https://example.org/">',
        '<a style="color:red" target="_top" href=https://example.org/>',
    ],
)
def test_a_link_to_the_web_opens_beside_the_mail(link: str) -> None:
    assert framed(link).startswith('<a target="_blank" rel="noopener noreferrer"')


@pytest.mark.parametrize(
    "tag",
    [
        '<a href="#article">',
        '<a name="article">',
        '<a href="mailto:a@b.example">',
        '<abbr title="href=https://example.org">',
        '<a data-href="https://example.org" name="x">',
    ],
)
def test_other_tags_stay_as_they_are(tag: str) -> None:
    assert framed(tag) == tag


DARK_RULE = "<style>@media (prefers-color-scheme: dark) { p { color: white } }</style>"


@pytest.mark.parametrize(
    ("scheme", "query"), [(Scheme.DARK, "(min-width: 0)"), (Scheme.LIGHT, "(max-width: 0)")]
)
def test_dark_rules_hold_exactly_when_dark_is_asked_for(scheme: Scheme, query: str) -> None:
    assert framed(DARK_RULE, scheme) == f"<style>@media {query} {{ p {{ color: white }} }}</style>"


def test_light_rules_hold_when_light_is_asked_for() -> None:
    assert "(min-width: 0)" in framed(DARK_RULE.replace("dark", "light"), Scheme.LIGHT)


@pytest.mark.parametrize(
    ("offered", "settled"),
    [
        (
            '<meta name="color-scheme" content="light dark">',
            '<meta name="color-scheme" content="dark">',
        ),
        (":root { color-scheme: dark light; }", ":root { color-scheme: dark; }"),
        (":root { color-scheme: light; }", ":root { color-scheme: light; }"),
    ],
)
def test_a_mail_that_offers_both_schemes_gets_the_one_that_was_asked_for(
    offered: str, settled: str
) -> None:
    assert framed(offered, Scheme.DARK) == settled


@given(st.text(alphabet=st.characters(exclude_characters="<(:="), max_size=200))
def test_plain_words_pass_unchanged(words: str) -> None:
    assert framed(words) == words


@pytest.mark.parametrize("policy", [POLICY, OWN_POLICY])
def test_no_policy_lets_a_script_run(policy: str) -> None:
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "allow-scripts" not in policy
