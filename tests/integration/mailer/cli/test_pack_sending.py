"""A team and its campaign packs, by what they type: to a real relay, on a schedule, after an approval."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from mailer.app import Workspace
from mailer.approval.decision import ApprovalError
from mailer.cli.firing import SendEdition
from mailer.cli.main import app
from mailer.cli.previewing import PackPreview
from mailer.cli.scheduling import watch_of
from mailer.delivery.campaign import CampaignError
from mailer.packing import errand
from mailer.packs.publishing import PackError
from mailer.packs.store import list_published
from mailer.sandbox.mailbox import Mailbox
from mailer.surroundings import now
from mailer.workspace import add_sample_packs, lay_down
from scheduler import service as schedules
from scheduler import store as occurrences
from scheduler.schedule import Kind, OccurrenceState, Plan
from scheduler.working_days import DayRule
from subscribers import service
from subscribers.facets import FacetSet
from tests.journeys.relay import Relay, running_relay

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mailer.content.pack import Pack
    from scheduler.schedule import Occurrence

NAME = "quickupdates/software-updates"
SEND = ("pack", "send", NAME, "--yes")
PEOPLE = {"ann@example.org": "health", "bob@force.example": "law-enforcement"}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the sample campaign and two subscribers, for copies to be made of."""
    place = tmp_path_factory.mktemp("sample") / "workspace"
    lay_down(place)
    add_sample_packs(place)
    database = Workspace.open(place).unchecked_database
    database.migrate()
    for address, sector in PEOPLE.items():
        service.add(
            database, address, facets=FacetSet(sector, frozenset({"london"})), now=now(), actor="x",
            publications=frozenset({"quickupdates"}),
        )  # fmt: skip
    return place


@dataclass
class Team:
    """People at one workspace."""

    folder: Path
    variables: pytest.MonkeyPatch
    screen: pytest.CaptureFixture[str]

    @property
    def opened(self) -> Workspace:
        return Workspace.open(self.folder)

    def types(self, *words: str, who: str = "ann") -> str:
        """What a command shows."""
        self.variables.setenv("LOGNAME", who)
        self.screen.readouterr()
        app([*words, "-w", str(self.folder)], standalone_mode=False)
        return self.screen.readouterr().out

    def data(self, *words: str, who: str = "ann") -> Any:  # noqa: ANN401 - whatever JSON holds
        return json.loads(self.types(*words, "--json", who=who))

    def is_told(self, *words: str) -> str:
        """What is wrong, by a command that does nothing and exits with 1."""
        self.screen.readouterr()
        assert app([*words, "-w", str(self.folder)], standalone_mode=False) == 1
        told = self.screen.readouterr()
        assert told.out == ""
        return told.err

    def edits(self, name: str, old: str, new: str) -> None:
        path = self.folder / "packs" / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def pack(self) -> Pack:
        opened = self.opened
        pack = opened.packs.read(opened.packs.folder(NAME)).pack
        assert pack
        return pack

    def published(self) -> list[str]:
        with self.opened.database.read() as connection:
            return [one.name for one in list_published(connection)]

    def goes_live(self, relay: Relay, *, approval: bool = False) -> None:
        for name, value in relay.settings.items():
            self.variables.setenv(name, value)
        self.variables.setenv("BULLETIN_APPROVAL_REQUIRED", str(approval).lower())


@pytest.fixture
def team(
    sample: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Team:
    folder = tmp_path / "workspace"
    shutil.copytree(sample, folder)
    return Team(folder, monkeypatch, capsys)


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Relay]:
    with running_relay(tmp_path) as running:
        yield running


# ---- sending


