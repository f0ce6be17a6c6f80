"""Lay a workspace down: settings, folders, a signing key, the sample. An adapter: it writes files.

Knows the shape of a workspace; must not know what its database or its editions mean.
"""

from __future__ import annotations

import secrets
import shutil
from typing import TYPE_CHECKING

from mailer.config import SECRETS_FILE, SETTINGS_FILE, SettingsError
from mailer.template_files import templates_folder

if TYPE_CHECKING:
    from pathlib import Path

FOLDERS = ("editions", "packs")
DEFAULT_DATABASE = "sqlite:///bulletin.db"


def lay_down(folder: Path, database_url: str = DEFAULT_DATABASE) -> None:
    """Write settings, folders and a new signing key; refuses a folder that is a workspace already."""
    if (folder / SETTINGS_FILE).exists():
        raise SettingsError(
            "workspace-exists",
            str(folder),
            f"there is a {SETTINGS_FILE} already",
            "choose another folder",
        )
    # What is in it concerns people: nobody else on this machine needs to look.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in FOLDERS:
        (folder / name).mkdir(exist_ok=True)
    source = templates_folder() / "workspace"
    _write_new(folder / ".gitignore", (source / "gitignore").read_text(encoding="utf-8"))
    _write_secret(folder / SECRETS_FILE)
    settings = (source / SETTINGS_FILE).read_text(encoding="utf-8")
    # Last, so that a folder without it is no workspace and can be laid down again.
    _write_new(folder / SETTINGS_FILE, settings.replace("$database_url", database_url))


def _write_new(path: Path, text: str) -> None:
    if not path.exists():
        path.write_text(text, encoding="utf-8")


def _write_secret(path: Path) -> None:
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(f"BULLETIN_SECRET_KEY={secrets.token_hex(32)}\n", encoding="utf-8")


def add_sample_edition(folder: Path) -> str:
    """Copy the sample edition into a workspace; returns its name."""
    (source,) = (templates_folder() / "sample" / "editions").iterdir()
    shutil.copytree(source, folder / "editions" / source.name)
    return source.name


def add_sample_packs(folder: Path) -> str:
    """Copy the sample campaign with its packs into a workspace; returns its theme's name."""
    (source,) = (templates_folder() / "sample" / "packs").iterdir()
    shutil.copytree(source, folder / "packs" / source.name)
    return source.name


def sample_subscribers() -> Path:
    """The sample subscribers as CSV."""
    return templates_folder() / "sample" / "subscribers.csv"
