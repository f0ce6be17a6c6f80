"""An edition that was wrong, from the command to the readers' mail, the archive and the report."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import typer

from mailer.app import Workspace
from mailer.cli.main import app
from mailer.surroundings import now
from mailer.web import shelf
from mailer.workspace import add_sample_edition, lay_down
from subscribers import consent
from subscribers import store as people
from subscribers.address import parse_address
from subscribers.errors import BulletinError
from subscribers.facets import FacetSet
from subscribers.lifecycle import Status
from tests.journeys.relay import Relay, running_relay

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from subscribers.database import Database

NOTE = "The conference is on **4 May**, and not on 3 May."
CORRECT = ("edition", "correct", "issue-04", "--text", NOTE)
READERS = ("ann@example.org", "bob@example.org")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one article of the sample edition and two readers, for copies to be made of."""
    place = tmp_path_factory.mktemp("sample") / "workspace"
    lay_down(place)
    add_sample_edition(place)
    kept = place / "editions/issue-04/articles/12-trading-standards.md"
    for article in kept.parent.iterdir():
        if article != kept:
            article.unlink()
    database = Workspace.open(place).unchecked_database
    database.migrate()
    for address in READERS:
        add_reader(database, address)
    return place


def add_reader(database: Database, address: str) -> None:
    facets = FacetSet("law-enforcement", frozenset({"london"}))
    with database.write() as connection:
        parsed = parse_address(address)
        key = people.add_person(connection, parsed, "", "", facets, Status.ACTIVE, now())
        consent.subscribe(connection, key, "bulletin", "test", now())


@dataclass
class Desk:
    """Somebody at a workspace that sends to subscribers."""

    folder: Path
    variables: pytest.MonkeyPatch
    screen: pytest.CaptureFixture[str]
    relay: Relay

    @property
    def opened(self) -> Workspace:
        return Workspace.open(self.folder)

    def types(self, *words: str, who: str = "ann", code: int = 0) -> str:
        """What a command shows, and the code that it ends with."""
        self.variables.setenv("LOGNAME", who)
        self.screen.readouterr()
        ended = app([*words, "-w", str(self.folder)], standalone_mode=False) or 0
        shown = self.screen.readouterr()
        assert ended == code, shown
        return shown.out + shown.err

    def data(self, *words: str) -> Any:  # noqa: ANN401 - whatever JSON holds
        return json.loads(self.types(*words, "--json"))

    def is_refused(self, *words: str, who: str = "ann") -> str:
        with pytest.raises((BulletinError, typer.Exit)) as refused:
            self.types(*words, who=who)
        return str(refused.value)

    def mails(self, subject: str) -> list[str]:
        """To whom mails of a subject went."""
        mails = self.relay.mails
        return sorted(m.recipient for m in mails if str(m.parsed["Subject"]).startswith(subject))


@pytest.fixture
def desk(
    sample: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Desk]:
    folder = tmp_path / "workspace"
    shutil.copytree(sample, folder)
    with running_relay(tmp_path) as relay:
        for name, value in relay.settings.items():
            monkeypatch.setenv(name, value)
        yield Desk(folder, monkeypatch, capsys, relay)


@pytest.fixture
def sent(desk: Desk) -> Desk:
    """The same, when the edition has gone out."""
    desk.types("send", "issue-04", "-s", "everyone", "--yes")
    return desk


def test_a_correction_reaches_the_readers_once_and_stands_in_the_archive(sent: Desk) -> None:
    planned = sent.data(*CORRECT, "--dry-run")
    assert (planned["edition"], planned["recipients"]) == ("issue-04/correction-1", 2)
    assert "Readers    those who got issue-04" in sent.types(*CORRECT, "--yes")
    assert sent.mails("Correction: ") == list(READERS)
    mail = sent.relay.mails[-1].parsed
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text = mail.get_body(("plain",))
    assert text is not None
    said = text.get_content()
    assert "The conference is on 4 May" in said
    assert "/archive/bulletin/issue-04/" in said
    assert "/unsubscribe/" in said
    with sent.opened.database.read() as connection:
        issue = shelf.find(connection, "bulletin", "issue-04")
    assert issue is not None
    assert [each.text for each in issue.corrections] == [NOTE]
    public = sent.folder / "public"
    sent.types("archive", "export", str(public))
    page = (public / "bulletin/issue-04/index.html").read_text(encoding="utf-8")
    assert "<strong>4 May</strong>" in page
    assert "Corrected on" in (public / "feed.xml").read_text(encoding="utf-8")
    assert "everybody who got the edition has had the correction" in sent.is_refused(
        *CORRECT, "--yes"
    )
    assert sent.mails("Correction: ") == list(READERS)


