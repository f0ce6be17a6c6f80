"""The words that a mail system wrote, and which of them are about one address."""

from __future__ import annotations

import itertools
import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from mailer.bounces.addresses import addresses_in, same

if TYPE_CHECKING:
    from collections.abc import Collection

LONGEST_PASSAGE = 1_500
_MOST_MENTIONS = 4
_MOST_LED_ON = 100
_BLANK = re.compile(r"\n[ \t>|]*\n")
_LED_ON = re.compile(
    r"(?:generated|expanded|forwarded|redirected|resulting)\s{1,20}(?:from|by)\s{0,20}:?\s{0,20}"
    r"<?([^\s<>()@]{1,64}@[^\s<>()]{1,250})",
    re.IGNORECASE,
)


def passage_about(notice: str, addresses: tuple[str, ...], others: Collection[str] = ()) -> str:
    """What a notice says about an address: each line that has it, to the end of its paragraph.

    A line that has one of `others`, the other recipients of the same report, ends the paragraph too.
    """
    lowered = notice.lower()
    passages: list[str] = []
    for address in filter(None, addresses):
        passages += _mentions(notice, lowered, address.lower(), others)
    return "\n".join(dict.fromkeys(passages))[: 2 * LONGEST_PASSAGE]


def source_of(notice: str, address: str) -> str | None:
    """The address that led on to `address`, where a notice says so: "expanded from <team@example.org>"."""
    return next((led.source for led in _led_on(notice) if same(led.target, address)), None)


def target_of(notice: str, address: str) -> str | None:
    """The address that `address` led on to, where a notice says so."""
    return next((led.target for led in _led_on(notice) if same(led.source, address)), None)


def sources_in(notice: str) -> set[str]:
    """Every address of which a notice says that it led on to another, in lower case."""
    return {led.source.lower() for led in _led_on(notice)}


class _Led(NamedTuple):
    source: str
    target: str


@lru_cache(maxsize=4)
def _led_on(notice: str) -> tuple[_Led, ...]:
    found: list[_Led] = []
    for match in itertools.islice(_LED_ON.finditer(notice), _MOST_LED_ON):
        before = addresses_in(notice[max(0, match.start() - 300) : match.start()])
        if before and not same(before[-1], match[1]):
            found.append(_Led(match[1], before[-1]))
    return tuple(found)


def _mentions(notice: str, lowered: str, address: str, others: Collection[str]) -> list[str]:
    passages: list[str] = []
    position = lowered.find(address)
    while position >= 0 and len(passages) < _MOST_MENTIONS:
        begin = notice.rfind("\n", 0, position) + 1
        end = _end_of_paragraph(notice, position + len(address))
        end = min([end, begin + LONGEST_PASSAGE, *_beginnings(lowered, others, position, end)])
        passages.append(notice[begin:end])
        position = lowered.find(address, max(end, position + 1))
    return passages


def _beginnings(lowered: str, others: Collection[str], position: int, end: int) -> list[int]:
    starts = (lowered.find(other.lower(), position, end) for other in others)
    breaks = (lowered.rfind("\n", position, start) for start in starts if start > position)
    return [found for found in breaks if found > 0]


def _end_of_paragraph(notice: str, position: int) -> int:
    match = _BLANK.search(notice, position)
    if match is None:
        return len(notice)
    # "<ann@example.org>:", a blank line, and only then the reason.
    if len(notice[position : match.start()].strip("<>:() \t\n")) < 4:
        following = _BLANK.search(notice, match.end())
        return following.start() if following else len(notice)
    return match.start()
