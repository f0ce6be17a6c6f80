"""The folders of a new edition or pack, ready to be written in. An adapter: it writes files."""

from __future__ import annotations

import shutil
from string import Template
from typing import TYPE_CHECKING

from subscribers.errors import BulletinError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path


class DraftError(BulletinError):
    """A new edition or pack that can't be begun."""


def draft_edition(
    folder: Path, patterns: Path, *, publication: str, number: int, date: dt.date, title: str
) -> list[Path]:
    """Make an edition's folder from the patterns; returns the files to write in."""
    if folder.exists():
        raise DraftError(
            "edition-exists", str(folder), "is there already", "choose another name with --name"
        )
    words = {
        "publication": publication,
        "number": number,
        "date": date,
        "title": _in_quotes(title),
    }
    files = {
        "edition.md": _fill(patterns / "edition.md", words),
        "articles/01-first-article.md": _fill(patterns / "article.md", words),
    }
    return _lay_down(folder, files, "images")


def draft_pack(
    folder: Path, patterns: Path, *, publication: str, name: str, date: dt.date, title: str
) -> list[Path]:
    """Make a pack's folder from the patterns, and its theme's with a wave for it if there is none yet.

    `name` is the theme's. Returns the files to write in.
    """
    if folder.exists():
        raise DraftError("pack-exists", str(folder), "is there already", "choose another name")
    words = {
        "publication": publication,
        "name": _in_quotes(name),
        "date": date,
        "title": _in_quotes(title),
        "pack": folder.name,
    }
    pack = _fill(patterns / "pack.md", words)
    if folder.parent.exists():
        return _lay_down(folder, {"pack.md": pack}, "assets")
    files = {"theme.md": _fill(patterns / "theme.md", words), f"{folder.name}/pack.md": pack}
    return _lay_down(folder.parent, files, f"{folder.name}/assets")


def _lay_down(folder: Path, files: Mapping[str, str], empty: str) -> list[Path]:
    """Make a folder with these files, and one that is empty yet.

    Made beside its place and moved there whole, so that a failure leaves nothing behind.
    """
    partial = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    (partial / empty).mkdir(parents=True)
    for name, text in files.items():
        (partial / name).parent.mkdir(exist_ok=True)
        (partial / name).write_text(text, encoding="utf-8")
    partial.replace(folder)
    return [folder / name for name in files]


def _fill(pattern: Path, words: Mapping[str, object]) -> str:
    return Template(pattern.read_text(encoding="utf-8")).substitute(words)


def _in_quotes(text: str) -> str:
    """What may stand between quotation marks in front matter."""
    return text.replace("\\", "/").replace('"', "'")
