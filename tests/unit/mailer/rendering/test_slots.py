from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.rendering.slots import MissingSlotError, Slot, SlotTemplate, SlotValueError, marker
from subscribers.errors import BulletinError

_literal = st.text(st.characters(exclude_characters="\ue000\ue001", codec="utf-8"))
_value = st.text(st.characters(exclude_characters="\r\n", codec="utf-8"))
_values = st.fixed_dictionaries(dict.fromkeys(Slot, _value))
_parts = st.lists(st.tuples(_literal, st.sampled_from(Slot)))


@given(_parts, _literal, _values)
def test_a_text_template_is_its_pieces_with_the_values_between(
    parts: list[tuple[str, Slot]], last: str, values: dict[Slot, str]
) -> None:
    template = SlotTemplate.parse("".join(t + marker(s) for t, s in parts) + last, html=False)
    assert template.fill(values) == "".join(t + values[s] for t, s in parts) + last
    assert template.slots == tuple(slot for _, slot in parts)


@given(_value.filter(lambda value: "\x00" not in value))
def test_a_value_comes_back_from_html_as_it_went_in(value: str) -> None:
    template = SlotTemplate.parse(f'<a title="{marker(Slot.NAME)}">x</a>', html=True)
    read = _Attributes()
    read.feed(template.fill({Slot.NAME: value}))
    assert read.tags == [("a", [("title", value)])]


class _Attributes(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))


def test_markup_in_a_name_is_text_in_html_and_left_alone_in_plain_text() -> None:
    values = {Slot.NAME: "<b>O'Neill & Co</b>"}
    assert SlotTemplate.parse(marker(Slot.NAME), html=True).fill(values) == (
        "&lt;b&gt;O&#x27;Neill &amp; Co&lt;/b&gt;"
    )
    assert SlotTemplate.parse(marker(Slot.NAME), html=False).fill(values) == values[Slot.NAME]


def test_a_value_that_looks_like_a_marker_is_not_filled_again() -> None:
    template = SlotTemplate.parse(marker(Slot.NAME), html=False)
    assert template.fill({Slot.NAME: marker(Slot.ADDRESS)}) == marker(Slot.ADDRESS)


def test_a_slot_without_a_value_is_named() -> None:
    with pytest.raises(MissingSlotError, match="slot address") as caught:
        SlotTemplate.parse(marker(Slot.ADDRESS), html=True).fill({Slot.NAME: "Siân"})
    assert isinstance(caught.value, BulletinError)
    assert isinstance(caught.value, KeyError)


@pytest.mark.parametrize("value", ["a\nb", "a\rb", "Siân\r\nBcc: x@example.org"])
@pytest.mark.parametrize("html", [True, False])
def test_a_value_with_a_line_break_is_refused(value: str, *, html: bool) -> None:
    with pytest.raises(SlotValueError, match="line break"):
        SlotTemplate.parse(marker(Slot.NAME), html=html).fill({Slot.NAME: value})


def test_an_unknown_marker_is_text() -> None:
    assert SlotTemplate.parse("\ue000colour\ue001", html=False).fill({}) == "\ue000colour\ue001"
