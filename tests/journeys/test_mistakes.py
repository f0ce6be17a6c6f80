"""What goes wrong for people: one clear message, an exit code, and nothing half done."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import CommandLine, Ran

EDITION = "editions/issue-04/edition.md"
ARTICLE = "editions/issue-04/articles/01-operation-jigsaw.md"


def spoil(workspace: CommandLine, name: str, pattern: str, new: str) -> None:
    path = workspace.folder / name
    text = path.read_text(encoding="utf-8")
    spoilt = re.sub(pattern, new, text, count=1, flags=re.MULTILINE)
    assert spoilt != text
    path.write_text(spoilt, encoding="utf-8")


def nothing_was_sent(workspace: CommandLine) -> bool:
    return json.loads(workspace.does("campaign", "list", "--json")) == []


@pytest.mark.parametrize(
    ("name", "pattern", "new", "told"),
    [
        (
            EDITION,
            r"^number: 4$",
            "number: [4",
            r"edition.md:\d+: the front matter is not valid YAML",
        ),
        (
            ARTICLE,
            r"^image: .*$",
            "image: gone.png",
            r"jigsaw.md:\d+: image images/gone.png does not exist",
        ),
        (ARTICLE, r"^image_alt: .*\n", "", r'jigsaw.md:\d+: "image_alt" is missing'),
        (ARTICLE, r"^order: 1$", "order: 1\nsectors: [polise]", r'"polise" is no sector'),
    ],
)
def test_an_edition_with_a_mistake_is_not_sent(
    workspace: CommandLine, name: str, pattern: str, new: str, told: str
) -> None:
    spoil(workspace, name, pattern, new)
    for command in (("edition", "check", "issue-04"), ("send", "issue-04", "-s", "everyone", "-y")):
        ran = workspace(*command)
        assert ran.code == 1
        assert re.search(told, ran.out + ran.err), ran.out + ran.err
    assert nothing_was_sent(workspace)


def test_a_list_with_bad_rows_is_not_imported(workspace: CommandLine) -> None:
    rows = [f"reader{n}@example.org,health,wales" for n in range(90)]
    bad = [f"not an address {n},health,wales" for n in range(10)]
    path = workspace.folder / "list.csv"
    path.write_text("email,sector,regions\n" + "\n".join(rows[:45] + bad + rows[45:]) + "\n")
    before = workspace.does("subscribers", "count")
    ran = workspace("subscribers", "import", "list.csv", "-p", "bulletin")
    assert ran.code == 1
    assert "list.csv:47:" in ran.err
    assert "10 refused" in ran.out
    assert workspace.does("subscribers", "count") == before
    assert "90 added" in workspace.does(
        "subscribers", "import", "list.csv", "-p", "bulletin", "--skip-refused"
    )


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (
            ("subscribers", "add", "ann@example.org\nBcc: x@example.org", "-p", "bulletin"),
            "line break",
        ),
        (("subscribers", "add", "ann", "-p", "bulletin"), "ann: is no e-mail address"),
        (
            ("subscribers", "add", "a@example.org", "-p", "bulletin", "--sector", "x"),
            "x: is no sector",
        ),
        (("subscribers", "import", "nowhere.csv"), "nowhere.csv"),
        (("subscribers", "show", "nobody@example.org"), "is not on the list"),
        (("segment", "count", "nobody"), 'segment "nobody": is not in the settings; use one of'),
        (
            ("edition", "check", "issue-99"),
            'edition "issue-99": there is no such folder; use one of',
        ),
        (("edition", "new", "--name", "issue-04"), "issue-04: is there already"),
        (("campaign", "show", "7"), "campaign 7: there is none of that number"),
        (("campaign", "resume", "7"), "campaign 7: there is none of that number"),
        (("send", "issue-04", "--test", "nobody"), "nobody: is no e-mail address"),
        (("init", "."), "there is a bulletin.toml already"),
    ],
)
def test_a_slip_is_told_in_one_message(
    workspace: CommandLine, command: tuple[str, ...], told: str
) -> None:
    ran = workspace(*command)
    assert ran.code == 1
    assert ran.err.startswith("Error: ")
    assert told in ran.err, ran.err


@pytest.mark.parametrize(
    "command",
    [
        ("send", "issue-04"),
        ("send",),
        ("send", "issue-04", "-s", "a", "--test", "b"),
        ("nonsense",),
        ("--odd",),
    ],
)
def test_wrong_usage_exits_with_two(workspace: CommandLine, command: tuple[str, ...]) -> None:
    assert workspace(*command).code == 2


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"BULLETIN_RELAY_PORT": "many"}, "relay.port: the value 'many' is not allowed"),
        (
            {"BULLETIN_DATABASE_URL": "mysql://x/y"},
            "is no database address that this program knows",
        ),
        ({"BULLETIN_DATABASE_URL": "sqlite:///gone.db"}, "there is no database here yet"),
        ({"BULLETIN_DATABASE_URL": "postgresql://u@127.0.0.1:1/x"}, "127.0.0.1"),
        ({"BULLETIN_BRAND_LIGHT": '{"accent": "#ffff00"}'}, "has a contrast of"),
        ({"BULLETIN_SECRET_KEY": "short"}, "needs at least 32 characters"),
    ],
)
def test_a_wrong_setting_is_told_before_anything_happens(
    workspace: CommandLine, variables: dict[str, str], told: str
) -> None:
    ran = workspace("send", "issue-04", "-s", "everyone", "--yes", **variables)
    assert ran.code == 1
    assert told in ran.err, ran.err
    assert nothing_was_sent(workspace)


def go_live(workspace: CommandLine, **variables: str) -> Ran:
    return workspace(
        "send", "issue-04", "-s", "police", "--yes", BULLETIN_MODE="live", BULLETIN_RELAY_HOST="127.0.0.1",
        BULLETIN_APPROVAL_REQUIRED="false", **variables,
    )  # fmt: skip


def test_a_relay_that_is_not_there_leaves_a_campaign_to_resume(workspace: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    ran = go_live(workspace, BULLETIN_RELAY_PORT=str(port))
    assert ran.code == 1
    assert f"relay 127.0.0.1:{port}: can't be reached" in ran.err
    (campaign,) = json.loads(workspace.does("campaign", "list", "--json"))
    assert campaign["state"] == "paused"
    assert campaign["counts"] == {"queued": campaign["recipients"]}


def test_a_database_of_a_newer_version_is_refused_by_every_command(workspace: CommandLine) -> None:
    with sqlite3.connect(workspace.folder / "bulletin.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    for command in (
        ("subscribers", "list"), ("segment", "show", "police"), ("send", "issue-04", "-s", "police", "-y"),
        ("campaign", "list"), ("database", "check"), ("database", "migrate"),
    ):  # fmt: skip
        ran = workspace(*command)
        assert ran.code == 1
        assert "newer version" in ran.err


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = os.geteuid() == 0 and shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place], check=False, capture_output=True
    )  # fmt: skip
    if not mounted or mounted.returncode != 0:
        pytest.skip("a small disk needs the right to mount one")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_full_disk_is_told_and_leaves_the_list_as_it_was(
    bulletin: CommandLine, small_disk: Path
) -> None:
    bulletin.does("init", small_disk / "work")
    work = type(bulletin)(small_disk / "work")
    path = bulletin.folder / "list.csv"
    path.write_text("email\n" + "".join(f"reader{n}@example.org\n" for n in range(30_000)))
    ran = work("subscribers", "import", path, "-p", "bulletin")
    assert ran.code == 1
    assert "no room left on the disk" in ran.err
    assert work.does("subscribers", "count") == "0\n"


def test_safe_mode_holds_for_a_campaign_that_was_begun_in_live_mode(
    workspace: CommandLine,
) -> None:
    assert go_live(workspace, BULLETIN_RELAY_PORT="1").code == 1
    ran = workspace("campaign", "resume", "1", BULLETIN_SAFE_ALLOW="me@example.org")
    assert ran.code == 1
    assert "who are not in safe_allow" in ran.err
    (campaign,) = json.loads(workspace.does("campaign", "list", "--json"))
    assert campaign["counts"] == {"queued": campaign["recipients"]}
