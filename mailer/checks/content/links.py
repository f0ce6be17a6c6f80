"""Links as they are written: where they lead, by which road, and what their words promise. Pure.

Must not know whether anything answers there: `online` looks.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from mailer.checks.check import Check
from mailer.content.problem import Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailer.checks.check import Checked
    from mailer.content.passages import PlacedLink
    from mailer.content.problem import Problem

LINK_INSECURE = Rule(
    "link-insecure",
    Severity.WARNING,
    "Without https anybody on the way can read along or change the page, and browsers warn of it.",
)
LINK_SHORTENED = Rule(
    "link-shortened",
    Severity.ERROR,
    "Nobody can see where a shortened link leads, so spam filters and careful readers stop at it.",
)
LINK_TRACKED = Rule(
    "link-tracked",
    Severity.WARNING,
    "Marks in a link tell others who read what, which readers have not agreed to.",
)
LINK_PRIVATE = Rule(
    "link-private",
    Severity.ERROR,
    "An address inside one organisation's network is a dead end for everybody outside.",
)
LINK_SAME_TEXT = Rule(
    "link-same-text",
    Severity.WARNING,
    "Who hears the links one after the other can't tell two of the same words apart.",
)
LINK_TEXT_ADDRESS = Rule(
    "link-text-address",
    Severity.WARNING,
    "A screen reader spells an address out letter by letter, and on paper it breaks in the middle.",
)
LINK_TEXT_CLICK = Rule(
    "link-text-click",
    Severity.WARNING,
    "Not everybody clicks: some tap, some speak, some press a key; the place matters, not the hand.",
)

# Public link shorteners; a host below one of them counts too.
SHORTENERS = frozenset(
    {
        "adf.ly", "amzn.to", "bit.do", "bit.ly", "bl.ink", "buff.ly", "cutt.ly", "dlvr.it", "fb.me", "goo.gl",
        "hubs.li", "hubs.ly", "ift.tt", "is.gd", "j.mp", "lnkd.in", "mcaf.ee", "ow.ly", "qr.ae", "rb.gy",
        "rebrand.ly", "s.id", "shorturl.at", "smarturl.it", "snip.ly", "socsi.in", "spr.ly", "t.co", "t.ly",
        "t2m.io", "tiny.cc", "tiny.one", "tinyurl.com", "trib.al", "tr.im", "urlz.fr", "v.gd", "x.co",
    }
)  # fmt: skip
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|_hs(enc|mi)|mkt_tok|igshid")
_PRIVATE_ENDINGS = (".local", ".internal", ".intranet", ".lan", ".corp", ".home")
_ADDRESS = re.compile(
    r"(https?://|www\.)\S+|[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}/\S*", re.IGNORECASE
)
_CLICK = re.compile(r"\b(click|clicking|tap here)\b", re.IGNORECASE)


def _check(checked: Checked) -> Iterator[Problem]:
    for link in checked.passages.links:
        yield from _judge_target(link)
        yield from _judge_words(link)


def _judge_target(link: PlacedLink) -> Iterator[Problem]:
    parts = urlsplit(link.url)
    if parts.scheme not in {"http", "https"}:
        return
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    if parts.scheme == "http":
        yield LINK_INSECURE.broken(
            link.path, link.line, f'link "{link.url}" is not secure', "write https:// and try it"
        )
    if any(host == each or host.endswith(f".{each}") for each in SHORTENERS):
        yield LINK_SHORTENED.broken(
            link.path,
            link.line,
            f'link "{link.url}" hides where it leads',
            "give the address that it leads to",
        )
    if is_private(host):
        yield LINK_PRIVATE.broken(
            link.path,
            link.line,
            f'link "{link.url}" leads inside a private network',
            "give an address that readers can reach",
        )
    marks = [name for name, _ in parse_qsl(parts.query) if _TRACKING.fullmatch(name.lower())]
    if marks:
        yield LINK_TRACKED.broken(
            link.path,
            link.line,
            f'link "{link.url}" carries the mark {marks[0]}',
            "delete it from the address",
        )


def is_private(host: str) -> bool:
    """Whether a host's name, or its address in figures, means something inside one network alone."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith(_PRIVATE_ENDINGS)


def _judge_words(link: PlacedLink) -> Iterator[Problem]:
    words = link.text.strip()
    if _ADDRESS.fullmatch(words):
        yield LINK_TEXT_ADDRESS.broken(
            link.path,
            link.line,
            f'link text "{words}" is an address',
            "say what the reader gets there",
        )
    elif _CLICK.search(words):
        yield LINK_TEXT_CLICK.broken(
            link.path,
            link.line,
            f'link text "{words}" asks for a click',
            "say what the reader gets there",
        )


def _check_same_text(checked: Checked) -> Iterator[Problem]:
    first: dict[str, PlacedLink] = {}
    for link in checked.passages.links:
        words = " ".join(link.text.split()).casefold()
        earlier = first.setdefault(words, link)
        if words and _target(earlier.url) != _target(link.url):
            yield LINK_SAME_TEXT.broken(
                link.path,
                link.line,
                f'link text "{link.text}" leads elsewhere in {earlier.path}:{earlier.line}',
                "say in each what is different",
            )


def _target(url: str) -> str:
    """An address without what makes no difference."""
    parts = urlsplit(url)
    return f"{parts.scheme}:{parts.netloc.lower()}{parts.path.rstrip('/')}?{parts.query}#{parts.fragment}"


CHECKS = (
    Check(
        (
            LINK_INSECURE, LINK_SHORTENED, LINK_PRIVATE, LINK_TRACKED,
            LINK_TEXT_ADDRESS, LINK_TEXT_CLICK,
        ),
        _check,
    ),
    Check((LINK_SAME_TEXT,), _check_same_text),
)  # fmt: skip
