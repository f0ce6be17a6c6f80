"""Packs by what a person types: begun, checked, listed and built."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from mailer.app import Workspace
from mailer.cli.main import app
from mailer.content.drafting import DraftError
from mailer.workspace import add_sample_packs, lay_down
from tests.drafts import write_up

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Typed = Callable[..., str]

PACK = "quickupdates/security-software"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new workspace, in which commands are typed."""
    place = tmp_path / "workspace"
    lay_down(place)
    Workspace.open(place).unchecked_database.migrate()
    monkeypatch.chdir(place)
    return place


@pytest.fixture
def bulletin(place: Path) -> Typed:  # noqa: ARG001 - where commands are typed
    """Type a command, and get what it prints."""

    def run(*words: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, words, catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result.output

    return run


def test_a_pack_is_begun_written_and_checked_with_its_theme(bulletin: Typed, place: Path) -> None:
    told = bulletin("pack", "new", "quickupdates/summer-updates")
    assert "packs/quickupdates/theme.md" in told
    assert "packs/quickupdates/summer-updates/pack.md" in told
    told = bulletin("pack", "check", "quickupdates/summer-updates", code=1)
    assert '"What a partner can post as it stands" was left to be filled in' in told
    write_up(place / "packs")
    told = bulletin("pack", "check", "quickupdates/summer-updates")
    assert told.startswith("Summer updates, ")
    assert told.endswith("1 post and 0 assets, nothing wrong.\n")
    with pytest.raises(DraftError, match="is there already"):
        bulletin("pack", "new", "quickupdates/summer-updates")


def test_a_second_pack_says_where_its_wave_goes(bulletin: Typed, place: Path) -> None:
    bulletin("pack", "new", "quickupdates/one")
    told = bulletin("pack", "new", "quickupdates/two")
    assert 'write "pack: two" into one in packs/quickupdates/theme.md' in told
    assert "no wave has the pack two" in bulletin("pack", "check", "quickupdates/two", code=1)
    theme = place / "packs/quickupdates/theme.md"
    wave = '  - date: 2027-07-27\n    title: "Two: again"\n    pack: two\n---'
    theme.write_text(theme.read_text().replace("\n---", f"\n{wave}", 1))
    write_up(place / "packs")
    assert "27 July 2027" in bulletin("pack", "check", "quickupdates/two")


def test_a_wave_gives_its_date_and_title_to_the_pack_that_is_begun_for_it(
    bulletin: Typed, place: Path
) -> None:
    add_sample_packs(place)
    shutil.rmtree(place / "packs" / PACK)
    (planned,) = [
        row for row in json.loads(bulletin("pack", "list", "--json")) if row["pack"] == PACK
    ]
    assert (planned["state"], planned["date"]) == ("not begun", "2027-01-05")
    bulletin("pack", "new", PACK)
    write_up(place / "packs" / PACK)
    assert "Security software for the new year, 5 January 2027" in bulletin("pack", "check", PACK)


def test_the_sample_campaign_has_three_packs_that_can_go(bulletin: Typed, place: Path) -> None:
    add_sample_packs(place)
    rows = json.loads(bulletin("pack", "list", "--json"))
    assert [(row["date"], row["state"]) for row in rows] == [
        ("2026-07-21", "ready"), ("2026-10-20", "ready"), ("2027-01-05", "ready"),
    ]  # fmt: skip
    for row in rows:
        assert json.loads(bulletin("pack", "check", row["pack"], "--json")) == []


def test_a_pack_is_built_as_it_will_be_at_a_moment(bulletin: Typed, place: Path) -> None:
    add_sample_packs(place)
    before = bulletin("pack", "build", PACK, "--at", "2027-01-09 08:59", "-o", "before.zip")
    assert (
        "Left out: Every device, wide picture, under embargo until 9 January 2027, 09:00" in before
    )
    bulletin("pack", "build", PACK, "--at", "2027-01-09 09:00", "-o", "then.zip")
    after = bulletin("pack", "build", PACK, "--at", "2027-03-31 23:59", "-o", "after.zip")
    assert "Left out: Every device, wide picture, expired on 31 March 2027, 23:59" in after
    wide = "quickupdates-security-software/assets/shield-wide.png"
    held = {name: wide in zipfile.ZipFile(place / f"{name}.zip").namelist() for name in
            ("before", "then", "after")}  # fmt: skip
    assert held == {"before": False, "then": True, "after": False}
    assert (place / "before.zip").read_bytes() == (place / "after.zip").read_bytes()


def test_the_zip_opens_with_the_tools_that_people_have(bulletin: Typed, place: Path) -> None:
    add_sample_packs(place)
    told = json.loads(bulletin("pack", "build", PACK, "--json"))
    assert told["file"] == "quickupdates-security-software.zip"
    tools = {
        "unzip": ["unzip", "-qq", told["file"], "-d", "unzip"],
        "bsdtar": ["bsdtar", "-xf", told["file"], "-C", "bsdtar"],
        "7z": ["7z", "x", "-bd", "-o7z", told["file"]],
        "python": ["python3", "-m", "zipfile", "-e", told["file"], "python"],
    }
    opened = [name for name in tools if shutil.which(tools[name][0])]
    assert opened
    for name in opened:
        (place / name).mkdir()
        subprocess.run(tools[name], cwd=place, check=True, stdout=subprocess.DEVNULL)
        root = place / name / "quickupdates-security-software"
        manifest = json.loads((root / "manifest.json").read_text(encoding="utf-8"))
        for each in manifest["texts"] + manifest["assets"]:
            assert (root / each["file"]).stat().st_size == each["size"]


def test_a_pack_that_is_wrong_is_not_built(bulletin: Typed, place: Path) -> None:
    add_sample_packs(place)
    path = place / "packs" / PACK / "pack.md"
    path.write_text(path.read_text().replace("file: shield-wide.png", "file: ../shield-wide.png"))
    told = bulletin("pack", "build", PACK, code=1)
    assert f"packs/{PACK}/pack.md:" in told
    assert "the pack can't be sent yet" in told
    assert list(place.glob("*.zip")) == []
