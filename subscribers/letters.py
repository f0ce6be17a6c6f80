"""The letters that this floor asks for: single mails to one person, in answer to what that person did.

What they say and how they leave is known upstairs and declared here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - part of the public values
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sqlalchemy import Connection


class LetterKind(StrEnum):
    """What a letter is about."""

    CONFIRM = "confirm"
    KNOWN = "known"
    WELCOME = "welcome"
    GOODBYE = "goodbye"
    NEW_ADDRESS = "new-address"
    ADDRESS_CHANGED = "address-changed"
    HELD = "held"
    REFUSED = "refused"
    COPY = "copy"
    FORGET = "forget"
    TEAM = "team"
    ARTICLE_CONFIRM = "article-confirm"
    ARTICLE_TEAM = "article-team"
    ARTICLE_ACCEPTED = "article-accepted"
    ARTICLE_DECLINED = "article-declined"
    SIGN_OFF = "sign-off"


@dataclass(frozen=True, slots=True)
class SignedLink:
    """Where a letter's button leads: a page that is open by a signed link alone.

    `names` is what the link carries; None is the number of the letter's own delivery. With `at` the link
    can grow too old.
    """

    purpose: str
    names: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter. Its `detail` is what the text says of this case alone, in one line."""

    kind: LetterKind
    address: str
    name: str = ""
    language: str = ""
    subscriber_id: int | None = None
    link: SignedLink | None = None
    detail: str = ""


class Letters(Protocol):
    """Takes letters to be sent."""

    def queue(self, connection: Connection, letter: Letter, now: datetime) -> None:
        """Keep the letter with whatever else this transaction keeps; it leaves soon after."""

    def tell_team(self, connection: Connection, detail: str, now: datetime) -> None:
        """Keep a letter to the team in the same way."""
