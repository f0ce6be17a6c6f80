"""Is this file a picture that every mail program shows? The only importer of Pillow."""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass

from PIL import Image as Pillow
from PIL import UnidentifiedImageError

MAX_BYTES = 1_000_000
MAX_PIXELS = 24_000_000
MIN_WIDTH = 600

_SUFFIX = {"JPEG": "jpg", "PNG": "png", "GIF": "gif"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was opened and measured. `media_name` is its address: the digest of its bytes."""

    width: int
    height: int
    media_name: str


@dataclass(frozen=True, slots=True)
class PictureFault:
    """Why a file can't be mailed as a picture, and what to do."""

    what: str
    remedy: str


def examine(data: bytes) -> Picture | PictureFault:
    """Measure a picture, or say why it can't go: WebP fails in Outlook, SVG in Gmail."""
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
    image.load()
    return Picture(
        image.width,
        image.height,
        f"{hashlib.sha256(data).hexdigest()[:32]}.{_SUFFIX[image.format]}",
    )
