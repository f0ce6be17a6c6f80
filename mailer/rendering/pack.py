"""A campaign pack becomes a mail: the message, copy that is ready to post, and what to post with it.

Knows what the templates are told. Must not know the time: an asset is offered as it stands by then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from mailer.content.pack import AssetKind
from mailer.rendering import pack_wording
from mailer.rendering.mjml import render_mjml
from mailer.rendering.pack_plain import write_pack
from mailer.rendering.pack_wording import Tile, describe_asset, name_us, place_posts, tell_credits
from mailer.rendering.plain import PlainRenderer
from mailer.rendering.rendered import RenderedEmail
from mailer.rendering.stationery import Masthead, mail_template, values_of_language
from mailer.rendering.wording import VIEW_MAIL_ONLINE, in_minute, month_and_year

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from mailer.content.edition import Image
    from mailer.content.pack import Asset, Pack
    from mailer.rendering.stationery import Stationery


@dataclass(frozen=True, slots=True)
class Offer:
    """An asset that a mail tells of. `opens` is when, for one that is under embargo still.

    `picture` is a small one for its tile, where it has one.
    """

    asset: Asset
    opens: dt.datetime | None = None
    picture: Image | None = None


class PackRenderer:
    """Renders packs on one stationery; times are told on clocks in `zone`.

    `packs_url` is a prefix: a pack's page is it and its name.
    """

    def __init__(self, stationery: Stationery, packs_url: str, zone: dt.tzinfo) -> None:
        self._told = stationery.values()
        self._plain = PlainRenderer(stationery)
        self._packs_url = packs_url
        self._zone = zone

    def render(self, pack: Pack, offers: Sequence[Offer]) -> RenderedEmail:
        """The mail, with markers where it becomes personal; it tells of the assets that are offered."""
        page_url = f"{self._packs_url}{pack.name}"
        tiles = [_tile(offer, page_url, self._zone) for offer in offers]
        masthead = _masthead(pack)
        credited = [*name_us(pack.theme), *tell_credits(offer.asset for offer in offers)]
        mjml = mail_template("pack/pack.mjml").render(
            self._told,
            **values_of_language(pack.language),
            title=f"{pack.theme.name}: {pack.title}",
            masthead=masthead,
            words=pack_wording,
            pack=pack,
            posts=place_posts(pack.posts),
            tiles=tiles,
            credited=credited,
            page_url=page_url,
        )
        return RenderedEmail(
            subject=pack.subject,
            preheader=pack.preheader,
            html=render_mjml(mjml),
            text=self._plain.enclose(masthead, write_pack(pack, tiles, credited, page_url)),
            language=pack.language,
        )


def asset_path(asset: Asset) -> str:
    """Where an asset's file is, below the pack's page."""
    return f"assets/{quote(asset.name)}"


def _masthead(pack: Pack) -> Masthead:
    line = f"{pack.theme.name} · {month_and_year(pack.date)}"
    return Masthead(pack.title, pack.theme.message, line, VIEW_MAIL_ONLINE)


def _tile(offer: Offer, page_url: str, zone: dt.tzinfo) -> Tile:
    asset = offer.asset
    described = describe_asset(asset, asset.file.size if asset.file else 0)
    if offer.opens is not None:
        note = f"You can have it from {in_minute(offer.opens.astimezone(zone))}."
        return Tile(asset.title, described, note, "", "", None)
    is_video = asset.kind is AssetKind.VIDEO
    url = asset.url or f"{page_url}/{asset_path(asset)}"
    invitation = f"{'Watch' if is_video else 'Download'} “{asset.title}”"
    return Tile(asset.title, described, "", url, invitation, offer.picture)
