"""Who the mail comes from and in which colours, and whether those colours can be read.

Pure. Contrast is WCAG 2's ratio of relative luminances, from 1 (the same colour) to 21 (black on
white).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailer.content.edition import Image

LEAST_CONTRAST = 4.5
"""What WCAG 2.2 level AA asks of text at any size."""

_COLOUR = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)


class BrandError(BulletinError):
    """A brand setting that can't be used."""


def _refuse_malformed(name: str, colour: str) -> None:
    if not _COLOUR.fullmatch(colour):
        what = f'is "{colour}", which is no colour of six hexadecimal digits'
        raise BrandError("brand-colour", f"brand colour {name}", what, "write it like #0b4f7d")


@dataclass(frozen=True, slots=True)
class Palette:
    """Seven colours as `#rrggbb`: three grounds, three inks, and the ink on the accent.

    The grounds are page, card and tint; the inks are text, quiet and accent. Raises
    BrandError when a colour is written in any other way.
    """

    page: str
    card: str
    text: str
    quiet: str
    accent: str
    tint: str
    on_accent: str

    def __post_init__(self) -> None:
        for name in self.__slots__:
            _refuse_malformed(name, getattr(self, name))

    def pairs(self) -> Iterator[tuple[str, str]]:
        """The names of each ink and the ground it is printed on, as the mail uses them."""
        for ground in ("page", "card", "tint"):
            for ink in ("text", "quiet", "accent"):
                yield ink, ground
        yield "on_accent", "accent"

    @property
    def rule(self) -> str:
        """A hairline: quiet ink thinned with the card. It means nothing, so it needs none."""
        return mix(self.quiet, self.card, 0.25)


LIGHT = Palette(
    page="#eef1f4",
    card="#ffffff",
    text="#17202b",
    quiet="#4a5866",
    accent="#0b4f7d",
    tint="#e6f0f7",
    on_accent="#ffffff",
)
DARK = Palette(
    page="#10151b",
    card="#1a212a",
    text="#e8edf2",
    quiet="#a9b6c3",
    accent="#8cc6ee",
    tint="#22303d",
    on_accent="#10151b",
)


@dataclass(frozen=True, slots=True)
class ContrastFault:
    """Two colours that can't be read on each other. `scheme` is "light" or "dark"."""

    scheme: str
    ink: str
    ground: str
    ratio: float

    def __str__(self) -> str:
        # Cut rather than rounded, so that 4.499 is not reported as the 4.5 that it misses.
        shown = int(self.ratio * 100) / 100
        return f"{self.scheme} {self.ink} on {self.ground} has a contrast of {shown:.2f}:1"


@dataclass(frozen=True, slots=True)
class Brand:
    """Who sends, where they sit, where a reply goes, and the two palettes.

    `logo` is shown above the publication's name, never in place of it; `footer_note` is plain text.
    """

    organisation: str
    postal_address: str
    reply_address: str
    website: str | None = None
    logo: Image | None = None
    light: Palette = LIGHT
    dark: Palette = DARK
    footer_note: str = ""

    def faults(self) -> list[ContrastFault]:
        """Every pair of colours under `LEAST_CONTRAST`, light before dark."""
        return [*_faults("light", self.light), *_faults("dark", self.dark)]

    def refuse_faults(self) -> None:
        """Raise BrandError for the first pair of colours that can't be read."""
        for fault in self.faults():
            remedy = f"choose colours with at least {LEAST_CONTRAST}:1"
            raise BrandError("brand-contrast", "brand colours", str(fault), remedy)


def contrast(a: str, b: str) -> float:
    """The contrast of two `#rrggbb` colours, in either order: 1 to 21."""
    darker, lighter = sorted((_luminance(a), _luminance(b)))
    return (lighter + 0.05) / (darker + 0.05)


def mix(a: str, b: str, share: float) -> str:
    """A colour between two: `share` of `a` (0 to 1), the rest of `b`."""
    pairs = zip(_channels(a), _channels(b), strict=True)
    return "#" + "".join(f"{round(x * share + y * (1 - share)):02x}" for x, y in pairs)


def _faults(scheme: str, palette: Palette) -> Iterator[ContrastFault]:
    for ink, ground in palette.pairs():
        ratio = contrast(getattr(palette, ink), getattr(palette, ground))
        if ratio < LEAST_CONTRAST:
            yield ContrastFault(scheme, ink, ground, ratio)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
