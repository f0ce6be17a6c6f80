"""A themed campaign as values: its message, whom to ask, and the dated pushes that it has.

Must not know how it is read from a folder or how it looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt

    from mailer.content.edition import Contact

THEME_FILE: Final = "theme.md"


@dataclass(frozen=True, slots=True)
class Wave:
    """One dated push of a campaign. `pack` is the folder's name of its pack, None until one is named."""

    date: dt.date
    title: str
    pack: str | None


@dataclass(frozen=True, slots=True)
class Theme:
    """A themed campaign. `slug` is its folder's name; `message` is one sentence, `about` is Markdown.

    `hashtag` begins with `#` and `handle` with `@`; either may be empty. Waves stand in the order of their
    dates.
    """

    slug: str
    publication: str
    name: str
    hashtag: str
    handle: str
    message: str
    contact: Contact
    language: str
    waves: tuple[Wave, ...]
    about: str

    def wave_of(self, pack: str) -> Wave | None:
        """The wave whose pack is the folder of that name."""
        return next((wave for wave in self.waves if wave.pack == pack), None)
