"""What mail programs take out of a mail, or block, or count: scripts, forms, things loaded, styles. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mailer.checks.check import Check
from mailer.checks.fault import Fault, placed
from mailer.checks.html.tree import parse_html
from mailer.content.problem import Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailer.checks.check import Checked
    from mailer.checks.html.tree import Document
    from mailer.content.problem import Problem

STYLE_LIMIT = 16_384
"""Bytes of `<style>` beyond which Gmail drops all of it, dark colours and phone layout with it."""

HTML_ACTIVE = Rule(
    "html-active",
    Severity.ERROR,
    "Mail programs take scripts, forms and players out, and filters take a mail with them for an attack.",
    final=True,
)
HTML_REMOTE = Rule(
    "html-remote",
    Severity.ERROR,
    "A style sheet or font that is loaded tells its server who reads the mail, and most programs block it.",
)
HTML_STYLES = Rule(
    "html-styles",
    Severity.ERROR,
    "Gmail drops a mail's styles altogether when there are too many of them.",
)
RULES = (HTML_ACTIVE, HTML_REMOTE, HTML_STYLES)

_ACTIVE = (
    "applet", "audio", "base", "button", "canvas", "embed", "form", "frame", "iframe", "input",
    "object", "script", "select", "textarea", "video",
)  # fmt: skip
_LOADED = re.compile(r"@import|@font-face|url\s*\(", re.IGNORECASE)
_RUNS = re.compile(r"\s*(?:javascript|vbscript|data)\s*:", re.IGNORECASE)


def find_excess(html: str) -> Iterator[Fault]:
    """What is too much in a mail's HTML."""
    document = parse_html(html)
    for what in dict.fromkeys(_active(document)):
        remedy = "take it out: a link to a page does the same"
        yield Fault(HTML_ACTIVE, f"the mail has {what}", remedy)
    for what in dict.fromkeys(_loaded(document)):
        remedy = "put styles into the mail, and use its one font"
        yield Fault(HTML_REMOTE, f"the mail loads {what}", remedy)
    size = sum(len(sheet.encode()) for sheet in document.style_sheets)
    if size > STYLE_LIMIT:
        what = f"the mail has {size:,} bytes of styles, and Gmail takes {STYLE_LIMIT:,}"
        yield Fault(HTML_STYLES, what, "leave styles out")


def _active(document: Document) -> Iterator[str]:
    for element in document.elements:
        if element.tag in _ACTIVE:
            yield f"<{element.tag}>"
        for name, value in element.attributes.items():
            if name.startswith("on"):
                yield f'an attribute "{name}"'
            elif name in {"href", "src"} and _RUNS.match(value):
                yield f'an address that begins with "{value.partition(":")[0].strip()}:"'


def _loaded(document: Document) -> Iterator[str]:
    for link in document.all("link"):
        yield f'"{link.attributes.get("href", "")}" by <link>'
    # What stands in comments is styles for Outlook alone, and Outlook loads it.
    for sheet in (*document.style_sheets, *document.conditional):
        yield from (f'something by "{match[0]}"' for match in _LOADED.finditer(sheet))
    for element in document.elements:
        if "background" in element.attributes:
            yield f"a background picture of <{element.tag}>"
        if _LOADED.search(element.attributes.get("style", "")):
            yield f"something by the style of <{element.tag}>"


def _check(checked: Checked) -> Iterator[Problem]:
    return placed(checked, (each for mail in checked.mails for each in find_excess(mail.html)))


CHECKS = (Check(RULES, _check),)