def test_an_edition_may_be_corrected_again_in_other_words(sent: Desk, tmp_path: Path) -> None:
    sent.types(*CORRECT, "--yes")
    note = tmp_path / "note.md"
    note.write_text("It is in Leeds.", encoding="utf-8")
    again = ("edition", "correct", "issue-04", "--file", str(note), "--subject", "Where\n it is")
    assert "issue-04/correction-2" in sent.types(*again, "--yes")
    assert sent.mails("Where it is") == list(READERS)
    listed = sent.data("campaign", "list")
    assert [each["corrects"] for each in listed] == ["issue-04", "issue-04", None]
    assert "A correction of issue-04, campaign 1." in sent.types("campaign", "show", "3")
    assert "A correction of issue-04, campaign 1." in sent.types("campaign", "report", "3")
    assert sent.data("campaign", "report", "3")["corrects"] == [1]
    page = tmp_path / "report.html"
    sent.types("campaign", "report", "3", "--html", str(page))
    assert "A correction of issue-04, campaign 1." in page.read_text(encoding="utf-8")


def test_a_test_of_a_correction_counts_for_nothing(sent: Desk) -> None:
    sent.types(*CORRECT, "--test", "me@example.org")
    assert sent.mails("Correction: ") == ["me@example.org"]
    with sent.opened.database.read() as connection:
        issue = shelf.find(connection, "bulletin", "issue-04")
    assert issue is not None
    assert issue.corrections == ()
    assert sent.data(*CORRECT, "--dry-run")["recipients"] == 2


def test_a_correction_needs_a_second_person_where_an_edition_does(sent: Desk) -> None:
    sent.variables.setenv("BULLETIN_APPROVAL_REQUIRED", "true")
    told = sent.types(*CORRECT, "--yes", code=1)
    assert "issue-04/correction-1 to those who got issue-04 is submitted by ann" in told
    assert "submitted by ann" in sent.is_refused(*CORRECT, "--yes")
    named = ("edition", "approve", "issue-04/correction-1")
    assert "can't approve it too" in sent.is_refused(*named)
    sent.types(*named, who="bob")
    # By its name it needs no words: they are on record.
    sent.types("edition", "correct", "issue-04/correction-1", "--yes")
    assert sent.mails("Correction: ") == list(READERS)
    assert "Approved by bob" in sent.types("campaign", "show", "3")


def test_a_correction_is_approved_for_those_who_got_the_edition_by_then(sent: Desk) -> None:
    add_reader(sent.opened.database, "cat@example.org")
    sent.variables.setenv("BULLETIN_APPROVAL_REQUIRED", "true")
    sent.types(*CORRECT, "--yes", code=1)
    named = ("edition", "approve", "issue-04/correction-1")
    assert "is approved by bob: 2 people" in sent.types(*named, who="bob")
    sent.variables.setenv("BULLETIN_APPROVAL_REQUIRED", "false")
    sent.types("send", "issue-04", "-s", "everyone", "--yes")
    sent.variables.setenv("BULLETIN_APPROVAL_REQUIRED", "true")
    refused = sent.is_refused("edition", "correct", "issue-04/correction-1", "--yes")
    assert "reaches 3 people, and 2 when it was approved" in refused
    assert sent.mails("Correction: ") == []


def test_a_rejected_correction_does_not_go(sent: Desk) -> None:
    sent.variables.setenv("BULLETIN_APPROVAL_REQUIRED", "true")
    sent.types(*CORRECT, "--yes", code=1)
    name = "issue-04/correction-1"
    sent.types("edition", "reject", name, "--reason", "it is 5 May", who="bob")
    assert "rejected by bob: it is 5 May" in sent.is_refused(*CORRECT, "--yes")
    sent.types("edition", "submit", name)
    sent.types("edition", "approve", name, who="bob")
    sent.types(*CORRECT, "--yes")
    assert sent.mails("Correction: ") == list(READERS)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("issue-05", "--text", "x"), "there is no such folder"),
        (("issue-04", "--text", "x"), "has gone to nobody by the relay"),
        (("issue-04/correction-1",), "is not there"),
        (("issue-04", "--file", "/no/such/note.md"), "can't be read"),
    ],
)
def test_what_cannot_be_corrected_is_refused(desk: Desk, words: tuple[str, ...], told: str) -> None:
    assert told in desk.is_refused("edition", "correct", *words, "--yes")
    assert desk.data("campaign", "list") == []
