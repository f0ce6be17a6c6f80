"""Where the templates are: beside the packages in a checkout, inside this package in a wheel."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def templates_folder() -> Path:
    """The folder that holds `bulletin/`, `pages/`, `sample/` and the rest."""
    packed = _HERE / "templates"
    return packed if packed.is_dir() else _HERE.parent / "templates"
