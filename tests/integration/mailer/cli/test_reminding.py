"""Letters to the team about its calendar: each once, whoever asks and however often."""

from __future__ import annotations

import datetime as dt
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from mailer import surroundings
from mailer.app import Workspace
from mailer.cli.dated import Dated
from mailer.cli.main import app
from mailer.cli.reach import reach_of
from mailer.cli.reminding import Reminders
from mailer.delivery.models import Campaign, CampaignVariant, Delivery
from mailer.workspace import add_sample_edition, lay_down
from scheduler import blackouts, service, store
from scheduler.claiming import Claimant, look
from scheduler.firing import Fired, Watch
from scheduler.schedule import Kind, OccurrenceState, Plan

if TYPE_CHECKING:
    from pathlib import Path

    from subscribers.database import Database

LONDON = ZoneInfo("Europe/London")
DUE = dt.datetime(2027, 1, 12, 9, 30, tzinfo=LONDON)
PLAN = Plan("bulletin", "everyone", Kind.QUARTERLY, "second tuesday", "09:30")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one article of the sample edition, for copies to be made of."""
    place = tmp_path_factory.mktemp("sample") / "workspace"
    lay_down(place)
    add_sample_edition(place)
    kept = place / "editions/issue-04/articles/12-trading-standards.md"
    for article in kept.parent.iterdir():
        if article != kept:
            article.unlink()
    return place


@dataclass
class Team:
    """A team with a schedule, a clock that stands until it is set, and the letters that it gets."""

    folder: Path
    opened: Workspace
    moment: dt.datetime = dt.datetime(2026, 12, 1, 9, tzinfo=LONDON)
    states: list[OccurrenceState] = field(default_factory=list)

    @property
    def database(self) -> Database:
        return self.opened.database

    def remind(self, moment: dt.datetime, times: int = 2) -> None:
        """Let so many schedulers look at a moment."""
        self.moment = moment
        for _ in range(times):
            Reminders(self.folder)()

    def fires(self, moment: dt.datetime, state: OccurrenceState, remark: str) -> None:
        """Let a scheduler fire what is due, to this end."""
        self.moment = moment
        claimant = Claimant("here", lambda _: False)
        watch = Watch(
            self.database, claimant, lambda *_: Fired(state, remark), reach_of(self.opened),
            lambda: self.moment, lambda noted: self.states.append(noted.occurrence.state),
        )  # fmt: skip
        assert watch.fire_due() == 1

    @property
    def letters(self) -> list[tuple[str, str]]:
        """Subject and text of each letter, in order."""
        query = (
            select(CampaignVariant.subject, CampaignVariant.text, Delivery.address)
            .join(Delivery, Delivery.variant_id == CampaignVariant.id)
            .join(Campaign, Campaign.id == Delivery.campaign_id)
            .where(Campaign.kind == "letter")
            .order_by(Delivery.id)
        )
        with self.database.read() as connection:
            rows = connection.execute(query).all()
        assert {row.address for row in rows} <= {self.opened.settings.sender.reply_to}
        return [(row.subject, " ".join(row.text.split())) for row in rows]

    @property
    def subjects(self) -> list[str]:
        return [subject for subject, _ in self.letters]


def team_of(sample: Path, folder: Path, url: str, variables: pytest.MonkeyPatch) -> Team:
    shutil.copytree(sample, folder)
    variables.setenv("BULLETIN_DATABASE_URL", url)
    made = Team(folder, Workspace.open(folder))
    variables.setattr(surroundings, "clock", lambda: made.moment)
    service.add(made.database, PLAN, actor="ann", now=made.moment)
    return made


@pytest.fixture
def team(sample: Path, tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Team:
    return team_of(sample, tmp_path / "workspace", sqlite_url, monkeypatch)


def before(**span: float) -> dt.datetime:
    return DUE - dt.timedelta(**span)


IN_A_WEEK = "Local Partnerships Bulletin is due in 7 days, and nothing can go yet"
IN_A_DAY = "Local Partnerships Bulletin is due in 1 day, and nothing can go yet"


def test_the_team_hears_a_week_before_and_a_day_before_and_at_the_time(team: Team) -> None:
    team.remind(before(days=8))
    assert team.letters == []
    team.remind(before(days=7))
    team.remind(before(days=3))
    assert team.subjects == [IN_A_WEEK]
    team.remind(before(days=1))
    team.remind(before(hours=1))
    assert team.subjects == [IN_A_WEEK, IN_A_DAY]
    told = team.letters[0][1]
    assert "goes to everyone on Tue 12 Jan 2027 09:30 GMT" in told
    assert "no edition of bulletin is dated 12 January 2027" in told
    assert "bulletin schedule skip 1 2027-01-12" in told
    team.fires(DUE, OccurrenceState.NOTHING_TO_SEND, "no edition of bulletin is dated 12 January")
    team.remind(DUE)
    assert team.subjects[2:] == [
        "Local Partnerships Bulletin was due, and has not gone: nothing-to-send"
    ]
    assert 'bulletin schedule move 1 2027-01-12 --to "YYYY-MM-DD HH:MM"' in team.letters[2][1]


def test_many_schedulers_at_once_tell_it_once(
    sample: Path, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = team_of(sample, tmp_path / "workspace", database_url, monkeypatch)
    team.moment = before(days=7)
    with ThreadPoolExecutor(3) as schedulers:
        for _ in range(3):
            schedulers.submit(Reminders(team.folder))
    assert team.subjects == [IN_A_WEEK]
    team.database.dispose()


def test_after_downtime_the_weeks_letter_does_not_follow_the_days(team: Team) -> None:
    team.remind(before(hours=20))
    assert team.subjects == [
        "Local Partnerships Bulletin is due in 20 hours, and nothing can go yet"
    ]
    team.remind(before(hours=1))
    assert len(team.letters) == 1


def test_what_is_ready_is_not_written_about(team: Team) -> None:
    edition = team.folder / "editions/issue-04/edition.md"
    text = edition.read_text(encoding="utf-8")
    edition.write_text(text.replace("date: 2026-10-13", "date: 2027-01-12"), encoding="utf-8")
    assert "2027-01-12" in edition.read_text(encoding="utf-8")
    team.remind(before(days=7))
    team.remind(before(hours=1))
    assert team.letters == []


def test_what_is_not_approved_is_written_about_in_live_mode(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BULLETIN_MODE", "live")
    edition = team.folder / "editions/issue-04/edition.md"
    text = edition.read_text(encoding="utf-8")
    edition.write_text(text.replace("date: 2026-10-13", "date: 2027-01-12"), encoding="utf-8")
    team.remind(before(days=7))
    assert "nobody has submitted it for approval" in team.letters[0][1]
    command = "bulletin edition submit issue-04 --segment everyone"
    assert f'"{command}". To mend it' in team.letters[0][1]
    assert f"{command} bulletin edition list bulletin schedule next 1" in team.letters[0][1]


@pytest.mark.parametrize(
    ("state", "subject"),
    [
        (OccurrenceState.UNAPPROVED, "Local Partnerships Bulletin was due, and nothing has gone"),
        (OccurrenceState.FAILED, "Local Partnerships Bulletin was due, and has not gone: failed"),
    ],
)
def test_what_did_not_go_is_told_with_the_reason(
    team: Team, state: OccurrenceState, subject: str
) -> None:
    team.fires(DUE, state, "the relay refused the login")
    team.remind(DUE + dt.timedelta(minutes=1))
    team.remind(DUE + dt.timedelta(days=2))
    assert team.subjects == [subject]
    assert "the relay refused the login" in team.letters[0][1]


@pytest.mark.parametrize("state", [OccurrenceState.UNAPPROVED, OccurrenceState.FAILED])
def test_the_command_that_tells_of_errors_is_among_those_to_type(
    team: Team, state: OccurrenceState
) -> None:
    found = Dated(team.folder / "editions" / "issue-04", "issue-04", "edition")
    team.fires(DUE, state, str(found))
    team.remind(DUE + dt.timedelta(minutes=1))
    told = team.letters[0][1]
    assert "issue-04 has errors and can't be sent;" in told
    assert "type: bulletin edition check issue-04 bulletin" in told


def test_what_was_missed_is_told_and_what_is_long_past_is_not(team: Team) -> None:
    late = DUE + dt.timedelta(days=2)
    look(team.database, Claimant("here", lambda _: False), reach_of(team.opened), late)
    team.remind(late + dt.timedelta(days=8))
    assert team.letters == []
    team.remind(late)
    assert team.subjects == ["Local Partnerships Bulletin was due, and has not gone: missed"]


def test_what_a_blackout_moves_is_told_once_for_each_new_time(team: Team) -> None:
    start, end = dt.date(2027, 1, 11), dt.date(2027, 1, 13)
    told = {"actor": "ann", "now": team.moment}
    blackouts.add(team.database, start, end, (), "the pre-election period", **told)
    team.remind(before(days=8))
    assert team.letters == []
    team.remind(before(days=6))
    assert team.subjects == ["Local Partnerships Bulletin goes later than planned"]
    assert "It goes on Thu 14 Jan 2027 09:30 GMT instead" in team.letters[0][1]
    assert "the pre-election period until Wednesday 13 January 2027" in team.letters[0][1]
    blackouts.add(team.database, end, dt.date(2027, 1, 20), (), "another", **told)
    team.remind(before(days=6))
    assert len(team.letters) == 2


def test_an_occurrence_that_is_moved_is_told_of_anew(team: Team) -> None:
    team.remind(before(days=7))
    service.move(
        team.database, 1, None, dt.datetime(2027, 1, 14, 9, 30), reach_of(team.opened),  # noqa: DTZ001
        actor="ann", now=team.moment,
    )  # fmt: skip
    team.remind(before(days=5))
    assert len(team.letters) == 2
    assert "Thu 14 Jan 2027 09:30 GMT" in team.letters[1][1]


def test_a_schedule_that_rests_is_not_written_about(team: Team) -> None:
    service.pause(team.database, 1)
    team.remind(before(days=1))
    assert team.letters == []


def test_the_team_hears_that_something_waits_for_approval(
    team: Team, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOGNAME", "ann")
    app(["edition", "submit", "issue-04", "-w", str(team.folder)], standalone_mode=False)
    assert "is submitted by ann" in capsys.readouterr().out
    assert team.subjects == ["issue-04 waits for approval"]
    assert "bulletin edition approve issue-04 --segment everyone" in team.letters[0][1]


def test_a_scheduler_that_runs_once_reminds_too(
    team: Team, capsys: pytest.CaptureFixture[str]
) -> None:
    team.moment = before(days=7)
    app(["scheduler", "--once", "-w", str(team.folder)], standalone_mode=False)
    assert "0 occurrences fired" in capsys.readouterr().out
    assert team.subjects == [IN_A_WEEK]
    with team.database.read() as connection:
        assert store.list_occurrences(connection, 1) == []
