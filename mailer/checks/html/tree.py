"""HTML of a mail as a tree. Pure; knows how tags nest, and nothing of what is good in a mail.

The only reader of HTML: what other modules ask about a mail's markup, they ask of these elements.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_VOID = frozenset(
    {
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
        "track", "wbr",
    }
)  # fmt: skip
_UNREAD = frozenset({"head", "script", "style", "title", "template"})
_REMEMBERED_MAILS = 32
_REMEMBERED_TAGS = 4096
# What stands in these is no markup, and the parser has to be told so.
_RAW = frozenset(
    {
        "iframe", "noembed", "noframes", "noscript", "plaintext", "script", "style", "textarea", "title",
        "xmp",
    }
)  # fmt: skip
_PLAIN_TAG = re.compile(r'<[a-zA-Z][a-zA-Z0-9]*(?:\s+[a-zA-Z-]+(?:="[^"<>]*")?)*\s*/?>')


@dataclass(slots=True, eq=False)
class Element:
    """One element. Names of tags and attributes are in lower case; an attribute without a value is ""."""

    tag: str
    attributes: dict[str, str]
    parent: Element | None = field(default=None, repr=False)
    children: list[Element | str] = field(default_factory=list, repr=False)

    def elements(self, tag: str) -> Iterator[Element]:
        """The elements of a kind below this one, in the order of the document."""
        for child in self.children:
            if isinstance(child, Element):
                if child.tag == tag:
                    yield child
                yield from child.elements(tag)

    def texts(self) -> Iterator[str]:
        """The text below this element as it is read out: pictures by their `alt`."""
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag == "img":
                yield child.attributes.get("alt", "")
            elif child.tag == "br":
                yield " "
            elif child.tag not in _UNREAD:
                yield from child.texts()

    @property
    def words(self) -> str:
        """Its text with white space folded."""
        return " ".join("".join(self.texts()).split())

    @property
    def classes(self) -> frozenset[str]:
        """The names in its `class`."""
        return _names(self.attributes.get("class", ""))


@lru_cache(256)
def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Document:
    """A whole mail. `elements` are all of it in their order.

    `conditional` are the comments that Outlook for Windows reads as markup, from `[if` on.
    """

    elements: tuple[Element, ...]
    doctype: str
    conditional: tuple[str, ...]

    def all(self, *tags: str) -> list[Element]:
        """The elements of those kinds."""
        return [element for element in self.elements if element.tag in tags]

    def first(self, tag: str) -> Element | None:
        """The first element of that kind."""
        return next((element for element in self.elements if element.tag == tag), None)

    @property
    def style_sheets(self) -> tuple[str, ...]:
        """The text of each `<style>`."""
        return tuple("".join(map(str, each.children)) for each in self.all("style"))


@lru_cache(_REMEMBERED_MAILS)
def parse_html(html: str) -> Document:
    """The tree of a mail. Nothing is refused: an end tag without its beginning is passed over."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return Document(tuple(builder.elements), builder.doctype, tuple(builder.conditional))


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.doctype = ""
        self.conditional: list[str] = []
        self._open = Element("", {})

    def parse_starttag(self, i: int) -> int:
        # The parser needs most of its time for these, and most of them have been read before.
        end = self.rawdata.find(">", i) + 1
        tag = _read_tag(self.rawdata[i:end])
        if tag is None:
            return super().parse_starttag(i)
        (self.handle_startendtag if tag.closes else self.handle_starttag)(tag.name, tag.attributes)
        return end

    def parse_html_declaration(self, i: int) -> int:
        try:
            return super().parse_html_declaration(i)
        except AssertionError:
            # So Python's parser refuses a section without a name; to browsers it is a comment.
            return self.parse_bogus_comment(i)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = self._add(tag, attrs)
        if tag not in _VOID:
            self._open = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        at: Element | None = self._open
        while at is not None and at.tag != tag:
            at = at.parent
        if at is not None and at.parent is not None:
            self._open = at.parent

    def handle_data(self, data: str) -> None:
        self._open.children.append(data)

    def handle_decl(self, decl: str) -> None:
        self.doctype = decl

    def handle_comment(self, data: str) -> None:
        if data.lstrip().startswith("[if"):
            self.conditional.append(data)

    def updatepos(self, _start: int, end: int) -> int:
        # Nobody asks where a tag stands, and counting lines is a tenth of the reading.
        return end

    def _add(self, tag: str, attrs: list[tuple[str, str | None]]) -> Element:
        # Of an attribute that is there twice, browsers take the first.
        named = {name: value or "" for name, value in reversed(attrs)}
        element = Element(tag, named, self._open)
        self._open.children.append(element)
        self.elements.append(element)
        return element


class _Tag(NamedTuple):
    name: str
    attributes: list[tuple[str, str | None]]
    closes: bool


@lru_cache(_REMEMBERED_TAGS)
def _read_tag(text: str) -> _Tag | None:
    """What a start tag says; None for one so odd that it has to be read where it stands."""
    if not _PLAIN_TAG.fullmatch(text):
        return None
    reader = _TagReader()
    reader.feed(text)
    known = len(reader.found) == 1 and reader.found[0].name not in _RAW
    return reader.found[0] if known else None


class _TagReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[_Tag] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(_Tag(tag, attrs, closes=False))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(_Tag(tag, attrs, closes=True))
