"""Which way a text runs. Pure; knows scripts and language tags, nothing of mail."""

from __future__ import annotations

import unicodedata
from enum import StrEnum

_RIGHT_TO_LEFT_LANGUAGES = frozenset({"ar", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"})
_RIGHT_TO_LEFT_CLASSES = frozenset({"R", "AL"})


class Direction(StrEnum):
    """The values of HTML's `dir`."""

    LTR = "ltr"
    RTL = "rtl"

    @property
    def start(self) -> str:
        """The side where a line begins."""
        return "left" if self is Direction.LTR else "right"

    @property
    def end(self) -> str:
        """The side where a full line ends."""
        return "right" if self is Direction.LTR else "left"


def direction_of_language(tag: str) -> Direction:
    """The direction of a language such as `en-GB` or `ur`."""
    primary = tag.partition("-")[0].lower()
    return Direction.RTL if primary in _RIGHT_TO_LEFT_LANGUAGES else Direction.LTR


def direction_of_text(text: str) -> Direction | None:
    """The direction of the first letter that has one, or None when no letter has."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind == "L":
            return Direction.LTR
        if kind in _RIGHT_TO_LEFT_CLASSES:
            return Direction.RTL
    return None
