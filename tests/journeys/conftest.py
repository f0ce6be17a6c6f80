"""The command line as a person uses it: a process of its own, in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from mailer.workspace import add_sample_edition, sample_subscribers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Bulletin = Callable[..., "Ran"]


@dataclass(frozen=True)
class Ran:
    """A command that has ended."""

    code: int
    out: str
    err: str


@dataclass
class CommandLine:
    """Runs commands in one folder, with an environment that holds no setting but those given."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("BULLETIN_")}
        # A machine may be told not to keep compiled modules; each command would compile them all again.
        kept.pop("PYTHONDONTWRITEBYTECODE", None)
        return kept | {"NO_COLOR": "1", "COLUMNS": "100"} | self.variables

    def __call__(self, *arguments: object, **variables: str) -> Ran:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "mailer.cli", *map(str, arguments)],
            cwd=self.folder,
            env=self.environment | variables,
            capture_output=True,
            text=True,
            timeout=120,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Ran(done.returncode, done.stdout, done.stderr)

    def does(self, *arguments: object, **variables: str) -> str:
        """Run a command that must succeed; gives what it printed."""
        ran = self(*arguments, **variables)
        assert ran.code == 0, ran.err + ran.out
        return ran.out


@pytest.fixture
def bulletin(tmp_path: Path) -> CommandLine:
    """The command line in an empty folder."""
    return CommandLine(tmp_path)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the sample edition and its subscribers, for copies to be made of."""
    place = tmp_path_factory.mktemp("prepared") / "workspace"
    CommandLine(place.parent).does("init", place)
    add_sample_edition(place)
    CommandLine(place).does("subscribers", "import", sample_subscribers())
    return place


@pytest.fixture
def workspace(prepared: Path, tmp_path: Path) -> CommandLine:
    """The command line in a new workspace with the sample edition and its subscribers."""
    place = tmp_path / "workspace"
    shutil.copytree(prepared, place)
    return CommandLine(place)
