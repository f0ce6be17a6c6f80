"""What the answer of a link's host says of the link. Pure: `online` asks.

Status codes by RFC 9110, section 15.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mailer.checks.content.links import LINK_PRIVATE, is_private
from mailer.content.problem import Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

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
LINK_LEADS_ON = Rule(
    "link-leads-on",
    Severity.ADVICE,
    "Where a forwarding leads tomorrow is for its host to say.",
)
LINK_UNKNOWN = Rule(
    "link-unknown",
    Severity.ADVICE,
    "Some hosts turn programs away and let people in, and without a network nobody can look at a link.",
)

# Refused for now, or to whoever has not logged in: that says nothing of the page.
_GUARDED = frozenset({401, 403, 405, 406, 407, 429, 451, 501, 503, 999})


PRIVATE = "leads inside a private network"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking for an address: a status or the trouble in words.

    `moved_to` is where it has moved for good, `leads_to` where it leads for the time being. A trouble that is
    not the `links_fault` says nothing of the link: it could not be asked for at all.
    """

    status: int | None
    trouble: str = ""
    moved_to: str | None = None
    leads_to: str | None = None
    links_fault: bool = True


def urls_to_ask(links: Iterable[PlacedLink]) -> list[str]:
    """The addresses worth asking for: without those whose host is plainly private, which `links` tells."""
    return [link.url for link in links if not is_private(_host(link.url))]


def judge_answers(links: Iterable[PlacedLink], answers: Mapping[str, Answer]) -> Iterator[Problem]:
    """The problems of links by their hosts' answers. What kept several from being asked is told once."""
    unasked: dict[str, list[PlacedLink]] = {}
    for link in links:
        answer = answers.get(link.url)
        if answer is None:
            continue
        if not answer.links_fault:
            unasked.setdefault(answer.trouble, []).append(link)
        elif problem := judge_answer(link, answer):
            yield problem
    for trouble, kept in unasked.items():
        more = f" and {len(kept) - 1} more" if len(kept) > 1 else ""
        yield LINK_UNKNOWN.broken(
            kept[0].path,
            kept[0].line,
            f'link "{kept[0].url}"{more} could not be looked at: {trouble}',
            "look again later",
        )


def judge_answer(link: PlacedLink, answer: Answer) -> Problem | None:
    """The problem that a link has by its host's answer; None when all is well."""
    if answer.trouble == PRIVATE:
        what = f'link "{link.url}" {PRIVATE}'
        remedy = "try it from outside, and give an address that readers can reach"
        return LINK_PRIVATE.broken(link.path, link.line, what, remedy)
    if answer.status is None:
        what, remedy = f'link "{link.url}" {answer.trouble}', "look at it in a browser, and mend it"
        return LINK_DEAD.broken(link.path, link.line, what, remedy)
    if answer.status in _GUARDED:
        what = f'link "{link.url}" could not be looked at (status {answer.status})'
        return LINK_UNKNOWN.broken(link.path, link.line, what, "look at it in a browser")
    if answer.status >= 400:
        what = f'link "{link.url}" is dead (status {answer.status})'
        return LINK_DEAD.broken(link.path, link.line, what, "mend the address, or take it out")
    return _judge_place(link, answer)


def _judge_place(link: PlacedLink, answer: Answer) -> Problem | None:
    if answer.moved_to:
        what = f'link "{link.url}" has moved to {answer.moved_to}'
        return LINK_MOVED.broken(link.path, link.line, what, "give that address")
    if answer.leads_to:
        what = f'link "{link.url}" leads on to {answer.leads_to} for now'
        return LINK_LEADS_ON.broken(link.path, link.line, what, "see that it is what you mean")
    return None


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").rstrip(".")
