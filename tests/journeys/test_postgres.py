"""The same road on PostgreSQL: a workspace, a list, a sending and what is on record of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mailer.workspace import add_sample_edition, sample_subscribers

if TYPE_CHECKING:
    from conftest import CommandLine

    from tests.journeys.relay import Relay


def test_an_edition_is_sent_from_a_postgresql_database(
    bulletin: CommandLine, relay: Relay, fresh_postgres_url: str
) -> None:
    # A command leaves its connection to the end of the process, which psycopg remarks on.
    bulletin.variables |= relay.settings | {"PYTHONWARNINGS": "error,ignore::ResourceWarning"}
    bulletin.does("init", "work", "--database", fresh_postgres_url)
    work = type(bulletin)(bulletin.folder / "work", bulletin.variables)
    assert not list(work.folder.glob("*.db"))
    add_sample_edition(work.folder)
    assert "316 added" in work.does("subscribers", "import", sample_subscribers())
    work.does("subscribers", "unsubscribe", leaver := "tasking@disruption.police.example")

    sent = json.loads(work.does("send", "issue-04", "--segment", "police", "--yes", "--json"))
    assert sent["counts"] == {"accepted": 53}
    assert len(set(relay.recipients)) == len(relay.recipients) == 53
    assert leaver not in relay.recipients
    shown = json.loads(work.does("campaign", "show", "1", "--json"))
    assert (shown["state"], shown["recipients"]) == ("finished", 53)
    assert sum(variant["recipients"] for variant in shown["variants"]) == 53
    again = work("send", "issue-04", "--segment", "police", "--yes")
    assert again.code == 1
    assert "there is nobody in the segment who has not had it" in again.err
