"""Finds the reason that a text gives, by the phrases that mail systems use.

Knows how to match, and in which order; the phrases themselves are in `phrases`. Text and phrases are
brought to the same plain words first, so that case, punctuation, accents and line breaks do not matter.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from mailer.bounces.phrases import (
    english_mail,
    english_recipient,
    other_languages,
    outright,
)

if TYPE_CHECKING:
    from mailer.bounces.reason import Reason

# A link or an address holds words that say nothing: "…/bl/policy.html", "spam@example.org". And the codes at
# the beginning of each line of a reply stand in the middle of a sentence.
_NOISE = re.compile(
    r"(?:https?://|www\.)[^\s<>]{1,2000}"
    r"|<?(?<![A-Za-z0-9.!#$%&*+/=?^_`{|}~-])[A-Za-z0-9.!#$%&*+/=?^_`{|}~-]{1,128}@[A-Za-z0-9.-]{1,255}>?"
    r"|\b[245]\d\d(?:[ -]+#?[245]\.\d{1,3}\.\d{1,3})?\b-?|\b[245]\.\d{1,3}\.\d{1,3}\b",
    re.IGNORECASE,
)
_APOSTROPHES = re.compile(r"(?<=\w)['’`](?=(?:t|s|re|ll|ve|d|m)\b)")
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_LONGEST_GAP = 60


def words_of(text: str) -> str:
    """The plain words of a text: no links, addresses, accents or punctuation, in lower case."""
    return _plain(_NOISE.sub(" ", text))


def without_accents(text: str) -> str:
    """A text with plain letters, as people write it who have no others."""
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFC", _ACCENTS.sub("", apart))


# Not those of Japanese, which make other letters.
_ACCENTS = re.compile("[\u0300-\u036f]")


def _plain(text: str) -> str:
    bare = _APOSTROPHES.sub("", without_accents(text).lower())
    return f" {_BETWEEN_WORDS.sub(' ', bare).strip()} "


class Weight(StrEnum):
    """How much a phrase counts beside others."""

    OUTRIGHT = "outright"
    USUAL = "usual"


class Finding(NamedTuple):
    """A reason that a text gives, and the weight of the phrase that gives it."""

    weight: Weight
    reason: Reason


@lru_cache(maxsize=16)
def reasons_in(text: str) -> frozenset[Finding]:
    """Every reason that a text gives in words.

    The last few texts are remembered: each is asked about strong words first, and about weak ones later.
    """
    words = words_of(text)
    catalogue = _catalogue()
    found = {finding for phrase, finding in catalogue.anywhere if phrase in words}
    each = words.split()
    openings = {*each, *map(" ".join, itertools.pairwise(each))}
    for opening in openings & catalogue.by_opening.keys():
        for phrase, finding in catalogue.by_opening[opening]:
            if finding not in found and _says(words, phrase):
                found.add(finding)
    return frozenset(found)


_Phrase = tuple[str, ...]


def _says(words: str, phrase: _Phrase) -> bool:
    begins = phrase[0]
    position = words.find(begins)
    while position >= 0:
        if len(phrase) == 1 or _goes_on(words, position + len(begins.rstrip()), phrase):
            return True
        position = words.find(begins, position + 1)
    return False


def _goes_on(words: str, position: int, phrase: _Phrase) -> bool:
    for piece in phrase[1:]:
        found = words.find(piece, position - 1, position + _LONGEST_GAP + len(piece))
        if found < 0:
            return False
        position = found + len(piece)
    return True


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """Phrases by the words that begin them, for most words begin none; and those without words."""

    by_opening: dict[str, list[tuple[_Phrase, Finding]]]
    anywhere: list[tuple[str, Finding]]


@cache
def _catalogue() -> _Catalogue:
    catalogue = _Catalogue({}, [])
    for weight, phrases in _SOURCES:
        for reason, listed in phrases.items():
            for phrase in " ".join(listed.split()).split("|"):
                _enter(catalogue, phrase.strip(), Finding(weight, reason))
    return catalogue


_SOURCES = (
    (Weight.OUTRIGHT, outright.PHRASES),
    (Weight.USUAL, english_mail.PHRASES),
    (Weight.USUAL, english_recipient.PHRASES),
    (Weight.USUAL, other_languages.PHRASES),
)


def _enter(catalogue: _Catalogue, phrase: str, finding: Finding) -> None:
    pieces = [_plain(piece).strip() for piece in phrase.split("…")]
    # Chinese and Japanese have no spaces between words; a stem (`greylist*`) is part of a longer word.
    if phrase.endswith("*") or not _HAS_SPACES.match(pieces[0]):
        catalogue.anywhere.append((pieces[0], finding))
    else:
        begins, *rest = (f" {piece}" for piece in pieces)
        # A single word is that word: "host … not found" says nothing of "hosts".
        entry = (begins, *rest) if " " in pieces[0] else (f"{begins} ", *rest)
        catalogue.by_opening.setdefault(_opening(pieces[0]), []).append((entry, finding))


def _opening(piece: str) -> str:
    # The last word of a piece may be the beginning of a longer one: it can't be looked up.
    whole = piece.split()[:-1] or [piece]
    return " ".join(whole[:2])


_HAS_SPACES = re.compile("[\x00-\u1fff]")
