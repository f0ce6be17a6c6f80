"""Markdown as plain text that reads well: wrapped, indented, its links numbered and listed below.

Pure. Knows how running text is set; must not know where in the mail it stands.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mailer.content.markdown import link_fault, parse_markdown
from mailer.rendering.tables import set_table, table_cells
from mailer.rendering.wrapping import LEAST_WIDTH, WIDTH, underline, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token


def render_prose(text: str) -> str:
    """A Markdown text as plain paragraphs, with its links listed at the end."""
    writer = _Writer()
    blocks = writer.blocks(parse_markdown(text), WIDTH)
    return "\n\n".join([*blocks, *writer.listed_links()])


@dataclass(slots=True)
class _Writer:
    """Writes one text, and numbers its links as it meets them."""

    _links: list[str] = field(default_factory=list)

    def listed_links(self) -> list[str]:
        lines = [f"[{number}] {target}" for number, target in enumerate(self._links, 1)]
        return ["\n".join(lines)] if lines else []

    def blocks(self, tokens: Sequence[Token], width: int) -> list[str]:
        written = (self._block(block, width) for block in _blocks(tokens))
        return [text for text in written if text]

    def _block(self, block: Sequence[Token], width: int) -> str:
        """One block from its first token to its last; raw HTML is left out."""
        opening, inside = block[0], block[1:-1]
        match opening.type:
            case "paragraph_open":
                return wrap(self._inline(inside[0]), width=width)
            case "heading_open":
                return underline(self._inline(inside[0]), "~")
            case "bullet_list_open" | "ordered_list_open":
                return self._list(opening, inside, width)
            case "table_open":
                return self._table(block, width)
            case _:
                return self._other_block(opening, inside, width)

    def _other_block(self, opening: Token, inside: Sequence[Token], width: int) -> str:
        match opening.type:
            case "blockquote_open":
                quoted = "\n\n".join(self.blocks(inside, width - 2))
                return textwrap.indent(quoted, "> ", lambda _line: True).replace("> \n", ">\n")
            case "fence" | "code_block":
                return textwrap.indent(opening.content.rstrip("\n"), "    ")
            case _:
                return "* * *" if opening.type == "hr" else ""

    def _list(self, opening: Token, inside: Sequence[Token], width: int) -> str:
        number = opening.attrGet("start")
        first = 1 if number is None else int(number)
        ordered = opening.type == "ordered_list_open"
        items = [
            self._item(item[1:-1], f"{place}. " if ordered else "- ", width)
            for place, item in enumerate(_blocks(inside), first)
        ]
        return ("\n\n" if _loose(inside, opening.level + 2) else "\n").join(items)

    def _item(self, inside: Sequence[Token], mark: str, width: int) -> str:
        blocks = self.blocks(inside, max(width - len(mark), LEAST_WIDTH))
        gap = "\n\n" if inside and _loose(inside, inside[0].level) else "\n"
        return mark + textwrap.indent(gap.join(blocks), " " * len(mark)).lstrip(" ")

    def _table(self, block: Sequence[Token], width: int) -> str:
        rows = [[self._inline(cell) for cell in row] for row in table_cells(block, 0)]
        return set_table([[cell.replace("\n", " ") for cell in row] for row in rows], width)

    def _inline(self, token: Token) -> str:
        return re.sub(r"[ \t]+", " ", "".join(self._spans(token.children or []))).strip()

    def _spans(self, tokens: Sequence[Token]) -> Iterator[str]:
        target, text = "", ""
        for token in tokens:
            if token.type == "link_open":
                target, text = str(token.attrGet("href") or ""), ""
            elif token.type == "link_close":
                yield self._reference(text, target)
                target = ""
            text += _words(token)
            if not target:
                yield _words(token)

    def _reference(self, text: str, url: str) -> str:
        """A link's words with its number; a link that shows its own address needs none."""
        target = url.removeprefix("mailto:").removeprefix("tel:")
        if link_fault(url) or text.replace(" ", "") in {url, target}:
            return text
        if target not in self._links:
            self._links.append(target)
        return f"{text} [{self._links.index(target) + 1}]"


def _words(token: Token) -> str:
    match token.type:
        case "text" | "code_inline" | "image":
            return token.content
        case "softbreak":
            return " "
        case _:
            return "\n" if token.type == "hardbreak" else ""


def _blocks(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The outermost blocks, each with all that it holds."""
    start, depth = 0, 0
    for index, token in enumerate(tokens):
        depth += token.nesting
        if depth == 0:
            yield tokens[start : index + 1]
            start = index + 1


def _loose(tokens: Sequence[Token], level: int) -> bool:
    """Whether paragraphs at `level` stand apart, as the author wrote them."""
    return any(
        token.type == "paragraph_open" and not token.hidden and token.level == level
        for token in tokens
    )
