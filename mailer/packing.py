"""Campaign packs of a workspace, on their way to partners: part of the composition root.

A pack's mail is the same for all. What it tells of an asset depends on the minute in which it is made, and
what somebody approves must not: an approval is of the mail as if every embargo were over.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from mailer.approval.decision import Proof
from mailer.approval.fingerprint import fingerprint_of
from mailer.delivery.campaign import Kind, Mailing
from mailer.delivery.newcomers import LatestMailing
from mailer.delivery.planning import Uniform, freeze, plan_uniform
from mailer.media import publish_images
from mailer.packs import store
from mailer.packs.publishing import PackShelf
from mailer.packs.snapshot import withdraw
from mailer.packs.tiles import every_offer, offers_of, tile_pictures
from mailer.rendering.pack import PackRenderer
from mailer.surroundings import now
from mailer.web.packs import PACKS, PackPages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from mailer.app import Workspace
    from mailer.approval.fingerprint import Fingerprint
    from mailer.content.edition import Image
    from mailer.content.pack import Asset, Pack
    from mailer.delivery.planning import Plan
    from mailer.rendering.pack import Offer
    from mailer.rendering.rendered import RenderedEmail
    from mailer.web.public import PublicPages
    from subscribers.segment import Segment

VARIANT: Final = Uniform("pack")
COMMAND: Final = "pack"
"""The group of commands that are about it."""


@dataclass(frozen=True)
class PackErrand:
    """One pack on its way, as it was when it was asked for first."""

    opened: Workspace
    pack: Pack

    @property
    def name(self) -> str:
        """What the pack is called everywhere."""
        return self.pack.name

    @cached_property
    def pictures(self) -> Mapping[str, Image]:
        """The small pictures of its tiles, by the asset's name."""
        return tile_pictures(self.pack)

    @cached_property
    def offers(self) -> Sequence[Offer]:
        """What its mail tells of its assets."""
        return offers_of(self.pack, self.pictures, now())

    @cached_property
    def rendered(self) -> RenderedEmail:
        """The mail."""
        return self.renderer().render(self.pack, self.offers)

    @cached_property
    def largest(self) -> RenderedEmail:
        """The mail as if every embargo were over."""
        return self.renderer().render(self.pack, every_offer(self.pack, self.pictures))

    def renderer(self, media_url: str | None = None) -> PackRenderer:
        """What makes its mail; pictures are below `media_url`, the public address when None."""
        stationery = self.opened.stationery(self.pack.publication, media_url)
        packs_url = f"{self.opened.settings.web.base_url}/{PACKS}/"
        return PackRenderer(stationery, packs_url, self.opened.packs.zone)

    @property
    def shown(self) -> list[Image]:
        """Every picture that its mail shows."""
        logo = self.opened.brand.logo
        tiles = (offer.picture for offer in self.offers)
        return [each for each in (*tiles, logo) if each is not None]

    def fingerprint(self, segment: Segment) -> Fingerprint:
        """What an approval of it is bound to."""
        pack = self.pack
        return fingerprint_of(
            self.largest,
            [_of_asset(asset) for asset in pack.assets],
            {},
            pack.publication,
            segment,
            pack.date,
            sender=self.opened.letterhead(pack.publication, 0).sender,
        )

    def proof(self, segment_name: str) -> Proof:
        """It and a segment, as somebody would approve them now."""
        segment = self.opened.segment(segment_name)
        fingerprint = self.fingerprint(segment)
        return Proof(self.pack.name, self.pack.publication, segment, fingerprint, COMMAND)

    def mailing(self, segment: str, kind: Kind = Kind.EDITION) -> Mailing:
        """What is sent, by the workspace's present mode."""
        route = self.opened.route
        return Mailing(self.pack.name, self.pack.publication, segment, kind, route)

    def plan(self, segment_name: str) -> Plan:
        """What would be sent to whom."""
        opened, segment = self.opened, self.opened.segment(segment_name)
        plan = plan_uniform(
            opened.database, self.mailing(segment.name), segment, opened.allowed_keys(), self.rendered,
            variant=VARIANT,
            fingerprint=self.fingerprint(segment),
        )  # fmt: skip
        return replace(plan, command=COMMAND)

    def begin(self, plan: Plan, actor: str, canary: float = 0, accepted: int | None = None) -> int:
        """Freeze its campaign; gives the number. What goes to subscribers has its page from then on.

        Raises ApprovalError as `Dispatch.begin` does.
        """
        opened, moment, shelf = self.opened, now(), pack_shelf(self.opened)
        self.publish_media()
        shelf.keep_files(self.pack, self.pictures)

        def put_up(connection: Connection) -> None:
            if opened.is_live:
                shelf.put(connection, self.pack, self.pictures, moment)

        return freeze(
            opened.database,
            plan,
            actor,
            moment,
            canary=canary,
            requirement=opened.requirement(accepted),
            along=put_up,
        )

    def publish_media(self) -> None:
        """Put its pictures where the pages serve them from; raises when no mail could be made at all."""
        _ = self.opened.signer, self.opened.signing_keys
        publish_images(self.shown, self.opened.media)

    def publish(self) -> str:
        """Put its page up without a mail; gives its address."""
        pack_shelf(self.opened).publish(self.pack, self.pictures, now())
        return f"{self.opened.settings.web.base_url}/{PACKS}/{self.pack.name}"


def _of_asset(asset: Asset) -> str:
    """All of an asset but its bytes, which its checksum stands for."""
    return repr(replace(asset, file=replace(asset.file, data=b"") if asset.file else None))


def errand(opened: Workspace, pack: Pack) -> PackErrand:
    """A pack as its folder has it, without what was withdrawn from it."""
    with opened.database.read() as connection:
        reasons = store.withdrawals(connection, pack.name)
    return PackErrand(opened, withdraw(pack, reasons))


def pack_shelf(opened: Workspace) -> PackShelf:
    """Where published packs are."""
    return PackShelf(opened.database, opened.pack_files, opened.media)


def pack_pages(opened: Workspace, pages: PublicPages) -> PackPages:
    """The pages of published packs."""
    return PackPages(
        pack_shelf(opened),
        pages,
        now,
        opened.packs.zone,
        opened.settings.subscribe.open,
        opened.settings.archive.open,
    )


def newcomers(opened: Workspace) -> LatestMailing:
    """Sees to those who join a themed campaign between two waves."""
    return LatestMailing(
        store.names_of,
        opened.segments,
        opened.route,
        opened.allowed_keys(),
        approved_alone=opened.needs_approval,
    )
