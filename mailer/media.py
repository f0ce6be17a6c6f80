"""Published pictures: files named by the digest of their bytes, so that an address never changes meaning."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from mailer.content.edition import Image


def publish_images(images: Iterable[Image], folder: Path) -> None:
    """Write pictures under the digest of their bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    for image in images:
        keep(folder / image.media_name, image.data)


def keep(target: Path, data: bytes) -> None:
    """Write a file that is named by what is in it, whole or not at all; one that is there is the same."""
    if not target.exists():
        partial = target.with_suffix(f".{os.getpid()}-{threading.get_ident()}.part")
        partial.write_bytes(data)
        partial.replace(target)
