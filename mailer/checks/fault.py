"""What is wrong with a finished mail, and how its place in the author's files is found. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mailer.checks.check import Checked, Place
    from mailer.content.problem import Problem, Rule

OURS = "this is a fault of bulletin: report it, with what `bulletin edition render` writes"
"""The remedy of what no author can cause or mend."""

_LINE_OF_WORDS = 4
"""Fewer stand in too many places."""


class Fault(NamedTuple):
    """A rule that a mail breaks. `words` are those at the place, as its author wrote them; or none."""

    rule: Rule
    what: str
    remedy: str
    words: str = ""


def placed(checked: Checked, faults: Iterable[Fault]) -> Iterator[Problem]:
    """The faults as problems, each once however many variants have it."""
    for fault in dict.fromkeys(faults):
        place = _locate(checked, fault.words)
        yield fault.rule.broken(place.path, place.line, fault.what, fault.remedy)


def shorten(words: str, limit: int = 60) -> str:
    """The beginning of some words, for a sentence about them."""
    return words if len(words) <= limit else words[: limit - 1] + "…"


def _locate(checked: Checked, words: str) -> Place:
    """The line of `words`, or of as many of the first as the author has on one line."""
    names = {image.media_name: image.name for image in checked.images}
    place = checked.locate(names.get(words, words))
    begun = words.split()
    while not place.line and len(begun) > _LINE_OF_WORDS:
        begun = begun[: max(len(begun) // 2, _LINE_OF_WORDS)]
        place = checked.locate(" ".join(begun))
    return place
