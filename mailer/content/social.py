"""How long a text is by the rules of the network that it is for, and if it can be posted there. Pure.

The only importer of regex, which knows what one character is to a reader (Unicode Standard Annex 29), and
what is an emoji. The networks' rules:

- X: the configuration of twitter-text, version 3, over Unicode's form NFC: an address weighs 23, an emoji 2,
  Latin and its neighbours 1, all other characters 2.
- Bluesky: the lexicon of app.bsky.feed.post: 300 graphemes and 3,000 bytes.
- Mastodon: its StatusLengthValidator: 500 graphemes, an address counts 23, a mention without its host. A
  server may allow more.
- Threads: "Threads posts" at developers.facebook.com: 500 characters, an emoji as many as it has bytes in
  UTF-8; five links.
- Facebook 63,206, LinkedIn 3,000, Instagram 2,200 with 30 hashtags and 20 mentions. They don't say what a
  character is: UTF-16 units are the strictest count in use.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def _pattern(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern, regex.IGNORECASE)


_ADDRESS = _pattern(r"https?://[^\s<>\"]*[^\s<>\"'.,;:!?)\]]")
# X makes links of bare hosts too. Which words are hosts depends on a list that changes every week: an ending
# of two letters, or one of the usual ones, comes close enough.
_HOST = _pattern(
    r"(?<![\w@.#/-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.){1,9}(?:[a-z]{2}|com|org|net|gov|edu|info|police)"
    r"(?![\w@-])(?:/[^\s<>\"]*[^\s<>\"'.,;:!?)\]])?"
)
_MENTION = _pattern(r"(?<![\w/])@[\w.-]*\w")
_FAR_MENTION = _pattern(r"(?<![\w/])(@[a-z0-9_]+(?:[.-]+[a-z0-9_]+)*)@[\w.-]*\w")
_HASHTAG = _pattern(r"(?<![\w&/])#\w*[^\W\d_]\w*")
_GRAPHEME = regex.compile(r"\X")
_EMOJI = regex.compile(r"\p{Emoji_Presentation}|\p{Emoji}\ufe0f|[0-9#*]\ufe0f?\u20e3")
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))

ADDRESS_LENGTH: Final = 23
"""What X and Mastodon count for an address, however long it is."""


@dataclass(frozen=True, slots=True)
class Measured:
    """How long a text is by a network's rules, and how long it may be there."""

    length: int
    limit: int


@dataclass(frozen=True, slots=True)
class _Rules:
    """A network's rules. `None` is no limit."""

    label: str
    limit: int
    count: Callable[[str], int]
    max_bytes: int | None = None
    max_addresses: int | None = None
    max_hashtags: int | None = None
    max_mentions: int | None = None


class Network(StrEnum):
    """Where a text is posted. The value is how a pack's file names it."""

    X = "x"
    BLUESKY = "bluesky"
    MASTODON = "mastodon"
    THREADS = "threads"
    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    LINKEDIN = "linkedin"

    @property
    def label(self) -> str:
        """Its name as it writes it."""
        return _RULES[self].label

    def measure(self, text: str) -> Measured:
        """How long a text is there."""
        rules = _RULES[self]
        return Measured(rules.count(text), rules.limit)

    def faults(self, text: str) -> list[str]:
        """Why it can't be posted there as it stands; empty when it can."""
        return list(_faults(_RULES[self], text))


def _faults(rules: _Rules, text: str) -> Iterator[str]:
    length, size = rules.count(text), len(text.encode())
    if length > rules.limit:
        yield f"is {length:,} long by its rules, and {rules.limit:,} is the limit"
    if rules.max_bytes is not None and size > rules.max_bytes:
        yield f"has {size:,} bytes, and {rules.max_bytes:,} is the limit"
    for pattern, limit, what in (
        (_ADDRESS, rules.max_addresses, "links"),
        (_HASHTAG, rules.max_hashtags, "hashtags"),
        (_MENTION, rules.max_mentions, "mentions"),
    ):
        found = len(pattern.findall(text))
        if limit is not None and found > limit:
            yield f"has {found} {what}, and {limit} is the limit"


def _graphemes(text: str) -> int:
    return len(_GRAPHEME.findall(text))


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _weigh(text: str) -> int:
    plain = unicodedata.normalize("NFC", text)
    rest, addresses = _ADDRESS.subn(" ", plain)
    rest, hosts = _HOST.subn(" ", rest)
    links = addresses + hosts
    # Each link left a blank in its place, which is counted with the rest.
    return links * (ADDRESS_LENGTH - 1) + sum(map(_weigh_grapheme, _GRAPHEME.findall(rest)))


def _weigh_grapheme(grapheme: str) -> int:
    if _EMOJI.search(grapheme):
        return 2
    return sum(
        1 if any(first <= ord(sign) <= last for first, last in _LIGHT) else 2 for sign in grapheme
    )


def _count_mastodon(text: str) -> int:
    return _graphemes(_FAR_MENTION.sub(r"\1", _ADDRESS.sub("x" * ADDRESS_LENGTH, text)))


def _count_threads(text: str) -> int:
    return sum(
        len(grapheme.encode()) if _EMOJI.search(grapheme) else len(grapheme)
        for grapheme in _GRAPHEME.findall(text)
    )


_RULES: Final = {
    Network.X: _Rules("X", 280, _weigh),
    Network.BLUESKY: _Rules("Bluesky", 300, _graphemes, max_bytes=3_000),
    Network.MASTODON: _Rules("Mastodon", 500, _count_mastodon),
    Network.THREADS: _Rules("Threads", 500, _count_threads, max_addresses=5),
    Network.FACEBOOK: _Rules("Facebook", 63_206, _utf16),
    Network.INSTAGRAM: _Rules("Instagram", 2_200, _utf16, max_hashtags=30, max_mentions=20),
    Network.LINKEDIN: _Rules("LinkedIn", 3_000, _utf16),
}
