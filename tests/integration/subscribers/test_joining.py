"""Joining without a page: what two clicks at one moment come to, on both engines."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from subscribers import service
from subscribers.address import parse_address
from subscribers.admission import DomainRules
from subscribers.erasures import Seal
from subscribers.facets import FacetSet
from subscribers.joining import Answer, Door, Outcome
from subscribers.lifecycle import Status
from subscribers.requests import Wish

from .conftest import VOCABULARY

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from sqlalchemy import Connection

    from subscribers.database import Database
    from subscribers.importing import ImportReport
    from subscribers.letters import Letter

CAT = "cat@council.example"


class Desk:
    """Keeps letters in a list: how they leave is another room's business."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def queue(self, connection: Connection, letter: Letter, now: dt.datetime) -> None:
        self.letters.append(letter)

    def tell_team(self, connection: Connection, detail: str, now: dt.datetime) -> None:
        raise AssertionError("no rule holds anybody here")


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def door(database: Database, desk: Desk) -> Door:
    seal = Seal([b"a key of sixteen bytes"])
    return Door(database, DomainRules(), desk, VOCABULARY, seal, network_limit=1000)


def wish(who: str = CAT) -> Wish:
    facets = FacetSet("health", frozenset({"wales"}))
    publications = frozenset({"bulletin"})
    words = "Yes, send it."
    return Wish(parse_address(who), "Cat", "", facets, publications, words, "en-GB", "192.0.2.0/24")


def at_once(times: int, act: Callable[[], object]) -> list[object]:
    """Do something in several threads at one moment."""
    ready = threading.Barrier(times)

    def wait_and_act() -> object:
        ready.wait(10)
        return act()

    with ThreadPoolExecutor(times) as threads:
        return [each.result(30) for each in [threads.submit(wait_and_act) for _ in range(times)]]


def test_many_clicks_on_one_button_make_one_person(
    door: Door, desk: Desk, database: Database, now: dt.datetime
) -> None:
    assert at_once(4, lambda: door.ask(wish(), now)) == [Answer.SENT] * 4
    story = service.show(database, CAT)
    assert story.person is not None
    assert story.person.status is Status.PENDING
    assert len(story.events) == 1
    assert len(desk.letters) == 3, "one address gets three letters a day"


def test_many_clicks_on_one_link_join_once(
    door: Door, desk: Desk, database: Database, now: dt.datetime
) -> None:
    door.ask(wish(), now)
    assert at_once(4, lambda: door.confirm(1, "192.0.2.0/24", now)) == [Outcome.JOINED] * 4
    story = service.show(database, CAT)
    assert [term.publication for term in story.terms] == ["bulletin"]
    assert [letter.kind for letter in desk.letters] == ["confirm", "welcome"]


def test_who_was_imported_meanwhile_is_confirmed_all_the_same(
    door: Door, take: Callable[..., ImportReport], database: Database, now: dt.datetime
) -> None:
    door.ask(wish(), now)
    assert take(f"email,publications\n{CAT},quickupdates\n").updated == 1
    assert door.confirm(1, "192.0.2.0/24", now) is Outcome.JOINED
    story = service.show(database, CAT)
    assert {term.publication for term in story.terms} == {"bulletin", "quickupdates"}
    assert story.person is not None
    assert (story.person.name, story.person.facets.sector) == ("Cat", "health")


def test_each_link_confirms_what_it_was_made_for(
    door: Door, database: Database, now: dt.datetime
) -> None:
    door.ask(wish(), now)
    stranger = wish()
    door.ask(
        Wish(
            stranger.address, "Somebody else", "", stranger.facets, frozenset({"quickupdates"}),
            "Yes.", "en-GB", "198.51.100.0/24",
        ),
        now,
    )  # fmt: skip
    assert door.confirm(1, "192.0.2.0/24", now) is Outcome.JOINED
    story = service.show(database, CAT)
    assert story.person is not None
    assert story.person.name == "Cat"
    assert [term.publication for term in story.terms] == ["bulletin"]
