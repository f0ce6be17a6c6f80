"""Photographs of pages, compared with those that somebody approved.

What differs is looked for in squares of 8 pixels: their mean colour hardly changes with how the edges of
letters are smoothed, and does when something moves by a pixel or is coloured otherwise.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops

APPROVED = Path(__file__).parent / "approved"
DIFFERENCES = Path(__file__).parent.parent / "build" / "photographs"

SQUARE = 8
"""Pixels."""

_FAINT = 14
_FEW = 3
_COLOURS = (24, 32, 64, 128, 256)


@dataclass(frozen=True)
class Difference:
    """How many squares differ, how far from the top the first one is, and a picture that shows them red."""

    squares: int
    top: int
    shown: Image.Image


def differ(approved: Image.Image, taken: Image.Image) -> Difference | None:
    """What has changed; None when nobody would see it."""
    size = max(approved.width, taken.width), max(approved.height, taken.height)
    before, now = (_placed(picture, size) for picture in (approved, taken))
    bands = ImageChops.difference(before.reduce(SQUARE), now.reduce(SQUARE)).split()
    strongest = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    marked = strongest.point([255 if level >= _FAINT else 0 for level in range(256)])
    squares, box = marked.histogram()[255], marked.getbbox()
    if box is None or (squares <= _FEW and approved.size == taken.size):
        return None
    return Difference(squares, box[1] * SQUARE, _side_by_side(before, now, marked))


def save(picture: Image.Image, path: Path) -> None:
    """Keep a picture in as few colours as nobody would see, which is a quarter of its size."""
    few = (picture.quantize(count, kmeans=1, dither=Image.Dither.NONE) for count in _COLOURS)
    path.parent.mkdir(parents=True, exist_ok=True)
    next((kept for kept in few if differ(kept.convert("RGB"), picture) is None), picture).save(
        path, optimize=True
    )


def load(picture: Path | bytes) -> Image.Image:
    """A picture from a file, or from its bytes."""
    with Image.open(io.BytesIO(picture) if isinstance(picture, bytes) else picture) as opened:
        return opened.convert("RGB")


def _placed(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    ground = Image.new("RGB", size, "#ff00ff")
    ground.paste(picture)
    return ground


def _side_by_side(before: Image.Image, now: Image.Image, marked: Image.Image) -> Image.Image:
    mask = marked.resize((marked.width * SQUARE, marked.height * SQUARE), Image.Resampling.NEAREST)
    mask = mask.crop((0, 0, *now.size))
    red = Image.blend(now, Image.new("RGB", now.size, "#ff0000"), 0.6)
    shown = Image.new("RGB", (3 * now.width + 20, now.height), "#000000")
    pictures = before, now, Image.composite(red, now, mask)
    for place, picture in enumerate(pictures):
        shown.paste(picture, (place * (now.width + 10), 0))
    return shown
