"""Where the texts of pages and letters are: shipped files, and a workspace's own words over them."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from mailer.template_files import templates_folder
from subscribers.catalogue import Catalogue, CatalogueError, Tongue

if TYPE_CHECKING:
    from pathlib import Path

WORDS = "words"
_FIRST = "en-GB"


def load_catalogue(workspace: Path | None = None) -> Catalogue:
    """Every language that is shipped or that the workspace's `words/` adds, English first.

    A file there replaces single texts of a language that is shipped. Raises CatalogueError.
    """
    files = [templates_folder() / WORDS]
    files += [workspace / WORDS] if workspace is not None else []
    paths = sorted(path for folder in files if folder.is_dir() for path in folder.glob("*.toml"))
    tables: dict[str, dict[str, dict[str, str]]] = {_FIRST: {}}
    for folder in files:
        for path in (one for one in paths if one.parent == folder):
            _merge(tables.setdefault(path.stem, {}), _read(path))
    return Catalogue(tuple(_tongue(tag, texts) for tag, texts in tables.items()))


def _merge(whole: dict[str, dict[str, str]], added: dict[str, dict[str, str]]) -> None:
    for table, texts in added.items():
        whole[table] = {**whole.get(table, {}), **texts}


def _tongue(tag: str, tables: dict[str, dict[str, str]]) -> Tongue:
    named = {table: texts for table, texts in tables.items() if table != "language"}
    return Tongue(tag, tables.get("language", {}).get("name", tag), named)


def _read(path: Path) -> dict[str, dict[str, str]]:
    try:
        found: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueError("words-unreadable", str(path), str(error), "mend the file") from error
    for table, texts in found.items():
        if not isinstance(texts, dict) or not all(isinstance(t, str) for t in texts.values()):
            what = f'"{table}" is no table of texts'
            raise CatalogueError("words-unreadable", str(path), what, "mend the file")
    return found
