"""The relay's words without whom and what they are about, so that equal replies count as one. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mailer.delivery.outcome import DeliveryState

# In this order: an address holds a host, a host may hold numbers, and a status code must stay as it is.
_KINDS = {
    "link": r"https?://[^\s<>\"')\]]+",
    "address": r"<?[^\s<>@\"'(),;:=\[\]]+@[^\s<>@()\"',;:\[\]]+>?",
    "kept": r"(?<![\w.])[245]\.\d{1,3}\.\d{1,3}(?![\w.]|-\d)",
    "ip": r"\[?(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w])\]?|\b(?:[0-9a-f]{1,4}:){2,}[0-9a-f:]*",
    "host": r"(?<![\w.-])(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]+(?![\w-])",
    "queue": r"(?<=\bid=)[\w.-]+",
    "id": r"\b(?=[a-z-]*\d)(?=[\d-]*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*\b",
    "number": r"\b\d+(?:[.:,]\d+)*",
}
_PATTERN = re.compile("|".join(f"(?P<{k}>{p})" for k, p in _KINDS.items()), re.IGNORECASE)
_SHOWN = {"ip": "[host]", "queue": "[id]"}
# A relay's own number for a mail may be letters alone.
_QUEUED = re.compile(r"(?<=\bqueued as )[\w.-]+", re.IGNORECASE)
# Local parts that are also words of a reply: taking them out would only tear equal replies apart.
_WORDS = frozenset(
    [
        "abuse", "account", "address", "admin", "contact", "domain", "host", "info", "list", "mail",
        "mailbox", "message", "office", "policy", "postmaster", "recipient", "relay", "sender", "server",
        "service", "spam", "support", "system", "team", "user",
    ]
)  # fmt: skip


def anonymise(text: str, address: str = "") -> str:
    """A reply with addresses, hosts, ids, numbers and links replaced by what they are.

    Status codes such as 5.1.1 stay. `address` is the recipient's: relays name its local part by itself too.
    """
    plain = " ".join(map(_plain_word, _QUEUED.sub("[id]", text).split()))
    local = address.rpartition("@")[0].lower()
    if len(local) > 2 and local not in _WORDS and local in plain.lower():
        plain = re.sub(
            rf"(?<![\w-]){re.escape(local)}(?![\w-])", "[address]", plain, flags=re.IGNORECASE
        )
    return plain


# Most words of a million replies are the same few dozen, and a look-up is a tenth of a search.
@lru_cache(maxsize=4096)
def _plain_word(word: str) -> str:
    return _PATTERN.sub(_shown, word)


def _shown(found: re.Match[str]) -> str:
    kind = found.lastgroup or ""
    return found[0] if kind == "kept" else _SHOWN.get(kind, f"[{kind}]")


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer as a relay gave it. `code` is None when there was none, and the text is our own."""

    state: DeliveryState
    code: int | None
    text: str
    address: str


@dataclass(frozen=True, slots=True)
class ReplyGroup:
    """So many mails that ended in the same state with the same words."""

    state: DeliveryState
    code: int | None
    text: str
    count: int


def group_replies(replies: Iterable[Reply]) -> list[ReplyGroup]:
    """The replies counted, the most frequent first."""
    tally = Counter((r.state, r.code, anonymise(r.text, r.address)) for r in replies)
    groups = [ReplyGroup(*key, count) for key, count in tally.items()]
    return sorted(groups, key=lambda g: (-g.count, g.state, g.code or 0, g.text))