def test_a_pack_goes_to_its_subscribers_once_and_its_page_is_up_from_then_on(
    team: Team, relay: Relay
) -> None:
    team.goes_live(relay)
    plan = team.types("pack", "send", NAME, "--dry-run")
    assert f"Pack       {NAME}: #quickupdates" in plan
    assert "Recipients 2, in 1 variant" in plan
    assert team.published() == []
    assert "2 recipients: 2 accepted" in team.types(*SEND)
    assert sorted(relay.recipients) == sorted(PEOPLE)
    mail = relay.mails[0].parsed
    assert (
        mail["List-Id"].startswith('"#quickupdates campaign"') or "quickupdates." in mail["List-Id"]
    )
    html = mail.get_body(("html",))
    assert html is not None
    pictures = re.findall(r'src="https://bulletin.example.org/media/([^"]+)"', html.get_content())
    assert len(pictures) == 2
    assert all((team.opened.media / name).is_file() for name in pictures)
    assert team.published() == [NAME]
    with pytest.raises(CampaignError, match="nobody in the segment who has not had it"):
        team.types(*SEND)
    (campaign,) = team.data("campaign", "list")
    assert (campaign["edition"], campaign["publication"]) == (NAME, "quickupdates")
    assert "2 accepted" in team.types("campaign", "show", "1")
    assert "2" in team.types("campaign", "report", "1")
    assert NAME in team.types("archive", "list")


def test_a_test_goes_to_the_team_alone_and_shows_nothing_to_anybody(team: Team) -> None:
    told = team.types("pack", "send", NAME, "--test", "me@example.org")
    assert f"Test of {NAME} to me@example.org" in told
    assert "1 accepted" in told
    assert [each.recipient for each in Mailbox(team.opened.inbox).listing(9)] == ["me@example.org"]
    assert team.published() == []
    assert team.data("pack", "send", NAME, "--dry-run")["recipients"] == 2


def test_in_safe_mode_mail_stays_here_and_a_page_goes_up_by_its_own_command_alone(
    team: Team,
) -> None:
    assert "2 recipients: 2 accepted" in team.types(*SEND)
    assert team.published() == []
    told = team.types("pack", "publish", NAME)
    assert f"https://bulletin.example.org/packs/{NAME}" in told
    assert f"until then `bulletin serve` shows it at http://localhost:8000/packs/{NAME}" in told
    assert team.published() == [NAME]
    assert "is not published any more" in team.types("pack", "remove", NAME)
    with pytest.raises(PackError, match="is not published"):
        team.types("pack", "remove", NAME)


def test_a_segment_narrows_it_and_the_rest_can_have_it_later(team: Team) -> None:
    assert "1 recipient: 1 accepted" in team.types(*SEND, "--segment", "police")
    assert team.data("pack", "send", NAME, "--dry-run")["recipients"] == 1


def test_what_is_wrong_with_a_pack_is_told_and_nothing_is_sent(team: Team) -> None:
    team.edits(f"{NAME}/pack.md", "file: update-square.png", "file: none.png")
    assert "assets/none.png" in team.is_told(*SEND)
    assert team.data("campaign", "list") == []


def test_whatever_is_done_in_spite_of_a_warning_is_on_record_with_the_reason(team: Team) -> None:
    (team.folder / "packs" / NAME / "assets" / "spare.txt").write_text("For later.")
    team.types("pack", "submit", NAME, "--reason", "it is for later")
    team.types("pack", "approve", NAME, "--yes", "--reason", "so they say", who="bob")
    team.types("pack", "publish", NAME)
    team.types(*SEND, "--reason", "as approved")
    deeds = [one for one in team.data("audit", "list") if "warnings" in one["action"]]
    assert [(one["actor"], one["action"].split()[0], one["subject"]) for one in deeds] == [
        ("ann", "send", f"{NAME} to everyone"),
        ("ann", "publish", NAME),
        ("bob", "approve", f"{NAME} to everyone"),
        ("ann", "submit", f"{NAME} to everyone"),
    ]
    told = [one["detail"].partition(": ") for one in deeds]
    assert {what.split(" (")[0] for what, *_ in told} == {"1 asset-unlisted"}
    assert [why for *_, why in told] == [
        "as approved", "no reason given", "so they say", "it is for later",
    ]  # fmt: skip


