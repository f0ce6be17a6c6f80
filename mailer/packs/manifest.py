"""What lies in a pack's ZIP, as data: for partners' own systems, and to see that nothing was lost. Pure."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from mailer.content.pack import AssetKind

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from mailer.content.pack import Asset, Pack

FORM: Final = 1
"""Of the manifest itself: raised when a key changes its meaning."""


def write_manifest(
    pack: Pack, held: Sequence[Asset], withdrawn: Sequence[Asset], texts: Mapping[str, bytes]
) -> dict[str, Any]:
    """The manifest of a ZIP with the assets that are `held` and the other files `texts`, by name.

    Of those that were `withdrawn` it says why; of what is under embargo or has expired, nothing.
    """
    theme = pack.theme
    return {
        "form": FORM,
        "pack": pack.name,
        "title": pack.title,
        "date": pack.date.isoformat(),
        "language": pack.language,
        "campaign": theme.name,
        "hashtag": theme.hashtag or None,
        "handle": theme.handle or None,
        "texts": [_file(name, data) for name, data in texts.items()],
        "assets": [_describe(asset) for asset in held],
        "withdrawn": [{"title": each.title, "because": each.withdrawn} for each in withdrawn],
    }


def _describe(asset: Asset) -> dict[str, Any]:
    """One asset; a video has an address in the place of a file."""
    return {
        "title": asset.title,
        "kind": asset.kind.value,
        **_place(asset),
        "alt": asset.alt,
        "licence": asset.licence,
        "credit": asset.credit or None,
        "embargo": _moment(asset.embargo),
        "expires": _moment(asset.expires),
    }


def asset_path(asset: Asset) -> str:
    """Where an asset's file is in the ZIP."""
    return f"assets/{asset.name}"


def _place(asset: Asset) -> dict[str, Any]:
    if asset.file is None:
        return {"url": asset.url}
    place: dict[str, Any] = {
        "file": asset_path(asset),
        "media_type": asset.file.media_type,
        "size": asset.file.size,
        "sha256": asset.file.checksum,
    }
    if asset.kind is AssetKind.IMAGE:
        place |= {"width": asset.file.width, "height": asset.file.height}
    return place


def _file(name: str, data: bytes) -> dict[str, Any]:
    return {"file": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _moment(at: dt.datetime | None) -> str | None:
    return at.isoformat(timespec="minutes") if at else None
