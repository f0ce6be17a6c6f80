"""A campaign pack as values: what partners are asked to say, and the assets that they may use.

Must not know how it is read from a folder, how it looks, or what the time is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt

    from mailer.content.edition import Contact, Link
    from mailer.content.social import Network
    from mailer.content.theme import Theme

PACK_FILE: Final = "pack.md"


class AssetKind(StrEnum):
    """What an asset is. A video is a link: nobody mails or unpacks one."""

    IMAGE = "image"
    PDF = "pdf"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class AssetFile:
    """The file of an asset with its bytes, so that what was checked is what is passed on.

    `checksum` is SHA-256 in hexadecimal. Width and height in pixels, for pictures alone.
    """

    media_type: str
    checksum: str
    data: bytes = field(repr=False)
    width: int | None = None
    height: int | None = None

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.data)


@dataclass(frozen=True, slots=True)
class Asset:
    """Something to use in a partner's own channels: a file, or the address of a video.

    `name` is unique in its pack whatever the case: the file's name, or one made from a video's title. `alt`
    says what it shows. `embargo` and `expires` are aware moments: from the one on, and until just before the
    other, it may be passed on. `withdrawn` is the reason, and stands above both.
    """

    name: str
    title: str
    alt: str
    kind: AssetKind
    licence: str
    credit: str
    file: AssetFile | None = None
    url: str | None = None
    embargo: dt.datetime | None = None
    expires: dt.datetime | None = None
    withdrawn: str | None = None


@dataclass(frozen=True, slots=True)
class SocialPost:
    """A text that is ready to be posted on one network. `line` is its place in the pack's file."""

    network: Network
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that may be quoted, and where it comes from."""

    text: str
    source: Link


@dataclass(frozen=True, slots=True)
class Pack:
    """One mailing of a campaign, for one of its waves. `slug` is its folder's name.

    `date` is its wave's; `introduction` is Markdown; `messages` are plain sentences, the first one foremost.
    """

    slug: str
    theme: Theme
    title: str
    subject: str
    preheader: str
    date: dt.date
    language: str
    introduction: str
    messages: tuple[str, ...]
    posts: tuple[SocialPost, ...]
    facts: tuple[Fact, ...]
    assets: tuple[Asset, ...]

    @property
    def name(self) -> str:
        """What it is called everywhere: `quickupdates/software-updates`."""
        return f"{self.theme.slug}/{self.slug}"

    @property
    def publication(self) -> str:
        """The publication whose subscribers get it."""
        return self.theme.publication

    @property
    def contact(self) -> Contact:
        """Whom to ask about it."""
        return self.theme.contact
