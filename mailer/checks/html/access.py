"""Can everybody read the mail? What screen readers and webmail need of its HTML. Pure.

The checks are those of the Email Markup Consortium's accessibility report, as far as a mail can be judged
without a browser: https://emailmarkup.org/en/reports/accessibility/2025/.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from mailer.checks.check import Check, Place
from mailer.checks.fault import Fault, placed, shorten
from mailer.checks.html.tree import parse_html
from mailer.content.link_text import is_vague
from mailer.content.problem import Rule, Severity
from mailer.content.rules import LINK_TEXT_MISSING, LINK_TEXT_VAGUE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailer.checks.check import Checked
    from mailer.checks.html.tree import Document, Element
    from mailer.content.problem import Problem


def _rule(name: str, why: str) -> Rule:
    return Rule(name, Severity.ERROR, why)


HTML_LANGUAGE = _rule(
    "html-language",
    "Webmail takes `html` and `body` away, so a screen reader learns the language from what is inside.",
)
HTML_TITLE = _rule(
    "html-title", "The title is what a browser's tab and a screen reader call the mail."
)
HTML_TABLE_ROLE = _rule(
    "html-table-role",
    "A screen reader counts out the rows and columns of a table that is only layout.",
)
HTML_HEADING = _rule(
    "html-heading",
    "People who listen to a mail jump from heading to heading, and lose a skipped one.",
)
HTML_IMAGE = _rule(
    "html-image",
    "Without words nobody hears a picture; without a width Outlook shows it as large as its file.",
)
HTML_LINK = _rule(
    "html-link", "A link to a place that isn't there does nothing, and nobody can tell why."
)
HTML_SAME_LINK = _rule(
    "html-same-link", "In a list of links, two of the same words can't be told from each other."
)
HTML_ZOOM = _rule("html-zoom", "Who needs larger letters must be able to make them larger.")

_WORDLESS = Fault(HTML_HEADING, "a heading has no words", "write them, or delete it")

RULES = (
    HTML_LANGUAGE, HTML_TITLE, HTML_TABLE_ROLE, HTML_HEADING, HTML_IMAGE, HTML_LINK, HTML_SAME_LINK,
    HTML_ZOOM, LINK_TEXT_MISSING, LINK_TEXT_VAGUE,
)  # fmt: skip

_LAYOUT_ROLES = frozenset({"presentation", "none"})
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_TABLE = re.compile(r"<table\b[^>]*>", re.IGNORECASE)
_ROLE = re.compile(r'\brole="(?:presentation|none)"', re.IGNORECASE)
_FIXED_ZOOM = re.compile(
    r"user-scalable\s*=\s*(?:no|0)|maximum-scale\s*=\s*(?:0|1(?:\.\d*)?)\s*(?:,|$)", re.IGNORECASE
)


def find_faults(html: str) -> Iterator[Fault]:
    """What is wrong with a filled mail's HTML."""
    document = parse_html(html)
    yield from _frame(document)
    yield from _tables(document)
    yield from _headings(document.all(*_HEADINGS))
    for image in document.all("img"):
        yield from _image(image)
    links = [link for link in document.all("a") if "href" in link.attributes]
    for link in links:
        yield from _link(link)
    yield from _targets(document, links)


def _frame(document: Document) -> Iterator[Fault]:
    html, body = document.first("html"), document.first("body")
    inside = [child for child in body.children if not isinstance(child, str)] if body else []
    for element in (html, *inside):
        if element is None or not (
            element.attributes.get("lang") and element.attributes.get("dir") in {"ltr", "rtl"}
        ):
            name = f"<{element.tag}>" if element else "<html>"
            remedy = "give it both, on `html` and on all that stands directly in `body`"
            yield Fault(HTML_LANGUAGE, f"{name} has no language and direction", remedy)
    title = document.first("title")
    if title is None or not "".join(map(str, title.children)).strip():
        yield Fault(HTML_TITLE, "the HTML has no title", "give it one in `head`")
    for meta in document.all("meta"):
        if meta.attributes.get("name") == "viewport" and _FIXED_ZOOM.search(
            meta.attributes.get("content", "")
        ):
            remedy = "leave `user-scalable` and `maximum-scale` out"
            yield Fault(HTML_ZOOM, "the mail can't be made larger on a phone", remedy)


