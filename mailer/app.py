"""The composition root: from a workspace's settings to the parts that do the work.

The only place that knows all of them. Everything is made when it is first asked for, so that a command
pays for what it uses.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import importlib
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from mailer.config import SettingsError, find_workspace, load_settings
from mailer.media import publish_images
from mailer.settings import Mode, Settings
from subscribers.facets import Facet, FacetError, Vocabulary
from subscribers.segment import Segment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.applications import Starlette

    from mailer.bounces.collect import Source
    from mailer.bounces.consequence import Consequences
    from mailer.bounces.return_path import ReturnPaths
    from mailer.bounces.service import Bounces
    from mailer.content.edition import Edition, Image
    from mailer.content.pack_folders import PackFolders
    from mailer.content.pack_reader import PackReading
    from mailer.content.reader import Reading
    from mailer.delivery.dkim import SigningKey
    from mailer.delivery.message import Letterhead
    from mailer.delivery.smtp import RelayAddress
    from mailer.dispatch import Dispatch
    from mailer.inspection import Inspector
    from mailer.rendering.brand import Brand
    from mailer.rendering.bulletin import Renderer
    from mailer.rendering.stationery import Stationery
    from mailer.reporting.page import ReportPage
    from subscribers.database import Database
    from subscribers.tokens import TokenSigner

_TABLES = (
    "mailer.approval.models", "mailer.bounces.models", "mailer.checks.models", "mailer.corrections.models",
    "mailer.delivery.models", "mailer.letters.models", "mailer.packs.models",
    "mailer.submissions.models", "mailer.web.models", "scheduler.models",
)  # fmt: skip

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
        facets = self.settings.facets
        return Vocabulary(
            sectors=_facets(facets.sectors),
            regions=_facets(facets.regions),
            publications=tuple(
                Facet(slug, publication.name)
                for slug, publication in self.settings.publications.items()
            ),
        )

    @cached_property
    def segments(self) -> dict[str, Segment]:
        """The named segments; raises SettingsError for one that names an unknown facet."""
        return {name: self._segment(name) for name in self.settings.segments}

    def _segment(self, name: str) -> Segment:
        chosen = self.settings.segments[name]
        words = self.vocabulary
        try:
            return Segment(
                name=name,
                sectors=frozenset(map(words.sector, chosen.sectors)),
                regions=frozenset(map(words.region, chosen.regions)),
                except_sectors=frozenset(map(words.sector, chosen.except_sectors)),
                except_regions=frozenset(map(words.region, chosen.except_regions)),
            )
        except FacetError as error:
            raise SettingsError(
                "segment-facet", f'segments.{name}: "{error.subject}"', error.what, error.remedy
            ) from error

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
        # The tables of the upper floors join the metadata.
        for tables in _TABLES:
            importlib.import_module(tables)
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

    @property
    def editions(self) -> Path:
        """The folder of editions."""
        return self.folder / EDITIONS

    def edition_folders(self) -> list[Path]:
        """Every edition's folder, by name."""
        return sorted(path.parent for path in self.editions.glob("*/edition.md"))

    def next_issue(self, publication: str, today: dt.date) -> tuple[int, dt.date]:
        """The number and date of a publication's next edition, by its quarterly rule or two weeks ahead."""
        from scheduler.recurrence import QuarterDay

        readings = [self.read_edition(folder).edition for folder in self.edition_folders()]
        earlier = [each for each in readings if each and each.publication == publication]
        rule = self.settings.publications[publication].quarterly
        last = max([today, *(each.date for each in earlier)])
        date = QuarterDay.parse(rule).after(last) if rule else last + dt.timedelta(weeks=2)
        return max((each.number for each in earlier), default=0) + 1, date

    def edition_folder(self, name: str) -> Path:
        """An edition's folder, by name or by path; raises SettingsError when it is not there."""
        given = Path(name)
        known = [folder.name for folder in self.edition_folders()]
        for folder in (self.editions / given.name, given):
            if folder.is_dir() and given.name:
                return folder.resolve()
        raise SettingsError(
            "edition-missing", f'edition "{name}"', "there is no such folder",
            f"use one of: {', '.join(known)}" if known else "begin one with `bulletin edition new`",
        )  # fmt: skip

    def read_edition(self, folder: Path) -> Reading:
        """Read an edition; problems name files as a person in the workspace would."""
        from mailer.content.reader import read_edition

        return read_edition(folder, self.vocabulary, self._shown(folder))

    def _shown(self, folder: Path) -> Path:
        return folder.relative_to(self.folder) if folder.is_relative_to(self.folder) else folder

    @cached_property
    def inspector(self) -> Inspector:
        """Checks editions and packs, and keeps what people let pass."""
        from mailer.inspection import Inspector

        return Inspector(self)

    def check_edition(self, folder: Path) -> Reading:
        """Read an edition and see whether it can go: it is None when an error stands that nobody let pass."""
        from mailer.content.reader import Reading
        from mailer.inspection import visible

        found = self.inspector.inspect_edition(folder)
        edition = found.content if found.may_go else None
        return Reading(edition, visible(found.problems), found.sources)

    def check_pack(self, folder: Path) -> PackReading:
        """The same of a pack."""
        from mailer.content.pack_reader import PackReading
        from mailer.inspection import visible

        found = self.inspector.inspect_pack(folder)
        pack = found.content if found.may_go else None
        return PackReading(pack, visible(found.problems), found.sources)

    # ---- campaigns

    @cached_property
    def packs(self) -> PackFolders:
        """The folders of themes and packs."""
        from zoneinfo import ZoneInfo

        from mailer.content.pack_folders import PackFolders

        zone = ZoneInfo(self.settings.hours.time_zone)
        return PackFolders(self.folder / PACKS, self.folder, self.vocabulary, zone)

    # ---- looks

    @cached_property
    def brand(self) -> Brand:
        """Who publishes and in which colours; raises BrandError for colours that can't be read."""
        from mailer.looks import brand_of

        return brand_of(self.settings, self.folder)

    def renderer(self, publication: str, media_url: str | None = None) -> Renderer:
        """A renderer for one publication; pictures are below `media_url`, the public address when None."""
        from mailer.rendering.bulletin import Renderer

        face = self.settings.publications[publication]
        base = f"{self.settings.web.base_url}/media/"
        return Renderer(
            self.brand, face.name, face.description, base if media_url is None else media_url
        )

    def stationery(self, publication: str) -> Stationery:
        """The frame of every mail of one publication."""
        from mailer.rendering.stationery import Stationery

        face = self.settings.publications[publication]
        media_url = f"{self.settings.web.base_url}/media/"
        return Stationery(self.brand, face.name, face.description, media_url)

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

    @property
    def uses_inbox(self) -> bool:
        """Whether mail goes to the built-in inbox: in safe mode, unless an allow-list says who may get it."""
        return not self.is_live and not self.settings.safe_allow

    def allowed_keys(self) -> tuple[str, ...] | None:
        """The address keys that safe mode allows to be mailed by the relay; None when there is no limit."""
        from subscribers.address import parse_address

        if self.is_live or self.uses_inbox:
            return None
        return tuple(parse_address(address).key for address in self.settings.safe_allow)

    @cached_property
    def dispatch(self) -> Dispatch:
        """Makes what sends."""
        from mailer.dispatch import Dispatch

        return Dispatch(self)

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

    def bounce_sources(self, named: Sequence[str]) -> list[Source]:
        """The places to fetch returned mail from: those named or, when none is, those of the settings."""
        from mailer.returns import sources_of

        return sources_of(self.settings.bounces, named, self.folder)

    # ---- the public site

    def public_site(self) -> Starlette:
        """The pages behind the links of every mail; raises SettingsError without a secret key."""
        from mailer.site import public_site

        return public_site(self)


def _facets(labels: dict[str, str]) -> tuple[Facet, ...]:
    return tuple(Facet(slug, label) for slug, label in labels.items())


def _absolute_url(url: str, folder: Path) -> str:
    """A relative SQLite path is meant from the workspace, not from where the command was typed."""
    scheme, separator, path = url.partition(":///")
    if not scheme.startswith("sqlite") or not separator or not path or path.startswith(("/", ":")):
        return url
    return f"{scheme}:///{folder / path}"
