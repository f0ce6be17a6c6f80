"""A new edition's folder, ready to be written in. An adapter: it writes files."""

from __future__ import annotations

import shutil
from string import Template
from typing import TYPE_CHECKING

from subscribers.errors import BulletinError

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path


class DraftError(BulletinError):
    """A new edition that can't be begun."""


def draft_edition(
    folder: Path, patterns: Path, *, publication: str, number: int, date: dt.date, title: str
) -> list[Path]:
    """Make an edition's folder from the patterns; returns the files to write in.

    Made beside its place and moved there whole, so that a failure leaves nothing behind.
    """
    if folder.exists():
        raise DraftError(
            "edition-exists", str(folder), "is there already", "choose another name with --name"
        )
    partial = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    (partial / "articles").mkdir(parents=True)
    (partial / "images").mkdir()
    words = {
        "publication": publication,
        "number": number,
        "date": date,
        "title": title.replace('"', "'"),
    }
    files = {
        "edition.md": patterns / "edition.md",
        "articles/01-first-article.md": patterns / "article.md",
    }
    for name, pattern in files.items():
        text = Template(pattern.read_text(encoding="utf-8")).substitute(words)
        (partial / name).write_text(text, encoding="utf-8")
    partial.replace(folder)
    return [folder / name for name in files]
