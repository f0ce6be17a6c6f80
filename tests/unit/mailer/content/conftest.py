"""An edition's folder that has nothing wrong with it, for each test to spoil."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mailer.content.reader import Reading, read_edition
from tests.samples import EDITION, FIRST, SECOND, VOCABULARY, picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a sound edition with two articles."""
    place = tmp_path / "issue-04"
    (place / "articles").mkdir(parents=True)
    (place / "images").mkdir()
    (place / "edition.md").write_text(EDITION)
    (place / "articles/01-trial.md").write_text(FIRST)
    (place / "articles/02-guidance.md").write_text(SECOND)
    (place / "images/trial.png").write_bytes(picture())
    return place


@pytest.fixture
def read(folder: Path) -> Callable[[], Reading]:
    """Read the folder as it is now."""
    return lambda: read_edition(folder, VOCABULARY, folder.relative_to(folder.parent))


@pytest.fixture
def spoil(folder: Path, read: Callable[[], Reading]) -> Callable[[str, str, str], list[str]]:
    """Replace some words of a file, and give the problems that come of it."""

    def replace(name: str, old: str, new: str) -> list[str]:
        path = folder / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        return [str(problem) for problem in read().problems]

    return replace
