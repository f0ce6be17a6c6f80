"""Two people and an edition in live mode: what one submits and the other approves, by what they type."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from mailer.app import Workspace
from mailer.approval import service as approval
from mailer.approval.decision import ApprovalError
from mailer.cli.approved import proof_of
from mailer.cli.firing import SendEdition, find_due
from mailer.cli.main import app
from mailer.cli.releasing import next_allowed, what_is_missing
from mailer.cli.scheduling import watch_of
from mailer.delivery import control
from mailer.surroundings import now
from mailer.workspace import add_sample_edition, lay_down
from scheduler import service, store
from scheduler.firing import Fired
from scheduler.schedule import Kind, Occurrence, OccurrenceState, Plan
from scheduler.working_days import DayRule
from subscribers import consent
from subscribers import store as people
from subscribers.address import parse_address
from subscribers.facets import FacetSet
from subscribers.lifecycle import Status
from tests.journeys.relay import running_relay

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from scheduler.claiming import Noted
    from scheduler.schedule import Schedule
    from subscribers.database import Database
    from subscribers.errors import BulletinError

SEND = ("send", "issue-04", "--segment", "police", "--yes")
POLICE = 10
EDITION = "editions/issue-04/edition.md"
ARTICLE = "editions/issue-04/articles/12-trading-standards.md"
SECTIONS = "sections: [Information sharing]\n"
PICTURE = "editions/issue-04/images/street-shield.png"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one article of the sample edition and ten officers, for copies to be made of."""
    place = tmp_path_factory.mktemp("sample") / "workspace"
    lay_down(place)
    add_sample_edition(place)
    for article in (place / ARTICLE).parent.iterdir():
        if article != place / ARTICLE:
            article.unlink()
    edition = (place / EDITION).read_text(encoding="utf-8")
    with_its_section = re.sub(r"(?s)sections:.*spotlight: .*?\n", SECTIONS, edition)
    (place / EDITION).write_text(with_its_section, encoding="utf-8")
    database = Workspace.open(place).unchecked_database
    database.migrate()
    add_officers(database, range(POLICE))
    return place


def add_officers(database: Database, numbers: Iterable[int]) -> None:
    for number in numbers:
        facets = FacetSet("law-enforcement", frozenset({"london"}))
        address = parse_address(f"{number}@force.example")
        with database.write() as connection:
            key = people.add_person(connection, address, "", "", facets, Status.ACTIVE, now())
            consent.subscribe(connection, key, "bulletin", "test", now())


@dataclass
class Team:
    """People at one workspace, which sends to subscribers."""

    folder: Path
    variables: pytest.MonkeyPatch
    screen: pytest.CaptureFixture[str]

    @property
    def opened(self) -> Workspace:
        return Workspace.open(self.folder)

    def types(self, who: str, *words: str) -> str:
        """What the command shows to one of them."""
        self.variables.setenv("LOGNAME", who)
        self.screen.readouterr()
        app([*words, "-w", str(self.folder)], standalone_mode=False)
        return self.screen.readouterr().out

    def data(self, who: str, *words: str) -> Any:  # noqa: ANN401 - whatever JSON holds
        return json.loads(self.types(who, *words, "--json"))

    def is_refused(self, who: str, *words: str) -> str:
        """What the one error says."""
        with pytest.raises(ApprovalError) as refused:
            self.types(who, *words)
        error: BulletinError = refused.value
        return str(error)

    def agrees_on(self, segment: str = "police") -> None:
        """One submits and the other approves, without the checks that the commands make first."""
        opened = self.opened
        edition = opened.editions.read(opened.editions.folder("issue-04")).edition
        assert edition is not None
        proof = proof_of(opened, edition, segment)
        approval.submit(opened.database, proof, "ann", now())
        approval.approve(opened.database, proof, "bob", now())

    def edits(self, name: str, old: str, new: str) -> None:
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def standing(self) -> dict[str, str]:
        (listed,) = self.data("ann", "edition", "list")
        found: dict[str, str] = listed["approval"]
        return found


