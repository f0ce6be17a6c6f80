"""The public pages of campaign packs: what to say, ready to post, and everything to download.

Knows what may be had at which moment, and how it is given out; must not know how a pack is mailed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from mailer.packs import store
from mailer.packs.availability import Available, Embargoed, Expired, Withdrawn, availability
from mailer.rendering import pack_wording
from mailer.rendering.markup import render_web_markup
from mailer.rendering.pack import asset_path
from mailer.rendering.templates import Markup
from mailer.rendering.wording import in_minute, telephone_uri

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping
    from zoneinfo import ZoneInfo

    from starlette.requests import Request

    from mailer.content.edition import Image
    from mailer.content.pack import Asset, AssetFile, Pack
    from mailer.packs.publishing import PackShelf
    from mailer.packs.snapshot import Snapshot
    from mailer.web.public import PublicPages

PACKS: Final = "packs"
ZIP: Final = "pack.zip"
ASSETS: Final = "assets"
TILES: Final = "tiles"

# An asset may be withdrawn at any minute: whoever keeps it asks each time whether it still may be had.
_ASKED_AGAIN: Final = {"cache-control": "public, no-cache"}


@dataclass(frozen=True, slots=True)
class ShownAsset:
    """An asset as the page shows it. Only one that can be had has a `url`, and perhaps a small picture."""

    asset: Asset
    described: str = ""
    picture: Image | None = None
    picture_url: str = ""
    url: str = ""
    opens: str = ""


@dataclass(frozen=True, slots=True)
class PackPages:
    """The pages; `zone` is in which the moments are told that something can be had from."""

    shelf: PackShelf
    pages: PublicPages
    clock: Callable[[], dt.datetime]
    zone: ZoneInfo
    can_subscribe: bool
    has_archive: bool

    def routes(self) -> list[Route]:
        """Where the pages are."""
        pack = f"/{PACKS}/{{theme}}/{{slug}}"
        return [
            Route(pack, self.page),
            Route(f"{pack}/", self.page),
            Route(f"{pack}/{ZIP}", self.archive),
            Route(f"{pack}/{ASSETS}/{{asset}}", self.asset),
            Route(f"{pack}/{TILES}/{{asset}}", self.tile),
        ]

    def page(self, request: Request) -> Response:
        """Everything of a pack that may be had now."""
        snapshot = self._snapshot(request)
        name = snapshot.pack.name
        links = {
            "base": f"/{PACKS}/{name}/",
            "subscribe": subscribe_to(snapshot) if self.can_subscribe else "",
            "index": "/archive/" if self.has_archive else "",
        }
        response = self.pack_page(snapshot, self.clock(), links)
        response.headers.update({"cache-control": "no-cache", "x-robots-tag": "all"})
        return response

    def archive(self, request: Request) -> Response:
        """The ZIP, as it is at this minute."""
        snapshot = self._snapshot(request)
        path = self.shelf.zipped(snapshot, self.clock())
        tag = f'"{path.stem}"'
        return _unless_known(request, tag) or FileResponse(
            path,
            headers=_ASKED_AGAIN | {"etag": tag},
            media_type="application/zip",
            filename=f"{snapshot.pack.name.replace('/', '-')}.zip",
        )

    def asset(self, request: Request) -> Response:
        """One file; 404 before its time, 410 once it has expired or was withdrawn."""
        snapshot = self._snapshot(request)
        asset = _named(snapshot, request)
        match availability(asset, self.clock()):
            case Available() if asset.file:
                return self._file(request, asset, asset.file)
            case Withdrawn(because):
                return self._gone(snapshot.pack, asset, because)
            case Expired():
                return self._gone(snapshot.pack, asset, "")
        raise HTTPException(404)

    def tile(self, request: Request) -> Response:
        """The small picture of an asset that can be had."""
        snapshot = self._snapshot(request)
        asset = _named(snapshot, request)
        picture = snapshot.pictures.get(asset.name)
        if picture is None or not isinstance(availability(asset, self.clock()), Available):
            raise HTTPException(404)
        return FileResponse(self.shelf.files / picture.media_name, headers=_ASKED_AGAIN)

    def _file(self, request: Request, asset: Asset, file: AssetFile) -> Response:
        tag = f'"{file.checksum}"'
        return _unless_known(request, tag) or FileResponse(
            self.shelf.path(asset),
            headers=_ASKED_AGAIN | {"etag": tag},
            media_type=file.media_type,
            filename=asset.name,
        )

    def _gone(self, pack: Pack, asset: Asset, because: str) -> Response:
        values = {
            "pack": pack,
            "asset": asset,
            "because": because,
            "base": f"/{PACKS}/{pack.name}/",
        }
        return self.pages.page("pack_gone.html", values, 410, (pack.language,))

    def _snapshot(self, request: Request) -> Snapshot:
        named = request.path_params
        with self.shelf.database.read() as connection:
            found = store.find(connection, f"{named['theme']}/{named['slug']}")
        if found is None:
            raise HTTPException(404)
        return found

    def files_of(self, snapshot: Snapshot, now: dt.datetime) -> Iterator[tuple[str, bytes]]:
        """All that its page leads to at a moment: the path below the page, and the bytes."""
        pack = self.shelf.with_bytes(snapshot, now)
        yield ZIP, self.shelf.zipped(snapshot, now).read_bytes()
        for asset in pack.assets:
            if isinstance(availability(asset, now), Available):
                if asset.file:
                    yield f"{ASSETS}/{asset.name}", asset.file.data
                if picture := snapshot.pictures.get(asset.name):
                    data = (self.shelf.files / picture.media_name).read_bytes()
                    yield f"{TILES}/{asset.name}", data

    def pack_page(
        self, snapshot: Snapshot, now: dt.datetime, links: Mapping[str, str], **more: object
    ) -> Response:
        """A pack's page at a moment; `links` are the way to its files, the form and the list of all."""
        pack = snapshot.pack
        shown = [self._shown(snapshot, asset, now, links["base"]) for asset in pack.assets]
        values: dict[str, Any] = {
            "pack": pack,
            "posts": pack_wording.place_posts(pack.posts),
            "shown": [each for each in shown if each is not None],
            "credited": [
                *pack_wording.name_us(pack.theme),
                *pack_wording.tell_credits(each.asset for each in shown if each and each.url),
            ],
            "zip": f"{links['base']}{ZIP}",
            "markup": lambda text, heading: Markup(render_web_markup(text, heading)),
            "telephone_uri": telephone_uri,
            **links,
            **more,
        }
        return self.pages.page("pack.html", values, 200, (pack.language,))

    def _shown(
        self, snapshot: Snapshot, asset: Asset, now: dt.datetime, base: str
    ) -> ShownAsset | None:
        """The asset with what may be told of it now; None for one that has expired."""
        described = pack_wording.describe_asset(asset, snapshot.sizes.get(asset.name, 0))
        match availability(asset, now):
            case Available():
                url = asset.url or f"{base}{asset_path(asset)}"
                tile = f"{base}{TILES}/{quote(asset.name)}"
                return ShownAsset(asset, described, snapshot.pictures.get(asset.name), tile, url)
            case Embargoed(until):
                return ShownAsset(asset, described, opens=in_minute(until.astimezone(self.zone)))
            case Withdrawn():
                return ShownAsset(asset)
        return None


def subscribe_to(snapshot: Snapshot) -> str:
    """The way to the form, with the campaign's publication ticked."""
    return f"/subscribe?publication={snapshot.pack.publication}"


def _named(snapshot: Snapshot, request: Request) -> Asset:
    wanted = request.path_params["asset"]
    for asset in snapshot.pack.assets:
        if asset.name == wanted:
            return asset
    raise HTTPException(404)


def _unless_known(request: Request, tag: str) -> Response | None:
    """The answer to somebody who has it already (RFC 9110, section 13.1.2)."""
    known = request.headers.get("if-none-match", "")
    if tag in (each.strip().removeprefix("W/") for each in known.split(",")):
        return Response(status_code=304, headers=_ASKED_AGAIN | {"etag": tag})
    return None
