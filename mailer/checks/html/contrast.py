"""Can every word of a mail be told from its ground, in light and in dark? Pure.

Contrast is WCAG 2.2's, from the colours that the mail gives each text and what lies behind it. Programs that
darken a mail of their own accord (Gmail's apps, Outlook for Windows) keep hue and saturation and turn the
lightness round, of all colours or of the light grounds and dark inks alone; both are estimated.
"""

from __future__ import annotations

import colorsys
import re
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from mailer.checks.check import Check
from mailer.checks.fault import Fault, placed, shorten
from mailer.checks.html.styles import (
    Declaration,
    Selector,
    StyleRule,
    parse_declarations,
    parse_sheet,
)
from mailer.checks.html.tree import Element, parse_html
from mailer.content.problem import Rule, Severity
from mailer.rendering.brand import LEAST_CONTRAST, contrast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mailer.checks.check import Checked
    from mailer.checks.html.tree import Document
    from mailer.content.problem import Problem

CONTRAST = Rule(
    "contrast",
    Severity.ERROR,
    "Pale words can't be read in sunlight, on a poor screen or by tired eyes.",
)
CONTRAST_INVERTED = Rule(
    "contrast-inverted",
    Severity.WARNING,
    "Gmail and Outlook for Windows darken a mail by themselves, and a middling colour gets lost there.",
)
RULES = (CONTRAST, CONTRAST_INVERTED)

_NAMED = {"black": "#000000", "white": "#ffffff"}
_HEX = re.compile(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})\b", re.IGNORECASE)
_RGB = re.compile(r"rgb\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})\s*\)", re.IGNORECASE)
_MATTER = frozenset({"color", "background", "background-color", "display"})
_UNPAINTED = frozenset({"script", "style", "template", "title"})
_MIDDLE = 0.5


class Scheme(StrEnum):
    """Which colours the reader's program asks for."""

    LIGHT = "light"
    DARK = "dark"


class Look(NamedTuple):
    """How an element's own text is shown, in `#rrggbb`."""

    ink: str
    ground: str
    shown: bool = True


class Words(NamedTuple):
    """Some text and its look."""

    text: str
    look: Look


def find_faint(html: str) -> Iterator[Fault]:
    """Each pair of colours that can't be read, at the first words that have it."""
    document = parse_html(html)
    light, dark = (_distinct(painted(document, scheme)) for scheme in Scheme)
    for scheme, looks in ((Scheme.LIGHT, light), (Scheme.DARK, dark)):
        for look, words in looks.items():
            yield from _judge(CONTRAST, f"in {scheme} colours", look, words)
    for look, words in light.items():
        for darken in (darken_all, darken_extremes):
            where = "in a mail that is darkened by itself"
            yield from _judge(CONTRAST_INVERTED, where, darken(look), words)


def _judge(rule: Rule, where: str, look: Look, words: str) -> Iterator[Fault]:
    ratio = contrast(look.ink, look.ground)
    if ratio < LEAST_CONTRAST:
        # Cut rather than rounded, so that 4.499 is not told as the 4.5 that it misses.
        shown = f"{int(ratio * 100) / 100:.2f}:1 {where} ({look.ink} on {look.ground})"
        remedy = f"choose brand colours with at least {LEAST_CONTRAST}:1"
        yield Fault(rule, f'"{shorten(words, 40)}" has a contrast of {shown}', remedy, words)


def _distinct(words: Iterable[Words]) -> dict[Look, str]:
    first: dict[Look, str] = {}
    for each in words:
        first.setdefault(each.look, each.text)
    return first


def painted(document: Document, scheme: Scheme) -> Iterator[Words]:
    """Each text that is shown, with its colours in that scheme."""
    body = document.first("body")
    if body is not None:
        names = frozenset(name for each in document.elements for name in each.attributes)
        painter = _painter(document.style_sheets, names, scheme)
        yield from painter.paint(body)


@lru_cache(8)
def _painter(sheets: tuple[str, ...], names: frozenset[str], scheme: Scheme) -> _Painter:
    return _Painter(sheets, names, scheme)


