"""The door to the database: transactions, moments in time, versions, and faults told to a person."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import DateTime, insert, make_url, select, text
from sqlalchemy.exc import DBAPIError

from subscribers import consent, models, store
from subscribers.address import parse_address
from subscribers.consent import Event
from subscribers.database import REVISIONS, Database, metadata, script_config
from subscribers.facets import FacetSet
from subscribers.faults import DatabaseError, Fault, is_lost
from subscribers.lifecycle import EventKind, Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.schema import SchemaItem

MODELS = (
    models.FacetSetRow,
    models.FacetSetRegion,
    models.Subscriber,
    models.Subscription,
    models.ConsentEvent,
    models.Suppression,
)
NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def suppress(database: Database, key: str, at: datetime = NOW) -> None:
    with database.write() as connection:
        connection.execute(
            insert(models.Suppression).values(
                address_key=key, address=key, reason="asked", evidence="letter", created_at=at
            )
        )


def suppressed(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.scalars(select(models.Suppression.address_key)))


def test_what_is_written_in_a_block_is_there_afterwards(database: Database) -> None:
    suppress(database, "a@example.org")
    assert suppressed(database) == ["a@example.org"]


def add_and_fail(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("INSERT INTO facet_set (sector, regions) VALUES ('x', 'y')"))
        raise RuntimeError


def test_a_write_block_that_raises_leaves_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError):
        add_and_fail(database)
    with database.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM facet_set")) == 0


def test_what_a_read_block_writes_is_never_kept(database: Database) -> None:
    with database.read() as connection:
        connection.execute(text("INSERT INTO facet_set (sector, regions) VALUES ('x', 'y')"))
    with database.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM facet_set")) == 0


def test_a_moment_comes_back_in_utc_whatever_zone_it_was_written_in(database: Database) -> None:
    suppress(database, "a@example.org", NOW.astimezone(timezone(timedelta(hours=5))))
    with database.read() as connection:
        found = connection.scalar(select(models.Suppression.created_at))
    assert found == NOW
    assert found.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="has no time zone"):
        suppress(database, "a@example.org", NOW.replace(tzinfo=None))


def test_the_models_are_the_tables_that_the_migrations_make(database: Database) -> None:
    with database.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": _same_type, "include_object": _is_of_the_list}
        )
        assert compare_metadata(context, metadata) == []


def _is_of_the_list(_found: SchemaItem, name: str | None, kind: str, *_: object) -> bool:
    # Packages upstairs have tables in the same database; theirs to compare.
    return kind != "table" or name in {model.__tablename__ for model in MODELS}


def _same_type(_context: object, _in: object, _meta: object, found: object, told: object) -> bool:
    return isinstance(found, DateTime) != isinstance(getattr(told, "impl", told), DateTime)


def test_the_known_revisions_are_the_ones_that_alembic_finds() -> None:
    scripts = ScriptDirectory.from_config(script_config())
    assert tuple(s.revision for s in scripts.walk_revisions())[::-1] == REVISIONS
    assert scripts.get_heads() == [REVISIONS[-1]]


def test_migrating_makes_a_database_that_passes_its_check(empty_database_url: str) -> None:
    with opened(empty_database_url) as database:
        assert database.migrate() == REVISIONS[-1]
        database.check_schema()


def test_migrating_twice_changes_nothing(database: Database) -> None:
    suppress(database, "a@example.org")
    assert database.migrate() == REVISIONS[-1]
    assert suppressed(database) == ["a@example.org"]


def test_two_migrations_at_once_make_one_database(empty_database_url: str) -> None:
    databases = [Database(empty_database_url) for _ in range(2)]
    results: list[str] = []
    threads = [
        threading.Thread(target=lambda one=one: results.append(one.migrate())) for one in databases
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert results == [REVISIONS[-1]] * 2
    databases[0].check_schema()
    for one in databases:
        one.dispose()


def test_an_absent_file_is_missing_and_is_not_made_by_looking(tmp_path: Path) -> None:
    path = tmp_path / "absent.db"
    with pytest.raises(DatabaseError) as caught:
        Database(f"sqlite:///{path}").check_schema()
    assert caught.value.code == Fault.MISSING
    assert str(path) in str(caught.value)
    assert "bulletin database migrate" in caught.value.remedy
    assert not path.exists()


def test_a_database_without_tables_is_missing(empty_database_url: str) -> None:
    with opened(empty_database_url) as database:
        with database.write() as connection:
            connection.execute(text("SELECT 1"))
        with pytest.raises(DatabaseError) as caught:
            database.check_schema()
    assert caught.value.code == Fault.MISSING


@pytest.mark.parametrize("door", ["check_schema", "migrate"])
def test_a_database_of_a_newer_version_is_refused(database: Database, door: str) -> None:
    set_revision(database, "9999")
    with pytest.raises(DatabaseError) as caught:
        getattr(database, door)()
    assert caught.value.code == Fault.NEWER
    assert "upgrade bulletin" in caught.value.remedy


def test_a_database_of_an_older_version_is_told_how_to_move_on(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("subscribers.database.REVISIONS", (*REVISIONS, "the-next-one"))
    with pytest.raises(DatabaseError) as caught:
        database.check_schema()
    assert caught.value.code == Fault.OLDER
    assert "bulletin database migrate" in caught.value.remedy


def set_revision(database: Database, revision: str) -> None:
    with database.write() as connection:
        connection.execute(
            text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision}
        )


def code_of(url: str) -> str:
    with opened(url) as database, pytest.raises(DatabaseError) as caught:
        database.check_schema()
    return caught.value.code


def test_a_writer_that_waits_in_vain_is_told_that_the_database_is_locked(sqlite_url: str) -> None:
    with opened(sqlite_url) as first, opened(sqlite_url) as second:
        with second.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout = 1")  # the wait itself is not the test
        with first.write(), pytest.raises(DatabaseError) as caught, second.write():
            pass
    assert caught.value.code == Fault.LOCKED


def test_a_reader_is_not_kept_waiting_by_a_writer(sqlite_url: str) -> None:
    with opened(sqlite_url) as first, opened(sqlite_url) as second, first.write() as connection:
        connection.execute(text("INSERT INTO facet_set (sector, regions) VALUES ('x', 'y')"))
        with second.read() as reading:
            assert reading.scalar(text("SELECT count(*) FROM facet_set")) == 0


def fill_up(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("PRAGMA max_page_count = 1"))
        row = {"long": "y" * 1_000_000}
        connection.execute(text("INSERT INTO facet_set (sector, regions) VALUES ('x', :long)"), row)


def test_a_full_disk_is_told_as_one(sqlite_url: str) -> None:
    with opened(sqlite_url) as database, pytest.raises(DatabaseError) as caught:
        fill_up(database)
    assert caught.value.code == Fault.FULL


def test_a_file_that_is_no_database_is_told_as_one(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Dear all, " * 200)
    assert code_of(f"sqlite:///{path}") == Fault.DAMAGED
    assert path.read_text().startswith("Dear all")


def test_a_folder_that_is_not_there_is_told_as_unreachable(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/absent/bulletin.db"
    with opened(url) as database, pytest.raises(DatabaseError) as caught:
        database.migrate()
    assert caught.value.code == Fault.UNREACHABLE


@pytest.mark.parametrize("host", ["127.0.0.1:1", "%2Fnowhere"])
def test_a_server_that_does_not_answer_is_lost_and_can_be_tried_again(host: str) -> None:
    # Nothing listens on port 1 of this machine, nor on a socket in a folder that is not there.
    url = f"postgresql://reader:secret@{host}/list"
    with opened(url) as database, pytest.raises(DatabaseError) as caught:
        database.check_schema()
    assert caught.value.code == Fault.UNREACHABLE
    assert is_lost(caught.value)
    assert "secret" not in str(caught.value)


def test_a_wrong_password_is_told_as_one(postgres_url: str, postgres_stranger: str) -> None:
    url = make_url(postgres_url).set(username=postgres_stranger, password="wrong")
    assert code_of(url.render_as_string(hide_password=False)) == Fault.PASSWORD


def test_a_database_that_the_server_does_not_have_is_absent(postgres_url: str) -> None:
    url = make_url(postgres_url).set(database="nowhere")
    assert code_of(url.render_as_string(hide_password=False)) == Fault.ABSENT


def be_cut_off(database: Database) -> None:
    with database.write() as connection:
        pid = connection.scalar(text("SELECT pg_backend_pid()"))
        with database.read() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        connection.execute(text("SELECT 1"))


def test_a_connection_that_the_server_cuts_is_lost(postgres_url: str) -> None:
    with opened(postgres_url) as database:
        with pytest.raises(DatabaseError) as caught:
            be_cut_off(database)
        assert is_lost(caught.value)
        database.check_schema()


def test_a_mistake_in_a_query_is_not_dressed_up_as_a_fault(database: Database) -> None:
    with pytest.raises(DBAPIError) as caught, database.read() as connection:
        connection.execute(text("SELEKT 1"))
    assert not is_lost(caught.value)


def test_an_error_does_not_repeat_the_values_of_its_statement(database: Database) -> None:
    asked = text("SELECT nothing_such, :address")
    with pytest.raises(DBAPIError, match="nothing_such") as caught, database.read() as connection:
        connection.execute(asked, {"address": "ann@example.org"})
    assert "ann@example.org" not in str(caught.value)


@pytest.mark.parametrize("url", ["", "list.db", "mysql://host/list", "sqlite+nothing:///list.db"])
def test_an_address_that_is_not_of_a_known_engine_is_refused(url: str) -> None:
    with pytest.raises(DatabaseError) as caught:
        Database(url).check_schema()
    assert caught.value.code in {Fault.URL, Fault.MISSING}


def test_a_mistyped_address_is_not_repeated_because_it_may_hold_a_password() -> None:
    with pytest.raises(DatabaseError) as caught:
        Database("postgresql//reader:secret@host/list")
    assert "secret" not in str(caught.value)


def test_a_consent_event_cannot_be_edited(database: Database) -> None:
    give_consent(database)
    with pytest.raises(DBAPIError, match="never edited"), database.write() as connection:
        connection.execute(text("UPDATE consent_event SET actor = 'somebody else'"))


def test_a_consent_event_cannot_be_deleted_while_its_subscriber_is_there(
    database: Database,
) -> None:
    give_consent(database)
    with pytest.raises(DBAPIError, match="goes only with"), database.write() as connection:
        connection.execute(text("DELETE FROM consent_event"))


def test_erasing_a_subscriber_takes_the_consent_events_along(database: Database) -> None:
    give_consent(database)
    with database.write() as connection:
        connection.execute(text("DELETE FROM subscriber"))
        assert connection.scalar(text("SELECT count(*) FROM consent_event")) == 0


def test_an_id_is_not_given_again_after_an_erasure(database: Database) -> None:
    first = give_consent(database)
    with database.write() as connection:
        connection.execute(text("DELETE FROM subscriber"))
    assert give_consent(database) > first


def give_consent(database: Database) -> int:
    with database.write() as connection:
        address = parse_address("reader@example.org")
        held = FacetSet("health", frozenset({"wales"}))
        new_id = store.add_person(connection, address, "", "", held, Status.ACTIVE, NOW)
        consent.record(connection, new_id, Event(EventKind.ADDED, None, NOW, "test", "clerk"))
    return new_id


@contextmanager
def opened(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.dispose()


MOMENT = "'2026-10-13 09:30:00.000000'"
CAMPAIGN = (
    "INSERT INTO campaign (id, edition, publication, kind, route, segment, state, actor, created_at)"
    f" VALUES (1, 'issue-04', 'bulletin', 'edition', 'relay', 'all', 'paused', 'ann', {MOMENT})"
)
VARIANT = (
    "INSERT INTO campaign_variant"
    " (id, campaign_id, key, articles, language, subject, preheader, html, text)"
    " VALUES (1, 1, 'all', 1, 'en-GB', 's', 'p', 'h', 't')"
)
DELIVERIES = [
    "INSERT INTO delivery (id, campaign_id, facet_set_id, variant_id, address, name, state, attempts,"
    f" changed_at) VALUES ({number}, 1, 1, 1, 'a@example.org', '', '{state}', 0, {MOMENT})"
    for number, state in ((1, "accepted"), (2, "queued"))
]
LEDGER_OF_BEFORE = [
    "INSERT INTO facet_set (id, sector, regions) VALUES (1, 'health', 'london')",
    CAMPAIGN,
    VARIANT,
    "INSERT INTO campaign_aim (campaign_id, facet_set_id, variant_id) VALUES (1, 1, 1)",
    *DELIVERIES,
]


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """A database without tables."""
    if request.param == "sqlite":
        return Database(f"sqlite:///{tmp_path / 'old.db'}")
    return Database(request.getfixturevalue("fresh_postgres_url"))


def test_an_upgrade_keeps_every_delivery_of_before(fresh: Database) -> None:
    with fresh.write() as connection:
        config = script_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
    with fresh.write() as connection:
        for statement in LEDGER_OF_BEFORE:
            connection.exec_driver_sql(statement)
    fresh.migrate()
    with fresh.read() as connection:
        kept = [
            connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()
            for table in ("campaign", "campaign_variant", "campaign_aim", "delivery")
        ]
        batch = connection.exec_driver_sql(
            "SELECT campaign_id, first_id, last_id, is_open FROM delivery_batch"
        ).one()
        recipients = connection.exec_driver_sql("SELECT recipients FROM campaign").scalar()
    assert kept == [1, 1, 1, 2]
    assert tuple(batch) == (1, 2, 2, True)
    assert recipients == 2
