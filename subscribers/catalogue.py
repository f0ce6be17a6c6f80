"""The texts of pages and letters, in as many languages as there are. Pure.

Knows which language a page can be had in; must not know what the texts say, nor where they are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SHARED = ("frame", "slips")
"""The tables of what any page may say."""
_MONTHS = "months"


class CatalogueError(BulletinError):
    """A catalogue that lacks a text, or holds one that nobody asks for."""


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language: its tag, what it calls itself, and its texts by table and key."""

    tag: str
    name: str
    tables: Mapping[str, Mapping[str, str]]

    def text(self, key: str) -> str:
        """The text of a key such as `leave.heading`, its places still open."""
        table, _, name = key.partition(".")
        try:
            return self.tables[table][name]
        except KeyError:
            raise _refusal(self.tag, f'"{key}"', "is not there", "add it") from None

    def say(self, key: str, **values: object) -> str:
        """The text with its places filled, as plain words."""
        return self.text(key).format(**values)

    def has(self, table: str) -> bool:
        """Whether a page or letter can be had in this language."""
        return table in self.tables


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every language; the first is whole, and stands in for what another lacks."""

    tongues: tuple[Tongue, ...]

    def __post_init__(self) -> None:
        for tongue in self.tongues:
            _count_months(tongue)
        for tongue in self.tongues[1:]:
            for table, texts in tongue.tables.items():
                _compare(tongue.tag, table, texts, self.tongues[0].tables.get(table, {}))

    def choose(self, table: str, wanted: Sequence[str]) -> Tongue:
        """The first of the wanted languages that a page can be had in, or the first of all."""
        for tag in wanted:
            for tongue in self.offered(table):
                if _primary(tongue.tag) == _primary(tag):
                    return tongue
        return self.tongues[0]

    def offered(self, table: str) -> tuple[Tongue, ...]:
        """The languages that a page can be had in."""
        return tuple(one for one in self.tongues if all(map(one.has, (table, *SHARED))))


def wanted_languages(asked: str, accepted: str) -> tuple[str, ...]:
    """The tags that somebody wants, best first: the one `asked` for, then those of Accept-Language."""
    weighed = [_weigh(part) for part in accepted[:200].split(",") if part.strip()]
    ranked = sorted((one for one in weighed if one[1] > 0), key=lambda one: -one[1])
    return tuple(tag for tag in (asked, *(tag for tag, _ in ranked)) if tag)


def _weigh(part: str) -> tuple[str, float]:
    tag, _, weight = part.strip().partition(";q=")
    try:
        return tag.strip(), float(weight or 1)
    except ValueError:
        return tag.strip(), 0.0


def _primary(tag: str) -> str:
    return tag.partition("-")[0].lower()


def _count_months(tongue: Tongue) -> None:
    named = tongue.tables.get("frame", {}).get(_MONTHS)
    if named is not None and len(named.split()) != 12:
        raise _refusal(tongue.tag, f'"frame.{_MONTHS}"', "is not twelve words", "name each month")


def _compare(tag: str, table: str, texts: Mapping[str, str], whole: Mapping[str, str]) -> None:
    for key in sorted(texts.keys() ^ whole.keys()):
        what = "is not translated" if key in whole else "is nobody's text"
        raise _refusal(tag, f'"{table}.{key}"', what, "a table is translated as a whole, or not")


def _refusal(tag: str, key: str, what: str, remedy: str) -> CatalogueError:
    return CatalogueError("text-missing", f"{tag}: {key}", what, remedy)
