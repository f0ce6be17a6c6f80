"""Moving the addresses of an organisation to its new domain, on both engines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from subscribers import erasures, service, store
from subscribers.address import AddressError
from subscribers.erasures import Seal
from subscribers.lifecycle import Status
from subscribers.moving import Move, move_domain
from subscribers.segment import EVERYBODY

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from subscribers.database import Database

SEAL = Seal([b"a key of sixteen bytes"])
LIST = """email,name,sector,publications
Ann@x.gsi.example,Ann,health,bulletin
bob@x.gsi.example,Bob,health,bulletin
cat@x.gsi.example,Cat,health,bulletin
dan@x.gsi.example,Dan,health,bulletin
eve@x.gsi.example,Eve,health,bulletin
dan@gov.example,Dan,health,bulletin
zoe@sub.x.gsi.example,Zoe,health,bulletin
"""


@pytest.fixture(autouse=True)
def people(database: Database, take: Callable[..., object], now: datetime) -> None:
    """Bob bounced, Cat asked not to be written to, Eve left, and Dan is on the list twice."""
    take(LIST)
    for name, reason in (("bob", "mail came back"), ("cat", "asked")):
        service.suppress(
            database, f"{name}@x.gsi.example", reason=reason, evidence="", now=now, actor="clerk"
        )
    service.unsubscribe(database, "eve@x.gsi.example", None, reason="asked", now=now, actor="eve")


def move(database: Database, now: datetime, *, dry_run: bool = False) -> dict[str, Move]:
    moves = move_domain(
        database,
        "X.gsi.example",
        "gov.example",
        forgiven={"mail came back"},
        seal=SEAL,
        now=now,
        actor="clerk",
        dry_run=dry_run,
    )
    return {each.old.partition("@")[0].lower(): each for each in moves}


def reached(database: Database) -> set[str]:
    with database.read() as connection:
        return {row.address for row in connection.execute(store.audience("bulletin", EVERYBODY))}


def test_who_can_move_does_and_who_cannot_is_told(database: Database, now: datetime) -> None:
    moves = move(database, now)
    assert {name for name, each in moves.items() if not each.obstacle} == {"ann", "bob"}
    assert moves["cat"].obstacle == "is suppressed: asked"
    assert moves["dan"].obstacle == "dan@gov.example is on the list already"
    assert moves["eve"].obstacle == "has left"
    assert reached(database) == {
        "Ann@gov.example",
        "bob@gov.example",
        "dan@gov.example",
        "dan@x.gsi.example",
        "zoe@sub.x.gsi.example",
    }


def test_nobody_is_moved_to_an_address_that_was_erased(database: Database, now: datetime) -> None:
    with database.write() as connection:
        erasures.remember(connection, SEAL, "ann@gov.example", now)
    assert move(database, now)["ann"].obstacle == "Ann@gov.example was erased"


def test_who_has_yet_to_confirm_keeps_the_address_of_their_letter(
    database: Database, now: datetime
) -> None:
    with database.write() as connection:
        ann = store.find(connection, "ann@x.gsi.example")
        assert ann is not None
        store.set_status(connection, ann.id, Status.PENDING, now)
    assert move(database, now)["ann"].obstacle == "has not confirmed yet"


def test_the_evidence_stays_where_it_was(database: Database, now: datetime) -> None:
    move(database, now)
    assert service.show(database, "bob@x.gsi.example").suppression is not None
    last = service.show(database, "bob@gov.example").events[-1]
    assert (last.kind, last.actor) == ("changed", "clerk")
    assert last.detail == "address from x.gsi.example to gov.example"


def test_a_dry_run_tells_the_same_and_changes_nothing(database: Database, now: datetime) -> None:
    before = reached(database)
    told = move(database, now, dry_run=True)
    assert reached(database) == before
    assert move(database, now) == told


def test_what_is_no_domain_is_refused(database: Database, now: datetime) -> None:
    with pytest.raises(AddressError) as caught:
        move_domain(
            database, "a b", "gov.example", forgiven=set(), seal=SEAL, now=now, actor="clerk"
        )
    assert caught.value.code == "domain-invalid"
