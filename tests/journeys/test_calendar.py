"""Half a year by a fast clock: two quarters and three waves of the sample, by what a team types.

In one process, because the clock must be the same for all; the mail goes over SMTP all the same.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import re
import shutil
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from mailer import surroundings
from mailer.app import Workspace
from mailer.cli.carrying import carry
from mailer.cli.firing import SendEdition
from mailer.cli.main import app
from mailer.cli.scheduling import watch_of
from mailer.dispatch import Dispatch
from mailer.workspace import add_sample_packs, lay_down, sample_subscribers
from scheduler.schedule import OccurrenceState
from tests.journeys.relay import Relay, running_relay
from tests.samples import add_short_edition

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mailer.cli.carrying import Carried

LONDON = ZoneInfo("Europe/London")
TEAM = "partnerships@partnerships.example.org"
WAVES = {
    "software-updates": "2026-07-21 10:00",
    "passwords": "2026-10-20 10:00",
    "security-software": "2027-01-05 10:00",
}
SAMPLE = 12
READERS, PARTNERS = 12, 4
"""Of so many people of the sample, those who get the bulletin and those who get the campaign."""


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=LONDON)


class Here:
    """Sends a campaign in this very process, by the same clock."""

    def __init__(self, workspace: Path, campaign_id: int) -> None:
        self._campaign = workspace, campaign_id

    def stop(self) -> None:
        """Nobody can: whoever would is waiting for it to end."""

    def wait(self) -> Carried:
        return carry(*self._campaign)


@dataclass
class Year:
    """A team, its workspace, the relay, and a clock that the test sets."""

    folder: Path
    relay: Relay
    variables: pytest.MonkeyPatch
    screen: pytest.CaptureFixture[str]
    now: dt.datetime
    became: list[tuple[str, OccurrenceState]] = field(default_factory=list)

    def types(self, who: str, *words: str, ends_with: int = 0) -> str:
        """What a command shows to somebody."""
        self.variables.setenv("LOGNAME", who)
        self.screen.readouterr()
        code = app([*words, "-w", str(self.folder)], standalone_mode=False)
        shown = self.screen.readouterr()
        assert (code or 0) == ends_with, shown
        return shown.out

    def data(self, *words: str) -> Any:  # noqa: ANN401 - whatever JSON holds
        return json.loads(self.types("ann", *words, "--json"))

    def agrees_on(self, group: str, name: str) -> str:
        """One submits it and another approves it."""
        self.types("ann", group, "submit", name)
        return self.types("bob", group, "approve", name, "--yes")

    def comes(self, moment: str) -> int:
        """Let it be that time, and a scheduler do what is due; gives how much of it fired."""
        self.now = at(moment)
        opened = Workspace.open(self.folder)
        watch = watch_of(
            opened,
            SendEdition(self.folder, Here),
            lambda noted: self.became.append(
                (noted.schedule.plan.publication, noted.occurrence.state)
            ),
        )
        fired = watch.fire_due()
        watch.remind()
        asyncio.run(self._post_letters(opened))
        opened.database.dispose()
        return fired

    async def _post_letters(self, opened: Workspace) -> None:
        """What a worker does: send whatever is due."""
        async with Dispatch(opened).worker(lambda _: None) as worker:
            running = asyncio.create_task(worker.run())
            for _ in range(100):
                await asyncio.sleep(0.05)
                with opened.database.read() as connection:
                    left = connection.exec_driver_sql(
                        "SELECT count(*) FROM delivery_batch WHERE is_open"
                    ).scalar_one()
                if not left:
                    break
            worker.stop()
            await running

    def letters(self) -> list[str]:
        """The subjects of the letters that the team has got."""
        mails = self.relay.mails
        return [str(mail.parsed["Subject"]) for mail in mails if mail.recipient == TEAM]

    def readers(self, subject: str) -> int:
        """How many people have got a mail whose subject begins so; each has got it once."""
        counted = Counter(
            mail.recipient
            for mail in self.relay.mails
            if str(mail.parsed["Subject"]).startswith(subject) and mail.recipient != TEAM
        )
        assert set(counted.values()) <= {1}, counted
        return len(counted)


@pytest.fixture
def year(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Year]:
    folder = tmp_path / "workspace"
    lay_down(folder)
    # Short, because it is checked a dozen times.
    add_short_edition(folder)
    add_sample_packs(folder)
    with running_relay(tmp_path) as relay:
        for name, value in relay.settings.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("BULLETIN_APPROVAL_REQUIRED", "true")
        made = Year(folder, relay, monkeypatch, capsys, at("2026-07-15 09:00"))
        monkeypatch.setattr(surroundings, "clock", lambda: made.now.astimezone(dt.UTC))
        yield made


def people(folder: Path) -> Path:
    """The first readers of the sample."""
    path = folder / "people.csv"
    lines = sample_subscribers().read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines[: SAMPLE + 1]) + "\n", encoding="utf-8")
    return path


def next_quarter(folder: Path) -> None:
    """The edition after the sample's, which the team has written in the meantime."""
    after = folder / "editions" / "issue-05"
    shutil.copytree(folder / "editions" / "issue-04", after)
    path = after / "edition.md"
    text = path.read_text(encoding="utf-8")
    for key, value in (("number", "5"), ("date", "2027-01-12"), ("subject", "What January brings")):
        text = re.sub(rf"(?m)^{key}: .*$", f"{key}: {value}", text)
    path.write_text(text, encoding="utf-8")


