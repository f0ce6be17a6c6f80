"""The shape of every check: from what is about to be mailed to what is wrong with it. Pure.

Knows what a check is given and what it gives back; must not know which checks there are, nor who asks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from mailer.content.passages import Passages, read_passages

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable
    from pathlib import PurePath

    from mailer.content.edition import Edition, Image
    from mailer.content.pack import Pack
    from mailer.content.problem import Problem, Rule
    from mailer.content.source_text import Source
    from mailer.rendering.brand import Brand
    from mailer.rendering.rendered import RenderedEmail


@dataclass(frozen=True, slots=True)
class Mail:
    """One variant as one reader gets it: `html` and `text` are filled, `message` is what SMTP would carry.

    `readers` says in words who sees it, such as `health in wales and 3 more`.
    """

    readers: str
    rendered: RenderedEmail
    html: str
    text: str
    message: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the sources; `line` counts from 1, 0 stands for the whole file."""

    path: PurePath
    line: int


@dataclass(frozen=True, slots=True)
class Options:
    """What a team may choose about the checks.

    `drafts` are sentences of the patterns that content is begun from; `welsh` says that some readers are in
    Wales. A sentence has at most `sentence_words`; `reading_age` is in years.
    """

    drafts: frozenset[str] = frozenset()
    welsh: bool = False
    sentence_words: int = 35
    reading_age: int = 18


@dataclass(frozen=True)
class Checked:
    """An edition or a pack as its author wrote it and as its readers get it.

    `path` is its main file: edition.md or pack.md. `mails` has each distinct variant once, the largest first.
    `languages` are those in which this issue exists; `misspelt` are words that a dictionary doesn't know.
    """

    path: PurePath
    content: Edition | Pack
    sources: tuple[Source, ...]
    images: tuple[Image, ...]
    mails: tuple[Mail, ...]
    brand: Brand
    date: dt.date
    languages: frozenset[str] = frozenset()
    misspelt: frozenset[str] = frozenset()
    options: Options = field(default_factory=Options)

    @cached_property
    def passages(self) -> Passages:
        """Every text, link, heading and contact of the sources, with its line."""
        return read_passages(self.sources)

    def locate(self, words: str) -> Place:
        """Where `words`, or a URL, first stand in the sources; the main file when nowhere."""
        wanted = " ".join(words.split())
        for source in self.sources:
            for number, line in enumerate(source.text.split("\n"), 1):
                if wanted and wanted in " ".join(line.split()):
                    return Place(source.path, number)
        return Place(self.path, 0)


@dataclass(frozen=True, slots=True)
class Check:
    """One question that is asked before a mail goes: the rules that it may find broken, and how it looks.

    A `run` is pure and quick. It makes its problems with `Rule.broken`.
    """

    rules: tuple[Rule, ...]
    run: Callable[[Checked], Iterable[Problem]]
