from __future__ import annotations

import dataclasses
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.rendering.brand import DARK, LIGHT, Brand, BrandError, contrast, mix

_colour = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")


def test_the_colours_of_the_house_can_be_read_in_light_and_dark(brand: Brand) -> None:
    assert brand.faults() == []
    brand.refuse_faults()


@pytest.mark.parametrize(
    ("a", "b", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#0b4f7d", "#ffffff", 8.65)],
)
def test_contrast_is_the_ratio_that_wcag_defines(a: str, b: str, ratio: float) -> None:
    assert contrast(a, b) == pytest.approx(ratio, abs=0.01)


@given(_colour, _colour)
def test_contrast_has_no_order_and_stays_between_1_and_21(a: str, b: str) -> None:
    assert contrast(a, b) == contrast(b, a)
    assert 1 <= contrast(a, b) <= 21.0001


@given(_colour, _colour)
def test_a_mixture_lies_between_its_two_colours(a: str, b: str) -> None:
    assert mix(a, b, 1) == a
    assert mix(a, b, 0) == b
    assert re.fullmatch("#[0-9a-f]{6}", mix(a, b, 0.25))


def test_a_pale_accent_is_reported_wherever_it_is_printed(brand: Brand) -> None:
    pale = dataclasses.replace(brand, light=dataclasses.replace(LIGHT, accent="#8cc6ee"))
    told = [str(fault) for fault in pale.faults()]
    assert told[0].startswith("light accent on page has a contrast of 1.6")
    assert {(fault.ink, fault.ground) for fault in pale.faults()} == {
        ("accent", "page"),
        ("accent", "card"),
        ("accent", "tint"),
        ("on_accent", "accent"),
    }


def test_a_contrast_that_just_misses_is_not_rounded_up(brand: Brand) -> None:
    grey = dataclasses.replace(
        brand, light=dataclasses.replace(LIGHT, card="#ffffff", quiet="#777777")
    )
    assert "light quiet on card has a contrast of 4.47:1" in map(str, grey.faults())


def test_the_dark_colours_are_judged_too(brand: Brand) -> None:
    dim = dataclasses.replace(brand, dark=dataclasses.replace(DARK, text="#444444"))
    with pytest.raises(BrandError, match="dark text on page"):
        dim.refuse_faults()


@pytest.mark.parametrize("colour", ["red", "#fff", "#12345g", "#123456;}", "rgb(0,0,0)", ""])
def test_a_colour_is_six_hexadecimal_digits(colour: str) -> None:
    with pytest.raises(BrandError, match="brand colour accent"):
        dataclasses.replace(LIGHT, accent=colour)
