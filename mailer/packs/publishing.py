"""Put a pack up for partners, take it down, and withdraw what is in it. A use case: it commits.

The bytes of its files lie in a folder that nobody serves, each named by its checksum: whoever asks for one is
given it by a page that knows whether it may be passed on.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from mailer.media import keep
from mailer.packs import store
from mailer.packs.archive import build_archive
from mailer.packs.availability import Available, availability
from mailer.packs.snapshot import write_snapshot
from mailer.packs.tiles import tile_prefix
from subscribers.erasures import record_deed
from subscribers.errors import BulletinError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    from sqlalchemy import Connection

    from mailer.content.edition import Image
    from mailer.content.pack import Asset, Pack
    from mailer.packs.snapshot import Snapshot
    from subscribers.database import Database


_ZIPS: Final = "zips"
_STILL_READ: Final = 3600
"""Seconds in which somebody may still be given the ZIP that another took the place of."""
_BUILDING: Final = threading.Lock()
"""A ZIP takes several times its bytes to make, and when an embargo ends everybody asks at once."""


class PackError(BulletinError):
    """A pack or an asset that is not there, or not in the state for what was asked."""


@dataclass(frozen=True, slots=True)
class PackShelf:
    """Where published packs are: their rows, the files they refer to, and the `media` of their mails."""

    database: Database
    files: Path
    media: Path

    def publish(self, pack: Pack, pictures: Mapping[str, Image], now: dt.datetime) -> None:
        """Put a pack up as it is now, in the place of what was up of it."""
        self.keep_files(pack, pictures)
        with self.database.write() as connection:
            self.put(connection, pack, pictures, now)

    def keep_files(self, pack: Pack, pictures: Mapping[str, Image]) -> None:
        """Keep the bytes that a pack refers to. They are on no page until it is put up."""
        self.files.mkdir(mode=0o700, parents=True, exist_ok=True)
        for picture in pictures.values():
            keep(self.files / picture.media_name, picture.data)
        for asset in pack.assets:
            if asset.file:
                keep(self.path(asset), asset.file.data)

    def put(
        self, connection: Connection, pack: Pack, pictures: Mapping[str, Image], now: dt.datetime
    ) -> None:
        """Put a pack up whose files are kept, with whatever else this transaction keeps."""
        store.put(connection, pack, write_snapshot(pack, pictures), now)

    def path(self, asset: Asset) -> Path:
        """Where the bytes of an asset's file are."""
        assert asset.file  # noqa: S101 - a video has none, and nobody asks for it
        return self.files / asset.file.checksum

    def zipped(self, snapshot: Snapshot, now: dt.datetime) -> Path:
        """The ZIP of what may be passed on at a moment. It is made when it is first asked for, and kept."""
        states = [repr(availability(asset, now)) for asset in snapshot.pack.assets]
        key = hashlib.sha256("\0".join([snapshot.digest, *states]).encode()).hexdigest()
        path = self.files / _ZIPS / snapshot.pack.name / f"{key}.zip"
        with _BUILDING:
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                keep(path, build_archive(self.with_bytes(snapshot, now), now))
                _clear_away_before(path)
        return path

    def with_bytes(self, snapshot: Snapshot, now: dt.datetime) -> Pack:
        """A published pack with the bytes of what may be passed on at a moment."""
        assets = (self._read(asset, now) for asset in snapshot.pack.assets)
        return replace(snapshot.pack, assets=tuple(assets))

    def _read(self, asset: Asset, now: dt.datetime) -> Asset:
        if asset.file is None or not isinstance(availability(asset, now), Available):
            return asset
        return replace(asset, file=replace(asset.file, data=self.path(asset).read_bytes()))

    def take_down(self, name: str, actor: str, now: dt.datetime) -> None:
        """End a pack's page; raises PackError when it is not up."""
        with self.database.write() as connection:
            if not store.remove(connection, name):
                raise _not_up(name)
            record_deed(connection, actor, "take down", name, "", now)

    def withdraw(self, name: str, asset: str, reason: str, actor: str, now: dt.datetime) -> None:
        """Let nobody have an asset of a published pack any more, and say why on its page.

        It holds for what is published of the pack later, too. Raises PackError for what is not there.
        """
        with self.database.write() as connection:
            _require(connection, name, asset)
            store.withdraw(connection, name, asset, reason, actor, now)
            record_deed(connection, actor, "withdraw", f"{name} {asset}", reason, now)
        for picture in self.media.glob(f"{tile_prefix(name, asset)}*"):
            picture.unlink(missing_ok=True)


def _clear_away_before(path: Path) -> None:
    """Delete the ZIPs that nobody can be reading any more, now that this one is there."""
    made = path.stat().st_mtime
    for earlier in path.parent.glob("*.zip"):
        # Another process may be clearing away, too.
        with contextlib.suppress(FileNotFoundError):
            if earlier.stat().st_mtime < made - _STILL_READ:
                earlier.unlink()


def _require(connection: Connection, name: str, asset: str) -> None:
    snapshot = store.find(connection, name)
    if snapshot is None:
        raise _not_up(name)
    names = [each.name for each in snapshot.pack.assets]
    if asset not in names:
        what = f'asset "{asset}" of {name}'
        remedy = f"use one of: {', '.join(names)}"
        raise PackError("asset-missing", what, "is not there", remedy)


def _not_up(name: str) -> PackError:
    return PackError(
        "pack-not-published", f"pack {name}", "is not published", "see `bulletin pack list`"
    )
