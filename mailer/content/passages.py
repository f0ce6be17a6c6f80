"""Every text, link and heading of some files, each with its line: what a check of words looks at. Pure.

Knows which keys hold words that people read; must not know what kind of file it is, nor judge anything.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mailer.content.front_matter import parse_document
from mailer.content.markdown import Hyperlink, read_blocks
from mailer.content.problem import Findings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import PurePath

    from mailer.content.front_matter import Fields
    from mailer.content.source_text import Source

# By the last part of their dotted key. The rest of the front matter is data: slugs, addresses, dates.
_WORDS = frozenset(
    {
        "alt", "credit", "hashtag", "image_alt", "image_caption", "message", "messages", "name",
        "organisation", "preheader", "role", "sections", "strapline", "subject", "text", "title",
    }
)  # fmt: skip
# Networks make a link of an address in a post. A bare host counts with a path alone: "Otter.me" is none.
_POSTED = re.compile(
    r"https?://[^\s<>\"\[\]]+"
    r"|(?<![\w@./-])(?:www\.|[a-z][a-z0-9.-]*\.(?:[a-z]{2}|com|gov|info|ink|net|one|org)/)[^\s<>\"\[\]]+",
    re.IGNORECASE,
)
_STOPS = ".,;:!?'’”"


@dataclass(frozen=True, slots=True)
class Passage:
    """Some words where they stand. `key` is the dotted key, "" in the body; `heading` is the level, or 0."""

    path: PurePath
    line: int
    key: str
    text: str
    heading: int = 0


@dataclass(frozen=True, slots=True)
class PlacedLink:
    """A link and its file."""

    path: PurePath
    line: int
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Passages:
    """What some files say: words that people read, values of the other keys, and links, in their order."""

    words: tuple[Passage, ...]
    values: tuple[Passage, ...]
    links: tuple[PlacedLink, ...]


def read_passages(sources: Iterable[Source]) -> Passages:
    """Take the sources apart. What can't be read was told by their reader, and is left out here."""
    words: list[Passage] = []
    values: list[Passage] = []
    links: list[PlacedLink] = []
    for source in sources:
        document = parse_document(source.text, Findings(source.path))
        if document is None:
            continue
        for passage in _keys(document.fields, source.path):
            (words if passage.key.rpartition(".")[2] in _WORDS else values).append(passage)
            links += _posted(passage)
        links += (_placed(link, source.path) for link in _listed(document.fields))
        for block in read_blocks(document.body, document.body_line):
            words.append(Passage(source.path, block.line, "", block.text, block.heading))
            links += (_placed(link, source.path) for link in block.links)
    return Passages(tuple(words), tuple(values), tuple(links))


def _keys(fields: Fields, path: PurePath) -> Iterator[Passage]:
    for mapping in fields.every():
        for scalar in mapping.scalars():
            yield Passage(path, scalar.line, scalar.key, scalar.text)


def _listed(fields: Fields) -> Iterator[Hyperlink]:
    """The links of the front matter: any mapping with an address, and the words beside it."""
    for mapping in fields.every():
        if "url" in mapping:
            text = mapping.text("text") or mapping.text("title")
            yield Hyperlink(mapping.line("url"), text, mapping.text("url"))


def _posted(passage: Passage) -> Iterator[PlacedLink]:
    """The addresses in a post, which partners copy as it is; they have no words of their own."""
    if passage.key != "posts.text":
        return
    for match in _POSTED.finditer(passage.text):
        shown = match.group()
        url = shown.rstrip(_STOPS if "(" in shown else f"{_STOPS})")
        url = url if "://" in url[:8] else f"https://{url}"
        line = passage.line + passage.text.count("\n", 0, match.start())
        # What is no address at all is told by nobody here: it makes no link.
        with contextlib.suppress(ValueError):
            urlsplit(url)
            yield PlacedLink(passage.path, line, "", url)


def _placed(link: Hyperlink, path: PurePath) -> PlacedLink:
    return PlacedLink(path, link.line, link.text, link.url)
