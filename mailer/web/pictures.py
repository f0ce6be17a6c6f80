"""Published pictures over HTTP: files named by the digest of their bytes, so that an answer never changes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse

if TYPE_CHECKING:
    from pathlib import Path

_NAME: Final = re.compile(r"[0-9A-Za-z_-]{1,80}\.(?:png|jpe?g|gif|webp)")


def picture_response(folder: Path, name: str) -> FileResponse:
    """One picture, to be kept for ever; answers 404 for any name that is no picture's."""
    path = folder / name
    if not _NAME.fullmatch(name) or not path.is_file():
        raise HTTPException(404)
    return FileResponse(path, headers={"cache-control": "public, max-age=31536000, immutable"})
