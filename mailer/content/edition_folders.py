"""Where a workspace keeps its editions, and what each is called. An adapter: it reads folders."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from mailer.content.reader import Reading
    from subscribers.facets import Vocabulary


class EditionFolderError(BulletinError):
    """An edition whose folder is not there."""


@dataclass(frozen=True, slots=True)
class EditionFolders:
    """The editions below `root`. Problems name files from `workspace` on."""

    root: Path
    workspace: Path
    vocabulary: Vocabulary

    def folders(self) -> list[Path]:
        """Every edition's folder, by name."""
        return sorted(path.parent for path in self.root.glob("*/edition.md"))

    def folder(self, name: str) -> Path:
        """An edition's folder, by name or by path; raises EditionFolderError when it is not there."""
        given = Path(name)
        known = [folder.name for folder in self.folders()]
        for folder in (self.root / given.name, given):
            if folder.is_dir() and given.name:
                return folder.resolve()
        raise EditionFolderError(
            "edition-missing", f'edition "{name}"', "there is no such folder",
            f"use one of: {', '.join(known)}" if known else "begin one with `bulletin edition new`",
        )  # fmt: skip

    def read(self, folder: Path) -> Reading:
        """Read an edition; problems name files as a person in the workspace would."""
        from mailer.content.reader import read_edition  # noqa: PLC0415 - slow to import

        shown = (
            folder.relative_to(self.workspace) if folder.is_relative_to(self.workspace) else folder
        )
        return read_edition(folder, self.vocabulary, shown)

    def next_issue(self, publication: str, rule: str, today: dt.date) -> tuple[int, dt.date]:
        """The number and date of a publication's next edition, by its quarterly rule or two weeks ahead."""
        from scheduler.recurrence import QuarterDay  # noqa: PLC0415 - as above

        readings = [self.read(folder).edition for folder in self.folders()]
        earlier = [each for each in readings if each and each.publication == publication]
        last = max([today, *(each.date for each in earlier)])
        date = QuarterDay.parse(rule).after(last) if rule else last + dt.timedelta(weeks=2)
        return max((each.number for each in earlier), default=0) + 1, date
