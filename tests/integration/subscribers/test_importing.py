"""What an import does to the list, on both engines."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import inspect, text

from subscribers import service, store
from subscribers.address import parse_address
from subscribers.facets import FacetSet
from subscribers.lifecycle import EventKind, Status
from subscribers.store import Filters
from subscribers.transfer import TransferError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from subscribers.database import Database
    from subscribers.facets import Vocabulary
    from subscribers.importing import ImportReport

    Take = Callable[..., ImportReport]

HEADER = "email,name,organisation,sector,regions,publications\n"
ANN = "ann@example.org,Ann,Town council,local-government,wales,bulletin\n"
BOB = "bob@example.org,Bob,Hospital,health,london;south-east,bulletin;quickupdates\n"
LATER = datetime(2026, 4, 1, tzinfo=UTC)


def everybody(database: Database) -> dict[str, store.Person]:
    with database.read() as connection:
        return {one.address: one for one in store.people(connection, Filters())}


def live(database: Database, address: str) -> set[str]:
    return {
        one.publication for one in service.show(database, address).terms if one.ended_at is None
    }


def test_an_import_puts_people_on_the_list(database: Database, take: Take) -> None:
    report = take(HEADER + ANN + BOB)
    assert report.committed
    assert (report.rows, report.added) == (2, 2)
    bob = everybody(database)["bob@example.org"]
    assert (bob.name, bob.organisation, bob.status) == ("Bob", "Hospital", Status.ACTIVE)
    assert bob.facets == FacetSet("health", frozenset({"london", "south-east"}))
    assert live(database, "bob@example.org") == {"bulletin", "quickupdates"}


def test_each_subscription_that_an_import_begins_has_its_consent_event(
    database: Database, take: Take, now: datetime
) -> None:
    take(HEADER + BOB)
    events = service.show(database, "bob@example.org").events
    assert sorted(event.publication or "" for event in events) == ["bulletin", "quickupdates"]
    for event in events:
        assert event.kind is EventKind.IMPORTED
        assert (event.source, event.actor, event.at) == ("import list.csv", "clerk", now)


def test_importing_the_same_list_again_changes_nothing(database: Database, take: Take) -> None:
    take(HEADER + ANN + BOB)
    before = everybody(database), service.show(database, "bob@example.org")
    report = take(HEADER + ANN + BOB)
    assert (report.added, report.updated, report.unchanged) == (0, 0, 2)
    assert (everybody(database), service.show(database, "bob@example.org")) == before


def test_a_corrected_line_replaces_what_was_known(database: Database, take: Take) -> None:
    take(HEADER + ANN)
    report = take(HEADER + "ANN@example.org,Ann Other,,health,london,\n")
    assert (report.added, report.updated, report.unchanged) == (0, 1, 0)
    ann = everybody(database)["ann@example.org"]
    assert (ann.name, ann.organisation) == ("Ann Other", "Town council")
    assert ann.facets == FacetSet("health", frozenset({"london"}))
    assert service.show(database, "ann@example.org").events[-1].kind is EventKind.CHANGED


def test_an_empty_cell_changes_nothing(database: Database, take: Take) -> None:
    take(HEADER + ANN)
    report = take("email\nann@example.org\n")
    assert report.unchanged == 1
    assert everybody(database)["ann@example.org"].organisation == "Town council"


def test_two_lines_about_one_address_are_merged(database: Database, take: Take) -> None:
    report = take(HEADER + ANN + "Ann@Example.org,Ann Other,,,london,quickupdates\n")
    assert (report.rows, report.added, report.merged) == (2, 1, 1)
    ann = everybody(database)["ann@example.org"]
    assert ann.name == "Ann Other"
    assert ann.facets == FacetSet("local-government", frozenset({"wales", "london"}))
    assert live(database, "ann@example.org") == {"bulletin", "quickupdates"}


@pytest.mark.parametrize("chunk", [1, 2])
def test_lines_far_apart_are_merged_like_neighbours(
    database: Database, take: Take, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    take(HEADER + BOB)
    monkeypatch.setattr("subscribers.following._FIRST_ROWS", chunk)
    again = "bob@example.org,,,,{},bulletin\n"
    report = take(
        HEADER + again.format("") + ANN + again.format("wales") + again.format("scotland")
    )
    assert (report.rows, report.added, report.updated, report.merged) == (4, 1, 1, 2)
    assert everybody(database)["bob@example.org"].facets.regions == {"wales", "scotland"}


def test_a_chunk_of_refused_rows_does_not_end_the_list(
    take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("subscribers.following._FIRST_ROWS", 1)
    report = take(HEADER + "nobody,,,,,\n" * 3 + ANN, skip_refused=True)
    assert (report.rows, report.added, report.refused_rows) == (4, 1, 3)


def test_of_a_mixed_list_each_person_gets_what_their_own_line_says(
    database: Database, take: Take, now: datetime
) -> None:
    take(HEADER + ANN)
    service.suppress(
        database, "cat@example.org", reason="bounce", evidence="e", now=now, actor="clerk"
    )
    cat, dan = ANN.replace("ann", "cat"), BOB.replace("bob", "dan")
    report = take(HEADER + cat + BOB + ANN.replace("wales", "scotland") + dan)
    assert (report.added, report.updated, report.held_back_total) == (2, 1, 1)
    assert everybody(database)["ann@example.org"].facets.regions == {"scotland"}
    for address in ("bob@example.org", "dan@example.org"):
        assert live(database, address) == {"bulletin", "quickupdates"}
        assert len(service.show(database, address).events) == 2
    assert live(database, "ann@example.org") == {"bulletin"}


def test_rows_held_back_are_told_in_the_order_of_their_lines(
    database: Database, take: Take, now: datetime
) -> None:
    take(HEADER + ANN)
    service.unsubscribe(database, "ann@example.org", None, reason="asked", now=now, actor="ann")
    service.suppress(database, "bob@example.org", reason="r", evidence="e", now=now, actor="clerk")
    report = take(HEADER + BOB + ANN)
    assert [one.address for one in report.held_back] == ["bob@example.org", "ann@example.org"]


def test_a_new_publication_for_somebody_known_begins_with_its_consent_event(
    database: Database, take: Take
) -> None:
    take(HEADER + ANN)
    report = take(HEADER + ANN.replace("bulletin", "quickupdates"))
    assert (report.updated, report.added) == (1, 0)
    assert live(database, "ann@example.org") == {"bulletin", "quickupdates"}
    newest = service.show(database, "ann@example.org").events[-1]
    assert (newest.kind, newest.publication) == (EventKind.IMPORTED, "quickupdates")


def test_a_line_that_says_less_than_is_known_changes_nothing(
    database: Database, take: Take
) -> None:
    take(HEADER + ANN)
    before = everybody(database)
    report = take("email,sector\nann@example.org,\nann@example.org,local-government\n")
    assert (report.unchanged, report.merged) == (1, 1)
    assert everybody(database) == before


@pytest.mark.parametrize("rows", [ANN, "nobody,,,,,\n"])
def test_an_import_leaves_every_index_in_its_place(
    database: Database, take: Take, rows: str
) -> None:
    def indexes() -> list[str]:
        with database.read() as connection:
            found = inspect(connection).get_indexes("subscriber")
            return sorted(index["name"] for index in found if index["name"])

    before = indexes()
    take(HEADER + rows)
    assert indexes() == before
    assert "ix_subscriber_facet_set_id_status" in before


def test_a_left_subscriber_is_not_revived_by_an_import(
    database: Database, take: Take, now: datetime
) -> None:
    take(HEADER + ANN)
    service.unsubscribe(database, "ann@example.org", None, reason="asked", now=now, actor="ann")
    before = service.show(database, "ann@example.org")
    report = take(HEADER + BOB + ANN.replace("Ann", "Changed"))
    assert [(one.line, one.address, one.reason) for one in report.held_back] == [
        (3, "ann@example.org", "left")
    ]
    assert (report.committed, report.added, report.held_back_total) == (True, 1, 1)
    assert service.show(database, "ann@example.org") == before


@pytest.mark.parametrize("is_subscriber", [True, False])
def test_a_suppressed_address_is_left_alone_by_an_import(
    database: Database, take: Take, now: datetime, *, is_subscriber: bool
) -> None:
    if is_subscriber:
        take(HEADER + ANN)
    service.suppress(
        database, "ann@example.org", reason="complaint", evidence="letter", now=now, actor="clerk"
    )
    before = service.show(database, "ann@example.org")
    report = take(HEADER + ANN.replace("Ann", "Changed"))
    assert [one.reason for one in report.held_back] == ["suppressed: complaint"]
    assert service.show(database, "ann@example.org") == before


def test_a_publication_that_a_person_left_is_not_taken_up_again(
    database: Database, take: Take, now: datetime
) -> None:
    take(HEADER + BOB)
    service.unsubscribe(
        database, "bob@example.org", "quickupdates", reason="asked", now=now, actor="bob"
    )
    report = take(HEADER + BOB)
    assert (report.unchanged, report.withheld) == (1, 1)
    assert live(database, "bob@example.org") == {"bulletin"}


def test_a_lifted_suppression_no_longer_holds_a_line_back(
    database: Database, take: Take, now: datetime
) -> None:
    service.suppress(database, "ann@example.org", reason="r", evidence="e", now=now, actor="clerk")
    service.lift(database, "ann@example.org", reason="mistake", now=now, actor="clerk")
    assert take(HEADER + ANN).added == 1


def test_one_refused_row_keeps_the_whole_list_out(database: Database, take: Take) -> None:
    report = take(HEADER + ANN + "nobody,,,,,\n" + BOB)
    assert not report.committed
    assert (report.rows, report.added, report.refused_rows) == (3, 2, 1)
    assert [(one.line, one.column, one.value) for one in report.problems] == [
        (3, "email", "nobody")
    ]
    assert everybody(database) == {}


def test_the_good_rows_are_taken_when_refused_ones_may_be_skipped(
    database: Database, take: Take
) -> None:
    report = take(HEADER + ANN + "nobody,,,,,\n" + BOB, skip_refused=True)
    assert report.committed
    assert len(everybody(database)) == 2


def test_a_dry_run_gives_the_same_report_and_keeps_nothing(database: Database, take: Take) -> None:
    dry = take(HEADER + ANN + BOB, dry_run=True)
    assert everybody(database) == {}
    wet = take(HEADER + ANN + BOB)
    assert (dry.committed, wet.committed) == (False, True)
    assert (dry.rows, dry.added, dry.source) == (wet.rows, wet.added, wet.source)


def test_an_import_after_a_rolled_back_one_finds_its_tables_clean(take: Take) -> None:
    for _ in range(3):
        take(HEADER + ANN + "nobody,,,,,\n")
    assert take(HEADER + ANN).added == 1


def test_every_row_is_counted_once(database: Database, take: Take, now: datetime) -> None:
    take(HEADER + ANN + BOB)
    service.unsubscribe(database, "bob@example.org", None, reason="asked", now=now, actor="bob")
    report = take(HEADER + ANN + ANN + BOB + BOB + "bad,,,,,\nnew@example.org,,,,,\n\n")
    counts = (report.added, report.updated, report.unchanged, report.merged)
    assert report.rows == 6 == sum(counts) + report.held_back_total + report.refused_rows


def test_a_row_without_a_publication_is_refused_when_there_is_no_default(take: Take) -> None:
    report = take("email\nann@example.org\n", default_publications=frozenset())
    assert [one.what for one in report.problems] == ["is empty"]


def test_a_pending_person_whom_the_partnership_vouches_for_becomes_active(
    database: Database, take: Take, now: datetime
) -> None:
    with database.write() as connection:
        held = FacetSet("health", frozenset({"wales"}))
        address = parse_address("ann@example.org")
        store.add_person(connection, address, "", "", held, Status.PENDING, now)
    assert take(HEADER + ANN).updated == 1
    assert everybody(database)["ann@example.org"].status is Status.ACTIVE


def test_columns_that_nothing_is_taken_from_are_named(take: Take) -> None:
    assert take("email,shoe size\nann@example.org,42\n").ignored_columns == ("shoe size",)


def test_a_list_in_windows_1252_is_read_from_a_file(
    database: Database, vocabulary: Vocabulary, tmp_path: Path, now: datetime
) -> None:
    path = tmp_path / "liste.csv"
    path.write_bytes("E-mail;Name;List\r\nzoe@example.org;Zoë;bulletin\r\n".encode("cp1252"))
    service.import_csv(database, vocabulary, path, now=now, actor="clerk")
    assert everybody(database)["zoe@example.org"].name == "Zoë"


def test_a_file_that_is_not_there_is_told_by_name(
    database: Database, vocabulary: Vocabulary, tmp_path: Path, now: datetime
) -> None:
    with pytest.raises(TransferError, match=r"absent\.csv: cannot be read"):
        service.import_csv(database, vocabulary, tmp_path / "absent.csv", now=now, actor="clerk")


def test_an_export_imported_elsewhere_is_the_same_list(database: Database, take: Take) -> None:
    take(HEADER + BOB + "'+plus@example.org,\"'=1+1\",'=cmd,,wales,\n")
    out = StringIO(newline="")
    assert service.export(database, out, Filters()) == 2
    before = everybody(database)
    report = take(out.getvalue())
    assert report.unchanged == 2
    assert everybody(database) == before
    assert "+plus@example.org" in before
    assert before["+plus@example.org"].name == "=1+1"


def test_erased_ids_do_not_confuse_the_next_import(database: Database, take: Take) -> None:
    take(HEADER + ANN + BOB)
    with database.write() as connection:
        connection.execute(text("DELETE FROM subscriber"))
    assert take(HEADER + BOB + ANN).added == 2
    assert live(database, "ann@example.org") == {"bulletin"}
