"""What an examination found, and what to publish or change. Pure; knows nothing of who reads it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_DNS_STRING = 255


class State(StrEnum):
    """How it stands with one thing; `skipped` is for what could not be asked, or has no meaning here."""

    GOOD = "good"
    WARNING = "warning"
    WRONG = "wrong"
    SKIPPED = "skipped"


class Area(StrEnum):
    """What a finding is about, in the order in which they are told."""

    SENDER = "sender"
    RETURN = "return path"
    RELAY = "relay"
    PAGES = "pages"
    MACHINE = "machine"
    QUEUE = "queue"
    SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it stands, what was found, and what to do."""

    area: Area
    subject: str
    state: State
    found: str
    remedy: str = ""
    publish: str = ""
    """The DNS record that mends it, as a zone file holds it."""


def good(area: Area, subject: str, found: str) -> Finding:
    """A thing that is as it should be."""
    return Finding(area, subject, State.GOOD, found)


def warning(area: Area, subject: str, found: str, remedy: str, publish: str = "") -> Finding:
    """A thing that works, and could be better or soon won't."""
    return Finding(area, subject, State.WARNING, found, remedy, publish)


def wrong(area: Area, subject: str, found: str, remedy: str, publish: str = "") -> Finding:
    """A thing that keeps mail from arriving, or people from their pages."""
    return Finding(area, subject, State.WRONG, found, remedy, publish)


def skipped(area: Area, subject: str, found: str, remedy: str = "") -> Finding:
    """A thing that nobody could judge."""
    return Finding(area, subject, State.SKIPPED, found, remedy)


def txt_line(name: str, text: str) -> str:
    """A TXT record as a zone file holds it, cut into strings that DNS can hold (RFC 1035, section 3.3)."""
    parts = [text[i : i + _DNS_STRING] for i in range(0, len(text), _DNS_STRING)]
    quoted = " ".join(f'"{part}"' for part in parts)
    return f"{name}. IN TXT {quoted if len(parts) == 1 else f'( {quoted} )'}"
