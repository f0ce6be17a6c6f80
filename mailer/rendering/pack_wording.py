"""The words of a pack that its mail, its text and its page must say alike. Pure; knows no layout."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mailer.content.pack import AssetKind
from mailer.rendering.wording import in_size

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mailer.content.edition import Image
    from mailer.content.pack import Asset, SocialPost
    from mailer.content.social import Network
    from mailer.content.theme import Theme

WHOLE_PACK = "See and download the whole pack"
MESSAGES = "Say this too"
DATES = "When"
THIS_PACK = "this pack"
POSTS = "Ready to post"
HOW_TO_POST = "Copy a text from its box, and change it as you like."
ASSETS = "Pictures and files"
HOW_TO_USE = "Use them in your own channels, with the words that credit them."
FACTS = "Facts to quote"
CREDIT = "How to credit"


@dataclass(frozen=True, slots=True)
class Tile:
    """An asset as its tile shows it; without an address it can't be had yet, and the note says when."""

    title: str
    described: str
    note: str
    url: str
    invitation: str
    picture: Image | None


@dataclass(frozen=True, slots=True)
class PlacedPost:
    """A text for a network under a heading of its own, with its length by that network's rules."""

    title: str
    measured: str
    lines: tuple[str, ...]


def place_posts(posts: Sequence[SocialPost]) -> list[PlacedPost]:
    """The posts in their order; those for one network are numbered where there are several."""
    several = Counter(post.network for post in posts)
    placed: Counter[Network] = Counter()
    found = []
    for post in posts:
        network = post.network
        placed[network] += 1
        number = f", text {placed[network]}" if several[network] > 1 else ""
        measured = network.measure(post.text)
        length = f"{measured.length:,} of {measured.limit:,} characters"
        lines = tuple(post.text.splitlines())
        found.append(PlacedPost(f"{network.label}{number}", length, lines))
    return found


def describe_asset(asset: Asset, size: int) -> str:
    """What kind of thing an asset is: `PNG picture, 1080 × 1080 pixels, 240 KB`. `size` in bytes."""
    if asset.kind is AssetKind.VIDEO:
        return f"Video at {urlsplit(asset.url or '').netloc}"
    kind = asset.file.media_type.partition("/")[2].upper() if asset.file else ""
    if asset.kind is AssetKind.PDF:
        return f"PDF, {in_size(size)}"
    pixels = f"{asset.file.width} × {asset.file.height} pixels, " if asset.file else ""
    return f"{kind} picture, {pixels}{in_size(size)}"


def name_us(theme: Theme) -> Iterator[str]:
    """What to put into a post, so that others find the campaign."""
    called = [each for each in (theme.hashtag, theme.handle) if each]
    if called:
        yield f"Put {' and '.join(called)} into what you post."


def tell_credits(assets: Iterable[Asset]) -> list[str]:
    """Each credit once with its licence, and what it is for where they differ."""
    for_what: dict[tuple[str, str], list[str]] = {}
    for asset in assets:
        if asset.credit or asset.licence:
            for_what.setdefault((asset.credit, asset.licence), []).append(asset.title)
    told = []
    for (credit, licence), titles in for_what.items():
        words = f"Credit “{credit}”" if credit else "No credit is needed"
        licensed = f" Licence: {licence}." if licence else ""
        which = f" for {', '.join(f'“{title}”' for title in titles)}" if len(for_what) > 1 else ""
        told.append(f"{words}{which}.{licensed}")
    return told
