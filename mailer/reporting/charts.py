"""Charts as SVG that stands in a page: no script, no style of its own, a title and a description. Pure.

The only importer of pygal, which places the bars, the axes and the labels; colours and type come from the
page's style sheet by the class names that it gives them.
"""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from pygal.graph.graph import Graph

    _Drawing = Graph[Any, Any, Any]

_Value = TypeVar("_Value", str, int)

_SVG = "http://www.w3.org/2000/svg"
_TYPE = 13
"""Pixels: the size of the labels, for which room is left. The style sheet says the same."""

_SPOKEN = {"defs", "title", "desc"}
_TALL = 240
_A_BAR = 30
_A_LABEL = 90
_FEWEST = 12
"""Places along the foot: two bars alone would be as wide as a door."""

_EVERY = (1, 2, 5, 10, 15, 30, 60, 120)
"""Which labels can be shown, of more than there is room for: those at round times."""


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of a chart: what it stands for, and a figure for each label."""

    name: str
    values: Sequence[int]


@dataclass(frozen=True, slots=True)
class Chart:
    """What to draw. `name` is unique on a page; `description` says in words what an eye would see.

    An upright chart has its labels, such as moments, along the foot; the other has them at the left.
    """

    name: str
    title: str
    description: str
    labels: Sequence[str]
    series: Sequence[Series]
    upright: bool


def draw(chart: Chart, width: int) -> str:
    """The chart as an SVG element, `width` pixels wide before it is scaled."""
    drawn = _upright(chart, width) if chart.upright else _lying(chart, width)
    for series in chart.series:
        drawn.add(series.name, _in_order(chart, series.values))
    # What this reads was made a line above by a library that escapes what it is given.
    root = ET.fromstring(drawn.render(is_unicode=True))  # noqa: S314
    _strip(root)
    _describe(root, chart, f"{chart.name}-{width}")
    ET.register_namespace("", _SVG)
    return ET.tostring(root, encoding="unicode")


def _upright(chart: Chart, width: int) -> _Drawing:
    drawn: _Drawing = _library().StackedBar(**_manner(width, _TALL))
    drawn.x_labels = [*chart.labels, *[""] * (_FEWEST - len(chart.labels))]
    least = len(chart.labels) * _A_LABEL / width
    drawn.x_labels_major_every = next((each for each in _EVERY if each >= least), round(least))
    drawn.show_minor_x_labels = False
    return drawn


def _lying(chart: Chart, width: int) -> _Drawing:
    drawn: _Drawing = _library().HorizontalStackedBar(
        **_manner(width, len(chart.labels) * _A_BAR + 40)
    )
    # A long label must leave room for its bar.
    labels = [_shortened(label, width // 20) for label in chart.labels]
    drawn.x_labels = _in_order(chart, labels)
    return drawn


def _in_order(chart: Chart, values: Sequence[_Value]) -> list[_Value]:
    """As they are drawn: from the left, or from the foot up."""
    return list(values) if chart.upright else list(reversed(values))


def _library() -> ModuleType:
    import pygal  # noqa: PLC0415 - a seventh of a second, and few commands draw

    # For plug-ins that nobody here has, it adds to the import system a finder of a kind that Python has given
    # up: each import that fails after that would warn of it.
    sys.meta_path[:] = [each for each in sys.meta_path if type(each).__module__ != "pygal"]
    return pygal


def _manner(width: int, height: int) -> dict[str, Any]:
    from pygal.style import Style  # noqa: PLC0415 - as above

    return {
        "width": width,
        "height": height,
        "style": Style(label_font_size=_TYPE, major_label_font_size=_TYPE, value_font_size=_TYPE),
        "js": (),
        "show_legend": False,
        "margin": 4,
        "margin_right": 24,
        "spacing": 8,
        "truncate_label": -1,
        "max_scale": max(3, min(6, width // 100)),
        "formatter": lambda value: f"{value:,.0f}",
        "value_formatter": lambda value: f"{value:,.0f}",
    }


def _shortened(label: str, most: int) -> str:
    return label if len(label) <= most else f"{label[: most - 1]}…"


def _strip(root: ET.Element) -> None:
    """Leave out what serves a script, would be read aloud bar by bar, or is a bar of nothing."""
    for parent in list(root.iter()):
        for child in list(parent):
            spoken = child.tag.rpartition("}")[2] in _SPOKEN
            if spoken or "overlay" in child.get("class", "") or _is_flat(child):
                parent.remove(child)


def _is_flat(element: ET.Element) -> bool:
    sides = (float(element.get(side, 0)) for side in ("width", "height"))
    return element.tag == f"{{{_SVG}}}rect" and not all(sides)


def _describe(root: ET.Element, chart: Chart, key: str) -> None:
    for place, (tag, text) in enumerate((("title", chart.title), ("desc", chart.description))):
        element = ET.Element(f"{{{_SVG}}}{tag}", {"id": f"{key}-{tag}"})
        element.text = text
        root.insert(place, element)
    root.attrib.pop("id", None)
    root.set("role", "img")
    root.set("aria-labelledby", f"{key}-title {key}-desc")