def test_a_pack_that_gmail_would_cut_off_is_refused(team: Team) -> None:
    text = "Say this to everybody who will listen. " * 60
    many = "".join(f"  - network: facebook\n    text: {text}\n" for _ in range(44))
    team.edits(f"{NAME}/pack.md", "posts:\n", f"posts:\n{many}")
    assert "Gmail shows only the first 102,400" in team.is_told(*SEND)


def test_an_asset_is_withdrawn_by_name_and_with_a_reason(team: Team) -> None:
    team.types("pack", "publish", NAME)
    reason = ("--reason", "It shows a wrong date.")
    with pytest.raises(PackError, match=r"use one of: update-square\.png"):
        team.types("pack", "withdraw", NAME, "none.png", *reason)
    told = team.types("pack", "withdraw", NAME, "update-wide.png", *reason)
    assert "update-wide.png of quickupdates/software-updates is withdrawn" in told
    assert "give its file another name" in told
    assert "withdraw" in team.types("audit", "list")
    assert "update-wide" not in errand(team.opened, team.pack()).rendered.html


def test_the_preview_shows_the_mail_with_its_pictures_and_follows_the_theme_too(team: Team) -> None:
    opened = team.opened
    source = PackPreview(opened, opened.packs.folder(NAME))
    shown = source.render(None, None)
    assert (source.title(), shown.problems) == (NAME, [])
    assert shown.html is not None
    names = re.findall(r'src="/media/([^"]+)"', shown.html)
    assert len(names) == 2
    assert [source.media(name) is not None for name in names] == [True, True]
    before = source.fingerprint()
    team.edits("quickupdates/theme.md", "Cyber Streetwise campaign team", "Another team")
    assert source.fingerprint() != before
    assert "Another team" in (source.render(None, None).text or "")


# ---- approval


def test_a_pack_goes_once_somebody_else_has_approved_it(team: Team, relay: Relay) -> None:
    team.goes_live(relay, approval=True)
    with pytest.raises(ApprovalError, match=f"bulletin pack submit {NAME}"):
        team.types(*SEND)
    assert f"bulletin pack approve {NAME}" in team.types("pack", "submit", NAME)
    assert team.published() == []
    team.types("pack", "approve", NAME, who="bob")
    assert "2 accepted" in team.types(*SEND)
    assert team.published() == [NAME]


def test_a_pack_can_be_rejected(team: Team) -> None:
    team.types("pack", "submit", NAME)
    assert "is rejected: too long" in team.types(
        "pack", "reject", NAME, "--reason", "too long", who="bob"
    )


def test_a_page_goes_up_by_its_own_command_once_somebody_else_has_approved_it(team: Team) -> None:
    team.variables.setenv("BULLETIN_MODE", "live")
    publish = ("pack", "publish", NAME)
    with pytest.raises(
        ApprovalError, match=f"nobody has submitted it.*bulletin pack submit {NAME}"
    ):
        team.types(*publish)
    team.types("pack", "submit", NAME, "--segment", "police")
    with pytest.raises(ApprovalError, match=f"waits for somebody.*bulletin pack approve {NAME}"):
        team.types(*publish)
    assert team.published() == []
    team.types("pack", "approve", NAME, who="bob")
    team.types(*publish)
    assert team.published() == [NAME]
    # What is up stays up: an edit goes there once it is approved as well.
    team.edits(f"{NAME}/pack.md", "The kettle takes three", "The kettle takes four")
    with pytest.raises(ApprovalError, match="approved by bob, but changed since: text"):
        team.types(*publish)
    assert team.published() == [NAME]
    team.variables.setenv("BULLETIN_APPROVAL_REQUIRED", "false")
    team.types(*publish)


