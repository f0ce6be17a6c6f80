"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, TextIO

from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def writing_whole(path: Path) -> Iterator[TextIO]:
    """A text file beside `path` that takes its place when the block ends, and is deleted when it raises."""
    with _beside(path) as partial, partial.open("w", encoding="utf-8", newline="") as out:
        yield out


def write_whole(path: Path, data: bytes) -> None:
    """Write a file of bytes in the same way."""
    with _beside(path) as partial:
        partial.write_bytes(data)


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[Path]:
    if path.is_dir():
        raise BulletinError(
            "file-wanted", str(path), "is a folder", "give the name of a file, in it or elsewhere"
        )
    partial = path.with_name(f".{path.name}.part")
    try:
        yield partial
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
