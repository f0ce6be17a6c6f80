"""The command line among other programs: data that parses, pipes that close, no colour, completion."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import CommandLine

SCRIPT = Path(sys.executable).with_name("bulletin")
COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3\d|4\d|9\d|10\d)[;m]")


def test_every_command_with_json_prints_data_and_nothing_else(workspace: CommandLine) -> None:
    sent = json.loads(workspace.does("send", "issue-04", "-s", "police", "--yes", "--json"))
    assert sent["counts"] == {"accepted": sent["recipients"]}
    for command in (
        "send issue-04 --test me@example.org", "campaign resume 1", "edition list", "segment list",
        "segment show police", "subscribers count", "settings",
    ):  # fmt: skip
        ran = workspace(*command.split(), "--json")
        assert (ran.code, ran.err) == (0, ""), command
        assert json.loads(ran.out), command


def test_data_about_what_went_wrong_parses_too(workspace: CommandLine) -> None:
    article = workspace.folder / "editions/issue-04/articles/01-operation-jigsaw.md"
    article.write_text(article.read_text("utf-8").replace("order: 1\n", "order: one\n"), "utf-8")
    ran = workspace("edition", "check", "issue-04", "--json")
    assert ran.code == 1
    (problem,) = json.loads(ran.out)
    assert problem["severity"] == "error"
    assert problem["path"].endswith("01-operation-jigsaw.md")
    assert ran.err == ""


@pytest.mark.parametrize(
    "command", ["--help", "subscribers list --limit 300", "subscribers list --json", "settings"]
)
def test_a_reader_that_has_enough_is_no_error(workspace: CommandLine, command: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        ran = workspace.into(pipe, *command.split())
    assert ran.err == ""
    assert ran.code == 1


@pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colour_is_for_terminals_where_nobody_minds(
    workspace: CommandLine, variables: dict[str, str], coloured: bool
) -> None:
    """Sending shows its progress; what a terminal gets of it has colour, unless that is unwanted."""
    shown, terminal = pty.openpty()
    environment = {k: v for k, v in workspace.environment.items() if k != "NO_COLOR"}
    command = [str(SCRIPT), "send", "issue-04", "--segment", "police", "--yes"]
    done = subprocess.run(
        command, cwd=workspace.folder, env=environment | {"TERM": "xterm-256color"} | variables,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=terminal, check=True,
    )  # fmt: skip
    assert done.returncode == 0
    os.close(terminal)
    text = read_all(shown)
    assert "Sending" in text
    assert bool(COLOUR.search(text)) == coloured


def read_all(shown: int) -> str:
    """What a terminal was given; its reader gets an error at the end, where a pipe's gets nothing."""
    data = b""
    try:
        while chunk := os.read(shown, 65536):
            data += chunk
    except OSError:
        pass
    os.close(shown)
    return data.decode()


def complete(bulletin: CommandLine, words: str) -> list[str]:
    """What a shell offers after `words`."""
    given = {"_BULLETIN_COMPLETE": "complete_bash", "COMP_WORDS": words}
    given["COMP_CWORD"] = str(len(words.split(" ")) - 1)
    done = subprocess.run(
        [SCRIPT], cwd=bulletin.folder, env=bulletin.environment | given, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout.split()


def test_a_shell_completes_commands_sub_commands_and_options(bulletin: CommandLine) -> None:
    assert {"init", "demo", "edition", "send", "settings"} <= set(complete(bulletin, "bulletin "))
    assert set(complete(bulletin, "bulletin se")) >= {"send", "segment", "settings"}
    assert {"new", "list", "check", "preview"} <= set(complete(bulletin, "bulletin edition "))
    assert complete(bulletin, "bulletin edition ren") == ["render"]
    assert complete(bulletin, "bulletin send --dry") == ["--dry-run"]


def test_bash_completes_with_the_script_that_is_printed(bulletin: CommandLine) -> None:
    typed = """
        eval "$(bulletin --show-completion; true)"
        COMP_WORDS=(bulletin edition ren) COMP_CWORD=2
        _bulletin_completion bulletin
        echo "${COMPREPLY[@]}"
    """
    path = f"{SCRIPT.parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", typed], env=bulletin.environment | {"PATH": path}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("render\n", "")
