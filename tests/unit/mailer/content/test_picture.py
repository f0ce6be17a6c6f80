"""What of a picture is mailed: what is seen, and nothing that was written into it."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from mailer.content.picture import (
    MAX_MAILED_BYTES,
    MAX_MAILED_WIDTH,
    Picture,
    PictureFault,
    look_closely,
    prepare,
)
from tests.pictures import animated, dark_on_clear, heavy_and_moving, noise, plain, saved
from tests.samples import picture


def prepared(data: bytes) -> Picture:
    found = prepare(data)
    assert isinstance(found, Picture), found
    return found


def opened(found: Picture) -> Image.Image:
    image = Image.open(io.BytesIO(found.data))
    assert image.size == (found.width, found.height)
    return image


def from_a_camera(orientation: int = 1, size: tuple[int, int] = (800, 600)) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x013B] = "A. Photographer"
    exif.get_ifd(0x8825).update({1: "N", 2: (50.0, 43.0, 30.0)})
    return saved(noise(*size), "JPEG", exif=exif, quality=70)


@pytest.mark.parametrize("data", [picture(), picture(kind="JPEG"), picture(kind="GIF"), animated()])
def test_a_picture_that_is_fit_stays_as_it_is_to_the_byte(data: bytes) -> None:
    assert prepared(data).data is data


def test_where_and_by_whom_a_photograph_was_taken_is_left_out() -> None:
    data = from_a_camera()
    assert b"Photographer" in data
    found = prepared(data)
    assert b"Photographer" not in found.data
    assert not opened(found).getexif()
    assert (found.width, found.height) == (800, 600)


def test_a_photograph_keeps_the_side_up_that_its_camera_noted() -> None:
    found = prepared(from_a_camera(orientation=6))
    assert (found.width, found.height) == (600, 800)


def test_what_a_program_wrote_into_a_png_is_left_out() -> None:
    info = PngInfo()
    info.add_text("Author", "A. Draughtsman")
    data = saved(Image.new("RGB", (700, 400), "#0b4f7d"), "PNG", pnginfo=info)
    assert b"Draughtsman" not in prepared(data).data


def test_a_colour_profile_stays_for_it_is_seen() -> None:
    data = saved(noise(900, 600), "JPEG", icc_profile=b"profile" * 20, comment=b"private")
    image = opened(prepared(data))
    assert image.info["icc_profile"] == b"profile" * 20
    assert "comment" not in image.info


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF"])
def test_a_picture_is_no_wider_than_mail_shows_it(kind: str) -> None:
    found = prepared(plain(kind, (2560, 1440)))
    assert (found.width, found.height) == (MAX_MAILED_WIDTH, 720)
    assert found.media_name.endswith(".jpg" if kind == "JPEG" else ".png")
    assert opened(found).format == ("JPEG" if kind == "JPEG" else "PNG")


def test_a_photograph_saved_as_png_becomes_a_jpeg() -> None:
    found = prepared(saved(noise(1400, 700), "PNG"))
    assert opened(found).format == "JPEG"
    assert len(found.data) <= MAX_MAILED_BYTES


def test_what_is_clear_stays_clear() -> None:
    wide = Image.open(io.BytesIO(dark_on_clear())).resize((2000, 1125))
    image = opened(prepared(saved(wide, "PNG")))
    assert image.mode == "RGBA"
    assert image.getpixel((0, 0))[3] == 0  # type: ignore[index]


def test_a_picture_that_stays_too_heavy_is_refused() -> None:
    heavy = prepare(heavy_and_moving())
    assert isinstance(heavy, PictureFault)
    assert "MB as mail carries it" in heavy.what


def test_a_jpeg_of_thousands_of_layers_is_refused_before_they_are_gone_through() -> None:
    data = saved(Image.new("L", (4800, 4800), 128), "JPEG", progressive=True)
    assert isinstance(prepare(data), Picture)
    end = b"\xff\xd9"
    layer = data[data.rindex(b"\xff\xda") :].removesuffix(end)
    found = prepare(data.removesuffix(end) + layer * 5000 + end)
    assert isinstance(found, PictureFault)
    assert "far too many layers" in found.what


def test_the_same_picture_has_the_same_name_each_time() -> None:
    data = from_a_camera()
    assert prepared(data).media_name == prepared(data).media_name


def test_what_moves_or_stands_on_a_clear_ground_is_seen() -> None:
    assert look_closely(animated()).is_animated
    assert not look_closely(picture()).is_animated
    assert look_closely(picture()).on_clear == ()
    assert set(look_closely(dark_on_clear()).on_clear) == {"#10151b"}