@pytest.fixture
def team(
    sample: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Team:
    folder = tmp_path / "workspace"
    shutil.copytree(sample, folder)
    monkeypatch.setenv("BULLETIN_MODE", "live")
    return Team(folder, monkeypatch, capsys)


def test_nothing_goes_to_subscribers_that_nobody_else_has_seen(team: Team) -> None:
    assert "nobody has submitted it for approval" in team.is_refused("ann", *SEND)
    told = team.types("ann", "edition", "submit", "issue-04", "--segment", "police")
    assert "issue-04 to police is submitted by ann: 10 people, fingerprint" in told
    assert "bulletin edition approve issue-04 --segment police" in told
    assert "waits for somebody else to approve it" in team.is_refused("ann", *SEND)
    assert "was submitted by ann, who can't approve it too" in team.is_refused(
        "ann", "edition", "approve", "issue-04"
    )
    told = team.types("bob", "edition", "approve", "issue-04")
    assert "issue-04 to police, submitted by ann, is approved by bob: 10 people" in told
    dry = team.types("ann", "send", "issue-04", "--segment", "police", "--dry-run")
    assert "Approval   approved by bob\n" in dry
    assert team.data("ann", "campaign", "list") == []


def test_who_approves_is_asked_about_warnings(team: Team) -> None:
    team.edits(ARTICLE, "https://", "http://")
    team.types("ann", "edition", "submit", "issue-04", "--segment", "police")
    assert team.types("bob", "edition", "approve", "issue-04") == ""
    assert team.standing() == {"police": "waiting"}
    told = team.types(
        "bob", "edition", "approve", "issue-04", "--yes", "--reason", "no https there"
    )
    assert "is approved by bob" in told
    kept, _, submitted, _ = team.data("ann", "audit", "list")
    assert (kept["actor"], kept["action"]) == ("bob", "approve in spite of warnings")
    assert kept["subject"] == "issue-04 to police"
    assert re.fullmatch(
        r"1 link-insecure \(12-trading-standards\.md:\d+\): no https there", kept["detail"]
    )
    assert submitted["action"] == "submit in spite of warnings"


def test_nothing_is_kept_of_warnings_when_the_approval_is_refused(team: Team) -> None:
    team.edits(ARTICLE, "https://", "http://")
    team.types("ann", "edition", "submit", "issue-04", "--segment", "police")
    before = team.data("ann", "audit", "list")
    team.is_refused("ann", "edition", "approve", "issue-04", "--yes")
    assert team.data("ann", "audit", "list") == before


def test_what_goes_carries_what_was_approved(team: Team, tmp_path: Path) -> None:
    team.agrees_on()
    with running_relay(tmp_path) as relay:
        for name, value in relay.settings.items():
            team.variables.setenv(name, value)
        team.variables.setenv("BULLETIN_APPROVAL_REQUIRED", "true")
        assert f"{POLICE} accepted" in team.types("ann", *SEND)
        assert len(relay.recipients) == POLICE
    shown = team.types("ann", "campaign", "show", "1")
    assert "Approved by bob, submitted by ann: fingerprint " in shown
    campaign = team.data("ann", "campaign", "show", "1")
    report = team.data("ann", "campaign", "report", "1")
    assert campaign["approved"][:12] in shown
    assert report["approved"] == campaign["approved"]


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        (EDITION, 'subject: "', 'subject: "New: ', "subject"),
        (EDITION, 'preheader: "', 'preheader: "New: ', "subject"),
        (EDITION, "date: 2026-10-13", "date: 2026-10-14", "date"),
        (ARTICLE, "---\n\n", "---\n\nOne more sentence. ", "text"),
        (ARTICLE, "image_alt: A street", "image_alt: One street", "pictures"),
        (ARTICLE, "[east-of-england]", "[east-of-england, wales]", "aims"),
        ("bulletin.toml", '["law-enforcement"]', '["law-enforcement", "health"]', "audience"),
        ("bulletin.toml", 'address = "bulletin@', 'address = "news@', "sender"),
        ("bulletin.toml", 'sectors = ["law-enforcement"]\n',
         'sectors = ["law-enforcement"]\nexcept_regions = ["wales"]\n', "audience"),
    ],
)  # fmt: skip
def test_every_edit_voids_the_approval(
    team: Team, name: str, old: str, new: str, told: str
) -> None:
    team.agrees_on()
    assert team.standing() == {"police": "approved"}
    team.edits(name, old, new)
    refused = team.is_refused("ann", *SEND)
    assert "approved by bob, but changed since: " in refused
    assert told in refused.partition("since: ")[2]
    assert team.standing() == {"police": "lapsed"}
    team.edits(name, new, old)
    assert team.standing() == {"police": "approved"}


