"""What is done every few minutes and every night, without anybody asking."""

from __future__ import annotations

import datetime as dt
import json
import mailbox
import time
from typing import TYPE_CHECKING

import pytest

from mailer.app import Workspace
from mailer.bounces import mailroom
from mailer.bounces.files import Folder
from mailer.bounces.mailroom import Fate
from mailer.cli.housekeeping import Housekeeping
from mailer.cli.main import app
from mailer.cli.scheduling import scheduling
from mailer.surroundings import now
from mailer.workspace import lay_down
from tests.returned import report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mailer.bounces.place import Incoming

NOON = dt.datetime(2026, 10, 13, 11, tzinfo=dt.UTC)


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A new workspace with a folder that mail comes back to."""
    lay_down(tmp_path / "workspace")
    (tmp_path / "returned").mkdir()
    monkeypatch.setenv("BULLETIN_BOUNCES_SOURCES", str(tmp_path / "returned"))
    workspace = Workspace.open(tmp_path / "workspace")
    workspace.unchecked_database.migrate()
    return workspace


@pytest.fixture
def told() -> list[str]:
    return []


def test_every_round_fetches_what_came_back(
    opened: Workspace, told: list[str], tmp_path: Path
) -> None:
    house = Housekeeping(opened, told.append)
    house.round(NOON)
    (tmp_path / "returned" / "1.eml").write_bytes(report("ann@example.org"))
    house.round(NOON + dt.timedelta(minutes=5))
    with opened.database.read() as connection:
        handled = connection.exec_driver_sql("SELECT count(*) FROM handled_mail").scalar()
    assert handled == 1
    assert told == []


def test_a_source_that_is_gone_is_told_and_tried_again(
    opened: Workspace, told: list[str], tmp_path: Path
) -> None:
    (tmp_path / "returned").rmdir()
    house = Housekeeping(opened, told.append)
    house.round(NOON)
    house.round(NOON + dt.timedelta(minutes=5))
    assert len(told) == 2
    assert str(tmp_path / "returned") in told[0]


def test_the_night_forgets_what_came_back_long_ago(opened: Workspace, told: list[str]) -> None:
    with opened.database.write() as connection:
        for digest, days in (("old", 731), ("new", 728)):
            mailroom.take(connection, digest, Fate.IGNORED, now() - dt.timedelta(days=days))
    house = Housekeeping(opened, told.append)
    house.round(NOON)
    house.round(NOON + dt.timedelta(days=1))
    assert told == ["Deleted as too old: 1 digests of handled mails"]
    with opened.database.read() as connection:
        assert mailroom.fate_of(connection, "new") is Fate.IGNORED


def test_one_source_that_is_gone_and_whatever_else_goes_wrong_keeps_nothing_back(
    opened: Workspace, told: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [str(tmp_path / name) for name in ("gone", "odd", "returned")]
    monkeypatch.setenv("BULLETIN_BOUNCES_SOURCES", ",".join(folders))
    workspace = Workspace.open(opened.folder)
    (tmp_path / "odd").mkdir()
    house = Housekeeping(workspace, told.append)
    stumble(monkeypatch, tmp_path / "odd")
    (tmp_path / "returned" / "1.eml").write_bytes(report("ann@example.org"))
    house.round(NOON)
    with workspace.database.read() as connection:
        handled = connection.exec_driver_sql("SELECT count(*) FROM handled_mail").scalar()
    assert handled == 1
    assert [folders[0] in told[0], len(told)] == [True, 2]
    assert "ZeroDivisionError in test_housekeeping.py, line " in told[1]
    assert "by zero" not in told[1], "what an error says may quote an address"


def test_a_source_that_can_not_be_read_is_named(
    opened: Workspace, told: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = ["imaps://user@[::1/INBOX", str(tmp_path / "returned")]
    monkeypatch.setenv("BULLETIN_BOUNCES_SOURCES", ",".join(sources))
    monkeypatch.setattr(Folder, "unhandled", refuse)
    workspace = Workspace.open(opened.folder)
    Housekeeping(workspace, told.append).round(NOON)
    assert told[0].startswith("imaps://[::1/INBOX: is no address; ")
    assert told[1].startswith(f"{sources[1]}: can't be read (Permission denied); ")


def test_who_collects_hears_of_each_source_that_can_not_be_read(
    opened: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    returned = str(tmp_path / "returned")
    (tmp_path / "read").mkdir()
    real = Folder.unhandled
    monkeypatch.setattr(
        Folder, "unhandled", lambda self: refuse(self) if str(self.path) == returned else real(self)
    )
    named = ["imaps://user@[::1/INBOX", returned, str(tmp_path / "read")]
    code = app(
        ["bounces", "collect", *named, "-w", str(opened.folder), "--json"], standalone_mode=False
    )
    first, second, third = json.loads(capsys.readouterr().out)
    assert (code, first["source"], second["source"]) == (1, "imaps://[::1/INBOX", returned)
    assert "Permission denied" in second["error"]
    assert third["mails"] == 0


def maildir(path: Path, mails: int) -> mailbox.Maildir:
    """Where a mail server puts what came back."""
    made = mailbox.Maildir(path)
    for number in range(mails):
        made.add(report(f"{number}@example.org", number=number))
    return made


def test_schedulers_fetch_what_came_back_and_each_mail_is_handled_by_one_of_them(
    opened: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    box = maildir(tmp_path / "box", 20)
    monkeypatch.setenv("BULLETIN_BOUNCES_SOURCES", str(tmp_path / "box"))
    one, other = Workspace.open(opened.folder), Workspace.open(opened.folder)
    waiting: set[int] = set()
    with scheduling(one, lambda _: None), scheduling(other, lambda _: None):
        while len(waiting) < 20:
            time.sleep(0.01)
            with opened.database.read() as connection:
                found = mailroom.waiting(connection)
            waiting = {each.id for each in found}
            assert len(waiting) == len(found)
    assert len(waiting) == 20
    assert [mail.get_flags() for mail in box] == ["S"] * 20
    assert capsys.readouterr().err == ""


def refuse(folder: Folder) -> Iterator[Incoming]:
    """A folder of somebody else's; whoever runs the tests may be allowed to read any."""
    raise PermissionError(13, "Permission denied", str(folder.path))


def stumble(monkeypatch: pytest.MonkeyPatch, at: Path) -> None:
    """Reading the mails of one folder fails as nobody foresaw."""
    real = Folder.unhandled

    def unhandled(folder: Folder) -> Iterator[Incoming]:
        return iter(range(1 // 0)) if folder.path == at else real(folder)  # type: ignore[arg-type]

    monkeypatch.setattr(Folder, "unhandled", unhandled)


@pytest.mark.parametrize(
    ("hours_later", "deleted"),
    [(0, False), (14, False), (15, True), (24, True)],
)
def test_what_is_too_old_is_deleted_once_the_night_has_come(
    opened: Workspace, told: list[str], hours_later: int, deleted: bool
) -> None:
    long_ago = "2001-01-01 00:00:00.000000"
    with opened.database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO audit_entry (at, actor, action, subject, detail) VALUES (?, 'ann', 'x', 'y', '')",
            (long_ago,),
        )
    house = Housekeeping(opened, told.append)
    house.round(NOON)
    house.round(NOON + dt.timedelta(hours=hours_later))
    with opened.database.read() as connection:
        left = connection.exec_driver_sql(
            "SELECT count(*) FROM audit_entry WHERE at = ?", (long_ago,)
        ).scalar()
    assert (left == 0) is deleted
    assert bool(told) is deleted
