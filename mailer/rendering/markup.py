"""Markdown as HTML that a mail program can show: styled in place, with nothing active in it.

The only importer of nh3. Knows the look of running text; must not know where in the mail it stands.
Raw HTML is left out here and refused again by the last gate, so either alone would do.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import nh3

from mailer.content.markdown import LINK_SCHEMES, link_fault, parse_markdown
from mailer.rendering.direction import Direction, direction_of_text
from mailer.rendering.tables import Fit, fit_on_phone, is_number, table_cells

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it.token import Token

_TAGS = {
    "p", "ul", "ol", "li", "h2", "h3", "h4", "a", "strong", "em", "code", "pre", "blockquote", "hr", "br",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"style", "dir"}, "a": {"href"}, "ol": {"start"}, "th": {"scope"}, "tr": {"valign"},
}  # fmt: skip
_LOOKS = frozenset({"style", "valign"})
_SMALL_TABLE = "font-size:14px;line-height:20px"
_TABLE_SIZES = {
    Fit.LARGE: "word-break:normal;font-size:16px;line-height:22px",
    Fit.SMALL: f"word-break:normal;{_SMALL_TABLE}",
    Fit.HEADS: f"word-break:normal;{_SMALL_TABLE}",
    Fit.NUMBERS: _SMALL_TABLE,
    Fit.BROKEN: _SMALL_TABLE,
}
_LEFT_OUT = frozenset({"html_block", "html_inline"})


@dataclass(frozen=True, slots=True)
class Ink:
    """The colours of running text that can't be inherited, as `#rrggbb`."""

    accent: str
    rule: str


_NO_INK = Ink("", "")


def render_markup(text: str, ink: Ink, heading: int = 4, base: Direction = Direction.LTR) -> str:
    """`text` as safe HTML. All its headings become `<h2>`, `<h3>` or `<h4>`, as `heading` says.

    `base` is the way in which all around it runs.
    """
    return _clean(_Writer(ink, heading, base), text, _ATTRIBUTES)


def render_web_markup(text: str, heading: int = 4) -> str:
    """`text` as safe HTML for a web page, whose own style sheet knows how it looks."""
    unstyled = {tag: names - _LOOKS for tag, names in _ATTRIBUTES.items()}
    return _clean(_Writer(_NO_INK, heading, Direction.LTR), text, unstyled)


def _clean(writer: _Writer, text: str, attributes: dict[str, set[str]]) -> str:
    return nh3.clean(
        writer.blocks(parse_markdown(text)),
        tags=_TAGS,
        attributes=attributes,
        url_schemes=set(LINK_SCHEMES),
        link_rel=None,
    )


