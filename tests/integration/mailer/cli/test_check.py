"""`bulletin check`: what it says of an edition, and what a person lets pass."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import typer

from mailer.app import Workspace
from mailer.cli.main import app
from mailer.workspace import lay_down
from subscribers.errors import BulletinError
from tests.samples import EDITION, FIRST, SECOND, picture

if TYPE_CHECKING:
    from pathlib import Path

INSECURE = "Eight hundred people take part. See [the map](http://example.org/map)."
WIDE = """
| Region | January | February | March | April | May | June |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
| North East | 1,204 | 1,311 | 1,298 | 1,350 | 1,402 | 1,377 |
"""


@dataclass
class Desk:
    """A person at a workspace with one edition."""

    folder: Path
    screen: pytest.CaptureFixture[str]

    @property
    def article(self) -> Path:
        return self.folder / "editions/issue-04/articles/01-trial.md"

    def write(self, text: str) -> None:
        self.article.write_text(FIRST.replace("Eight hundred people take part.", text))

    def types(self, *words: str) -> tuple[int, str]:
        """The exit code of a command, and what it shows."""
        self.screen.readouterr()
        try:
            code = app([*words, "-w", str(self.folder)], standalone_mode=False)
        except typer.Exit as ended:
            code = ended.exit_code
        return code or 0, self.screen.readouterr().out

    def checks(self, *words: str) -> dict[str, Any]:
        _, out = self.types("check", "issue-04", "--json", *words)
        found: dict[str, Any] = json.loads(out)
        return found


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    folder = tmp_path / "workspace"
    lay_down(folder)
    issue = folder / "editions" / "issue-04"
    (issue / "articles").mkdir(parents=True)
    (issue / "images").mkdir()
    (issue / "edition.md").write_text(EDITION)
    (issue / "articles/01-trial.md").write_text(FIRST)
    (issue / "articles/02-guidance.md").write_text(SECOND)
    (issue / "images/trial.png").write_bytes(picture())
    Workspace.open(folder).unchecked_database.migrate()
    return Desk(folder, capsys)


def test_a_sound_edition_may_go(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert desk.types("check", "issue-04") == (0, "Nothing wrong, in 2 variants.\n")


def test_who_could_ask_the_spam_filter_is_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "spamassassin"
    program.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "--spam asks it" in desk.types("check", "issue-04")[1]
    assert "--spam asks it" not in desk.types("check", "issue-04", "--json")[1]


def test_two_processes_find_what_one_finds(desk: Desk) -> None:
    """A command has one thread and may have a second process; beside another thread it is alone."""
    desk.write(f"{INSECURE}\n{WIDE}")
    arguments = ("check", "issue-04", "--json", "-w", str(desk.folder))
    program = [sys.executable, "-m", "mailer.cli", *arguments]
    by_two = subprocess.run(program, capture_output=True, text=True, check=False)
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        by_one = desk.checks()
    finally:
        done.set()
        other.join()
    assert json.loads(by_two.stdout) == by_one
    assert {"link-insecure", "table-wide"} <= {each["rule"] for each in by_one["problems"]}


def test_a_draft_is_told_errors_and_warnings_apart(desk: Desk) -> None:
    desk.write("The venue is TBC.")
    (desk.article.parent / "02-guidance.md").unlink()
    code, out = desk.types("edition", "check", "issue-04")
    assert code == 1
    assert out.endswith("\n1 error, 1 warning: the edition can't be sent yet.\n"), out


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (
            ("campaign", "show", "abc"),
            "a campaign is named by its number; `bulletin campaign list`",
        ),
        (("campaign", "report", "0"), "a campaign is named by its number"),
        (("status", "issue-04"), "a campaign is named by its number"),
        (("send", "issue-04"), "say to whom: --segment with the name of a segment, or --test with"),
    ],
)
def test_what_was_typed_wrong_is_told_without_jargon(
    desk: Desk, command: tuple[str, ...], told: str
) -> None:
    with pytest.raises(typer.BadParameter) as refused:
        desk.types(*command)
    assert told in refused.value.format_message()
    assert "Invalid value: " not in refused.value.format_message()


def test_what_is_wrong_is_told_with_place_reason_and_remedy(desk: Desk) -> None:
    desk.write("Eight hundred people take part. The venue is TBC.")
    code, out = desk.types("check", "issue-04")
    assert code == 1
    assert "To be mended before it can go" in out
    assert "placeholder: What was to be filled in later is read by everybody" in out
    assert '01-trial.md:17: "TBC" was left to be filled in; write what is meant' in out
    assert out.endswith("1 error, in 2 variants. issue-04 can't be sent yet.\n")


def test_an_error_of_the_checks_stops_a_sending_and_not_a_test(desk: Desk) -> None:
    desk.write("Eight hundred people take part. The venue is TBC.")
    assert desk.types("send", "issue-04", "-s", "everyone", "--yes")[0] == 1
    code, out = desk.types("send", "issue-04", "--test", "me@example.org", "--dry-run")
    assert code == 0
    assert "Test of issue-04" in out


def test_a_warning_is_let_pass_with_a_reason_until_the_text_changes(desk: Desk) -> None:
    desk.write(INSECURE)
    assert [each["rule"] for each in desk.checks()["problems"]] == ["link-insecure"]
    found = desk.checks("--allow", "link-insecure", "--reason", "their site has no https")
    assert found["problems"] == []
    assert [each["reason"] for each in found["passed"]] == ["their site has no https"]
    assert "their site has no https" in desk.types("check", "issue-04")[1]

    desk.write(INSECURE.replace("/map", "/plan"))
    found = desk.checks()
    assert [each["rule"] for each in found["problems"]] == ["link-insecure"]
    assert [each["rule"] for each in found["lapsed"]] == ["link-insecure"]


def test_what_lapsed_is_gone_once_somebody_has_judged_anew(desk: Desk) -> None:
    allow = ("--allow", "link-insecure", "--reason", "their site has no https")
    for page in ("/map", "/plan"):
        desk.write(INSECURE.replace("/map", page))
        found = desk.checks(*allow)
        assert (len(found["passed"]), found["lapsed"]) == (1, [])
    desk.write(INSECURE.replace("/map", "/hall"))
    assert len(desk.checks()["lapsed"]) == 1
    assert desk.checks("--disallow", "link-insecure")["lapsed"] == []


def test_what_was_let_pass_can_be_taken_back(desk: Desk) -> None:
    desk.write(INSECURE)
    desk.checks("--allow", "link-insecure", "--reason", "for now", "--at", "01-trial.md:17")
    found = desk.checks("--disallow", "link-insecure")
    assert (len(found["problems"]), found["passed"], found["lapsed"]) == (1, [], [])
    deeds = json.loads(desk.types("audit", "list", "--json")[1])
    assert [(deed["action"], deed["detail"]) for deed in deeds] == [
        ("let pass no more", ""),
        ("let pass", "for now"),
    ]


@pytest.mark.parametrize(
    ("text", "rule", "told"),
    [
        (INSECURE, "link-dead", "nothing of that rule is found"),
        (INSECURE, "link-deaf", "is no rule"),
        ("People take part in the trial.\n\n" * 1500, "mail-size", "can't be let pass"),
    ],
)
def test_what_cannot_be_let_pass_is_refused(desk: Desk, text: str, rule: str, told: str) -> None:
    desk.write(text)
    with pytest.raises(BulletinError, match=told):
        desk.types("check", "issue-04", "--allow", rule, "--reason", "we like it")


def test_nothing_is_let_pass_without_a_reason(desk: Desk) -> None:
    with pytest.raises(typer.BadParameter, match="--reason"):
        desk.types("check", "issue-04", "--allow", "link-insecure", "--reason", " ")


def test_an_edition_that_cannot_be_read_is_told_all_the_same(desk: Desk) -> None:
    (desk.folder / "editions/issue-04/edition.md").write_text("nothing")
    found = desk.checks()
    assert (found["may_go"], found["variants"]) == (False, 0)
    assert [each["rule"] for each in found["problems"]] == ["front-matter"]
    assert desk.types("check", "issue-04")[1].endswith(
        " The rest is looked at once it can be read.\n"
    )


def test_the_page_holds_what_was_found(desk: Desk, tmp_path: Path) -> None:
    desk.write(INSECURE)
    desk.types("check", "issue-04", "--html", str(tmp_path / "report.html"))
    page = (tmp_path / "report.html").read_text()
    assert "is not secure" in page
    assert "browsers warn of it" in page
    assert "src=" not in page
    assert "<link" not in page


def test_a_theme_is_told_from_an_edition_and_its_packs_are_named(desk: Desk) -> None:
    for name in ("passwords/pack.md", "updates/pack.md", "theme.md"):
        path = desk.folder / "packs/quickupdates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    packs = "use one of: quickupdates/passwords, quickupdates/updates"
    with pytest.raises(BulletinError, match=f"that is a theme, which has packs; {packs}"):
        desk.types("check", "quickupdates")
    with pytest.raises(BulletinError, match=f"there is no such folder; {packs}"):
        desk.types("check", "quickupdates/pasword")


def test_a_report_is_not_written_over_a_folder(desk: Desk) -> None:
    with pytest.raises(BulletinError, match="is a folder; give the name of a file"):
        desk.types("check", "issue-04", "--html", str(desk.folder))
    assert not list(desk.folder.parent.glob(".*"))
