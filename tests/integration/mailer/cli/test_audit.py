"""What the team does by a command is on record, with the name of whoever typed it."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from mailer.app import Workspace
from mailer.cli.main import app
from mailer.surroundings import now
from mailer.workspace import add_sample_edition, lay_down
from subscribers.models import Subscriber
from tests.campaigns import begin

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CLERK = "pat"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace with the sample edition and a campaign that is under way."""
    lay_down(tmp_path / "workspace")
    add_sample_edition(tmp_path / "workspace")
    opened = Workspace.open(tmp_path / "workspace")
    opened.unchecked_database.migrate()
    begin(opened.database)
    return opened


@pytest.fixture
def types(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """What a command shows that the clerk types."""
    monkeypatch.setenv("LOGNAME", CLERK)

    def run(*words: str) -> str:
        capsys.readouterr()
        assert (app([*words, "-w", str(workspace.folder)], standalone_mode=False) or 0) == 0
        return capsys.readouterr().out

    return run


def test_every_deed_that_leaves_no_other_trace_is_in_the_audit(
    types: Callable[..., str], tmp_path: Path
) -> None:
    for command in (
        ("campaign", "retry", "1"),
        ("campaign", "pause", "1"),
        ("campaign", "resolve", "1", "--accept"),
        ("campaign", "cancel", "1", "--yes"),
        ("schedule", "add", "--publication", "bulletin", "--at", "2031-01-13 10:00"),
        ("schedule", "pause", "1"),
        ("schedule", "resume", "1"),
        ("schedule", "remove", "1", "--yes"),
        (
            "schedule",
            "blackout",
            "add",
            "2031-12-20",
            "2031-12-31",
            "--reason",
            "The office is closed",
        ),
        ("schedule", "blackout", "remove", "1"),
        ("archive", "add", "issue-04"),
        ("archive", "remove", "issue-04"),
        ("archive", "remove", "issue-04"),
        ("subscribers", "export", str(tmp_path / "list.csv")),
    ):
        types(*command)
    deeds = list(reversed(json.loads(types("audit", "list", "--json"))))
    assert {one["actor"] for one in deeds} == {CLERK}
    assert [(one["action"], one["subject"]) for one in deeds] == [
        ("retry", "campaign 1"),
        ("pause", "campaign 1"),
        ("resolve", "campaign 1"),
        ("cancel", "campaign 1"),
        ("pause", "schedule 1"),
        ("resume", "schedule 1"),
        ("remove", "schedule 1"),
        ("remove", "blackout 1"),
        ("archive", "issue-04"),
        ("take out of archive", "issue-04"),
        ("export", "list.csv"),
    ]


def test_what_a_person_deletes_as_too_old_is_theirs_on_record(
    types: Callable[..., str], workspace: Workspace
) -> None:
    types("subscribers", "add", "ann@example.org", "-p", "bulletin")
    types("subscribers", "unsubscribe", "ann@example.org")
    with workspace.database.write() as connection:
        long_ago = now() - dt.timedelta(days=800)
        connection.execute(update(Subscriber).values(updated_at=long_ago))
    types("retention", "run", "--dry-run")
    assert json.loads(types("audit", "list", "--json")) == []
    types("retention", "run")
    (erased,) = json.loads(types("audit", "list", "--json"))
    assert (erased["actor"], erased["action"], erased["detail"]) == (
        CLERK, "erase", "left long ago",
    )  # fmt: skip
