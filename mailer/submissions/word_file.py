"""A Word file becomes a Word document. The only importer of mammoth.

The file is a stranger's: nothing outside of it is ever opened, and whatever can't be taken over is told with
its place.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from mammoth import docx

from mailer.submissions.word_document import (
    Loss,
    Manner,
    Paragraph,
    Photograph,
    Span,
    Table,
    WordDocument,
)
from mailer.submissions.word_size import MAX_BYTES, measure
from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mailer.submissions.word_document import Block

_MAX_COLUMNS: Final = 20

_HEADING: Final = re.compile(r"heading ?([1-9])")
_SYMBOLS: Final = re.compile(r"[\ue000-\uf8ff]")
_IGNORED: Final = re.compile(
    r"An unrecognised element was ignored: (?:\{[^}]*\}|[a-z0-9-]+:)?(\w+)"
)


class WordError(BulletinError):
    """A file that can't be read as a Word document."""


def read_limited(path: Path) -> bytes:
    """A file's bytes, and of one that is too large no more than tells so."""
    with path.open("rb") as opened:
        return opened.read(MAX_BYTES + 1)


def read_word(data: bytes, name: str) -> WordDocument:
    """Read a .docx file; raises WordError, naming it by `name`, for one that is none or is not harmless."""
    fault = measure(data)
    if fault:
        raise WordError(
            "word-unreadable", name, fault, "save it anew as .docx, without what is large"
        )
    try:
        read = docx.read(io.BytesIO(data))
        walk = _Walk()
        walk.document(read.value)
    except Exception as error:
        what, remedy = (
            "can't be read as a Word document",
            "open it in Word and save it anew as .docx",
        )
        raise WordError("word-unreadable", name, what, remedy) from error
    walk.messages(message.message for message in read.messages)
    return WordDocument(tuple(walk.blocks), tuple(walk.pictures), tuple(dict.fromkeys(walk.losses)))