def test_another_picture_voids_the_approval(team: Team) -> None:
    team.agrees_on()
    picture = team.folder / PICTURE
    shutil.copyfile(picture.with_name("ledger.png"), picture)
    assert "but changed since: pictures" in team.is_refused("ann", *SEND)


def test_what_changed_after_it_was_submitted_is_submitted_again(team: Team) -> None:
    team.types("ann", "edition", "submit", "issue-04", "--segment", "police")
    team.edits(EDITION, 'subject: "', 'subject: "New: ')
    assert "submitted by ann, but changed since: subject" in team.is_refused(
        "bob", "edition", "approve", "issue-04"
    )
    assert team.standing() == {"police": "outdated"}
    team.agrees_on()
    assert team.standing() == {"police": "approved"}


def test_a_rejection_says_why_and_ends_an_approval_too(team: Team) -> None:
    team.agrees_on()
    why = "the date is wrong"
    told = team.types("cat", "edition", "reject", "issue-04", "--reason", why)
    assert told == f"issue-04 to police is rejected: {why}.\n"
    assert "rejected by cat: the date is wrong" in team.is_refused("ann", *SEND)
    assert "is not waiting for anybody's decision" in team.is_refused(
        "cat", "edition", "reject", "issue-04", "--reason", why
    )
    deeds = [(deed["actor"], deed["action"]) for deed in team.data("ann", "audit", "list")]
    assert deeds[:3] == [("cat", "reject"), ("bob", "approve"), ("ann", "submit")]


def test_each_segment_has_its_own_approval(team: Team) -> None:
    for segment in ("police", "everyone"):
        team.types("ann", "edition", "submit", "issue-04", "-s", segment)
    assert "was submitted for police, everyone; choose one with --segment" in team.is_refused(
        "bob", "edition", "approve", "issue-04"
    )
    team.types("bob", "edition", "approve", "issue-04", "-s", "everyone")
    assert team.standing() == {"police": "waiting", "everyone": "approved"}
    assert "waiting for police, approved for" in " ".join(
        team.types("ann", "edition", "list").split()
    )


def test_an_edition_that_went_over_to_another_publication_is_approved_for_that(team: Team) -> None:
    team.types("ann", "edition", "submit", "issue-04", "-s", "police")
    team.edits(EDITION, "publication: bulletin", "publication: quickupdates")
    team.types("ann", "edition", "submit", "issue-04", "-s", "police")
    told = team.data("bob", "edition", "approve", "issue-04")
    assert (told["publication"], told["decision"]) == ("quickupdates", "approved")


def test_faults_are_told_before_anything_is_submitted_or_approved(team: Team) -> None:
    team.types("ann", "edition", "submit", "issue-04", "-s", "police")
    team.edits(EDITION, "subject:", "subjekt:")
    for who, verb in (("ann", "submit"), ("bob", "approve")):
        assert team.types(who, "edition", verb, "issue-04") == ""
    assert [deed["action"] for deed in team.data("ann", "audit", "list")] == ["submit"]


def test_an_audience_that_changed_is_agreed_on_by_whoever_sends(team: Team) -> None:
    team.agrees_on()
    add_officers(team.opened.database, [POLICE, POLICE + 1])
    refused = team.is_refused("ann", *SEND)
    assert "reaches 12 people, and 10 when it was approved" in refused
    assert "--accept-audience" in refused
    # Agreed on: it goes as far as to the relay, which isn't there.
    team.variables.setenv("BULLETIN_RELAY_PORT", "1")
    with pytest.raises(Exception, match="can't be reached"):
        team.types("ann", *SEND, "--accept-audience")
    (campaign,) = team.data("ann", "campaign", "list")
    assert campaign["recipients"] == 12


@pytest.mark.parametrize(
    "alone", [{"BULLETIN_APPROVAL_REQUIRED": "false"}, {"BULLETIN_MODE": "safe"}]
)
def test_who_works_alone_or_in_safe_mode_needs_nobody(team: Team, alone: dict[str, str]) -> None:
    for name, value in alone.items():
        team.variables.setenv(name, value)
    team.variables.setenv("BULLETIN_RELAY_PORT", "1")
    dry = team.types("ann", "send", "issue-04", "--segment", "police", "--dry-run")
    assert "Approval" not in dry
    assert team.opened.requirement() is None


