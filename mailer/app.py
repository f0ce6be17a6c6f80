"""A workspace: from its settings to the parts that do the work. The beginning of the composition root.

Everything is made when it is first asked for, so that a command pays for what it uses. Must not know what is
put together from a workspace: the modules beside it take one.
"""

from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import TYPE_CHECKING

from mailer.config import SettingsError, find_workspace, load_settings
from mailer.media import publish_images
from mailer.segments import segments_of, vocabulary_of
from mailer.settings import Mode, Settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mailer.approval.decision import Requirement
    from mailer.bounces.consequence import Consequences
    from mailer.bounces.place import Source
    from mailer.bounces.return_path import ReturnPaths
    from mailer.bounces.service import Bounces
    from mailer.content.edition import Edition, Image
    from mailer.content.edition_folders import EditionFolders
    from mailer.content.pack_folders import PackFolders
    from mailer.delivery.campaign import Route
    from mailer.delivery.dkim import SigningKey
    from mailer.delivery.message import Letterhead
    from mailer.delivery.smtp import RelayAddress
    from mailer.rendering.brand import Brand
    from mailer.rendering.bulletin import Renderer
    from mailer.rendering.stationery import Stationery
    from mailer.reporting.page import ReportPage
    from subscribers.catalogue import Catalogue
    from subscribers.database import Database
    from subscribers.facets import Vocabulary
    from subscribers.segment import Segment
    from subscribers.tokens import TokenSigner

EDITIONS = "editions"
PACKS = "packs"
PACK_FILES = "published"
MEDIA = "media"
INBOX = "inbox"
DKIM = "dkim"


