"""Which mail programs can't do what a mail asks of them. Pure; knows what things in a mail are called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mailer.checks.check import Check
from mailer.checks.fault import Fault, placed
from mailer.checks.html.client_data import allowances, features
from mailer.checks.html.styles import parse_declarations, parse_sheet
from mailer.checks.html.tree import parse_html
from mailer.content.problem import Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mailer.checks.check import Checked
    from mailer.checks.html.styles import Declaration
    from mailer.content.problem import Problem

HTML_CLIENTS = Rule(
    "html-clients",
    Severity.WARNING,
    "Where a mail program doesn't know a feature, readers see something that nobody has looked at.",
)

_UNIT = re.compile(r"(?<![\w#.-])[-+]?(?:\d+\.?\d*|\.\d+)(%|[a-z]+)")
_FUNCTION = re.compile(r"([a-z-]+)\(")
_PSEUDO = re.compile(r"::?[a-z-]+")
_QUERY = re.compile(r"\(\s*([a-z-]+)")


def find_gaps(*mails: str) -> Iterator[Fault]:
    """What mails use in their HTML and some program doesn't know, but for the gaps that are allowed."""
    used = frozenset(names_in(*mails))
    allowed = {each.slug: each.clients for each in allowances()}
    for feature in features():
        gaps = [each for each in feature.unsupported if each not in allowed.get(feature.slug, ())]
        if gaps and feature.names & used:
            what = f"the mail uses {feature.title}, which {', '.join(gaps)} can't do"
            remedy = (
                f"see https://www.caniemail.com/features/{feature.slug}/ for what does the same"
            )
            yield Fault(HTML_CLIENTS, what, remedy)


def names_in(*mails: str) -> Iterator[str]:
    """What they use, by name: `<table>`, `[role]`, `border-radius`, `display:none`, `px`, `@media` …"""
    documents = [parse_html(html) for html in mails]
    if any(document.doctype.lower() == "doctype html" for document in documents):
        yield "<!doctype>"
    elements = [element for document in documents for element in document.elements]
    # Most elements of a mail are alike, and the variants of an edition share most of theirs.
    for tag, attributes in {(each.tag, tuple(each.attributes.items())) for each in elements}:
        yield from _names_of(tag, attributes)
    for style in {element.attributes.get("style", "") for element in elements}:
        yield from _declarations(parse_declarations(style))
    for sheet in {sheet for document in documents for sheet in document.style_sheets}:
        for rule in parse_sheet(sheet):
            yield from _at_rules(rule.within)
            yield from _selector(rule.selector)
            yield from _declarations(rule.declarations)


def _names_of(tag: str, attributes: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield f"<{tag}>"
    for name, value in attributes:
        yield f"[{name}]"
        if name in {"type", "name"}:
            yield f"<{tag} {name}={value.lower()}>"
        elif name == "href" and value.startswith(("#", "mailto:")):
            yield "#" if value[0] == "#" else "mailto:"
        elif name == "src" and tag == "img":
            yield f"image {value.rpartition('.')[2].lower()}"


def _declarations(declarations: Iterable[Declaration]) -> Iterator[str]:
    for name, value, important in declarations:
        plain = value.lower()
        yield name
        yield f"{name}:{plain}"
        yield from _UNIT.findall(plain)
        yield from (f"{each}()" for each in _FUNCTION.findall(plain))
        if important:
            yield "!important"


def _at_rules(within: Iterable[str]) -> Iterator[str]:
    for each in within:
        keyword = each.split(maxsplit=1)[0].partition("(")[0]
        yield keyword
        yield from (f"{keyword} ({feature})" for feature in _QUERY.findall(each))


def _selector(selector: str) -> Iterator[str]:
    yield from _PSEUDO.findall(selector)
    plain = re.sub(r"\[[^\]]*\]", "[]", selector).strip()
    signs = {
        ".": "selector .", "#": "selector #", "[": "selector []", "*": "selector *",
        ">": "selector >", "+": "selector +", "~": "selector ~",
    }  # fmt: skip
    yield from (name for sign, name in signs.items() if sign in plain)
    if re.search(r"(?:^|[\s>+~])[a-z]", plain):
        yield "selector type"
    if re.search(r"[\w\])]\s+[\w.#\[:*]", plain):
        yield "selector descendant"
    if re.search(r"[\w\]]\.[\w-]", plain):
        yield "selector chained"


def _check(checked: Checked) -> Iterator[Problem]:
    return placed(checked, find_gaps(*(mail.html for mail in checked.mails)))


CHECKS = (Check((HTML_CLIENTS,), _check),)