class _Painter:
    """Gives elements their looks; one look is worked out for all elements of one kind and place.

    `names` are the attributes that some element has: a rule about another means nobody.
    """

    def __init__(self, sheets: tuple[str, ...], names: frozenset[str], scheme: Scheme) -> None:
        rules = [rule for sheet in sheets for rule in parse_sheet(sheet) if _applies(rule, scheme)]
        read = [(Selector.parse(rule.selector), rule) for rule in rules]
        self._rules = [
            (selector, rule) for selector, rule in read if selector and selector.attributes <= names
        ]
        telling = {name for selector, _ in self._rules for name in selector.attributes}
        self._telling = ("class", "style", "bgcolor", *sorted(telling))
        self._known: dict[tuple[object, ...], Look] = {}

    def paint(self, body: Element) -> list[Words]:
        """The texts of a mail in their order."""
        found: list[Words] = []
        self._paint(body, Look("#000000", "#ffffff"), 0, found)
        return found

    def _paint(self, element: Element, around: Look, place: int, found: list[Words]) -> None:
        """Add the texts of an element; `place` is the same for all whose ancestors are alike."""
        attributes = element.attributes
        key = (place, element.tag, "href" in attributes, *map(attributes.get, self._telling))
        look = self._known.get(key)
        if look is None:
            look = self._known[key] = self._look(element, around)
        if not look.shown:
            return
        below = hash(key)
        for child in element.children:
            if isinstance(child, Element):
                self._paint(child, look, below, found)
            elif words := " ".join(child.split()):
                found.append(Words(words, look))

    def _look(self, element: Element, around: Look) -> Look:
        ink, ground, shown = around.ink, around.ground, element.tag not in _UNPAINTED
        for name, value in self._declared(element):
            colour = _colour(value)
            if name == "color":
                ink = colour or ink
            elif name == "display":
                shown = value != "none"
            else:
                ground = colour or ground
        return Look(ink, ground, shown)

    def _declared(self, element: Element) -> Iterator[tuple[str, str]]:
        """What is said of an element's colours, the strongest last (CSS Cascade 4, section 6)."""
        told: list[tuple[tuple[object, ...], Declaration]] = []
        if "bgcolor" in element.attributes:
            told.append(((0,), Declaration("background", element.attributes["bgcolor"], False)))
        if element.tag == "a" and "href" in element.attributes:
            told.append(((0,), Declaration("color", "#0000ee", False)))
        for selector, rule in self._rules:
            if selector.means(element):
                told += [
                    ((1 + 2 * each.important, selector.weight), each) for each in rule.declarations
                ]
        own = parse_declarations(element.attributes.get("style", ""))
        told += [((2 + 2 * each.important,), each) for each in own]
        told.sort(key=lambda each: each[0])
        return ((each.name, each.value) for _, each in told if each.name in _MATTER)


def _applies(rule: StyleRule, scheme: Scheme) -> bool:
    if not any(each.name in _MATTER for each in rule.declarations):
        return False
    wanted = f"(prefers-color-scheme:{scheme})"
    return all(wanted in query.replace(" ", "") for query in rule.within)


def _colour(value: str) -> str | None:
    if found := _HEX.search(value):
        digits = found[0].lower()
        return digits if len(digits) == 7 else "#" + "".join(2 * digit for digit in digits[1:])
    if found := _RGB.search(value):
        return "#" + "".join(f"{min(int(part), 255):02x}" for part in found.groups())
    return _NAMED.get(value.strip().lower())


def darken_all(look: Look) -> Look:
    """Every colour with its lightness turned round, as Gmail's apps do."""
    return Look(_turn(look.ink), _turn(look.ground))


def darken_extremes(look: Look) -> Look:
    """Light grounds made dark and dark inks light; what is dark below or light above stays."""
    ink = _turn(look.ink) if _lightness(look.ink) < _MIDDLE else look.ink
    ground = _turn(look.ground) if _lightness(look.ground) > _MIDDLE else look.ground
    return Look(ink, ground)


def _turn(colour: str) -> str:
    hue, lightness, saturation = colorsys.rgb_to_hls(*_shares(colour))
    turned = colorsys.hls_to_rgb(hue, 1 - lightness, saturation)
    return "#" + "".join(f"{round(part * 255):02x}" for part in turned)


def _lightness(colour: str) -> float:
    return colorsys.rgb_to_hls(*_shares(colour))[1]


def _shares(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _check(checked: Checked) -> Iterator[Problem]:
    return placed(checked, _first_of_each(checked))


def _first_of_each(checked: Checked) -> Iterator[Fault]:
    """One fault for each pair of colours, though variants have other words first."""
    seen: set[str] = set()
    for mail in checked.mails:
        for fault in find_faint(mail.html):
            pair = f"{fault.rule.name} {fault.what.rpartition(' has a contrast')[2]}"
            if pair not in seen:
                seen.add(pair)
                yield fault


CHECKS = (Check(RULES, _check),)