class _Writer:
    """Writes one text's tokens in their order."""

    def __init__(self, ink: Ink, heading: int, base: Direction) -> None:
        self._heading = f"h{heading}"
        self._base = base
        self._ink = ink
        self._styles = _styles(ink)
        self._table = _Table(Fit.LARGE, base)
        self._special: dict[str, Callable[[Token], str]] = {
            "inline": lambda token: self._inline(token.children or []),
            "fence": self._code_block,
            "code_block": self._code_block,
            "hr": lambda _token: f'<hr style="{self._styles["hr"]}">',
        }

    def blocks(self, tokens: Sequence[Token]) -> str:
        return "".join(self._block(tokens, index) for index in range(len(tokens)))

    def _block(self, tokens: Sequence[Token], index: int) -> str:
        token = tokens[index]
        if token.type in _LEFT_OUT or token.hidden:
            return ""
        special = self._special.get(token.type)
        if special:
            return special(token)
        tag = self._heading if token.type.startswith("heading") else token.tag
        return f"</{tag}>" if token.nesting < 0 else self._opening(tag, tokens, index)

    def _opening(self, tag: str, tokens: Sequence[Token], index: int) -> str:
        token = tokens[index]
        if tag in {"thead", "tbody", "tr"}:
            return '<tr valign="top">' if tag == "tr" else f"<{tag}>"
        if tag in {"th", "td"}:
            return self._cell(tag, tokens, index)
        way = _direction(tokens, index) or self._base
        if tag == "table":
            self._table = _Table(_fit(tokens, index), way)
        attributes = self._attributes(tag, token, way)
        style = self._style(tag, token, way)
        attributes += f' style="{style}"' if style else ""
        return f"<{tag}{attributes}>"

    def _attributes(self, tag: str, token: Token, way: Direction) -> str:
        # What runs as the mail does in most cases needs to say nothing.
        attributes = f' dir="{way}"' if Direction.RTL in {way, self._base} else ""
        if tag == "ol" and token.attrGet("start"):
            attributes += f' start="{token.attrGet("start")}"'
        return attributes

    def _style(self, tag: str, token: Token, way: Direction) -> str:
        style = self._styles.get(tag, "")
        if tag in {"ul", "ol"}:
            style = _list_style(nested=token.level > 0, rtl=way is Direction.RTL)
        elif tag == "table":
            style = f"{_TABLE_SIZES[self._table.fit]};{style}"
        elif tag == "blockquote":
            style = f"{style};{_quoted(self._ink, way)}"
        if Direction.RTL in {way, self._base} and tag != "table":
            style = f"text-align:{way.start};{style}"
        return style

    def _cell(self, tag: str, tokens: Sequence[Token], index: int) -> str:
        table, words = self._table, tokens[index + 1].content
        way = direction_of_text(words) or table.way
        is_end = "right" in str(tokens[index].attrGet("style") or "")
        align = table.way.end if is_end else table.way.start
        # A head is centred by itself, and a cell begins where all around it does.
        style = "" if tag == "td" and align == self._base.start else f"text-align:{align};"
        style += _cell_room(table, last=tokens[index + 3].type == "tr_close")
        if table.fit is Fit.NUMBERS and is_number(words):
            style += ";white-space:nowrap"
        if table.fit is Fit.HEADS and tag == "th":
            style += ";word-break:break-word"
        turned = f' dir="{way}"' if way is not table.way else ""
        scope = ' scope="col"' if tag == "th" else ""
        return f'<{tag}{scope}{turned} style="{style};{self._styles[tag]}">'

    def _code_block(self, token: Token) -> str:
        # White space is spelled out: it is folded later, and Outlook ignores `pre` anyway.
        lines = escape(token.content.rstrip("\n")).replace("  ", "\u00a0 ").split("\n")
        return f'<p style="{self._styles["pre"]}">{"<br>".join(lines)}</p>'

    def _inline(self, tokens: Sequence[Token]) -> str:
        written: list[str] = []
        linked = True
        for token in tokens:
            if token.type == "link_open":
                linked = link_fault(str(token.attrGet("href") or "")) is None
            if token.type not in {"link_open", "link_close"} or linked:
                written.append(self._span(token))
        return "".join(written)

    def _span(self, token: Token) -> str:
        content = escape(token.content)
        match token.type:
            case "text" | "image":
                return content
            case "softbreak" | "html_inline":
                return "\n" if token.type == "softbreak" else ""
            case "code_inline":
                return f'<code style="{self._styles["code"]}">{content}</code>'
            case "link_open":
                href = escape(str(token.attrGet("href")))
                return f'<a href="{href}" style="{self._styles["a"]}">'
            case _:
                return f"</{token.tag}>" if token.nesting < 0 else f"<{token.tag}>"


@dataclass(frozen=True, slots=True)
class _Table:
    """What the cells of a table must know of it."""

    fit: Fit
    way: Direction


def _fit(tokens: Sequence[Token], start: int) -> Fit:
    return fit_on_phone([[cell.content for cell in row] for row in table_cells(tokens, start)])


def _direction(tokens: Sequence[Token], index: int) -> Direction | None:
    """Which way a block runs: as its first words do."""
    following = (tokens[place] for place in range(index, len(tokens)))
    words = next((token.content for token in following if token.type == "inline"), "")
    return direction_of_text(words)


def _cell_room(table: _Table, *, last: bool) -> str:
    if last:
        return "padding:8px 0"
    room = f"{table.fit.room}px"
    return (
        f"padding:8px {room} 8px 0" if table.way is Direction.LTR else f"padding:8px 0 8px {room}"
    )


def _quoted(ink: Ink, way: Direction) -> str:
    sides = "0 0 0 16px" if way is Direction.LTR else "0 16px 0 0"
    return f"padding:{sides};border-{way.start}:4px solid {ink.rule}"


def _list_style(*, nested: bool, rtl: bool) -> str:
    # Word's engine knows no padding on a list, so the indent is a margin.
    indent = "24px {0} 0" if rtl else "0 {0} 24px"
    edge = "8px " if nested else "0 "
    return f"margin:{edge}{indent.format('0' if nested else '16px')};padding:0"


def _styles(ink: Ink) -> dict[str, str]:
    cell = f"border-bottom:1px solid {ink.rule}"
    mono = "font-family:Consolas,Menlo,monospace"
    return {
        "p": "margin:0 0 16px",
        "li": "margin:0 0 8px",
        "h2": "margin:24px 0 8px;font-size:20px;line-height:26px",
        "h4": "margin:24px 0 8px;font-size:16px;line-height:24px",
        "a": f"color:{ink.accent}",
        "code": f"{mono};font-size:15px",
        "pre": f"margin:0 0 16px;{mono};font-size:14px;line-height:20px",
        "blockquote": "margin:0 0 16px",
        "hr": f"border:0;border-top:1px solid {ink.rule};margin:24px 0",
        "table": "width:100%;margin:0 0 24px",
        "th": cell,
        "td": cell,
    }
