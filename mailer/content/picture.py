"""Is this file a picture that every mail program shows, and what of it is mailed? Nobody else imports Pillow.

Nothing but what is seen is mailed: a camera writes into its pictures where they were taken, and by whom.
"""

from __future__ import annotations

import hashlib
import io
import re
import warnings
from dataclasses import dataclass, field

from PIL import ExifTags, ImageOps, UnidentifiedImageError
from PIL import Image as Pillow

MAX_BYTES = 12_000_000
"""Of a file as it is given: what a camera makes."""

MAX_MAILED_BYTES = 1_000_000
MAX_MAILED_WIDTH = 1280
"""Twice what the widest picture of a mail takes: sharp on a dense screen, and no wider."""

MAX_PIXELS = 24_000_000
MIN_WIDTH = 600

MAX_SCANS = 100
"""Of a JPEG: a progressive one has some ten. Each is a pass over all pixels, however few bytes it has."""

_QUALITY = 82
_SAMPLED = 64
_OPAQUE_SHARE = 0.98
_SEEN = {"transparency", "gamma"}
_WRITTEN = {"exif", "comment", "xmp", "XML:com.adobe.xmp", "photoshop"}
# MPO is what a phone calls a JPEG with a second picture in it.
_SUFFIX = {"JPEG": "jpg", "MPO": "jpg", "PNG": "png", "GIF": "gif"}
_MOVING = {"GIF", "PNG"}
_SCANNED = {"JPEG", "MPO"}
_SCAN = re.compile(rb"\xff\xda\x00[\x08\x0a\x0c\x0e][\x01-\x04]")
"""How a scan of one to four components begins (ITU T.81, B.2.3)."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was opened and measured. `media_name` is its address: the digest of its bytes."""

    width: int
    height: int
    media_name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class PictureFault:
    """Why a file can't be mailed as a picture, and what to do."""

    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Look:
    """What of a picture goes wrong in some mail programs: that it moves, or what stands on a clear ground.

    `on_clear` are the colours, as `#rrggbb`, that are seen of a picture with a clear ground, each for an
    equal part of it; an opaque picture has none.
    """

    is_animated: bool
    on_clear: tuple[str, ...]


def examine(data: bytes) -> Picture | PictureFault:
    """Measure a picture as it is, or say why it can't go: WebP fails in Outlook, SVG in Gmail."""
    if len(data) > MAX_BYTES:
        return PictureFault(
            f"is {len(data) / 1e6:.1f} MB", f"save it with at most {MAX_BYTES / 1e6:.0f} MB"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Pillow.DecompressionBombWarning)
            with Pillow.open(io.BytesIO(data)) as image:
                return _measure(image, data)
    except UnidentifiedImageError:
        return PictureFault("is not a picture", "save it as JPEG or PNG")
    except (
        OSError,
        ValueError,
        SyntaxError,
        Pillow.DecompressionBombWarning,
        Pillow.DecompressionBombError,
    ):
        return PictureFault(
            "is damaged or far too large", "save it again as JPEG or PNG, 1200 pixels wide"
        )


def _measure(image: Pillow.Image, data: bytes) -> Picture | PictureFault:
    if image.format not in _SUFFIX:
        return PictureFault(
            f"is a {image.format} file", "save it as JPEG or PNG; others fail in some mail programs"
        )
    if image.width * image.height > MAX_PIXELS:
        return PictureFault(
            f"has {image.width} x {image.height} pixels", "save it 1200 pixels wide"
        )
    if image.format in _SCANNED and len(_SCAN.findall(data)) > MAX_SCANS:
        return PictureFault(
            "is put together of far too many layers", "save it again as JPEG or PNG"
        )
    image.load()
    return Picture(
        image.width,
        image.height,
        f"{hashlib.sha256(data).hexdigest()[:32]}.{_SUFFIX[image.format]}",
        data,
    )


def tells_place(data: bytes) -> bool:
    """Whether a sound picture tells where it was taken, as a phone's do (Exif 2.32, section 4.6.6)."""
    with Pillow.open(io.BytesIO(data)) as image:
        return bool(image.getexif().get_ifd(ExifTags.IFD.GPSInfo))


