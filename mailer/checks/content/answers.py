"""What the answer of a link's host says of the link. Pure: `online` asks.

Status codes by RFC 9110, section 15.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailer.content.problem import Rule, Severity

if TYPE_CHECKING:
    from mailer.content.passages import PlacedLink
    from mailer.content.problem import Problem

LINK_DEAD = Rule(
    "link-dead",
    Severity.ERROR,
    "Every reader who follows the link stands before an error, and can't tell whose.",
)
LINK_MOVED = Rule(
    "link-moved",
    Severity.WARNING,
    "A forwarding ends some day, and until then shows another address than the one that was promised.",
)
LINK_UNKNOWN = Rule(
    "link-unknown",
    Severity.ADVICE,
    "Some hosts turn programs away and let people in; only a person can look at such a link.",
)

# Refused for now, or to whoever has not logged in: that says nothing of the page.
_GUARDED = frozenset({401, 403, 405, 406, 407, 429, 451, 501, 503, 999})


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking for an address: a status or the trouble in words, and where it led in the end."""

    status: int | None
    trouble: str = ""
    moved_to: str | None = None


def judge_answer(link: PlacedLink, answer: Answer) -> Problem | None:
    """The problem that a link has by its host's answer; None when all is well."""
    if answer.status is None:
        what, remedy = f'link "{link.url}" {answer.trouble}', "look at it in a browser, and mend it"
        return LINK_DEAD.broken(link.path, link.line, what, remedy)
    if answer.status in _GUARDED:
        what = f'link "{link.url}" could not be looked at (status {answer.status})'
        return LINK_UNKNOWN.broken(link.path, link.line, what, "look at it in a browser")
    if answer.status >= 400:
        what = f'link "{link.url}" is dead (status {answer.status})'
        return LINK_DEAD.broken(link.path, link.line, what, "mend the address, or take it out")
    if answer.moved_to:
        what = f'link "{link.url}" leads on to {answer.moved_to}'
        return LINK_MOVED.broken(link.path, link.line, what, "give that address")
    return None
