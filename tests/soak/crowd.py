"""A workspace with many readers and a short edition for them, and how often a soak does what it does."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from mailer.app import Workspace
from mailer.delivery.campaign import CampaignSummary, list_campaigns, list_deliveries
from mailer.surroundings import now
from mailer.workspace import lay_down
from subscribers.importing import import_csv

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailer.delivery.outcome import DeliveryState
    from subscribers.database import Database
    from tests.journeys.conftest import CommandLine

IS_FULL = os.environ.get("SOAK") == "full"
only_full = pytest.mark.skipif(not IS_FULL, reason="`make soak` runs it")
SEND = ("send", "issue-09", "--segment", "everyone", "--yes")
RESUME = ("campaign", "resume", "1")

_EDITION = """\
---
publication: bulletin
number: 9
date: 2027-04-13
title: A short issue
subject: A short issue
language: en-GB
sections: [News]
---

Welcome.
"""
_ARTICLE = """\
---
title: One thing
section: News
order: 1
---

Nothing much happened.
"""


@dataclass(frozen=True)
class Size:
    """How many readers, and how many times something happens to the sending."""

    readers: int
    times: int


def size(full: Size, reduced: Size) -> Size:
    """The full count where SOAK=full, else one that every run of the tests can afford."""
    return full if IS_FULL else reduced


def settle(bulletin: CommandLine, readers: int, url: str) -> CommandLine:
    """Lay down a workspace in the folder of a command line; gives one that works in it."""
    work = type(bulletin)(bulletin.folder / "work", bulletin.variables)
    lay_down(work.folder, url)
    edition = work.folder / "editions" / "issue-09"
    (edition / "articles").mkdir(parents=True)
    (edition / "edition.md").write_text(_EDITION, encoding="utf-8")
    (edition / "articles" / "01-one-thing.md").write_text(_ARTICLE, encoding="utf-8")
    rows = [f"{reader},health,wales,bulletin\n" for reader in addresses(readers)]
    everybody = work.folder / "everybody.csv"
    everybody.write_text("email,sector,regions,publications\n" + "".join(rows), encoding="utf-8")
    opened = Workspace.open(work.folder)
    with _database(work) as database:
        database.migrate()
        import_csv(database, opened.vocabulary, everybody, now=now(), actor="soak")
    return work


def addresses(readers: int) -> list[str]:
    """Who they are."""
    return [f"reader{number:05}@town{number % 50}.example.org" for number in range(readers)]


def campaigns(work: CommandLine) -> list[CampaignSummary]:
    """What the ledger says, newest first."""
    with _database(work) as database, database.read() as connection:
        return list_campaigns(connection)


def in_state(work: CommandLine, state: DeliveryState) -> set[str]:
    """The recipients of campaign 1 in one state, by the ledger."""
    with _database(work) as database, database.read() as connection:
        return {each.address for each in list_deliveries(connection, 1, state, 1_000_000)}


@contextmanager
def _database(work: CommandLine) -> Iterator[Database]:
    database = Workspace.open(work.folder).unchecked_database
    yield database
    database.dispose()