def prepare(data: bytes) -> Picture | PictureFault:
    """A picture as it is mailed: no wider than mail shows it, and without what a camera wrote into it.

    One that is fit already stays as it is, to the byte; so does an animated one. A photograph saved as PNG
    becomes JPEG where it would be too heavy otherwise.
    """
    found = examine(data)
    if isinstance(found, PictureFault):
        return found
    fitted = _fit(data)
    if len(fitted) > MAX_MAILED_BYTES:
        return PictureFault(
            f"is {len(fitted) / 1e6:.1f} MB as mail carries it",
            f"save it with at most {MAX_MAILED_BYTES / 1e6:.0f} MB",
        )
    return found if fitted is data else examine(fitted)


def _fit(data: bytes) -> bytes:
    with Pillow.open(io.BytesIO(data)) as image:
        if _is_animated(image) or _is_fit(image, data):
            return data
        kind = "PNG" if image.format in _MOVING else "JPEG"
        # The camera's word on which side is up is among what is left out.
        upright = ImageOps.exif_transpose(image)
    if upright.width > MAX_MAILED_WIDTH:
        if upright.mode == "P":
            upright = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
        height = max(round(upright.height * MAX_MAILED_WIDTH / upright.width), 1)
        upright = upright.resize((MAX_MAILED_WIDTH, height), Pillow.Resampling.LANCZOS)
    return _encode(upright, kind)


def _is_animated(image: Pillow.Image) -> bool:
    return image.format in _MOVING and bool(getattr(image, "is_animated", False))


def _is_fit(image: Pillow.Image, data: bytes) -> bool:
    if image.width > MAX_MAILED_WIDTH or len(data) > MAX_MAILED_BYTES or image.format == "MPO":
        return False
    # What stands behind the pixels of a PNG is known once they are read.
    image.load()
    told = getattr(image, "text", None) or image.info.keys() & _WRITTEN or image.getexif()
    return not told


def _encode(image: Pillow.Image, kind: str) -> bytes:
    # A colour profile is the one thing beside the pixels that changes what is seen.
    profile = image.info.get("icc_profile") if image.mode != "CMYK" else None
    out = io.BytesIO()
    if kind == "PNG":
        image.info = {key: image.info[key] for key in image.info.keys() & _SEEN}
        image.save(out, "PNG", optimize=True, icc_profile=profile)
        if out.tell() <= MAX_MAILED_BYTES or image.has_transparency_data:
            return out.getvalue()
        out = io.BytesIO()
    flat = image if image.mode in {"L", "RGB"} else image.convert("RGB")
    flat.info = {}
    flat.save(out, "JPEG", quality=_QUALITY, optimize=True, progressive=True, icc_profile=profile)
    return out.getvalue()


def look_closely(data: bytes) -> Look:
    """What a mail program may do to a sound picture."""
    with Pillow.open(io.BytesIO(data)) as image:
        is_animated = _is_animated(image)
        if not image.has_transparency_data:
            return Look(is_animated, ())
        small = image.convert("RGBA").resize((_SAMPLED, _SAMPLED), Pillow.Resampling.NEAREST)
        raw = small.tobytes()
    pixels = [raw[start : start + 4] for start in range(0, len(raw), 4)]
    seen = tuple(f"#{pixel[:3].hex()}" for pixel in pixels if pixel[3] >= 128)
    return Look(is_animated, seen if len(seen) < len(pixels) * _OPAQUE_SHARE else ())


def shrink(data: bytes, widest: int) -> Picture:
    """A sound picture made no wider than so many pixels, for a tile; of an animated one its first frame."""
    with Pillow.open(io.BytesIO(data)) as image:
        kind = "PNG" if image.format in _MOVING else "JPEG"
        small = ImageOps.exif_transpose(image)
    if small.mode == "P":
        small = small.convert("RGBA" if small.has_transparency_data else "RGB")
    small.thumbnail((widest, MAX_PIXELS // widest))
    found = examine(_encode(small, kind))
    assert isinstance(found, Picture)  # noqa: S101 - it was made here
    return found
