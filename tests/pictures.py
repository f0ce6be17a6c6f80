"""Pictures that are not as they should be, made when they are asked for."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageDraw


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    """The bytes of a picture."""
    data = io.BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()


def plain(kind: str = "PNG", size: tuple[int, int] = (1200, 675)) -> bytes:
    """One colour all over."""
    return saved(Image.new("RGB", size, "#0b4f7d"), kind)


def animated() -> bytes:
    """Two frames that take turns."""
    frames = [Image.new("RGB", (600, 338), colour) for colour in ("#0b4f7d", "#ffffff")]
    return saved(frames[0], "GIF", save_all=True, append_images=frames[1:], loop=0, duration=400)


def dark_on_clear() -> bytes:
    """Dark strokes, and nothing behind them."""
    image = Image.new("RGBA", (1200, 675), (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((300, 200, 900, 475), fill="#10151b")
    return saved(image, "PNG")


def noise(width: int, height: int, seed: int = 4) -> Image.Image:
    """A picture that can't be packed: as heavy as its pixels."""
    return Image.frombytes(
        "RGB", (width, height), random.Random(seed).randbytes(width * height * 3)
    )


def heavy_and_moving() -> bytes:
    """Frames that can't be packed, more than a mail carries."""
    chance = random.Random(4)
    frames = [Image.frombytes("P", (600, 400), chance.randbytes(240_000)) for _ in range(5)]
    for frame in frames:
        frame.putpalette(chance.randbytes(768))
    return saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=99)


def heavy() -> bytes:
    """One that is allowed, and asks too much of a reader on the way."""
    return saved(noise(1200, 675), "JPEG", quality=80)


def with_place() -> bytes:
    """A photograph that tells where it was taken."""
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (50.0, 43.0, 30.0), 3: "W", 4: (3.0, 31.0, 30.0)})
    return saved(noise(400, 300), "JPEG", exif=exif)


PICTURES = {
    "with place": with_place,
    "webp": lambda: plain("WEBP"),
    "small": lambda: plain(size=(300, 200)),
    "animated": animated,
    "dark on clear": dark_on_clear,
    "heavy": heavy,
}
