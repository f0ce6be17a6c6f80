"""What a partnership does with one person, on both engines."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import pytest

from subscribers import service
from subscribers.facets import FacetSet
from subscribers.lifecycle import EventKind, LifecycleError, Status
from subscribers.segment import Segment
from subscribers.service import SubscriberError
from subscribers.store import Filters

if TYPE_CHECKING:
    from datetime import datetime

    from subscribers.database import Database
    from subscribers.service import Added

ANN = "ann@example.org"
HELD = FacetSet("health", frozenset({"wales"}))


def add(database: Database, now: datetime, *publications: str, address: str = ANN) -> Added:
    return service.add(
        database,
        address,
        facets=HELD,
        publications=frozenset(publications),
        name="Ann",
        now=now,
        actor="clerk",
        wording="By telephone: yes please.",
    )


def kinds(database: Database) -> list[EventKind]:
    return [event.kind for event in service.show(database, ANN).events]


def test_an_added_person_is_active_and_the_consent_says_who_and_how(
    database: Database, now: datetime
) -> None:
    added = add(database, now, "bulletin")
    assert (added.is_new, added.begun, added.person.status) == (True, ("bulletin",), Status.ACTIVE)
    (event,) = service.show(database, ANN).events
    assert (event.kind, event.publication, event.at) == (EventKind.ADDED, "bulletin", now)
    assert (event.actor, event.wording) == ("clerk", "By telephone: yes please.")


def test_adding_again_begins_only_what_is_not_there(database: Database, now: datetime) -> None:
    add(database, now, "bulletin")
    again = add(database, now, "bulletin", "quickupdates")
    assert (again.is_new, again.begun) == (False, ("quickupdates",))


def test_a_publication_that_was_left_can_be_taken_up_again_by_hand(
    database: Database, now: datetime
) -> None:
    add(database, now, "bulletin", "quickupdates")
    service.unsubscribe(database, ANN, "bulletin", reason="asked", now=now, actor="ann")
    assert add(database, now, "bulletin").begun == ("bulletin",)
    terms = [(one.publication, one.end_reason) for one in service.show(database, ANN).terms]
    assert sorted(terms, key=str) == [
        ("bulletin", "asked"),
        ("bulletin", None),
        ("quickupdates", None),
    ]


def test_somebody_who_left_everything_is_not_brought_back_by_hand(
    database: Database, now: datetime
) -> None:
    add(database, now, "bulletin")
    service.unsubscribe(database, ANN, None, reason="asked", now=now, actor="ann")
    with pytest.raises(LifecycleError, match="only the person can come back"):
        add(database, now, "bulletin")


def test_a_suppressed_address_is_not_added(database: Database, now: datetime) -> None:
    service.suppress(database, ANN, reason="complaint", evidence="", now=now, actor="clerk")
    with pytest.raises(SubscriberError, match="not written to since 1 March 2026: complaint"):
        add(database, now, "bulletin")


def test_a_change_is_written_and_told_as_what_changed(database: Database, now: datetime) -> None:
    add(database, now, "bulletin")
    changed = service.change(
        database, ANN, name="Ann Other", regions=frozenset({"london"}), now=now, actor="clerk"
    )
    story = service.show(database, ANN)
    assert story.person == changed
    assert (changed.name, changed.facets) == (
        "Ann Other",
        FacetSet("health", frozenset({"london"})),
    )
    assert story.events[-1].detail == "name, regions wales to london"
    assert "Other" not in story.events[-1].detail


def test_a_change_to_what_is_there_already_is_no_event(database: Database, now: datetime) -> None:
    add(database, now, "bulletin")
    service.change(database, ANN, name="Ann", sector="health", now=now, actor="clerk")
    assert kinds(database) == [EventKind.ADDED]


def test_leaving_one_publication_keeps_the_others(database: Database, now: datetime) -> None:
    add(database, now, "bulletin", "quickupdates")
    ended = service.unsubscribe(database, ANN, "bulletin", reason="asked", now=now, actor="ann")
    assert ended == ("bulletin",)
    story = service.show(database, ANN)
    assert story.person is not None
    assert story.person.status is Status.ACTIVE
    assert kinds(database)[-1] is EventKind.UNSUBSCRIBED


def test_leaving_everything_is_kept_as_an_end_and_can_be_asked_twice(
    database: Database, now: datetime
) -> None:
    add(database, now, "bulletin", "quickupdates")
    first = service.unsubscribe(database, ANN, None, reason="asked", now=now, actor="ann")
    before = service.show(database, ANN)
    again = service.unsubscribe(database, ANN, None, reason="asked", now=now, actor="ann")
    assert (first, again) == (("bulletin", "quickupdates"), ())
    assert service.show(database, ANN) == before
    assert before.person is not None
    assert before.person.status is Status.LEFT
    assert {term.ended_at for term in before.terms} == {now}


def test_a_suppression_is_kept_with_its_reason_and_its_end(
    database: Database, now: datetime
) -> None:
    add(database, now, "bulletin")
    told = {"now": now, "actor": "clerk"}
    assert service.suppress(database, ANN, reason="bounce", evidence="5.1.1", **told)
    assert not service.suppress(database, ANN, reason="complaint", evidence="", **told)
    live = service.show(database, ANN).suppression
    assert live is not None
    assert (live.reason, live.evidence) == ("bounce", "5.1.1")
    assert service.lift(database, ANN, reason="repaired", **told)
    assert not service.lift(database, ANN, reason="repaired", **told)
    story = service.show(database, ANN)
    assert story.suppression is None
    assert [one.lift_reason for one in story.suppressions] == ["repaired"]
    assert kinds(database) == [EventKind.ADDED, EventKind.SUPPRESSED, EventKind.RESTORED]


def test_the_story_of_an_address_that_is_only_suppressed_has_no_person(
    database: Database, now: datetime
) -> None:
    service.suppress(database, ANN, reason="asked", evidence="", now=now, actor="clerk")
    story = service.show(database, ANN)
    assert (story.person, story.terms, story.events) == (None, (), ())


@pytest.mark.parametrize("verb", ["show", "change", "unsubscribe"])
def test_an_address_that_nobody_has_is_told_as_unknown(
    database: Database, now: datetime, verb: str
) -> None:
    told = {"now": now, "actor": "clerk"}
    with pytest.raises(SubscriberError) as caught:
        {
            "show": lambda: service.show(database, ANN),
            "change": lambda: service.change(database, ANN, name="x", **told),
            "unsubscribe": lambda: service.unsubscribe(database, ANN, None, reason="", **told),
        }[verb]()
    assert caught.value.code == "subscriber-unknown"


def test_an_export_holds_whom_the_filters_leave_and_what_they_take_now(
    database: Database, now: datetime
) -> None:
    add(database, now, "bulletin", "quickupdates")
    add(database, now, "bulletin", address="bob@example.org")
    service.unsubscribe(database, ANN, "bulletin", reason="asked", now=now, actor="ann")
    out = StringIO(newline="")
    asked = Filters(publication="quickupdates", segment=Segment("s", regions=frozenset({"wales"})))
    assert service.export(database, out, asked) == 1
    assert out.getvalue() == (
        "email,name,organisation,sector,regions,publications\r\n"
        "ann@example.org,Ann,,health,wales,quickupdates\r\n"
    )
