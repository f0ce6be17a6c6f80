"""A pack as it was published: everything but the bytes of its files, as text and back. Pure.

Folders are edited, and a page that partners rely on must not change with them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from mailer.content.edition import Contact, Image, Link
from mailer.content.pack import Asset, AssetFile, AssetKind, Fact, Pack, SocialPost
from mailer.content.social import Network
from mailer.content.theme import Theme, Wave

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A published pack. The files of its assets have no bytes here: `sizes` tells how many, by name.

    `pictures` are the small ones of tiles, by the asset's name, without their bytes too; `digest` is of all
    that was published.
    """

    pack: Pack
    sizes: Mapping[str, int]
    pictures: Mapping[str, Image]
    digest: str

    def withdraw(self, reasons: Mapping[str, str]) -> Snapshot:
        """The same with some assets withdrawn, by name."""
        return replace(self, pack=withdraw(self.pack, reasons))


def withdraw(pack: Pack, reasons: Mapping[str, str]) -> Pack:
    """The pack with some of its assets withdrawn for these reasons, by name."""
    assets = (
        replace(asset, withdrawn=reasons[asset.name]) if asset.name in reasons else asset
        for asset in pack.assets
    )
    return replace(pack, assets=tuple(assets))


def write_snapshot(pack: Pack, pictures: Mapping[str, Image]) -> str:
    """A pack with the small pictures of its tiles, as JSON."""
    sizes = {asset.name: asset.file.size for asset in pack.assets if asset.file}
    assets = tuple(replace(asset, file=_without_bytes(asset.file)) for asset in pack.assets)
    whole = {
        "pack": asdict(replace(pack, assets=assets)),
        "sizes": sizes,
        "pictures": {name: asdict(replace(each, data=b"")) for name, each in pictures.items()},
    }
    return json.dumps(whole, default=_as_text, ensure_ascii=False)


def read_snapshot(text: str) -> Snapshot:
    """The other way round."""
    held = json.loads(text)
    pictures = {name: Image(**each | {"data": b""}) for name, each in held["pictures"].items()}
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Snapshot(_pack(held["pack"]), held["sizes"], pictures, digest)


def _without_bytes(file: AssetFile | None) -> AssetFile | None:
    return replace(file, data=b"") if file else None


def _as_text(value: object) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    assert value == b"", value  # noqa: S101 - bytes are kept as files
    return ""


def _pack(held: dict[str, Any]) -> Pack:
    made: dict[str, Any] = {
        "theme": _theme(held["theme"]),
        "date": dt.date.fromisoformat(held["date"]),
        "messages": tuple(held["messages"]),
        "posts": tuple(
            SocialPost(Network(p["network"]), p["text"], p["line"]) for p in held["posts"]
        ),
        "facts": tuple(Fact(fact["text"], Link(**fact["source"])) for fact in held["facts"]),
        "assets": tuple(_asset(each) for each in held["assets"]),
    }
    return Pack(**held | made)


def _theme(held: dict[str, Any]) -> Theme:
    waves = tuple(Wave(**w | {"date": dt.date.fromisoformat(w["date"])}) for w in held["waves"])
    return Theme(**held | {"contact": Contact(**held["contact"]), "waves": waves})


def _asset(held: dict[str, Any]) -> Asset:
    made: dict[str, Any] = {
        "kind": AssetKind(held["kind"]),
        "file": AssetFile(**held["file"] | {"data": b""}) if held["file"] else None,
        "embargo": _moment(held["embargo"]),
        "expires": _moment(held["expires"]),
    }
    return Asset(**held | made)


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
