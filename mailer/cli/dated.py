"""What a publication has for a date: an edition, or the pack of a wave; and how it is sent without a person.

Knows folders and how each is checked; must not know schedules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from mailer.cli.approved import proof_of
from mailer.cli.send import plan_sending
from mailer.content.pack_folders import name_of
from mailer.packing import errand

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mailer.app import Workspace
    from mailer.approval.decision import Proof
    from mailer.content.edition import Edition
    from mailer.delivery.planning import Plan


class Ready(Protocol):
    """An edition or a pack that can be sent."""

    @property
    def name(self) -> str:
        """What it is called everywhere."""

    def proof(self, segment_name: str) -> Proof:
        """It and a segment, as somebody would approve them now."""

    def plan(self, segment_name: str) -> Plan:
        """What would be sent to whom."""

    def begin(self, plan: Plan, actor: str, canary: float = 0, accepted: int | None = None) -> int:
        """Freeze its campaign; gives the number."""


@dataclass(frozen=True, slots=True)
class Dated:
    """An edition or a pack by its folder. `command` is the group of commands that are about it."""

    folder: Path
    name: str
    command: str

    def __str__(self) -> str:
        command = f"bulletin {self.command} check {self.name}"
        return f"{self.name} has errors and can't be sent; `{command}` lists them"

    def read(self, opened: Workspace) -> Ready | None:
        """It, ready to be sent; None when it can't be."""
        from mailer.inspection import Inspector

        if self.command == "pack":
            pack = Inspector(opened).check_pack(self.folder).pack
            return errand(opened, pack) if pack else None
        edition = Inspector(opened).check_edition(self.folder).edition
        return _EditionErrand(opened, edition) if edition else None


@dataclass(frozen=True, slots=True)
class _EditionErrand:
    """An edition on its way."""

    opened: Workspace
    edition: Edition

    @property
    def name(self) -> str:
        return self.edition.slug

    def proof(self, segment_name: str) -> Proof:
        return proof_of(self.opened, self.edition, segment_name)

    def plan(self, segment_name: str) -> Plan:
        return plan_sending(self.opened, self.edition, segment_name)

    def begin(self, plan: Plan, actor: str, canary: float = 0, accepted: int | None = None) -> int:
        from mailer.dispatch import Dispatch

        return Dispatch(self.opened).begin(self.edition, plan, actor, canary, accepted)


def find_dated(
    opened: Workspace, publication: str, dates: Sequence[dt.date]
) -> tuple[list[Dated], list[Dated]]:
    """What the publication has for the first of these dates that it has anything for.

    Beside it what can't be read, so that nobody knows its date.
    """
    by_date: dict[dt.date, list[Dated]] = {}
    unreadable: list[Dated] = []
    for found, known in (*_packs(opened), *_editions(opened)):
        if known is None:
            unreadable.append(found)
        elif known[0] == publication:
            by_date.setdefault(known[1], []).append(found)
    return next((by_date[date] for date in dates if date in by_date), []), unreadable


def expected(opened: Workspace, publication: str) -> str:
    """What a publication consists of: packs where it has a theme, else editions."""
    themes = (opened.packs.read_theme(folder).theme for folder in opened.packs.themes())
    has_theme = any(theme.publication == publication for theme in themes if theme)
    return "pack" if has_theme else "edition"


def _editions(opened: Workspace) -> Iterator[tuple[Dated, tuple[str, dt.date] | None]]:
    for folder in opened.editions.folders():
        edition = opened.editions.read(folder).edition
        known = (edition.publication, edition.date) if edition else None
        yield Dated(folder, folder.name, "edition"), known


def _packs(opened: Workspace) -> Iterator[tuple[Dated, tuple[str, dt.date] | None]]:
    """By their themes, which know the dates: a pack that can't be read has one all the same."""
    themes = {folder: opened.packs.read_theme(folder).theme for folder in opened.packs.themes()}
    for folder in opened.packs.folders():
        found = Dated(folder, name_of(folder), "pack")
        theme = themes.get(folder.parent)
        wave = theme.wave_of(folder.name) if theme else None
        if wave and theme:
            yield found, (theme.publication, wave.date)
        elif theme is None:
            yield found, None
