"""Where a workspace keeps its themes and packs, and what each is called. An adapter: it reads folders."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo  # noqa: TC003 - part of the public values

from mailer.content.pack import PACK_FILE
from mailer.content.theme import THEME_FILE
from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from mailer.content.pack_reader import PackReading, ThemeReading
    from subscribers.facets import Vocabulary


class PackFolderError(BulletinError):
    """A pack whose folder is not there, or whose name can't be one."""


@dataclass(frozen=True, slots=True)
class PackFolders:
    """The themes below `root`. Problems name files from `workspace` on; times are of clocks in `zone`."""

    root: Path
    workspace: Path
    vocabulary: Vocabulary
    zone: ZoneInfo

    def themes(self) -> list[Path]:
        """Every theme's folder, by name."""
        return sorted(path.parent for path in self.root.glob(f"*/{THEME_FILE}"))

    def folders(self) -> list[Path]:
        """Every pack's folder, by theme and name."""
        return sorted(path.parent for path in self.root.glob(f"*/*/{PACK_FILE}"))

    def folder(self, name: str) -> Path:
        """A pack's folder, by name or by path; raises PackFolderError when it is not there."""
        for folder in (self.root / name, Path(name)):
            if (folder / PACK_FILE).is_file():
                return folder.resolve()
        theme = next((each for each in self.themes() if each.name == name.strip("/")), None)
        known = [name_of(each) for each in self.folders() if theme in {None, each.parent}]
        raise PackFolderError(
            "pack-missing", f'pack "{name}"',
            "that is a theme, which has packs" if theme else "there is no such folder",
            f"use one of: {', '.join(known)}" if known else "begin one with `bulletin pack new`",
        )  # fmt: skip

    def has_theme(self, name: str) -> bool:
        """Whether `name` begins as the packs of some theme do."""
        return name.partition("/")[0] in {each.name for each in self.themes()}

    def read(self, folder: Path) -> PackReading:
        """Read a pack with its theme."""
        from mailer.content.pack_reader import read_pack  # noqa: PLC0415 - slow to import

        return read_pack(folder, self.vocabulary, self.zone, self._shown(folder))

    def read_theme(self, folder: Path) -> ThemeReading:
        """Read a theme without its packs."""
        from mailer.content.pack_reader import read_theme  # noqa: PLC0415 - as above

        return read_theme(folder, self.vocabulary, self._shown(folder))

    def _shown(self, folder: Path) -> Path:
        return (
            folder.relative_to(self.workspace) if folder.is_relative_to(self.workspace) else folder
        )


def place_for(root: Path, name: str) -> Path:
    """Where a new pack goes; raises PackFolderError for what can't be the name of one."""
    from mailer.content.pack_reader import is_folder_name  # noqa: PLC0415 - as above

    theme, _, pack = name.partition("/")
    if not is_folder_name(theme) or not is_folder_name(pack):
        raise PackFolderError(
            "pack-name",
            f'pack "{name}"',
            "can't be called so",
            "give the theme and the pack in small letters, digits and hyphens, as quickupdates/passwords",
        )
    return root / theme / pack


def name_of(folder: Path) -> str:
    """What a pack is called everywhere: `quickupdates/software-updates`."""
    return f"{folder.parent.name}/{folder.name}"