def test_who_sends_by_hand_in_a_blackout_is_told_of_it(team: Team) -> None:
    today = str(dt.datetime.now(ZoneInfo("Europe/London")).date())
    period = ("schedule", "blackout", "add", today, today, "--reason")
    team.types("ann", *period, "the Welsh election", "--region", "wales")
    team.types("ann", *period, "the pre-election period", "--region", "london")
    london = team.folder / "bulletin.toml"
    london.write_text(
        london.read_text(encoding="utf-8") + '\n[segments.london]\nregions = ["london"]\n',
        encoding="utf-8",
    )
    dry = ("send", "issue-04", "--dry-run", "--segment")
    told = [line for line in team.types("ann", *dry, "london").splitlines() if "Blackout" in line]
    assert len(told) == 1
    assert told[0].startswith("Blackout   the pre-election period until ")
    assert team.types("ann", *dry, "police").count("Blackout   ") == 2


def test_a_test_to_the_team_needs_no_approval(team: Team) -> None:
    told = team.types("ann", "send", "issue-04", "--test", "ann@example.org", "--dry-run")
    assert told.endswith(", to nobody else\n")


def test_nobody_reads_in_the_archive_what_nobody_else_has_approved(team: Team) -> None:
    add = ("archive", "add", "issue-04")
    assert "nobody has submitted it for approval; `bulletin edition submit" in team.is_refused(
        "ann", *add
    )
    assert team.data("ann", "archive", "list") == []
    team.agrees_on("police")
    assert "/archive/bulletin/issue-04/" in team.types("ann", *add)
    team.edits(ARTICLE, "---\n\n", "---\n\nOne more sentence. ")
    assert "approved by bob, but changed since: text" in team.is_refused("ann", *add)


def test_nobody_reads_in_the_archive_what_was_rejected_for_another_segment(team: Team) -> None:
    add, submit = ("archive", "add", "issue-04"), ("edition", "submit", "issue-04", "--segment")
    reject = ("edition", "reject", "issue-04", "--segment", "everyone", "--reason", "a face")
    team.agrees_on("police")
    team.types("ann", *submit, "everyone")
    team.types("bob", *reject)
    refused = team.is_refused("ann", *add)
    assert refused.startswith("issue-04 to everyone: rejected by bob: a face; ")
    assert "`bulletin edition submit issue-04 --segment everyone`" in refused
    team.edits(ARTICLE, "---\n\n", "---\n\nOne more sentence. ")
    team.agrees_on("police")
    assert "/archive/bulletin/issue-04/" in team.types("ann", *add)


def test_the_archive_names_the_segment_that_is_waited_for(team: Team) -> None:
    team.types("ann", "edition", "submit", "issue-04", "--segment", "everyone")
    team.agrees_on("police")
    team.edits(ARTICLE, "---\n\n", "---\n\nOne more sentence. ")
    team.types("ann", "edition", "submit", "issue-04", "--segment", "everyone")
    refused = team.is_refused("ann", "archive", "add", "issue-04")
    assert refused.startswith("issue-04 to everyone: submitted by ann, and waits for somebody")
    assert "`bulletin edition approve issue-04 --segment everyone`" in refused


# ---- schedules


def add_due(team: Team) -> Schedule:
    """A schedule that has fallen due a moment ago, and the edition dated on that day."""
    due = dt.datetime.now(ZoneInfo("Europe/London")) - dt.timedelta(minutes=1)
    path = team.folder / EDITION
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    dated = [f"date: {due.date()}\n" if line.startswith("date: ") else line for line in lines]
    path.write_text("".join(dated), encoding="utf-8")
    plan = Plan("bulletin", "police", Kind.ONCE, f"{due:%Y-%m-%d %H:%M:%S}", days=DayRule.KEEP)
    before = now() - dt.timedelta(days=1)
    return service.add(team.opened.database, plan, actor="ann", now=before)


def fire(team: Team) -> Occurrence:
    """A scheduler looks once; gives what became of the one occurrence."""
    noted: list[Noted] = []
    opened = team.opened
    watch_of(opened, SendEdition(team.folder), noted.append).fire_due()
    with opened.database.read() as connection:
        (found,) = store.list_occurrences(connection, 1)
    return found


