"""Blocks of a Word document as Markdown that means the same, whatever signs their words hold. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from mailer.content.markdown import link_fault, read_blocks
from mailer.submissions.word_document import Manner, Paragraph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from mailer.submissions.word_document import Block, Span, Table

# What may begin or end something within a line (CommonMark 0.31, chapter 6), and a cell of a table.
_INLINE = re.compile(r"[\\`*_\[\]|]|<(?=[A-Za-z/!?])|&(?=#?\w+;)")
# What may make a line something else than text (chapters 4 and 5).
_OPENING = re.compile(r"^(?:(#{1,6}|[-+=~>:])|([0-9]{1,9})([.)]))")
_INDENT = 4
_MARKERS = {Manner.POINT: "-   ", Manner.STEP: "1.  "}


def write_markdown(blocks: Sequence[Block]) -> str:
    """The blocks, an empty line between each two; the points of a list stand together."""
    written, depth = "", -1
    for block in blocks:
        is_listed = isinstance(block, Paragraph) and block.manner in _MARKERS
        if isinstance(block, Paragraph) and is_listed:
            # Deeper by more than one step, it would be code.
            block = replace(block, depth=min(block.depth, depth + 1))  # noqa: PLW2901 - the same, set right
        text = _block(block)
        if text:
            gap = "\n" if is_listed and depth >= 0 else "\n\n"
            written += gap + text if written else text
            depth = block.depth if isinstance(block, Paragraph) and is_listed else -1
    return written


def _block(block: Block) -> str:
    if not isinstance(block, Paragraph):
        return _table(block)
    text = _write(block.spans, _lines)
    if not text:
        return ""
    if block.manner in _MARKERS:
        indent = " " * _INDENT * block.depth
        hanging = text.replace("\n", f"\n{indent}{' ' * _INDENT}")
        return f"{indent}{_MARKERS[block.manner]}{hanging}"
    if block.manner is Manner.TEXT:
        return text
    if block.manner is Manner.QUOTE:
        return "\n".join(f"> {line}" for line in text.split("\n"))
    return f"### {_flat(text)}"


def _write(spans: Sequence[Span], write: Callable[[Iterable[Span]], str]) -> str:
    """The spans as Markdown; their words count for more than how they are set."""
    text = write(spans)
    said = " ".join("".join(span.text for span in spans).split())
    if _words(_guard(text)) == said:
        return text
    # Marks that stand against a bracket or a quotation mark are none.
    return write([replace(span, bold=False, italic=False) for span in spans])


def _words(text: str) -> str:
    """What a reader of the Markdown sees."""
    return " ".join(" ".join(block.text for block in read_blocks(text, 1)).split())


def _lines(spans: Iterable[Span]) -> str:
    """The spans as lines of Markdown, each guarded against being taken for something else."""
    lines = (_guard(" ".join(line.split())) for line in _inline(spans).split("\n"))
    # A backslash at a line's end is a hard line break.
    return "\\\n".join(line for line in lines if line)


def _flat(text: str) -> str:
    """On one line, of which a last word of # alone would be taken for the heading's end."""
    line = " ".join(text.replace("\\\n", " ").split())
    return re.sub(r"(?<= )(#+)$", r"\\\1", line)


def _guard(line: str) -> str:
    found = _OPENING.match(line)
    if not found:
        return line
    return f"{found[2]}\\{line[found.start(3) :]}" if found[2] else f"\\{line}"


def _inline(spans: Iterable[Span]) -> str:
    text = ""
    for span in _merged(spans):
        written = _span(span)
        if text.endswith("!") and written.startswith("["):
            # Together they would begin a picture.
            text = f"{text[:-1]}\\!"
        text += written
    return text


def _span(span: Span) -> str:
    """One span; spaces stay outside of its marks, where they would keep the marks from being any."""
    core = span.text.strip()
    if not core:
        return "\n" if "\n" in span.text else " " if span.text else ""
    before, after = span.text.partition(core)[0], span.text.rpartition(core)[2]
    words = _INLINE.sub(r"\\\g<0>", core)
    mark = "***" if span.bold and span.italic else "**" if span.bold else "*" if span.italic else ""
    if mark:
        words = "\n".join(
            f"{mark}{line.strip()}{mark}" for line in words.split("\n") if line.strip()
        )
    if span.href and not link_fault(span.href):
        words = f"[{words}](<{_target(span.href)}>)"
    return f"{before}{words}{after}"


def _target(url: str) -> str:
    return url.replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C")


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    """Spans that are set alike joined: Word cuts a word in two wherever somebody has typed."""
    said = (span for span in spans if span.text)
    for _, group in groupby(said, key=lambda span: replace(span, text="")):
        alike = list(group)
        yield replace(alike[0], text="".join(span.text for span in alike))


def _table(table: Table) -> str:
    """A table as GitHub writes it: every row has as many cells as the head."""
    width = max((len(row) for row in table.rows), default=0)
    if not width:
        return ""
    rows = [[_write(cell, _cell) for cell in row] + [""] * (width - len(row)) for row in table.rows]
    ruled = [rows[0], ["---"] * width, *rows[1:]]
    return "\n".join(f"| {' | '.join(row)} |" for row in ruled)


def _cell(spans: Iterable[Span]) -> str:
    return " ".join(_inline(spans).split())
