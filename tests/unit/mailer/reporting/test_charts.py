from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from mailer.reporting.charts import Chart, Series, draw

SVG = "{http://www.w3.org/2000/svg}"


def chart(upright: bool, count: int = 3) -> Chart:
    labels = [f"<b>label & {n}</b>" for n in range(count)]
    series = [Series("first", range(1, count + 1)), Series("later", [0] * count)]
    return Chart("mails", "Mails & <more>", "It's a chart", labels, series, upright)


@pytest.fixture(params=[True, False], ids=["upright", "lying"])
def drawn(request: pytest.FixtureRequest) -> ET.Element:
    return ET.fromstring(draw(chart(request.param), 640))


def test_a_screen_reader_is_told_of_one_picture_with_a_title_and_a_description(
    drawn: ET.Element,
) -> None:
    assert drawn.get("role") == "img"
    names = (drawn.get("aria-labelledby") or "").split()
    told = {element.get("id"): element.text for element in drawn.iter() if element.get("id")}
    assert [told[name] for name in names] == ["Mails & <more>", "It's a chart"]
    assert len(drawn.findall(f".//{SVG}title") + drawn.findall(f".//{SVG}desc")) == 2


def test_it_holds_no_script_no_style_and_no_address_elsewhere(drawn: ET.Element) -> None:
    tags = {element.tag.removeprefix(SVG) for element in drawn.iter()}
    assert tags <= {"svg", "title", "desc", "g", "rect", "path", "text"}
    assert not [name for each in drawn.iter() for name in each.attrib if name.startswith("on")]
    assert "http" not in ET.tostring(drawn, encoding="unicode").replace(SVG[1:-1], "")


@pytest.mark.parametrize("upright", [True, False])
def test_there_is_a_bar_for_each_figure_as_long_as_the_figure(upright: bool) -> None:
    drawn = ET.fromstring(draw(chart(upright), 640))
    side = "height" if upright else "width"
    first = drawn.findall(f".//{SVG}g[@class='series serie-0 color-0']//{SVG}rect")
    lengths = [float(bar.get(side, 0)) for bar in first]
    ordered = lengths if upright else lengths[::-1]
    assert [round(length / ordered[0], 2) for length in ordered] == [1, 2, 3]


def test_labels_read_from_the_top_down() -> None:
    drawn = ET.fromstring(draw(chart(upright=False), 640))
    labels = drawn.findall(f".//{SVG}g[@class='axis y']//{SVG}text")
    height = {text.text: float(text.get("y", 0)) for text in labels}
    assert sorted(height, key=lambda name: height[name]) == [
        f"<b>label & {n}</b>" for n in range(3)
    ]


@pytest.mark.parametrize(("width", "most"), [(320, 5), (860, 12)])
def test_no_more_labels_are_shown_than_there_is_room_for(width: int, most: int) -> None:
    drawn = ET.fromstring(draw(chart(upright=True, count=72), width))
    labels = drawn.findall(f".//{SVG}g[@class='axis x']//{SVG}text")
    assert 2 <= len(labels) <= most


def test_a_few_bars_are_no_wider_than_many() -> None:
    drawn = ET.fromstring(draw(chart(upright=True, count=1), 860))
    (bar,) = drawn.findall(f".//{SVG}g[@class='series serie-0 color-0']//{SVG}rect")
    assert 10 < float(bar.get("width", 0)) < 80


def test_two_widths_on_one_page_have_names_of_their_own() -> None:
    wide, narrow = (ET.fromstring(draw(chart(upright=True), width)) for width in (860, 320))
    assert wide.get("aria-labelledby") != narrow.get("aria-labelledby")
