"""Published pictures: files named by the digest of their bytes, so that an address never changes meaning."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from mailer.content.edition import Image


def publish_images(images: Iterable[Image], folder: Path) -> None:
    """Write pictures under the digest of their bytes; one that is there already is the same."""
    folder.mkdir(parents=True, exist_ok=True)
    for image in images:
        target = folder / image.media_name
        if not target.exists():
            partial = target.with_suffix(f".{os.getpid()}.part")
            partial.write_bytes(image.data)
            partial.replace(target)
