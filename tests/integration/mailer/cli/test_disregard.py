"""Whoever goes on in spite of warnings says why, and that is on record with their name."""

from __future__ import annotations

import json
import os
import pty
import sys
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import pytest
import typer

from mailer.app import Workspace
from mailer.cli.disregard import Disregard
from mailer.cli.main import app
from mailer.content.problem import Rule, Severity
from mailer.sandbox.mailbox import Mailbox
from mailer.surroundings import now
from mailer.workspace import lay_down
from subscribers import service
from subscribers.errors import BulletinError
from subscribers.facets import FacetSet
from tests.samples import EDITION, FIRST, SECOND, picture

if TYPE_CHECKING:
    from collections.abc import Iterator

CLERK = "pat"
INSECURE = "Eight hundred people take part. See [the map](http://example.org/map)."
WARNED = "1 link-insecure (01-trial.md:17)"
WHY = "their site has no https"
SEND = ("send", "issue-04", "--segment", "everyone")


@dataclass
class Desk:
    """Somebody at a terminal, in a workspace with a subscriber and an edition of which a warning is told."""

    folder: Path
    variables: pytest.MonkeyPatch
    screen: pytest.CaptureFixture[str]
    terminal: tuple[int, int]

    def types(self, *words: str, answers: tuple[str, ...] | None = None) -> tuple[int, str]:
        """The exit code of a command and what it shows; without `answers` nobody is there to be asked."""
        self.screen.readouterr()
        with self.variables.context() as patched:
            if answers is not None:
                keyboard, screen = self.terminal
                os.write(keyboard, "".join(f"{each}\n" for each in answers).encode())
                patched.setattr(sys, "stdin", os.fdopen(screen, closefd=False))
            code = app([*words, "-w", str(self.folder)], standalone_mode=False)
        told = self.screen.readouterr()
        return code or 0, told.out + told.err

    def has_sent(self) -> int:
        return Mailbox(self.folder / "inbox").count()

    def deeds(self) -> list[tuple[str, str, str, str]]:
        """What is in the audit, oldest first."""
        listed: list[dict[str, Any]] = json.loads(self.types("audit", "list", "--json")[1])
        return [
            (one["actor"], one["action"], one["subject"], one["detail"]) for one in reversed(listed)
        ]


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Desk]:
    folder = tmp_path / "workspace"
    lay_down(folder)
    issue = folder / "editions" / "issue-04"
    (issue / "articles").mkdir(parents=True)
    (issue / "images").mkdir()
    (issue / "edition.md").write_text(EDITION)
    first = FIRST.replace("Eight hundred people take part.", INSECURE)
    (issue / "articles/01-trial.md").write_text(first)
    (issue / "articles/02-guidance.md").write_text(SECOND)
    (issue / "images/trial.png").write_bytes(picture())
    database = Workspace.open(folder).unchecked_database
    database.migrate()
    service.add(
        database, "ann@example.org", facets=FacetSet("health", frozenset({"london"})), now=now(),
        actor="x", publications=frozenset({"bulletin"}),
    )  # fmt: skip
    monkeypatch.setenv("LOGNAME", CLERK)
    terminal = pty.openpty()
    yield Desk(folder, monkeypatch, capsys, terminal)
    for end in terminal:
        os.close(end)


def test_who_goes_on_is_asked_why_and_the_answer_is_kept(desk: Desk) -> None:
    code, told = desk.types(*SEND, answers=("y", WHY, "y"))
    assert (code, desk.has_sent()) == (0, 1)
    assert "Go on in spite of 1 warning? [y/N]: Why all the same? " in told
    assert desk.deeds() == [
        (CLERK, "send in spite of warnings", "issue-04 to everyone", f"{WARNED}: {WHY}")
    ]
    assert WARNED in desk.types("audit", "list")[1]


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        (("n",), "Nothing was done."),
        (("y", ""), "There was no answer: nothing was done."),
        (("y", "  "), "There was no answer: nothing was done."),
        (("y", WHY, "n"), "Nothing was done."),
    ],
)
def test_who_says_no_or_gives_no_reason_goes_past_nothing(
    desk: Desk, answers: tuple[str, ...], told: str
) -> None:
    code, shown = desk.types(*SEND, answers=answers)
    assert (code, desk.has_sent(), desk.deeds()) == (1, 0, [])
    assert told in shown


def test_a_reason_that_was_given_beforehand_is_not_asked_for(desk: Desk) -> None:
    code, told = desk.types(*SEND, "--reason", f" {WHY} ", answers=("y", "y"))
    assert (code, "Why all the same" in told) == (0, False)
    assert [detail for *_, detail in desk.deeds()] == [f"{WARNED}: {WHY}"]


@pytest.mark.parametrize(("words", "kept"), [(("--reason", WHY), WHY), ((), "no reason given")])
def test_a_script_goes_on_with_a_reason_or_without_one(
    desk: Desk, words: tuple[str, ...], kept: str
) -> None:
    assert desk.types(*SEND, "--yes", *words)[0] == 0
    assert desk.has_sent() == 1
    assert [detail for *_, detail in desk.deeds()] == [f"{WARNED}: {kept}"]


def test_a_blank_reason_is_none(desk: Desk) -> None:
    with pytest.raises(typer.BadParameter, match="say why"):
        desk.types(*SEND, "--yes", "--reason", " ")
    assert desk.has_sent() == 0


def test_nothing_is_on_record_of_what_was_not_done(desk: Desk) -> None:
    assert desk.types(*SEND, "--dry-run")[0] == 0
    assert desk.types(*SEND, "--reason", WHY)[0] == 1, "nobody is here to be asked"
    desk.types("check", "issue-04", "--allow", "link-insecure", "--reason", WHY)
    assert desk.types(*SEND, "--yes", "--reason", "no warning is left")[0] == 0
    assert [action for _, action, *_ in desk.deeds()] == ["let pass"]


def test_nothing_is_on_record_of_a_sending_that_could_not_begin(desk: Desk) -> None:
    desk.variables.setenv("BULLETIN_DKIM_SELECTORS", "nowhere")
    with pytest.raises(BulletinError, match="nowhere"):
        desk.types(*SEND, "--yes", "--reason", WHY)
    assert desk.deeds() == []


def test_what_asks_nobody_keeps_what_it_went_past_all_the_same(desk: Desk) -> None:
    assert desk.types("edition", "submit", "issue-04", "--reason", WHY)[0] == 0
    assert desk.types("archive", "add", "issue-04")[0] == 0
    assert [deed for deed in desk.deeds() if "warnings" in deed[1]] == [
        (CLERK, "submit in spite of warnings", "issue-04 to everyone", f"{WARNED}: {WHY}"),
        (CLERK, "archive in spite of warnings", "issue-04", f"{WARNED}: no reason given"),
    ]


def test_of_many_places_the_first_are_named_and_the_rest_counted() -> None:
    rules = [Rule(name, Severity.WARNING, "It matters.") for name in ("dull", "long")]
    article = PurePath("editions/issue-04/articles/01-trial.md")
    dull = [rules[0].broken(article, line, "ann@example.org", "") for line in range(1, 9)]
    long = rules[1].broken(PurePath("edition.md"), 0, "", "")
    places = ", ".join(f"01-trial.md:{line}" for line in range(1, 6))
    told = Disregard((*dull, long), "It is so.").in_words
    assert told == f"8 dull ({places} and 3 more), 1 long (edition.md): It is so."
