from __future__ import annotations

import re
from collections import defaultdict

import pytest

from mailer.rendering.mjml import MjmlError, render_mjml
from mailer.template_files import templates_folder

# mrml drops what it doesn't know without a word, so what the templates use is written down here, each
# attribute with two values that must not come to the same.
KNOWN = {
    "mjml": {"lang": ("en", "cy"), "dir": ("ltr", "rtl")},
    "mj-head": {},
    "mj-title": {},
    "mj-breakpoint": {"width": ("400px", "480px")},
    "mj-attributes": {},
    "mj-all": {"font-family": ("Arial", "Helvetica")},
    "mj-style": {},
    "mj-raw": {},
    "mj-body": {
        "width": ("600px", "640px"),
        "background-color": ("#eeeeee", "#dddddd"),
        "css-class": ("a", "b"),
    },
    "mj-section": {
        "background-color": ("#eeeeee", "#dddddd"),
        "padding": ("1px", "2px"),
        "text-align": ("left", "right"),
        "direction": ("ltr", "rtl"),
        "css-class": ("a", "b"),
    },
    "mj-column": {"direction": ("ltr", "rtl"), "width": ("50%", "60%")},
    "mj-text": {
        "align": ("left", "right"),
        "color": ("#111111", "#222222"),
        "font-size": ("16px", "14px"),
        "line-height": ("24px", "20px"),
        "padding": ("1px", "2px"),
        "css-class": ("a", "b"),
    },
}
EVERY_TAG = (
    '<mjml lang="en" dir="ltr"><mj-head><mj-title>T</mj-title><mj-breakpoint width="480px" />'
    '<mj-attributes><mj-all font-family="Arial" /></mj-attributes></mj-head><mj-body>'
    "<mj-section><mj-column><mj-text>A</mj-text></mj-column>"
    "<mj-column><mj-text>B</mj-text></mj-column></mj-section>"
    "<mj-section><mj-column><mj-text>C</mj-text></mj-column></mj-section></mj-body></mjml>"
)
FRAME = (
    '<mjml lang="en" dir="ltr"><mj-head><mj-title>Title</mj-title></mj-head><mj-body>'
    "<mj-section><mj-column>{}</mj-column></mj-section>"
    "<mj-section><mj-column><mj-text font-family='Arial'>Last</mj-text></mj-column></mj-section>"
    "</mj-body></mjml>"
)


def used() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for path in templates_folder().rglob("*.mjml"):
        source = re.sub(r"\{[{%#].*?[}%#]\}", "", path.read_text(), flags=re.DOTALL)
        for tag, attributes in re.findall(r"<(mj[a-z-]*)\b([^>]*)>", source):
            found[tag] |= set(re.findall(r'([a-z-]+)="', attributes))
    return found


def test_the_templates_use_nothing_that_mrml_would_drop() -> None:
    unknown = {tag: names - KNOWN.get(tag, {}).keys() for tag, names in used().items()}
    assert {tag for tag in used() if tag not in KNOWN} == set()
    assert {tag: names for tag, names in unknown.items() if names} == {}


@pytest.mark.parametrize(
    ("tag", "attribute"), [(tag, name) for tag, known in KNOWN.items() for name in known]
)
def test_mrml_heeds_every_attribute_that_the_templates_use(tag: str, attribute: str) -> None:
    bare = re.sub(rf'(<{tag}\b[^>]*) {attribute}="[^"]*"', r"\1", EVERY_TAG)
    one, other = (
        render_mjml(re.sub(rf"<{tag}\b", f'<{tag} {attribute}="{value}"', bare))
        for value in KNOWN[tag][attribute]
    )
    assert one != other


@pytest.mark.parametrize(
    "inner",
    [
        '<a title="He said \u201chi\u201d \u200d \\ \ue000name\ue001">x</a>',
        "{% if a < 3 %}",
        "<p>unclosed",
        "shelf7z",
        "&nbsp;&#847; a &amp; b",
    ],
)
def test_what_stands_inside_comes_out_as_it_went_in(inner: str) -> None:
    assert f">{inner}</div>" in render_mjml(
        FRAME.format(f"<mj-text font-family='Arial'>{inner}</mj-text>")
    )


def test_white_space_between_blocks_is_folded_and_between_words_kept() -> None:
    inner = "<p>a</p>\n\n   <p>b</p>\n  <b>c</b>\n   <i>d</i>"
    html = render_mjml(FRAME.format(f"<mj-text font-family='Arial'>{inner}</mj-text>"))
    assert "<p>a</p><p>b</p>\n<b>c</b>\n<i>d</i>" in html


def test_neighbouring_conditional_comments_are_joined() -> None:
    html = render_mjml(FRAME.format("<mj-text font-family='Arial'>x</mj-text>"))
    assert "<![endif]--><!--[if mso]>" not in html.partition("<body")[2]
    assert html.count("<!--[if") == html.count("<![endif]-->")


def test_what_the_frame_says_twice_is_said_once() -> None:
    html = render_mjml(
        FRAME.format("<mj-text font-family='Arial'>tbody border=\"0\" 0px</mj-text>")
    )
    assert 'tbody border="0" 0px</div>' in html
    body = html.partition("<body")[2].replace('tbody border="0" 0px', "")
    told = ("tbody", 'border="0"', "0px auto", "direction:ltr", "outlook", ';">', "per-100", "IE]")
    assert [each for each in told if each in body] == []


def test_a_template_that_is_no_mjml_is_refused() -> None:
    with pytest.raises(MjmlError, match="is not valid MJML"):
        render_mjml("<mjml><mj-body>")


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        (FRAME.format("<mj-text>no family</mj-text>"), "no remote font"),
        (FRAME.replace(' lang="en"', "").format(""), "lang and dir"),
        (FRAME.replace(' dir="ltr"', "").format(""), "lang and dir"),
        (
            FRAME.format(
                "<mj-text font-family='Arial'>x</mj-text><mj-unknown><mj-text>y</mj-text></mj-unknown>"
            ),
            "left over",
        ),
    ],
)
def test_a_frame_that_the_mail_could_not_live_with_is_refused(source: str, fault: str) -> None:
    with pytest.raises(MjmlError, match=fault):
        render_mjml(source)
