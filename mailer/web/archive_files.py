"""The archive as files for any web server: pages, feed, style, pictures, packs. An adapter: it writes files.

What is under embargo when they are written is not among them; they are written anew when that is over.
"""

from __future__ import annotations

import contextlib
import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mailer.packs import store
from mailer.template_files import templates_folder
from mailer.web import shelf
from mailer.web.archive import Place
from mailer.web.entries import entries
from mailer.web.packs import PACKS, ZIP, subscribe_to

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from starlette.responses import Response

    from mailer.packs.snapshot import Snapshot
    from mailer.web.archive import ArchivePages
    from mailer.web.packs import PackPages
    from mailer.web.shelf import Issue

_AUTHORED: Final = "pack.md"
"""What the folder of a workspace's own pack has, and none of ours."""

_PICTURE: Final = re.compile(r'src="/media/([\w.-]+)"')


@dataclass(frozen=True, slots=True)
class ArchiveFiles:
    """Writes the archive into a folder; every link in it is relative, but for the one that subscribes.

    `address` is where the folder will be read, for the feed.
    """

    pages: ArchivePages
    packs: PackPages
    media: Path
    address: str

    def write(self, folder: Path) -> int:
        """Write every issue and every pack; returns how many."""
        with self.pages.database.read() as connection:
            listed = entries(connection)
            issues = shelf.issues(connection)
            found = [shelf.find(connection, one.publication, one.slug) for one in issues]
            packs = [store.find(connection, one.name) for one in store.list_published(connection)]
        folder.mkdir(parents=True, exist_ok=True)
        style = templates_folder() / "pages" / "style.css"
        shutil.copyfile(style, folder / "style.css")
        _save(folder / "index.html", self.pages.list_page(listed, self._place(""), **_shared("")))
        place = Place(self.address, self.address, "", "")
        _save(folder / "feed.xml", self.pages.feed_of(listed, place))
        for issue in filter(None, found):
            self._write_issue(folder, issue)
        self._remove_others(folder, {(one.publication, one.slug) for one in issues})
        _remove_packs(folder)
        for pack in filter(None, packs):
            self._write_pack(folder, pack)
        return len(listed)

    def _remove_others(self, folder: Path, listed: AbstractSet[tuple[str, str]]) -> None:
        """Delete the pages of issues that were taken out; whatever else lies in the folder stays."""
        for publication in self.pages.names:
            for page in (folder / publication).glob("*/index.html"):
                if (publication, page.parent.name) not in listed:
                    page.unlink()
                    with contextlib.suppress(OSError):
                        page.parent.rmdir()

    def _write_issue(self, folder: Path, issue: Issue) -> None:
        root = "../../"
        place = folder / issue.publication / issue.slug
        place.mkdir(parents=True, exist_ok=True)
        response = self.pages.issue_page(issue, self._place(root), **_shared(root))
        page = bytes(response.body).decode()
        for name in set(_PICTURE.findall(page)):
            self._copy_picture(folder, name)
        linked = _PICTURE.sub(rf'src="{root}media/\1"', page)
        (place / "index.html").write_text(linked, encoding="utf-8")

    def _write_pack(self, folder: Path, snapshot: Snapshot) -> None:
        """A pack as it may be had now."""
        root, now = "../../../", self.packs.clock()
        place = folder / PACKS / snapshot.pack.name
        links = {"base": "", "subscribe": "", "index": f"{root}index.html"}
        if self.pages.can_subscribe:
            links["subscribe"] = f"{self.pages.base_url}{subscribe_to(snapshot)}"
        for path, data in self.packs.files_of(snapshot, now):
            target = place / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        page = self.packs.pack_page(snapshot, now, links, **_shared(root))
        _save(place / "index.html", page)

    def _copy_picture(self, folder: Path, name: str) -> None:
        (folder / "media").mkdir(exist_ok=True)
        if (self.media / name).is_file():
            shutil.copyfile(self.media / name, folder / "media" / name)

    def _place(self, root: str) -> Place:
        subscribe = f"{self.pages.base_url}/subscribe" if self.pages.can_subscribe else ""
        return Place(root, root, "index.html", subscribe)


def _remove_packs(folder: Path) -> None:
    """Delete every pack that was written here: what was withdrawn since must not stay."""
    for written in (folder / PACKS).glob(f"*/*/{ZIP}"):
        if not (written.parent / _AUTHORED).exists():
            shutil.rmtree(written.parent)


def _shared(root: str) -> dict[str, str]:
    return {"stylesheet": f"{root}style.css", "home": f"{root}index.html"}


def _save(path: Path, response: Response) -> None:
    path.write_bytes(bytes(response.body))