@pytest.mark.parametrize(
    ("file", "old", "new", "changed"),
    [
        (f"{NAME}/pack.md", "preheader: Six", "preheader: Half a dozen", "subject"),
        (f"{NAME}/pack.md", "The kettle takes three", "The kettle takes four", "text"),
        (f"{NAME}/pack.md", "00:01", "00:02", "pictures"),
        ("quickupdates/theme.md", "020 7946 0123", "020 7946 0124", "text"),
    ],
)
def test_an_edit_ends_an_approval_and_it_is_told_what_changed(
    team: Team, file: str, old: str, new: str, changed: str
) -> None:
    team.variables.setenv("BULLETIN_MODE", "live")
    team.types("pack", "submit", NAME)
    team.types("pack", "approve", NAME, who="bob")
    team.edits(file, old, new)
    with pytest.raises(ApprovalError, match=f"changed since: .*{changed}"):
        team.types(*SEND)


# ---- on a schedule


def is_due_today(team: Team) -> None:
    """The first wave is of today, and its schedule has fallen due a moment ago."""
    due = dt.datetime.now(ZoneInfo("Europe/London")) - dt.timedelta(minutes=1)
    team.edits("quickupdates/theme.md", "2026-07-21", str(due.date()))
    plan = Plan(
        "quickupdates", "everyone", Kind.ONCE, f"{due:%Y-%m-%d %H:%M:%S}", days=DayRule.KEEP
    )
    schedules.add(team.opened.database, plan, actor="ann", now=now() - dt.timedelta(days=1))


def fire(team: Team) -> Occurrence:
    """A scheduler looks once; gives what became of the one occurrence."""
    opened = team.opened
    watch_of(opened, SendEdition(team.folder), lambda _: None).fire_due()
    with opened.database.read() as connection:
        (found,) = occurrences.list_occurrences(connection, 1)
    return found


def test_a_wave_goes_on_its_date_and_waits_for_its_approval(team: Team, relay: Relay) -> None:
    team.goes_live(relay, approval=True)
    is_due_today(team)
    unapproved = fire(team)
    assert unapproved.state is OccurrenceState.UNAPPROVED
    assert f"bulletin pack submit {NAME}" in unapproved.remark
    team.types("pack", "submit", NAME)
    assert "schedule 1 waited for it" in team.types("pack", "approve", NAME, who="bob")
    done = fire(team)
    assert (done.state, done.remark.endswith("2 recipients: 2 accepted")) == (
        OccurrenceState.DONE, True,
    )  # fmt: skip
    assert sorted(relay.recipients) == sorted(PEOPLE)
    assert team.published() == [NAME]


def test_a_wave_whose_pack_can_not_be_sent_says_so(team: Team) -> None:
    team.edits(f"{NAME}/pack.md", "file: update-square.png", "file: none.png")
    is_due_today(team)
    failed = fire(team)
    assert failed.state is OccurrenceState.FAILED
    assert failed.remark == (
        f"{NAME} has errors and can't be sent; `bulletin pack check {NAME}` lists them"
    )


def test_a_date_without_a_wave_says_so(team: Team) -> None:
    is_due_today(team)
    team.edits("quickupdates/theme.md", str(now().date()), "2026-07-21")
    nothing = fire(team)
    assert nothing.state is OccurrenceState.NOTHING_TO_SEND
    assert nothing.remark.startswith("no pack of quickupdates is dated ")


def test_what_is_to_come_names_the_pack_of_each_wave(team: Team) -> None:
    day = now().date() + dt.timedelta(days=9)
    team.edits("quickupdates/theme.md", "2026-07-21", str(day))
    at = ("--at", f"{day} 09:30", "--days-off", "keep")
    team.types("schedule", "add", "-p", "quickupdates", *at)
    (ahead,) = team.data("schedule", "next")
    assert (ahead["edition"], ahead["state"], ahead["why"]) == (NAME, "ready", None)