def test_a_schedule_waits_for_an_approval_and_goes_once_it_is_there(
    team: Team, tmp_path: Path
) -> None:
    add_due(team)
    assert (fire(team).state, team.data("ann", "campaign", "list")) == ("unapproved", [])
    assert "nobody has submitted it" in team.types("ann", "schedule", "show", "1")
    team.types("ann", "edition", "submit", "issue-04", "-s", "police")
    assert fire(team).state is OccurrenceState.UNAPPROVED

    told = team.types("bob", "edition", "approve", "issue-04")
    assert "schedule 1 waited for it: it goes " in told
    with running_relay(tmp_path) as relay:
        for name, value in relay.settings.items():
            team.variables.setenv(name, value)
        team.variables.setenv("BULLETIN_APPROVAL_REQUIRED", "true")
        done = fire(team)
        assert len(relay.recipients) == POLICE
    assert done.state is OccurrenceState.DONE
    assert done.remark.startswith("approved after its time; issue-04: campaign ")
    assert done.remark.endswith("10 recipients: 10 accepted")


def test_an_edition_that_comes_too_late_is_waited_for_too(team: Team) -> None:
    add_due(team)
    edition = team.folder / "editions" / "issue-04"
    edition.rename(team.folder / "issue-04")
    unapproved = fire(team)
    assert unapproved.state is OccurrenceState.UNAPPROVED
    assert "no edition of bulletin is dated" in unapproved.remark
    (team.folder / "issue-04").rename(edition)
    team.types("ann", "edition", "submit", "issue-04", "-s", "police")
    (released,) = team.data("bob", "edition", "approve", "issue-04")["released"]
    assert released["state"] == "waiting"


def test_what_was_approved_while_the_scheduler_looked_is_not_forgotten(team: Team) -> None:
    schedule = add_due(team)
    fire(team)
    opened = team.opened
    remind = watch_of(opened, SendEdition(team.folder), lambda _: None).remind

    def state() -> OccurrenceState:
        with opened.database.read() as connection:
            (found,) = store.list_occurrences(connection, schedule.id)
        return found.state

    remind()
    assert state() is OccurrenceState.UNAPPROVED
    # Without a word to the schedules, as if it came before the occurrence was put on record as unapproved.
    team.agrees_on()
    team.variables.setenv("BULLETIN_APPROVAL_REQUIRED", "false")
    remind()
    assert state() is OccurrenceState.UNAPPROVED, "who stops asking for approvals releases nothing"
    team.variables.setenv("BULLETIN_APPROVAL_REQUIRED", "true")
    remind()
    assert state() is OccurrenceState.WAITING


def test_of_two_editions_of_a_date_the_approved_one_goes(team: Team) -> None:
    schedule = add_due(team)
    editions, day = team.folder / "editions", dt.datetime.now(ZoneInfo("Europe/London")).date()
    for other in ("issue-03-draft", "issue-05-draft"):
        shutil.copytree(editions / "issue-04", editions / other)
    assert "issue-03-draft" in what_is_missing(team.opened, schedule, [day])
    team.agrees_on()
    found = find_due(team.opened, schedule, [day])
    assert not isinstance(found, Fired)
    assert found.name == "issue-04"


def test_what_was_begun_goes_on_though_somebody_joined_meanwhile(team: Team) -> None:
    schedule = add_due(team)
    team.agrees_on()
    opened, begun = team.opened, []
    occurrence = Occurrence(
        1, schedule.id, schedule.timetable.local(now()), now(), OccurrenceState.FIRING, "", 1,
        None, None, None,
    )  # fmt: skip

    class Dying:
        def __init__(self, _: Path, campaign_id: int) -> None:
            begun.append(campaign_id)
            raise OSError("no process could be started")

    fire = SendEdition(team.folder, Dying)
    for attempts in (1, 2):
        with pytest.raises(OSError, match="no process"):
            fire(schedule, dataclasses.replace(occurrence, attempts=attempts))
        add_officers(opened.database, [POLICE + attempts])
    assert begun == [1, 1]


def test_it_is_known_beforehand_what_is_missing(team: Team) -> None:
    schedule = add_due(team)
    opened, day = team.opened, dt.datetime.now(ZoneInfo("Europe/London")).date()
    assert "nobody has submitted it" in what_is_missing(opened, schedule, [day])
    team.agrees_on()
    assert what_is_missing(opened, schedule, [day]) == ""
    other = dt.date(2020, 1, 1)
    assert "is dated 1 January 2020" in what_is_missing(opened, schedule, [other])


