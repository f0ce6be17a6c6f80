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
from mailer.rendering.tables import fits_phone, table_cells

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it.token import Token

_TAGS = {
    "p", "ul", "ol", "li", "h2", "h3", "h4", "a", "strong", "em", "code", "pre", "blockquote", "hr", "br",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {"*": {"style", "dir"}, "a": {"href"}, "ol": {"start"}, "th": {"scope"}}
_CELL_ROOM = "padding:8px 12px 8px 0"
_NARROW_TABLE = "word-break:normal;font-size:16px;line-height:22px"
# On a phone its words are broken; smaller, fewer are.
_WIDE_TABLE = "font-size:14px;line-height:20px"
_LEFT_OUT = frozenset({"html_block", "html_inline"})


@dataclass(frozen=True, slots=True)
class Ink:
    """The colours of running text that can't be inherited, as `#rrggbb`."""

    accent: str
    rule: str


_NO_INK = Ink("", "")


def render_markup(text: str, ink: Ink, heading: int = 4) -> str:
    """`text` as safe HTML. All its headings become `<h2>`, `<h3>` or `<h4>`, as `heading` says."""
    writer = _Writer(ink, heading)
    return nh3.clean(
        writer.blocks(parse_markdown(text)),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=set(LINK_SCHEMES),
        link_rel=None,
    )


def render_web_markup(text: str, heading: int = 4) -> str:
    """`text` as safe HTML for a web page, whose own style sheet knows how it looks."""
    writer = _Writer(_NO_INK, heading)
    unstyled = {tag: names - {"style"} for tag, names in _ATTRIBUTES.items()}
    return nh3.clean(
        writer.blocks(parse_markdown(text)),
        tags=_TAGS,
        attributes=unstyled,
        url_schemes=set(LINK_SCHEMES),
        link_rel=None,
    )


class _Writer:
    """Writes one text's tokens in their order."""

    def __init__(self, ink: Ink, heading: int) -> None:
        self._heading = f"h{heading}"
        self._styles = _styles(ink)
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
        attributes = _direction(tokens, index)
        style = self._style(tag, token, rtl=bool(attributes))
        if tag == "table":
            size = _NARROW_TABLE if _fits_phone(tokens, index) else _WIDE_TABLE
            style = style.replace('="', f'="{size};', 1)
        if tag in {"th", "td"} and tokens[index + 3].type == "tr_close":
            style = style.replace(_CELL_ROOM, "padding:8px 0", 1)
        if tag == "th":
            attributes += ' scope="col"'
        if tag == "ol" and token.attrGet("start"):
            attributes += f' start="{token.attrGet("start")}"'
        return f"<{tag}{attributes}{style}>"

    def _style(self, tag: str, token: Token, *, rtl: bool) -> str:
        style = self._styles.get(tag, "")
        if tag in {"ul", "ol"}:
            style = _list_style(nested=token.level > 0, rtl=rtl)
        if tag in {"th", "td"}:
            end = rtl or "right" in str(token.attrGet("style") or "")
            style = f"text-align:{'right' if end else 'left'};{style}"
        elif rtl:
            style = f"text-align:right;{style}"
        return f' style="{style}"' if style else ""

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


def _fits_phone(tokens: Sequence[Token], start: int) -> bool:
    return fits_phone([[cell.content for cell in row] for row in table_cells(tokens, start)])


def _direction(tokens: Sequence[Token], index: int) -> str:
    """A `dir` for a block that runs from right to left; the mail's own direction needs none."""
    if tokens[index].type in {"table_open", "thead_open", "tbody_open", "tr_open"}:
        return ""
    following = (tokens[place] for place in range(index, len(tokens)))
    words = next((token.content for token in following if token.type == "inline"), "")
    return ' dir="rtl"' if direction_of_text(words) is Direction.RTL else ""


def _list_style(*, nested: bool, rtl: bool) -> str:
    # Word's engine knows no padding on a list, so the indent is a margin.
    indent = "24px {0} 0" if rtl else "0 {0} 24px"
    edge = "8px " if nested else "0 "
    return f"margin:{edge}{indent.format('0' if nested else '16px')};padding:0"


def _styles(ink: Ink) -> dict[str, str]:
    cell = f"{_CELL_ROOM};border-bottom:1px solid {ink.rule};vertical-align:top"
    mono = "font-family:Consolas,Menlo,monospace"
    return {
        "p": "margin:0 0 16px",
        "li": "margin:0 0 8px",
        "h2": "margin:24px 0 8px;font-size:20px;line-height:26px",
        "h4": "margin:24px 0 8px;font-size:16px;line-height:24px",
        "a": f"color:{ink.accent}",
        "code": f"{mono};font-size:15px",
        "pre": f"margin:0 0 16px;{mono};font-size:14px;line-height:20px",
        "blockquote": f"margin:0 0 16px;padding:0 0 0 16px;border-left:4px solid {ink.rule}",
        "hr": f"border:0;border-top:1px solid {ink.rule};margin:24px 0",
        "table": "width:100%;margin:0 0 24px",
        "th": f"{cell};font-weight:bold",
        "td": cell,
    }
