"""Whether an article is signed off as it stands: a decision over what its owner signed. Pure.

An article needs it when it names an owner or came from a partner. It is a warning and no error: what happens
without it is for the team to decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from mailer.content.problem import Rule, Severity
from mailer.content.reader import slugify
from mailer.submissions.fingerprint import fingerprint
from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import PurePath

    from mailer.content.edition import Article, Edition
    from mailer.content.problem import Problem
    from mailer.content.source_text import Source

SIGNED_OFF = Rule(
    "sign-off",
    Severity.WARNING,
    "Whoever an article is about or from should have said yes to the very words that go out.",
)


class SignOffError(BulletinError):
    """An article that is not there to be signed off."""


@dataclass(frozen=True, slots=True)
class Piece:
    """An article as it stands now, and where: the line is that of its owner, 0 when it names none."""

    edition: str
    article: Article
    fingerprint: str
    path: PurePath
    line: int = 0
    is_from_partner: bool = False

    @property
    def name(self) -> str:
        """How commands name it."""
        return f"{self.edition}/{self.article.slug}"

    @property
    def needs_sign_off(self) -> bool:
        """Whether somebody has to sign it off."""
        return bool(self.article.owner) or self.is_from_partner


@dataclass(frozen=True, slots=True)
class SignOff:
    """One time that somebody was asked to sign off an article, or did."""

    id: int
    edition: str
    article: str
    title: str
    fingerprint: str
    owner: str
    address_key: str
    shown: str
    asked_at: datetime
    asked_by: str
    signed_at: datetime | None
    signed_by: str
    note: str


class Standing(StrEnum):
    """Where the sign-off of an article stands."""

    SIGNED = "signed off"
    CHANGED = "changed since it was signed off"
    ASKED = "asked"
    MISSING = "not signed off"


def pieces_of(edition: Edition, sources: Sequence[Source], partners: frozenset[str]) -> list[Piece]:
    """The articles of an edition, in reading order; `partners` has the slugs of those from partners."""
    files = {slugify(source.path.stem): source for source in sources[1:]}
    return [
        Piece(
            edition.slug,
            article,
            fingerprint(article),
            files[article.slug].path,
            _owner_line(files[article.slug]),
            article.slug in partners,
        )
        for article in edition.articles
    ]


def _owner_line(source: Source) -> int:
    lines = source.text.split("\n")
    return next((n for n, line in enumerate(lines, 1) if line.startswith("owner:")), 0)


def judge(piece: Piece, entries: Collection[SignOff]) -> tuple[Standing, SignOff | None]:
    """Where an article stands by the entries about it, oldest first, and the entry that says so."""
    signed = [one for one in entries if one.signed_at]
    for one in reversed(signed):
        if one.fingerprint == piece.fingerprint:
            return Standing.SIGNED, one
    for one in reversed([*entries]):
        if one.fingerprint == piece.fingerprint:
            return Standing.ASKED, one
    return (Standing.CHANGED, signed[-1]) if signed else (Standing.MISSING, None)


def unsigned(pieces: Iterable[Piece], entries: Collection[SignOff]) -> Iterator[Problem]:
    """The articles that need a sign-off and have none that holds."""
    for piece in pieces:
        if piece.needs_sign_off:
            own = [one for one in entries if one.article == piece.article.slug]
            standing, entry = judge(piece, own)
            if standing is not Standing.SIGNED:
                yield _problem(piece, standing, entry)


def _problem(piece: Piece, standing: Standing, entry: SignOff | None) -> Problem:
    ask, record = (
        f"`bulletin article ask {piece.name}`",
        f"`bulletin article sign-off {piece.name}`",
    )
    owner = piece.article.owner or "its owner"
    if entry and standing is Standing.CHANGED:
        signed = f"{entry.owner or owner} signed it off on {entry.signed_at:%Y-%m-%d}"
        what = f"the article was changed after {signed}"
        return SIGNED_OFF.broken(piece.path, piece.line, what, f"ask again with {ask}")
    if entry and standing is Standing.ASKED:
        asked = f"{entry.owner or owner} was asked on {entry.asked_at:%Y-%m-%d}"
        what = f"{asked} to sign the article off, and has not done so"
        return SIGNED_OFF.broken(piece.path, piece.line, what, f"wait, or record it with {record}")
    what = f"{owner} has not signed the article off"
    return SIGNED_OFF.broken(
        piece.path, piece.line, what, f"ask with {ask}, or record it with {record}"
    )