def test_the_calendar_tells_at_a_glance_what_will_happen(team: Team, tmp_path: Path) -> None:
    team.variables.setenv("COLUMNS", "200")
    day = dt.datetime.now(ZoneInfo("Europe/London")).date() + dt.timedelta(days=3)
    team.edits(EDITION, "date: 2026-10-13", f"date: {day}")
    at = ("-p", "bulletin", "--at", f"{day} 09:30", "-s", "police")
    team.types("ann", "schedule", "add", *at)

    def foreseen() -> tuple[str, str, str]:
        (ahead,) = team.data("ann", "schedule", "next")
        return ahead["edition"], ahead["state"], ahead["why"] or ""

    name, state, why = foreseen()
    assert (name, state) == ("issue-04", "not approved")
    assert why in team.types("ann", "schedule", "next")
    assert "nobody has submitted it for approval; `bulletin edition submit issue-04" in why
    team.agrees_on()
    assert foreseen() == ("issue-04", "ready", "")
    assert re.search(r" issue-04 +ready ", team.types("ann", "schedule", "next"))
    team.edits(EDITION, "subject:", "subjekt:")
    name, state, why = foreseen()
    assert (state, "bulletin edition check issue-04" in why) == ("has errors", True)
    team.edits(EDITION, "subjekt:", "subject:")
    with running_relay(tmp_path) as relay:
        for key, value in relay.settings.items():
            team.variables.setenv(key, value)
        team.types("ann", *SEND)
        assert foreseen() == ("issue-04", "sent", "")


def test_the_calendar_calls_nothing_sent_that_is_still_going(team: Team) -> None:
    team.variables.setenv("BULLETIN_APPROVAL_REQUIRED", "false")
    day = dt.datetime.now(ZoneInfo("Europe/London")).date() + dt.timedelta(days=3)
    team.edits(EDITION, "date: 2026-10-13", f"date: {day}")
    team.types("ann", "schedule", "add", "-p", "bulletin", "--at", f"{day} 09:30", "-s", "police")
    opened = team.opened
    with opened.database.read() as connection:
        schedule = store.find_schedule(connection, 1)
    ready = find_due(opened, schedule, [day])
    assert not isinstance(ready, Fired)
    number = ready.begin(ready.plan("police"), "ann")

    def foreseen() -> tuple[str, str]:
        (ahead,) = team.data("ann", "schedule", "next")
        return ahead["state"], ahead["why"] or ""

    going = f"campaign {number} is being sent; see `bulletin status {number}`"
    assert foreseen() == ("under way", going)
    control.pause(opened.database, number)
    rests = f"campaign {number} is paused; `bulletin campaign resume {number}` goes on"
    assert foreseen() == ("under way", rests)
    add_officers(opened.database, [POLICE])
    assert foreseen() == ("ready", ""), "the one who joined gets it"
    control.cancel(opened.database, number, now())
    assert foreseen() == ("ready", "")


@pytest.mark.parametrize(
    ("days_off", "moment", "goes"),
    [
        (DayRule.KEEP, "2027-01-12 11:00", "2027-01-12 11:00"),
        (DayRule.NEXT, "2027-01-12 07:00", "2027-01-12 08:00"),
        (DayRule.NEXT, "2027-01-12 19:00", "2027-01-13 08:00"),
        (DayRule.NEXT, "2027-01-15 19:00", "2027-01-18 09:30"),  # over a weekend, at its usual time
        (DayRule.KEEP, "2027-01-15 19:00", "2027-01-16 08:00"),
        (DayRule.SKIP, "2027-03-26 10:00", "2027-03-30 09:30"),  # Good Friday to Easter Monday
    ],
)
def test_late_is_at_the_next_allowed_hour(
    team: Team, days_off: DayRule, moment: str, goes: str
) -> None:
    team.variables.setenv("BULLETIN_HOURS_OPENS", "08:00")
    team.variables.setenv("BULLETIN_HOURS_CLOSES", "18:00")
    opened, zone = team.opened, ZoneInfo("Europe/London")
    plan = Plan("bulletin", "police", Kind.ONCE, "2027-01-12 09:30", days=days_off)
    before = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
    schedule = service.add(opened.database, plan, actor="ann", now=before)
    with opened.database.write() as connection:
        due = dt.datetime(2027, 1, 12, 9, 30)  # noqa: DTZ001 - a local time
        store.add_occurrence(connection, schedule.id, due, due.replace(tzinfo=dt.UTC))
        (occurrence,) = store.list_occurrences(connection, schedule.id)
    at = next_allowed(
        opened, schedule, occurrence, dt.datetime.fromisoformat(moment).replace(tzinfo=zone)
    )
    assert f"{at.astimezone(zone):%Y-%m-%d %H:%M}" == goes
