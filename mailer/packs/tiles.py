"""The small pictures of a pack's tiles, and what its mail tells of its assets at a moment. Pure."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from mailer.content.edition import Image
from mailer.content.pack import AssetKind
from mailer.content.picture import shrink
from mailer.packs.availability import Available, Embargoed, availability
from mailer.rendering.pack import Offer

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from mailer.content.pack import Asset, Pack

WIDEST: Final = 552
"""Pixels: twice what a tile takes in a mail."""


def tile_pictures(pack: Pack) -> dict[str, Image]:
    """A small picture of each of the pack's pictures, by the asset's name; none of what was withdrawn."""
    return {
        asset.name: _shrunk(pack, asset)
        for asset in pack.assets
        if asset.kind is AssetKind.IMAGE and asset.withdrawn is None
    }


def offers_of(pack: Pack, pictures: Mapping[str, Image], now: dt.datetime) -> list[Offer]:
    """What a mail of this moment tells of the pack's assets: what can be had, and what will be."""
    offers = []
    for asset in pack.assets:
        match availability(asset, now):
            case Available():
                offers.append(Offer(asset, picture=pictures.get(asset.name)))
            case Embargoed(until):
                offers.append(Offer(asset, opens=until))
    return offers


def every_offer(pack: Pack, pictures: Mapping[str, Image]) -> list[Offer]:
    """The same as if it could all be had: the mail in its largest form, which no clock changes."""
    left = (asset for asset in pack.assets if asset.withdrawn is None)
    return [Offer(asset, picture=pictures.get(asset.name)) for asset in left]


def tile_prefix(pack: str, asset: str) -> str:
    """What the names of all small pictures of an asset begin with, whatever its file was."""
    return f"tile-{hashlib.sha256(f'{pack}/{asset}'.encode()).hexdigest()[:16]}-"


def _shrunk(pack: Pack, asset: Asset) -> Image:
    assert asset.file  # noqa: S101 - only a video has none
    small = shrink(asset.file.data, WIDEST)
    name = f"{tile_prefix(pack.name, asset.name)}{small.media_name}"
    return Image(asset.name, asset.alt, None, small.width, small.height, name, small.data)
