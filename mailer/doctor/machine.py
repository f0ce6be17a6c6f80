"""Judges the machine: disk, files that others may read, and how the database keeps things. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mailer.doctor.finding import Area, Finding, good, warning, wrong

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from subscribers.errors import BulletinError

_AREA: Final = Area.MACHINE
_LITTLE: Final = 1024**3
_TOO_LITTLE: Final = 100 * 1024**2
_OTHERS: Final = 0o077


@dataclass(frozen=True, slots=True)
class Holding:
    """How a database keeps what was committed."""

    name: str
    revision: str
    is_safe: bool
    """Whether a commit is on the disk before it is told to be done."""


def judge_database(seen: Holding | BulletinError) -> Finding:
    """A database that is up to date; or why it can't be used."""
    if not isinstance(seen, Holding):
        return wrong(_AREA, "database", f"{seen.subject}: {seen.what}", seen.remedy)
    found = f"{seen.name} is at revision {seen.revision}"
    if not seen.is_safe:
        found = f"{found}, and forgets what it was told last when the machine fails"
        remedy = "switch fsync and synchronous_commit on: else mails may go out twice"
        return wrong(_AREA, "database", found, remedy)
    return good(_AREA, "database", found)


def judge_disk(free: int, folder: Path) -> Finding:
    """The room that is left, in bytes."""
    found = f"{free / 1024**3:.1f} GiB free at {folder}"
    remedy = "free some: without room nothing can be written down, and so nothing is sent"
    if free < _TOO_LITTLE:
        return wrong(_AREA, "disk", found, remedy)
    if free < _LITTLE:
        return warning(_AREA, "disk", found, remedy)
    return good(_AREA, "disk", found)


def judge_rights(modes: Sequence[tuple[str, int]]) -> Finding:
    """Who may read what is secret: files and folders by name, with their modes."""
    exposed = [name for name, mode in modes if mode & _OTHERS]
    if exposed:
        found = f"others on this machine may open {', '.join(exposed)}"
        return warning(_AREA, "secrets", found, f"chmod go= {' '.join(exposed)}")
    return good(_AREA, "secrets", "nobody else on this machine may open them")
