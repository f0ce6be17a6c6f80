"""A draft finds its place: a new file in an edition's folder, its picture beside it. An adapter: it writes.

Nothing that is there is ever written over, and a draft is there whole or not at all.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from mailer.content.front_matter import parse_document
from mailer.content.picture import PictureFault, examine
from mailer.content.problem import Findings
from mailer.content.reader import EDITION_FILE, slugify
from mailer.content.source_text import read_text
from mailer.submissions.draft import write_article
from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mailer.submissions.draft import Draft


class PlacingError(BulletinError):
    """A draft that can't be put where it was meant to go."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a draft is now, and the slug by which its edition knows it."""

    slug: str
    files: tuple[Path, ...]

    def take_back(self) -> None:
        """Remove the files: whatever should have followed did not."""
        for path in self.files:
            path.unlink(missing_ok=True)


def place(draft: Draft, folder: Path, section: str = "") -> Placed:
    """Write a draft into an edition's folder, behind the articles that are there.

    `section` is one of the edition's; its first that is no spotlight when left out. Raises PlacingError for
    another, for a draft that lacks what every article has, and for a picture that can't be mailed.
    """
    _refuse_unfinished(draft)
    chosen = _choose_section(folder, section)
    suffix = _suffix(draft)
    slug = _free_slug(folder, draft.slug)
    stem = f"{_next_number(folder):02}-{slug}"
    article, picture = folder / "articles" / f"{stem}.md", folder / "images" / f"{stem}.{suffix}"
    text = write_article(draft, chosen, picture.name if suffix else "")
    files = {picture: draft.picture.data} if draft.picture else {}
    try:
        with taking_back() as done:
            for path, data in {**files, article: text.encode()}.items():
                _write_new(path, data)
                done.append(Placed(slug, (path,)))
    except FileExistsError as error:
        what, remedy = "was made by somebody else at this moment", "try again"
        raise PlacingError("article-exists", str(error.filename), what, remedy) from error
    return Placed(slug, (article, *files))


@contextlib.contextmanager
def taking_back() -> Iterator[list[Placed]]:
    """Gives a list; what is in it is taken back when the block raises, its last transaction included."""
    placed: list[Placed] = []
    try:
        yield placed
    except BaseException:
        for each in placed:
            each.take_back()
        raise


def _refuse_unfinished(draft: Draft) -> None:
    for what, words, remedy in (
        ("title", draft.title, "give it one with --title"),
        ("text", draft.body, "write it"),
        ("owner", draft.owner, "say with --owner who signs it off"),
    ):
        if not words.strip():
            raise PlacingError(f"article-{what}", "the article", f"has no {what}", remedy)


def _write_new(path: Path, data: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.touch(exist_ok=False)
    partial = path.with_name(f".{path.name}.part")
    try:
        partial.write_bytes(data)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        raise


def _choose_section(folder: Path, wanted: str) -> str:
    titles, spotlight = _sections(folder)
    if not wanted:
        return next((title for title in titles if title != spotlight), titles[0])
    for title in titles:
        if title.casefold() == wanted.casefold():
            return title
    what = f"is no section of {folder.name}"
    remedy = f"use one of: {', '.join(titles)}; or add it to {EDITION_FILE}"
    raise PlacingError("section-unknown", f'section "{wanted}"', what, remedy)


def _sections(folder: Path) -> tuple[list[str], str]:
    """The titles of an edition's sections, and which is its spotlight, whatever else is wrong with it."""
    findings = Findings(PurePath(folder.name) / EDITION_FILE)
    text = read_text(folder / EDITION_FILE, findings)
    document = parse_document(text, findings) if text is not None else None
    titles = [title for title, _ in document.fields.texts("sections")] if document else []
    if document is None or not titles:
        what, remedy = "lists no section", f"see `bulletin edition check {folder.name}`"
        raise PlacingError("sections-missing", str(findings.path), what, remedy)
    return titles, document.fields.text("spotlight")


def _suffix(draft: Draft) -> str:
    if draft.picture is None:
        return ""
    examined = examine(draft.picture.data)
    if isinstance(examined, PictureFault):
        raise PlacingError("picture-unusable", "the picture", examined.what, examined.remedy)
    return examined.media_name.rpartition(".")[2]


def _free_slug(folder: Path, slug: str) -> str:
    taken = {slugify(path.stem) for path in (folder / "articles").glob("*.md")}
    number, free = 1, slug
    while free in taken:
        number += 1
        free = f"{slug}-{number}"
    return free


def _next_number(folder: Path) -> int:
    found = (re.match(r"[0-9]{1,4}", path.name) for path in (folder / "articles").glob("*.md"))
    return max((int(digits.group()) for digits in found if digits), default=0) + 1