@dataclasses.dataclass(frozen=True)
class Workspace:
    """One folder with its settings, and whatever is built from them."""

    folder: Path
    settings: Settings

    @classmethod
    def open(cls, given: Path | None) -> Workspace:
        """The workspace that a command works on, found as `find_workspace` says."""
        folder = find_workspace(given)
        return cls(folder, load_settings(folder))

    # ---- words

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The sectors, regions and publications of the settings."""
        return vocabulary_of(self.settings)

    @cached_property
    def segments(self) -> dict[str, Segment]:
        """The named segments; raises SettingsError for one that names an unknown facet."""
        return segments_of(self.settings, self.vocabulary)

    def segment(self, name: str) -> Segment:
        """The segment of that name; raises SettingsError naming those there are."""
        if name not in self.segments:
            known = ", ".join(self.segments) or "none yet"
            raise SettingsError(
                "segment-unknown", f'segment "{name}"', "is not in the settings",
                f"use one of: {known}; or add [segments.{name}]",
            )  # fmt: skip
        return self.segments[name]

    # ---- stores

    @cached_property
    def database(self) -> Database:
        """The database, checked to be of this program's version."""
        database = self.unchecked_database
        database.check_schema()
        return database

    @cached_property
    def unchecked_database(self) -> Database:
        """The database as it is: for making and migrating it."""
        from subscribers.database import Database

        return Database(_absolute_url(self.settings.database.url, self.folder))

    @property
    def media(self) -> Path:
        """The folder of published pictures, each named by the digest of its bytes."""
        return self.folder / MEDIA

    @property
    def pack_files(self) -> Path:
        """The folder of what published packs refer to. Its files are given out one by one, or not."""
        return self.folder / PACK_FILES

    @property
    def inbox(self) -> Path:
        """The folder of the built-in inbox."""
        return self.folder / INBOX

    # ---- content

    @cached_property
    def editions(self) -> EditionFolders:
        """The folders of editions."""
        from mailer.content.edition_folders import EditionFolders

        return EditionFolders(self.folder / EDITIONS, self.folder, self.vocabulary)

    @cached_property
    def packs(self) -> PackFolders:
        """The folders of themes and packs."""
        from zoneinfo import ZoneInfo

        from mailer.content.pack_folders import PackFolders

        zone = ZoneInfo(self.settings.hours.time_zone)
        return PackFolders(self.folder / PACKS, self.folder, self.vocabulary, zone)

    # ---- looks

    @cached_property
    def catalogue(self) -> Catalogue:
        """The words of pages and letters in every language; raises CatalogueError."""
        from mailer.translations import load_catalogue

        return load_catalogue(self.folder)

    @cached_property
    def brand(self) -> Brand:
        """Who publishes and in which colours; raises BrandError for colours that can't be read."""
        from mailer.looks import brand_of

        return brand_of(self.settings, self.folder)

    def stationery(self, publication: str, media_url: str | None = None) -> Stationery:
        """The frame of every mail of one; pictures are below `media_url`, the public address when None."""
        from mailer.rendering.stationery import Stationery

        face = self.settings.publications[publication]
        base = f"{self.settings.web.base_url}/media/"
        return Stationery(
            self.brand, face.name, face.description, base if media_url is None else media_url
        )

    def renderer(self, publication: str, media_url: str | None = None) -> Renderer:
        """What makes the mails of a publication's editions."""
        from mailer.rendering.bulletin import Renderer

        return Renderer(self.stationery(publication, media_url))

    def report_page(self, publication: str) -> ReportPage:
        """What makes a page of a report on a campaign of one publication."""
        from mailer.reporting.page import ReportPage
        from mailer.template_files import templates_folder

        return ReportPage(
            templates_folder() / "report",
            self.brand,
            self.vocabulary,
            self._publication_name(publication),
            self.settings.report.smallest_cell,
        )

    def publish_media(self, edition: Edition) -> None:
        """Put the edition's pictures where the pages serve them from."""
        publish_images(self.pictures(edition), self.media)

    def pictures(self, edition: Edition) -> list[Image]:
        """Every picture that the edition's mail shows."""
        return [*edition.images, *([self.brand.logo] if self.brand.logo else [])]

    # ---- sending

    @cached_property
    def signer(self) -> TokenSigner:
        """Signs links; raises SettingsError without a secret key."""
        from mailer.outbox import link_signer

        return link_signer(self.settings.secret_key.get_secret_value())

    @property
    def is_live(self) -> bool:
        """Whether mail may leave for every subscriber."""
        return self.settings.mode is Mode.LIVE

    @property
    def needs_approval(self) -> bool:
        """Whether somebody must have approved what goes to subscribers."""
        return self.is_live and self.settings.approval.required

    def requirement(self, accepted: int | None = None) -> Requirement | None:
        """What must be approved of a mailing to subscribers; `accepted` recipients stand for the approved."""
        from mailer.approval.decision import Requirement

        drift = self.settings.approval.audience_drift
        return Requirement(drift, accepted) if self.needs_approval else None

    @property
    def uses_inbox(self) -> bool:
        """Whether mail goes to the built-in inbox: in safe mode, unless an allow-list says who may get it."""
        return not self.is_live and not self.settings.safe_allow

    @property
    def route(self) -> Route:
        """Where mail goes in the present mode."""
        from mailer.delivery.campaign import Route

        return Route.INBOX if self.uses_inbox else Route.RELAY

    def allowed_keys(self) -> tuple[str, ...] | None:
        """The address keys that safe mode allows to be mailed by the relay; None when there is no limit."""
        from subscribers.address import parse_address

        if self.is_live or self.uses_inbox:
            return None
        return tuple(parse_address(address).key for address in self.settings.safe_allow)

    @property
    def dkim_folder(self) -> Path:
        """The folder of private signing keys."""
        return self.folder / DKIM

    @property
    def dkim_domain(self) -> str:
        """The domain that signs: it must be the sender's own, or one above it, for DMARC to count it."""
        return self.settings.dkim.domain or self.settings.sender.address.rpartition("@")[2]

    @cached_property
    def signing_keys(self) -> tuple[SigningKey, ...]:
        """The keys that sign every mail; raises DkimError or SettingsError for one that can't be used."""
        from mailer.outbox import load_signing_keys

        return load_signing_keys(self.dkim_domain, self.settings.dkim.selectors, self.dkim_folder)

    def relay(self) -> RelayAddress:
        """The configured relay."""
        from mailer.outbox import relay_of

        return relay_of(self.settings.relay, self.folder)

    def letterhead(self, publication: str, campaign_id: int) -> Letterhead:
        """What every mail of a campaign has in common."""
        from mailer.delivery.message import Letterhead

        sender = self.settings.sender
        return Letterhead(
            sender_name=sender.name,
            sender_address=sender.address,
            reply_to=sender.reply_to,
            publication=publication,
            publication_name=self._publication_name(publication),
            base_url=self.settings.web.base_url,
            campaign_id=campaign_id,
        )

    def _publication_name(self, slug: str) -> str:
        """By its slug once it has gone from the settings: mail of the past can still be sent and read."""
        found = self.settings.publications.get(slug)
        return found.name if found else slug

    # ---- what comes back

    @cached_property
    def return_paths(self) -> ReturnPaths:
        """Marks the mails that leave, and reads those that come back; raises SettingsError without a key."""
        from mailer.returns import return_paths_of

        _ = self.signer
        return return_paths_of(self.settings.bounces, self.settings.secret_key.get_secret_value())

    @cached_property
    def consequences(self) -> Consequences:
        """What follows from a failure, by the policy of the settings."""
        from mailer.returns import consequences_of

        return consequences_of(self.settings.bounces)

    @cached_property
    def bounces(self) -> Bounces:
        """The use cases for mail that came back."""
        from mailer.bounces.service import Bounces

        return Bounces(self.database, self.consequences, self.return_paths)

    def bounce_source_texts(self, named: Sequence[str]) -> list[str]:
        """The places to fetch returned mail from: those named or, when none is, those of the settings."""
        from mailer.returns import source_texts

        return source_texts(self.settings.bounces, named, self.folder)

    def bounce_source(self, text: str) -> Source:
        """One of them; raises SourceError when there is none."""
        from mailer.returns import source_of

        return source_of(self.settings.bounces, text, self.folder)


def _absolute_url(url: str, folder: Path) -> str:
    """A relative SQLite path is meant from the workspace, not from where the command was typed."""
    scheme, separator, path = url.partition(":///")
    if not scheme.startswith("sqlite") or not separator or not path or path.startswith(("/", ":")):
        return url
    return f"{scheme}:///{folder / path}"
