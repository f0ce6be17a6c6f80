from __future__ import annotations

import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from tests.photographs import differ

FONT = ImageFont.load_default(16)


def page(*, down: int = 0, ink: str = "#17202b", button: str = "#0b4f7d") -> Image.Image:
    """Three lines of text, and a button that may stand lower."""
    image = Image.new("RGB", (320, 200), "#ffffff")
    draw = ImageDraw.Draw(image)
    for line in range(3):
        draw.text((20, 20 + 24 * line), "Nobody asked us before, now we are", fill=ink, font=FONT)
    draw.rectangle((20, 120 + down, 200, 160 + down), fill=button)
    return image


def test_the_same_page_does_not_differ() -> None:
    assert differ(page(), page()) is None


def test_letters_that_are_smoothed_otherwise_do_not_differ() -> None:
    assert differ(page(), page().filter(ImageFilter.GaussianBlur(0.6))) is None


@pytest.mark.parametrize(
    "changed", [page(down=1), page(down=4), page(ink="#5a6876"), page(button="#2b6f9d")]
)
def test_a_block_that_moved_and_another_colour_differ(changed: Image.Image) -> None:
    assert differ(page(), changed) is not None


def test_it_says_where_the_first_difference_is_and_shows_both_pages() -> None:
    found = differ(page(), page(down=8))
    assert found
    assert found.top == 120
    assert found.shown.size == (3 * 320 + 20, 200)
    assert found.shown.getpixel((2 * 330 + 30, 122)) != page(down=8).getpixel((30, 122))


def test_a_page_that_became_longer_differs_where_the_other_ends() -> None:
    longer = Image.new("RGB", (320, 240), "#ffffff")
    longer.paste(page())
    found = differ(page(), longer)
    assert found
    assert found.top == 200
