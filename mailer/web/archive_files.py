"""The archive as files for any web server: pages, feed, style, pictures. An adapter: it writes files."""

from __future__ import annotations

import contextlib
import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mailer.template_files import templates_folder
from mailer.web import shelf
from mailer.web.archive import Place

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from starlette.responses import Response

    from mailer.web.archive import ArchivePages
    from mailer.web.shelf import Issue

_PICTURE: Final = re.compile(r'src="/media/([\w.-]+)"')


@dataclass(frozen=True, slots=True)
class ArchiveFiles:
    """Writes the archive into a folder; every link in it is relative, but for the one that subscribes.

    `address` is where the folder will be read, for the feed.
    """

    pages: ArchivePages
    media: Path
    address: str

    def write(self, folder: Path) -> int:
        """Write every issue; returns how many."""
        with self.pages.database.read() as connection:
            listed = shelf.issues(connection)
            found = [shelf.find(connection, one.publication, one.slug) for one in listed]
        folder.mkdir(parents=True, exist_ok=True)
        style = templates_folder() / "pages" / "style.css"
        shutil.copyfile(style, folder / "style.css")
        _save(folder / "index.html", self.pages.list_page(listed, self._place(""), **_shared("")))
        _save(folder / "feed.xml", self.pages.feed_of(listed, self.address))
        for issue in filter(None, found):
            self._write_issue(folder, issue)
        self._remove_others(folder, {(one.publication, one.slug) for one in listed})
        return len(found)

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

    def _copy_picture(self, folder: Path, name: str) -> None:
        (folder / "media").mkdir(exist_ok=True)
        if (self.media / name).is_file():
            shutil.copyfile(self.media / name, folder / "media" / name)

    def _place(self, root: str) -> Place:
        subscribe = f"{self.pages.base_url}/subscribe" if self.pages.can_subscribe else ""
        return Place(root, "index.html", subscribe)


def _shared(root: str) -> dict[str, str]:
    return {"stylesheet": f"{root}style.css", "home": f"{root}index.html"}


def _save(path: Path, response: Response) -> None:
    path.write_bytes(bytes(response.body))
