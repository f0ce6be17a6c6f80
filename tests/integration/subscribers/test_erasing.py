"""Erasure and retention on both engines: what goes, what stays, and who is kept out."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update

from subscribers import erasures, models, requests, service
from subscribers.address import parse_address
from subscribers.admission import DomainRules
from subscribers.erasing import Eraser
from subscribers.erasures import Seal
from subscribers.facets import FacetSet
from subscribers.joining import Door, Outcome
from subscribers.lifecycle import Status
from subscribers.requests import Wish
from subscribers.retention import Periods, Retention, Rule
from subscribers.service import SubscriberError
from subscribers.transfer import TransferError

from .conftest import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement, Connection

    from subscribers.database import Database
    from subscribers.importing import ImportReport
    from subscribers.letters import Letter

ANN, BOB = "ann@example.org", "bob@example.org"
OLD, NEW = b"an old key of many bytes", b"a new key of many bytes"
NOBODY = FacetSet("", frozenset())


class Desk:
    """Keeps letters in a list: what becomes of them is another room's."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def queue(self, connection: Connection, letter: Letter, now: dt.datetime) -> None:
        self.letters.append(letter)

    def tell_team(self, connection: Connection, detail: str, now: dt.datetime) -> None:
        raise AssertionError("no rule holds anybody here")


def nobody(*_: object) -> frozenset[str]:
    """There is nothing upstairs to find."""
    return frozenset()


def nothing(*_: object) -> None:
    """There is nothing upstairs to forget."""


def eraser(database: Database, *keys: bytes) -> Eraser:
    return Eraser(database, Seal(keys or (OLD,)), nobody, nothing)


def add(database: Database, who: str, now: dt.datetime, **more: object) -> None:
    service.add(
        database, who, facets=NOBODY, publications=frozenset({"bulletin"}), now=now, actor="clerk",
        **more,  # type: ignore[arg-type]
    )  # fmt: skip


def counts(database: Database) -> dict[str, int]:
    tables = (models.Subscriber, models.ConsentEvent, models.JoinRequest, models.AuditEntry)
    with database.read() as connection:
        return {
            table.__tablename__: connection.execute(
                select(func.count()).select_from(table)
            ).scalar_one()
            for table in tables
        }


def wish(who: str) -> Wish:
    address = parse_address(who)
    return Wish(address, "", "", NOBODY, frozenset({"bulletin"}), "Yes.", "en-GB", "192.0.2.0/24")


@pytest.fixture
def door(database: Database) -> Door:
    return Door(database, DomainRules(), Desk(), VOCABULARY, Seal([OLD]))


# ---- erasure


def test_an_erased_person_is_gone_with_everything_that_hung_on_them(
    database: Database, now: dt.datetime
) -> None:
    add(database, ANN, now)
    service.suppress(database, ANN, reason="bounce", evidence="", now=now, actor="clerk")
    assert eraser(database).erase(parse_address("ANN@example.org"), actor="clerk", why="", now=now)
    with pytest.raises(SubscriberError, match="is not on the list"):
        service.show(database, ANN)
    assert counts(database) == {
        "subscriber": 0, "consent_event": 0, "join_request": 0, "audit_entry": 1,
    }  # fmt: skip


def test_an_address_that_is_not_on_the_list_can_be_kept_out_too(
    database: Database, now: dt.datetime
) -> None:
    assert not eraser(database).erase(parse_address(ANN), actor="clerk", why="", now=now)
    with pytest.raises(SubscriberError, match="only the person can come back"):
        add(database, ANN, now, seal=Seal([OLD]))


def test_an_import_does_not_bring_an_erased_person_back(
    take: Callable[..., ImportReport], database: Database, now: dt.datetime
) -> None:
    add(database, ANN, now)
    eraser(database).erase(parse_address(ANN), actor="clerk", why="", now=now)
    report = take(f"email\n{ANN}\n{BOB}\nANN@EXAMPLE.ORG\n", seal=Seal([OLD]))
    assert (report.added, report.held_back_total, report.rows) == (1, 2, 3)
    assert {one.reason for one in report.held_back} == {"was erased"}


def test_a_new_key_still_knows_whom_the_old_one_erased(
    take: Callable[..., ImportReport], database: Database, now: dt.datetime
) -> None:
    eraser(database).erase(parse_address(ANN), actor="clerk", why="", now=now)
    eraser(database, NEW, OLD).erase(parse_address(BOB), actor="clerk", why="", now=now)
    assert take(f"email\n{ANN}\n{BOB}\n", seal=Seal([NEW, OLD])).added == 0
    with pytest.raises(TransferError, match="without the secret key"):
        take(f"email\n{ANN}\n")


def test_the_person_comes_back_by_their_own_confirmation(
    take: Callable[..., ImportReport], door: Door, database: Database, now: dt.datetime
) -> None:
    eraser(database).erase(parse_address(ANN), actor="clerk", why="", now=now)
    door.ask(wish(ANN), now)
    with database.read() as connection:
        assert erasures.is_erased(connection, door.seal, ANN), "asking alone brings nobody back"
    assert door.confirm(1, "192.0.2.0/24", now) is Outcome.JOINED
    assert take(f"email,name\n{ANN},Ann\n", seal=door.seal).updated == 1


