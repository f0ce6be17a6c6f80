"""The wheel: what it holds, and that it is all a machine needs beside the locked dependencies."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from mailer.sandbox.mailbox import Mailbox

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    run(BIN / "python", "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


def run(*command: object, cwd: Path, **variables: str) -> str:
    """Run a program that must succeed, in an environment that knows nothing of this checkout."""
    foreign = ("BULLETIN_", "PYTHON", "VIRTUAL_ENV")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
    done = subprocess.run(
        [*map(str, command)], cwd=cwd, env=kept | variables, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def test_the_wheel_holds_every_template_and_nothing_for_developers(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    templates = {
        f"mailer/templates/{path.relative_to(ROOT / 'templates')}"
        for path in (ROOT / "templates").rglob("*")
        if path.is_file()
    }
    assert {Path(name).parts[2] for name in templates} >= {
        "bulletin",
        "pages",
        "sample",
        "workspace",
    }
    assert any(name.endswith(".png") for name in templates)
    assert templates <= held
    packages = {Path(name).parts[0] for name in held if ".dist-info/" not in name}
    assert packages == {"mailer", "scheduler", "subscribers"}
    assert {f"{package}/py.typed" for package in packages} <= held
    assert not [name for name in held if re.search(r"(^|/)(tests?|bench|docs)(/|_)|\.pyc$", name)]


def test_the_wheel_alone_runs_the_demo(wheel: Path, tmp_path: Path) -> None:
    bin_folder = installed(wheel, tmp_path / "environment")
    where = run(bin_folder / "python", "-c", "import mailer; print(mailer.__file__)", cwd=tmp_path)
    assert where.startswith(str(tmp_path))
    out = run(bin_folder / "bulletin", "demo", "here", cwd=tmp_path)
    assert "305 recipients: 305 accepted" in out
    assert Mailbox(tmp_path / "here" / "inbox").count() == 305
    assert len(list((tmp_path / "here" / "media").iterdir())) == 13
    assert run(bin_folder / "bulletin", "--version", cwd=tmp_path).startswith("bulletin 0.")


def installed(wheel: Path, environment: Path) -> Path:
    """A new environment with the wheel and what is locked for it; gives the folder of its programs."""
    run(BIN / "python", "-m", "venv", "--without-pip", environment, cwd=environment.parent)
    # uv takes a second where pip takes twenty, but looks for packages where it is told to by itself.
    add = (BIN / "uv", "pip", "install", "--quiet", "--python", environment / "bin" / "python")
    locked = (*add, "--require-hashes", "--requirement", ROOT / ".ci" / "requirements.txt")
    try:
        run(*locked, cwd=environment, **package_index())
    except AssertionError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"packages can't be had here: {error}")
    run(*add, "--no-deps", "--offline", wheel, cwd=environment)
    return environment / "bin"


def package_index() -> dict[str, str]:
    """Where pip is set up to find packages, in uv's words."""
    told = run(BIN / "python", "-m", "pip", "config", "list", cwd=ROOT)
    settings = dict(line.split("=", 1) for line in told.splitlines())
    words = {
        "index-url": "UV_DEFAULT_INDEX",
        "find-links": "UV_FIND_LINKS",
        "cert": "SSL_CERT_FILE",
    }
    return {
        words[name]: value.strip("'")
        for key, value in settings.items()
        if (name := key.rpartition(".")[2]) in words
    }
