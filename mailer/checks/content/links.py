"""Links as they are written: where they lead, by which road, and what their words promise. Pure.

Must not know whether anything answers there: `online` looks.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from mailer.checks.check import Check
from mailer.checks.fault import shorten
from mailer.content.problem import Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mailer.checks.check import Checked
    from mailer.content.passages import Passage, PlacedLink
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
LINK_WRAPPED = Rule(
    "link-wrapped",
    Severity.ERROR,
    "It tells a stranger who follows it, may hold the address of whoever got it first, and stops working "
    "one day.",
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
        "adf.ly", "amzn.to", "bit.do", "bit.ly", "bitly.com", "bl.ink", "buff.ly", "cutt.ly", "dlvr.it",
        "eepurl.com", "fb.me", "forms.gle", "goo.gl", "hubs.li", "hubs.ly", "ift.tt", "is.gd", "j.mp",
        "lnkd.in", "mcaf.ee", "ow.ly", "qr.ae", "qrco.de", "rb.gy", "rebrand.ly", "s.id", "shorturl.at",
        "smarturl.it", "snip.ly", "socsi.in", "spr.ly", "t.co", "t.ly", "t2m.io", "tiny.cc", "tiny.one",
        "tinyurl.com", "trib.al", "tr.im", "urlz.fr", "v.gd", "x.co",
    }
)  # fmt: skip
# Such an address where it is no link: readers copy it.
_BARE = re.compile(r"(?<![\w@./-])(?:https?://)?((?:[\w-]+\.)+[a-z]{2,})/[\w-]+", re.IGNORECASE)
# Who warns of such an address names one, not long before it.
_WARNED_OF = re.compile(r"\b(?:scam\w*|fake|phish\w*|suspicious|fraud\w*)\b", re.IGNORECASE)
_NOT_LONG = 80
# What mail programs and sites put before an address: its host, and a search's path.
_WRAPPER = re.compile(
    r"(.+\.)?safelinks\.protection\.outlook\.com/.*|statics\.teams\.cdn\.office\.net/.*safelinks.*"
    r"|urldefense\.(proofpoint\.)?com/.*|linkprotect\.cudasvc\.com/.*|(.+\.)?mimecast\.com/s/.*"
    r"|lm?\.facebook\.com/l\.php|google(\.[a-z]{2,3}){1,2}/url"
)
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|_hs(enc|mi)|mkt_tok|igshid")
_PRIVATE_ENDINGS = (".local", ".internal", ".intranet", ".lan", ".corp", ".home")
_ADDRESS = re.compile(
    r"(https?://|www\.)\S+|[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}/\S*", re.IGNORECASE
)
_CLICK = re.compile(r"\b(click|clicking|tap here|cliciwch|clicio)\b", re.IGNORECASE)


def _check(checked: Checked) -> Iterator[Problem]:
    for link in checked.passages.links:
        yield from _judge_target(link)
        yield from _judge_words(link)
    for passage in checked.passages.words:
        yield from judge_bare(passage, checked.passages.links)


def _judge_target(link: PlacedLink) -> Iterator[Problem]:
    parts = urlsplit(link.url)
    if parts.scheme not in {"http", "https"}:
        return
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    if parts.scheme == "http":
        yield LINK_INSECURE.broken(
            link.path, link.line, f'link "{link.url}" is not secure', "write https:// and try it"
        )
    if is_shortener(host):
        yield LINK_SHORTENED.broken(
            link.path,
            link.line,
            f'link "{link.url}" hides where it leads',
            "give the address that it leads to",
        )
    if _WRAPPER.fullmatch(f"{host}{parts.path}"):
        yield _wrapped(link, parts.query)
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


def _wrapped(link: PlacedLink, query: str) -> Problem:
    inside = [value for _, value in parse_qsl(query) if value.startswith("http")]
    remedy = f"itself: {inside[0]}" if inside else "that you come to when you open it"
    return LINK_WRAPPED.broken(
        link.path,
        link.line,
        f'link "{shorten(link.url)}" was wrapped by a mail program or a search',
        f"give the address {remedy}",
    )


def is_shortener(host: str) -> bool:
    """Whether a host's name is that of a public link shortener, or below it."""
    return any(host == each or host.endswith(f".{each}") for each in SHORTENERS)


def judge_bare(passage: Passage, links: Iterable[PlacedLink]) -> Iterator[Problem]:
    """A shortened address that is typed as text; in a link or a post it is told already."""
    for found in _BARE.finditer(passage.text) if "/" in passage.text else ():
        shown = found.group()
        before = passage.text[max(0, found.start() - _NOT_LONG) : found.start()]
        if not is_shortener(found[1].lower()) or _WARNED_OF.search(before):
            continue
        if not any(shown in each.text or shown in each.url for each in links):
            yield LINK_SHORTENED.broken(
                passage.path,
                passage.line + passage.text.count("\n", 0, found.start()),
                f'"{shown}" hides where it leads',
                "give the address that it leads to",
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
            LINK_INSECURE, LINK_SHORTENED, LINK_WRAPPED, LINK_PRIVATE, LINK_TRACKED,
            LINK_TEXT_ADDRESS, LINK_TEXT_CLICK,
        ),
        _check,
    ),
    Check((LINK_SAME_TEXT,), _check_same_text),
)  # fmt: skip
