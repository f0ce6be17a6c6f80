"""Markdown as tokens, and what in it is no use in a mail.

The only importer of markdown-it. Articles are CommonMark with tables; templating syntax in them is text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from markdown_it import MarkdownIt

from mailer.content import rules
from mailer.content.contact_details import check_contact_link
from mailer.content.link_text import is_vague

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from markdown_it.token import Token

    from mailer.content.problem import Findings

LINK_SCHEMES = frozenset({"https", "http", "mailto", "tel"})
# Letters and digits of any script: what else a name holds was mistyped.
_HOST = re.compile(r"[\w-]+(\.[\w-]+)+\.?")


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    # Raw HTML is parsed so that it can be reported with its line; whoever renders leaves it out.
    return MarkdownIt("commonmark", {"html": True}).enable("table")


def parse_markdown(text: str) -> list[Token]:
    """The block tokens of a CommonMark text; inline tokens are their children."""
    return _parser().parse(text)


@dataclass(frozen=True, slots=True)
class Hyperlink:
    """A link where it stands. `line` is its file's."""

    line: int
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item or cell: its words without marks, a line break for each of the source.

    `heading` is the level, 0 for running text. Code is left out of the words, for it is quoted and not said.
    """

    line: int
    text: str
    heading: int
    links: tuple[Hyperlink, ...]


def read_blocks(text: str, first_line: int) -> Iterator[Block]:
    """The blocks of words in their order. `first_line` is the line of the file where `text` begins."""
    level, line = 0, first_line
    for token in parse_markdown(text):
        line = first_line + token.map[0] if token.map else line
        if token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "inline":
            spots = list(_inline_spots(token, line))
            yield Block(line, _words(spots), level, tuple(_hyperlinks(spots)))
            level = 0
        elif token.type in {"fence", "code_block"}:
            yield Block(line, "", 0, ())


def _words(spots: list[_Spot]) -> str:
    breaks = {"softbreak": "\n", "hardbreak": "\n", "code_inline": "\u2026"}
    return "".join(
        breaks.get(spot.token.type, spot.token.content if spot.token.type == "text" else "")
        for spot in spots
    )


def _hyperlinks(spots: list[_Spot]) -> Iterator[Hyperlink]:
    for spot in spots:
        if spot.token.type == "link_open":
            url = str(spot.token.attrGet("href") or "")
            yield Hyperlink(spot.line, str(spot.token.meta["text"]), url)


@dataclass(frozen=True, slots=True)
class _Spot:
    token: Token
    line: int


def check_markdown(text: str, first_line: int, findings: Findings) -> None:
    """Report what can't be carried by a mail. `first_line` is the line of the file where `text` begins."""
    for spot in _spots(parse_markdown(text), first_line):
        judge = _JUDGES.get(spot.token.type)
        if judge:
            judge(spot, findings)


def _spots(tokens: list[Token], first_line: int) -> Iterator[_Spot]:
    for token in tokens:
        line = first_line + (token.map[0] if token.map else 0)
        yield _Spot(token, line)
        yield from _inline_spots(token, line)


def _inline_spots(block: Token, line: int) -> Iterator[_Spot]:
    children = block.children or []
    for index, token in enumerate(children):
        if token.type == "link_open":
            token.meta["text"] = _link_text(children[index + 1 :])
        yield _Spot(token, line)
        line += token.type in {"softbreak", "hardbreak"}


def _link_text(following: list[Token]) -> str:
    words = []
    for token in following:
        if token.type == "link_close":
            break
        words.append(" " if token.type in {"softbreak", "hardbreak"} else token.content)
    return "".join(words)


def _judge_html(spot: _Spot, findings: Findings) -> None:
    findings.broken(
        rules.RAW_HTML,
        spot.line,
        f'raw HTML "{_shorten(spot.token.content)}" is left out of the mail',
        "write it as Markdown",
    )


def _judge_heading(spot: _Spot, findings: Findings) -> None:
    if spot.token.tag != "h3":
        findings.broken(
            rules.HEADING_LEVEL,
            spot.line,
            f"heading of level {spot.token.tag[1]} in the text",
            "begin it with ### (levels 1 and 2 are the titles of the mail and its parts)",
        )


def _judge_image(spot: _Spot, findings: Findings) -> None:
    findings.broken(
        rules.IMAGE_INLINE,
        spot.line,
        "an image inside the text",
        'name it in the front matter as "image" with "image_alt"',
    )


def _judge_link(spot: _Spot, findings: Findings) -> None:
    check_link(str(spot.token.attrGet("href") or ""), spot.token.meta["text"], spot.line, findings)


_JUDGES: dict[str, Callable[[_Spot, Findings], None]] = {
    "html_block": _judge_html,
    "html_inline": _judge_html,
    "heading_open": _judge_heading,
    "image": _judge_image,
    "link_open": _judge_link,
}


def check_link(
    url: str, text: str, line: int, findings: Findings, text_line: int | None = None
) -> None:
    """Report a link that leads nowhere from a mail, or whose text doesn't say where it leads.

    `text_line` is where the text stands when the address is on another line.
    """
    text_line = line if text_line is None else text_line
    fault = link_fault(url)
    if fault:
        findings.broken(
            rules.LINK_TARGET,
            line,
            f'link "{_shorten(url)}" {fault}',
            "give a full https:// address",
        )
    else:
        check_contact_link(url, line, findings)
    if not text.strip():
        findings.broken(
            rules.LINK_TEXT_MISSING,
            text_line,
            f'link "{_shorten(url)}" has no text',
            "say in words where it leads",
        )
    elif is_vague(text):
        findings.broken(
            rules.LINK_TEXT_VAGUE,
            text_line,
            f'link text "{text.strip()}" says nothing on its own',
            "say what the reader gets there",
        )


def link_fault(url: str) -> str | None:
    """What is wrong with a link's target, or None. Only web, mail and telephone links make sense."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return "is not a valid address"
    if parts.scheme not in LINK_SCHEMES:
        return "is not a web, mail or telephone link"
    host = parts.hostname or ""
    if parts.scheme.startswith("http") and not _HOST.fullmatch(host):
        return f'leads to "{host}", which is not on the web' if host else "leads nowhere"
    if re.search(r"[\s\x00-\x1f\x7f]", url):
        return "contains a space or a control character"
    return None


def _shorten(text: str, limit: int = 60) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