def _tables(document: Document) -> Iterator[Fault]:
    remedy = 'write role="presentation" on it, or give its columns headings with a `scope`'
    for table in document.all("table"):
        if table.attributes.get("role") in _LAYOUT_ROLES:
            continue
        if not any("scope" in cell.attributes for cell in table.elements("th")):
            words = table.words
            yield Fault(HTML_TABLE_ROLE, f'the table "{shorten(words)}" has no role', remedy, words)
    hidden = "".join(document.conditional)
    if any(not _ROLE.search(tag) for tag in _TABLE.findall(hidden)):
        yield Fault(HTML_TABLE_ROLE, "a table that Outlook alone reads has no role", remedy)


def _headings(headings: list[Element]) -> Iterator[Fault]:
    titles = sum(heading.tag == "h1" for heading in headings)
    if titles != 1:
        counted = f"{titles} headings of level 1" if titles else "no heading of level 1"
        yield Fault(HTML_HEADING, f"the mail has {counted}", "give it exactly one")
    before = 0
    for heading in headings:
        level, words = int(heading.tag[1]), heading.words
        if not words:
            yield _WORDLESS
        elif level > before + 1:
            what = f'heading "{shorten(words)}" of level {level} follows one of level {before}'
            yield Fault(HTML_HEADING, what, f"make it one of level {before + 1}", words)
        before = level


def _image(image: Element) -> Iterator[Fault]:
    name = image.attributes.get("src", "").rpartition("/")[2]
    alt = image.attributes.get("alt")
    if alt is None:
        yield Fault(HTML_IMAGE, f"picture {name} has no `alt`", "say what it shows", name)
    if not image.attributes.get("width", "").isdigit():
        remedy = "give it one in pixels"
        yield Fault(HTML_IMAGE, f"picture {name} has no width", remedy, alt or name)


def _link(link: Element) -> Iterator[Fault]:
    words, target = link.words, link.attributes["href"]
    if not words:
        what = f'link to "{shorten(target)}" has no words'
        yield Fault(LINK_TEXT_MISSING, what, "say in words where it leads", target)
    # An entry of the contents says the title of its article, which stands in the same mail.
    elif not target.startswith("#") and is_vague(words):
        what = f'link text "{words}" says nothing on its own'
        yield Fault(LINK_TEXT_VAGUE, what, "say what the reader gets there", target)


def _targets(document: Document, links: list[Element]) -> Iterator[Fault]:
    named = (each.attributes.get("id") for each in document.elements)
    ids = Counter(name for name in named if name is not None)
    for name in (name for name, count in ids.items() if count > 1):
        yield Fault(HTML_LINK, f'two places are called "{name}"', "give one of them another name")
    # A heading in the contents and a link elsewhere may share their words: the one leads to the other's text.
    meant: dict[str, str] = {}
    for link in links:
        words, target = link.words, link.attributes["href"]
        if target.startswith("#"):
            if target[1:] not in ids:
                what = f'link "{shorten(words)}" leads to "{target}", which isn\'t in the mail'
                yield Fault(HTML_LINK, what, "mend the link, or remove it", words)
        elif meant.setdefault(words.casefold(), target) != target and words:
            what = f'two links say "{shorten(words)}" and lead to different places'
            yield Fault(HTML_SAME_LINK, what, "say of each where it leads", words)


def _check(checked: Checked) -> Iterator[Problem]:
    faults = (fault for mail in checked.mails for fault in find_faults(mail.html))
    for fault in dict.fromkeys(faults):
        if fault.rule is HTML_SAME_LINK:
            yield from _same_link(checked, fault)
        elif fault is _WORDLESS:
            yield from _wordless(checked)
        else:
            yield from placed(checked, (fault,))


def _same_link(checked: Checked, fault: Fault) -> Iterator[Problem]:
    """Where an author's link says what one of the frame says, such as "Unsubscribe"."""
    said = fault.words.casefold()
    own = [
        each for each in checked.passages.links if " ".join(each.text.split()).casefold() == said
    ]
    # Of links that an author wrote, link-same-text tells both places.
    if len({each.url for each in own}) > 1:
        return
    for each in own[:1]:
        what = f'link text "{fault.words}" also stands for another link of the mail'
        yield fault.rule.broken(each.path, each.line, what, "use other words")
    if not own:
        yield fault.rule.broken(checked.path, 0, fault.what, fault.remedy)


def _wordless(checked: Checked) -> Iterator[Problem]:
    """Headings without words, where they were typed; or one of the frame."""
    typed = [each for each in checked.passages.words if each.heading and not each.text.strip()]
    for each in typed or (Place(checked.path, 0),):
        yield HTML_HEADING.broken(each.path, each.line, _WORDLESS.what, _WORDLESS.remedy)


CHECKS = (Check(RULES, _check),)
