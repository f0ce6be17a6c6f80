"""The CSS of a mail: rules, declarations, and which elements a selector means. Pure.

Reads the part of CSS that mail is written in (Selectors Level 3 without siblings and functions). A selector
beyond that means no element here. Knows nothing of what a declaration does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailer.checks.html.tree import Element

_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_SIGN = re.compile(r"""\"[^\"]*\"|'[^']*'|[{};]""")
_CONDITIONS = ("@media", "@supports")
_IMPORTANT = re.compile(r"!\s*important\s*$", re.IGNORECASE)
_DECLARATION = re.compile(r"(?:\"[^\"]*\"|'[^']*'|\([^)]*\)|[^;\"'(])+")
_STEP = re.compile(r"\s*>\s*|\s+")
_SIMPLE = re.compile(
    r"(?P<tag>^[a-zA-Z][\w-]*|^\*)|\.(?P<class>[\w-]+)|#(?P<id>[\w-]+)"
    r"|\[(?P<name>[\w-]+)(?:(?P<how>[~|^$*]?=)[\"']?(?P<value>[^\"'\]]*)[\"']?)?\]"
    r"|(?P<root>:root)"
)


class Declaration(NamedTuple):
    """One `name: value`."""

    name: str
    value: str
    important: bool


class StyleRule(NamedTuple):
    """One rule. `within` are the at-rules around it, from the outermost; an at-rule alone has no selector."""

    within: tuple[str, ...]
    selector: str
    declarations: tuple[Declaration, ...]


@lru_cache(64)
def parse_sheet(text: str) -> tuple[StyleRule, ...]:
    """The rules of a style sheet in their order, each selector of a group on its own."""
    return tuple(_rules(_COMMENT.sub(" ", text)))


@lru_cache(1024)
def parse_declarations(text: str) -> tuple[Declaration, ...]:
    """What stands in a `style` attribute, or between the braces of a rule."""
    found = []
    for each in _DECLARATION.findall(text):
        name, colon, value = each.partition(":")
        if colon and name.strip():
            important = bool(_IMPORTANT.search(value))
            plain = _IMPORTANT.sub("", value).strip()
            found.append(Declaration(name.strip().lower(), plain, important))
    return tuple(found)


def _rules(text: str, within: tuple[str, ...] = ()) -> Iterator[StyleRule]:
    for prelude, inner in _blocks(text):
        if prelude.startswith("@"):
            if inner is not None and prelude.startswith(_CONDITIONS):
                yield from _rules(inner, (*within, prelude))
            else:
                yield StyleRule((*within, prelude), "", ())
        elif inner is not None:
            declarations = parse_declarations(inner)
            for selector in prelude.split(","):
                yield StyleRule(within, selector.strip(), declarations)


def _blocks(text: str) -> Iterator[tuple[str, str | None]]:
    """Each outermost `prelude { inner }`, or `prelude;` with None."""
    begin = brace = depth = 0
    for match in _SIGN.finditer(text):
        if match[0] == "{":
            depth += 1
            brace = match.start() if depth == 1 else brace
        elif match[0] == "}" and depth:
            depth -= 1
            if depth == 0:
                yield _fold(text[begin:brace]), text[brace + 1 : match.start()]
                begin = match.end()
        elif match[0] == ";" and depth == 0:
            yield _fold(text[begin : match.start()]), None
            begin = match.end()


def _fold(text: str) -> str:
    return " ".join(text.split())


class _Compound(NamedTuple):
    """What one element must be; `child` says that the one before is its parent, and no farther above."""

    child: bool
    parts: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Selector:
    """A selector taken apart, the element that it means last."""

    steps: tuple[_Compound, ...]

    @classmethod
    def parse(cls, text: str) -> Selector | None:
        """None for one that this module doesn't read."""
        return _parse_selector(text)

    @property
    def weight(self) -> tuple[int, int, int]:
        """Its specificity: ids, classes and attributes, kinds of element (Selectors 3, section 9)."""
        kinds = [kind for step in self.steps for kind, _, _ in step.parts]
        tags = kinds.count("tag")
        return kinds.count("id"), len(kinds) - tags - kinds.count("id"), tags

    @property
    def attributes(self) -> frozenset[str]:
        """The attributes, beside `class`, by which it tells elements apart."""
        parts = [(kind, name) for step in self.steps for kind, name, _ in step.parts]
        named = {name for kind, name in parts if kind.endswith(("=", "["))}
        return frozenset(named | {"id" for kind, _ in parts if kind == "id"})

    def means(self, element: Element) -> bool:
        """Whether it matches."""
        return _matches(element, self.steps)


@lru_cache(512)
def _parse_selector(text: str) -> Selector | None:
    steps: list[_Compound] = []
    begin, child = 0, False
    for gap in [*_STEP.finditer(text), None]:
        end = gap.start() if gap else len(text)
        parts = _simple(text[begin:end])
        if parts is None:
            return None
        steps.append(_Compound(child, parts))
        if gap:
            begin, child = gap.end(), ">" in gap[0]
    return Selector(tuple(steps))


def _simple(text: str) -> tuple[tuple[str, str, str], ...] | None:
    parts, at = [], 0
    while at < len(text):
        match = _SIMPLE.match(text, at) if at else _SIMPLE.match(text)
        if match is None:
            return None
        kind = str(match.lastgroup)
        if kind in {"name", "value"}:
            parts.append((match["how"] or "[", match["name"], match["value"] or ""))
        elif match[0] != "*":
            parts.append((kind, match[kind], ""))
        at = match.end()
    return tuple(parts) if text else None


def _matches(element: Element, steps: tuple[_Compound, ...]) -> bool:
    *before, last = steps
    if not all(_is(element, part) for part in last.parts):
        return False
    if not before:
        return True
    at = element.parent
    while at is not None and at.tag:
        if _matches(at, tuple(before)):
            return True
        if last.child:
            return False
        at = at.parent
    return False


def _is(element: Element, part: tuple[str, str, str]) -> bool:
    kind, name, value = part
    match kind:
        case "tag":
            return element.tag == name.lower()
        case "class":
            return name in element.classes
        case "id":
            return element.attributes.get("id") == name
        case "root":
            return element.tag == "html"
        case _:
            return _holds(element.attributes.get(name.lower()), kind, value)


def _holds(held: str | None, how: str, value: str) -> bool:
    """Whether an attribute has such a value (Selectors 3, section 6.3)."""
    if held is None:
        return False
    match how:
        case "[":
            return True
        case "^=" | "$=" | "*=":
            found = {"^=": held.startswith, "$=": held.endswith, "*=": held.__contains__}[how]
            return bool(value) and found(value)
        case "~=":
            return value in held.split()
        case _:
            return held == value or (how == "|=" and held.startswith(f"{value}-"))