@dataclass(slots=True)
class _Walk:
    """Goes through mammoth's document once, in its order."""

    blocks: list[Block] = field(default_factory=list)
    pictures: list[Photograph] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    _count: int = 0
    _place: str = ""
    _notes: Any = None

    def document(self, document: Any) -> None:  # noqa: ANN401 - mammoth has no types
        self._notes = document.notes
        for element in document.children:
            self._block(element)
        if document.comments:
            self.losses.append(Loss("", f"{len(document.comments)} comments are left out"))

    def messages(self, messages: Iterator[str]) -> None:
        """What mammoth itself left out; what it says of styles is about looks alone."""
        for message in messages:
            ignored = _IGNORED.match(message)
            if ignored:
                self.losses.append(Loss("", f"something of the kind “{ignored[1]}” is left out"))

    def _block(self, element: Any) -> None:  # noqa: ANN401 - as above
        match type(element).__name__:
            case "Paragraph":
                self._paragraph(element)
            case "Table":
                self._table(element)
            case _:
                # A picture or text that stands outside of any paragraph, as in a text box.
                spans = tuple(self._spans([element], Span("")))
                if any(span.text.strip() for span in spans):
                    self.blocks.append(Paragraph(Manner.TEXT, spans))

    def _paragraph(self, element: Any) -> None:  # noqa: ANN401 - as above
        self._count += 1
        self._place = _place(f"paragraph {self._count}", _plain(element))
        spans = tuple(self._spans(element.children, Span("")))
        if _SYMBOLS.search("".join(span.text for span in spans)):
            self._lose("a sign of a symbol font is left out")
        manner, depth = _manner(element)
        if any(span.text.strip() for span in spans):
            self.blocks.append(Paragraph(manner, spans, depth))

    def _table(self, element: Any) -> None:  # noqa: ANN401 - as above
        self._count += 1
        self._place = place = _place(f"paragraph {self._count}, a table", _plain(element))
        rows = []
        for row in element.children:
            cells: list[tuple[Span, ...]] = []
            for cell in getattr(row, "children", ()):
                cells.append(self._cell(cell))
                if getattr(cell, "colspan", 1) > 1 or getattr(cell, "rowspan", 1) > 1:
                    self.losses.append(Loss(place, "merged cells are taken apart"))
                # An empty cell for each column that it covered.
                cells.extend([()] * (min(getattr(cell, "colspan", 1), _MAX_COLUMNS) - 1))
            rows.append(tuple(cells[:_MAX_COLUMNS]))
            if len(cells) > _MAX_COLUMNS:
                self.losses.append(Loss(place, f"columns after the {_MAX_COLUMNS}th are left out"))
        if any(rows):
            self.blocks.append(Table(tuple(rows)))

    def _cell(self, cell: Any) -> tuple[Span, ...]:  # noqa: ANN401 - as above
        spans: list[Span] = []
        for element in getattr(cell, "children", ()):
            if type(element).__name__ == "Table":
                self._lose("a table within a table is set as text")
            spans += [*self._spans([element], Span("")), Span(" ")]
        return tuple(spans)

    def _spans(self, elements: Any, like: Span) -> Iterator[Span]:  # noqa: ANN401 - as above
        for element in elements:
            match type(element).__name__:
                case "Run":
                    yield from self._run(element, like)
                case "Hyperlink":
                    yield from self._link(element, like)
                case "NoteReference":
                    yield from self._note(element, like)
                case "Image":
                    self._picture(element)
                case _:
                    yield _set(like, _sign(element))
                    yield from self._spans(getattr(element, "children", ()), like)

    def _run(self, run: Any, like: Span) -> Iterator[Span]:  # noqa: ANN401 - as above
        if run.is_strikethrough:
            self._lose("text that is struck through is taken over as usual text")
        if run.vertical_alignment in {"superscript", "subscript"}:
            self._lose("text that is set high or low is taken over as usual text")
        alike = Span("", like.bold or run.is_bold, like.italic or run.is_italic, like.href)
        yield from self._spans(run.children, alike)

    def _link(self, link: Any, like: Span) -> Iterator[Span]:  # noqa: ANN401 - as above
        href = (link.href or "").strip()
        if not href:
            self._lose("a link within the document is set as text")
        yield from self._spans(link.children, Span("", like.bold, like.italic, href))

    def _note(self, reference: Any, like: Span) -> Iterator[Span]:  # noqa: ANN401 - as above
        words = " ".join(_plain(part) for part in self._notes.resolve(reference).body).strip()
        self._lose("a note is set in brackets behind its place")
        yield _set(like, f" ({words})")

    def _picture(self, image: Any) -> None:  # noqa: ANN401 - as above
        try:
            with image.open() as opened:
                data = opened.read(MAX_BYTES)
        except (KeyError, OSError, ValueError):
            self._lose(
                "a picture that is not in the file is left out: put it in, and not as a link"
            )
            return
        alt = " ".join((image.alt_text or "").split())
        self.pictures.append(Photograph(data, alt, self._place))

    def _lose(self, what: str) -> None:
        self.losses.append(Loss(self._place, what))


def _sign(element: Any) -> str:  # noqa: ANN401 - mammoth has no types
    """What stands for an element without anything in it."""
    match type(element).__name__:
        case "Text":
            return str(element.value)
        case "Tab":
            return " "
        case "Break":
            return "\n" if element.break_type == "line" else " "
        case "Checkbox":
            return "☑ " if element.checked else "☐ "
    return ""


def _set(like: Span, text: str) -> Span:
    return Span(text, like.bold, like.italic, like.href)


def _manner(paragraph: Any) -> tuple[Manner, int]:  # noqa: ANN401 - mammoth has no types
    style = (paragraph.style_name or paragraph.style_id or "").casefold()
    heading = _HEADING.match(style)
    if style == "title":
        return Manner.TITLE, 0
    if heading:
        return Manner.HEADING, int(heading[1]) - 1
    if paragraph.numbering is not None:
        manner = Manner.STEP if paragraph.numbering.is_ordered else Manner.POINT
        return manner, int(paragraph.numbering.level_index)
    return (Manner.QUOTE if style.endswith("quote") else Manner.TEXT), 0


def _plain(element: Any) -> str:  # noqa: ANN401 - as above
    own = getattr(element, "value", "")
    return own + "".join(_plain(child) for child in getattr(element, "children", ()))


def _place(what: str, words: str) -> str:
    flat = " ".join(words.split())
    return f"{what} (“{flat if len(flat) <= 40 else flat[:39] + '…'}”)" if flat else what
