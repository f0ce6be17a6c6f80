"""A Word document as values: only what an article can be made of, and where things stand. Pure.

Word has no lines: a place is the number of a paragraph and how it begins.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias


class Manner(StrEnum):
    """What a paragraph is."""

    TITLE = "title"
    HEADING = "heading"
    TEXT = "text"
    QUOTE = "quote"
    POINT = "point"
    """Of a list with marks."""
    STEP = "step"
    """Of a list with numbers."""


@dataclass(frozen=True, slots=True)
class Span:
    """Words that are set alike; a line break in them is one."""

    text: str
    bold: bool = False
    italic: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `depth` counts from 0 and is a heading's or a list's."""

    manner: Manner
    spans: tuple[Span, ...]
    depth: int = 0

    @property
    def words(self) -> str:
        """Its text without marks, on one line."""
        return " ".join("".join(span.text for span in self.spans).split())


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; the first row is the head."""

    rows: tuple[tuple[tuple[Span, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class Photograph:
    """A picture that the document holds; `place` says where it stands."""

    data: bytes = field(repr=False)
    alt: str
    place: str


Block: TypeAlias = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that can't be taken over, and where it stood; an empty place is the document as a whole."""

    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}" if self.place else self.what


@dataclass(frozen=True, slots=True)
class WordDocument:
    """Everything that was read, in its order."""

    blocks: tuple[Block, ...]
    pictures: tuple[Photograph, ...]
    losses: tuple[Loss, ...]