def test_half_a_year_from_the_calendar_to_the_inbox_and_the_archive(year: Year) -> None:
    year.types("ann", "database", "migrate")
    year.types("ann", "subscribers", "import", str(people(year.folder)))
    quarterly = ("--quarterly", "second tuesday", "--at", "09:30")
    year.types("ann", "schedule", "add", "-p", "bulletin", *quarterly)
    for moment in WAVES.values():
        year.types("ann", "schedule", "add", "-p", "quickupdates", "--at", moment)
    ahead = year.data("schedule", "next", "--count", "5")
    assert [each["edition"] for each in ahead] == [
        "quickupdates/software-updates", "issue-04", "quickupdates/passwords",
        "quickupdates/security-software", None,
    ]  # fmt: skip

    # The July wave is approved in time, and goes.
    year.agrees_on("pack", "quickupdates/software-updates")
    assert year.comes("2026-07-21 09:59") == 0
    assert year.comes("2026-07-21 10:00") == 1
    assert year.readers("#quickupdates: words and pictures for software updates") == PARTNERS

    # Nobody approves the October issue: the team hears of it, and nothing goes.
    assert year.comes("2026-10-06 09:30") == 0
    assert year.comes("2026-10-12 09:30") == 0
    assert year.comes("2026-10-13 09:30") == 1
    assert [each for each in year.letters() if "Bulletin" in each] == [
        "Local Partnerships Bulletin is due in 7 days, and nothing can go yet",
        "Local Partnerships Bulletin is due in 1 day, and nothing can go yet",
        "Local Partnerships Bulletin was due, and nothing has gone",
    ]
    assert year.readers("Operation Jigsaw") == 0

    # Approved late it goes, at the next look.
    year.now = at("2026-10-13 14:00")
    assert "schedule 1 waited for it" in year.agrees_on("edition", "issue-04")
    assert year.comes("2026-10-13 14:01") == 1
    assert year.readers("Operation Jigsaw") == READERS

    # The other waves, and the next quarter.
    for name, moment in list(WAVES.items())[1:]:
        year.agrees_on("pack", f"quickupdates/{name}")
        assert year.comes(moment) == 1
    next_quarter(year.folder)
    year.agrees_on("edition", "issue-05")
    assert year.comes("2027-01-12 09:30") == 1
    assert year.readers("What January brings") == READERS
    for wave in ("the autumn pack", "the new year pack"):
        assert year.readers(f"#quickupdates: {wave}") == PARTNERS
    assert year.comes("2027-01-12 18:00") == 0

    # Something in it was wrong.
    year.now = at("2027-01-13 11:00")
    note = ("edition", "correct", "issue-05", "--text", "The award is **£2.5m**, and not £25m.")
    assert "Somebody else approves it" in year.types("ann", *note, "--yes", ends_with=1)
    assert year.readers("Correction") == 0
    year.types("bob", "edition", "approve", "issue-05/correction-1")
    year.types("ann", "edition", "correct", "issue-05/correction-1", "--yes")
    assert year.readers("Correction: What January brings") == READERS

    # All of it stands in the archive.
    public = year.folder / "public"
    year.types("ann", "archive", "export", str(public))
    listed = (public / "index.html").read_text(encoding="utf-8")
    for name in ("issue-04", "issue-05", *WAVES):
        assert f"{name}/index.html" in listed
    page = (public / "bulletin/issue-05/index.html").read_text(encoding="utf-8")
    assert "Correction, 13 January 2027" in page
    done = [publication for publication, state in year.became if state is OccurrenceState.DONE]
    assert Counter(done) == {"quickupdates": 3, "bulletin": 2}