def test_a_request_of_an_erased_person_is_gone(
    door: Door, database: Database, now: dt.datetime
) -> None:
    door.ask(wish(ANN), now)
    eraser(database).erase(parse_address(ANN), actor="clerk", why="", now=now)
    assert door.confirm(1, "192.0.2.0/24", now) is Outcome.GONE


def test_a_fingerprint_is_no_address_and_depends_on_the_key() -> None:
    mine, other = Seal([OLD]).fingerprint(ANN), Seal([NEW]).fingerprint(ANN)
    assert mine != other
    assert len(mine) == 32
    assert Seal([NEW, OLD]).fingerprints(ANN) == [other, mine]


# ---- retention


class Shelf:
    """Something upstairs that ages."""

    def __init__(self, *moments: dt.datetime) -> None:
        self.moments = list(moments)

    def count(self, connection: Connection, before: dt.datetime) -> int:
        return len([each for each in self.moments if each < before])

    def blank(self, connection: Connection, before: dt.datetime) -> int:
        found = self.count(connection, before)
        self.moments = [each for each in self.moments if each >= before]
        return found


def days(number: int) -> dt.timedelta:
    return dt.timedelta(days=number)


def test_what_is_too_old_is_counted_and_then_deleted(
    door: Door, database: Database, now: dt.datetime
) -> None:
    add(database, ANN, now - days(900))
    add(database, BOB, now - days(900))
    service.unsubscribe(database, ANN, None, reason="asked", now=now - days(800), actor="clerk")
    service.unsubscribe(database, BOB, None, reason="asked", now=now - days(700), actor="clerk")
    door.ask(wish("old@example.org"), now - days(40))
    door.ask(wish("new@example.org"), now - days(10))
    door.ask(wish("again@example.org"), now - days(40))
    door.ask(wish("again@example.org"), now - days(2))
    shelf = Shelf(now - days(500), now)
    retention = Retention(
        database, eraser(database), Periods(30, 730, 2190), [Rule("mails", 400, shelf)]
    )
    before = counts(database)
    counted = retention.run(now, dry_run=True)
    assert counts(database) == before
    assert [one.found for one in counted] == [2, 1, 0, 1]

    assert retention.run(now, dry_run=False) == counted
    assert [one.found for one in retention.run(now, dry_run=False)] == [0, 0, 0, 0]
    assert shelf.moments == [now]
    with database.read() as connection:
        left = connection.scalars(select(models.Subscriber.address)).all()
        assert sorted(left) == ["again@example.org", BOB, "new@example.org"]
        assert requests.find(connection, 4) is not None
        assert erasures.is_erased(connection, Seal([OLD]), ANN)
        deeds = erasures.deeds(connection, 10)
    assert [(deed.action, deed.detail) for deed in deeds] == [
        ("erase", "left long ago"),
        ("retention", "1 mails"),
        ("retention", "2 requests that were never confirmed, or are settled"),
    ]


def test_each_part_of_what_is_too_old_is_its_own_transaction(
    database: Database, now: dt.datetime
) -> None:
    class Slow(Shelf):
        """A shelf that blanks two at a time, until the power goes."""

        def blank(self, connection: Connection, before: dt.datetime) -> int:
            if len(self.moments) == 1:
                raise KeyboardInterrupt
            self.moments = self.moments[2:]
            return 2

    retention = Retention(
        database, eraser(database), Periods(0, 0, 0), [Rule("mails", 1, Slow(*[now - days(9)] * 5))]
    )
    with pytest.raises(KeyboardInterrupt):
        retention.run(now, dry_run=False)
    with database.read() as connection:
        deeds = erasures.deeds(connection, 10)
    assert [deed.detail for deed in deeds] == ["2 mails", "2 mails"]


def test_who_came_back_after_the_page_was_read_is_not_erased(
    database: Database, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for who in (ANN, BOB):
        add(database, who, now - days(900))
        service.unsubscribe(database, who, None, reason="asked", now=now - days(800), actor="clerk")

    retention = Retention(database, eraser(database), Periods(0, 730, 0), [])
    read_page = Retention._next_left

    def page_then_return(self: Retention, is_old: ColumnElement[bool]) -> list[str]:
        keys = read_page(self, is_old)
        bob = update(models.Subscriber).where(models.Subscriber.address == BOB)
        with database.write() as connection:
            connection.execute(bob.values(status=Status.ACTIVE, updated_at=now))
        return keys

    monkeypatch.setattr(Retention, "_next_left", page_then_return)
    assert [one.found for one in retention.run(now, dry_run=False)] == [0, 1, 0]
    person = service.show(database, BOB).person
    assert person is not None
    assert person.status is Status.ACTIVE


def test_a_period_of_nought_keeps_everything(database: Database, now: dt.datetime) -> None:
    add(database, ANN, now - days(9000))
    service.unsubscribe(database, ANN, None, reason="asked", now=now - days(9000), actor="clerk")
    retention = Retention(database, eraser(database), Periods(0, 0, 0), [])
    assert [one.found for one in retention.run(now, dry_run=False)] == [0, 0, 0]
    assert counts(database)["subscriber"] == 1
