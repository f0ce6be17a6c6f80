"""What a real SpamAssassin counts against a mail."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from mailer.app import Workspace
from mailer.checks.mail.spamassassin import MAIL_SPAM, SpamError, is_installed, judge_spam
from mailer.inspection import Inspector
from mailer.workspace import lay_down
from tests.samples import EDITION, FIRST, SECOND, picture

if TYPE_CHECKING:
    from pathlib import Path

# What every filter counts as spam, so that one can be tried: https://spamassassin.apache.org/gtube/.
GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*" + "GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"


@pytest.fixture
def opened(tmp_path: Path) -> Workspace:
    """A workspace with an edition that holds the phrase."""
    lay_down(tmp_path / "workspace")
    opened = Workspace.open(tmp_path / "workspace")
    folder = opened.editions.root / "issue-04"
    (folder / "articles").mkdir(parents=True)
    (folder / "images").mkdir()
    (folder / "edition.md").write_text(EDITION)
    (folder / "articles/01-trial.md").write_text(FIRST)
    (folder / "articles/02-guidance.md").write_text(f"{SECOND}\n`{GTUBE}`\n")
    (folder / "images/trial.png").write_bytes(picture())
    opened.unchecked_database.migrate()
    return opened


def found_in(opened: Workspace, *, spam: bool) -> list[str]:
    found = Inspector(opened).inspect_edition(opened.editions.root / "issue-04", spam=spam)
    told = [problem for problem in found.problems if problem.rule == MAIL_SPAM]
    assert found.may_go
    assert {problem.place for problem in told} <= {"editions/issue-04/edition.md"}
    return [problem.what for problem in told]


def test_what_a_filter_counts_against_a_mail_is_told_when_it_is_asked(opened: Workspace) -> None:
    if not is_installed():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(
            "SpamAssassin is not installed"
        )
    assert found_in(opened, spam=False) == []
    (told,) = found_in(opened, spam=True)
    assert "GTUBE (1000.0)" in told


def test_without_the_filter_it_is_said_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SpamError) as raised:
        judge_spam([b"Subject: x\r\n\r\nx\r\n"])
    assert (raised.value.what, raised.value.code) == ("is not installed", "spam-unavailable")
