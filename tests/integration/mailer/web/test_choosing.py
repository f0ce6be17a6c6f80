"""What a person does behind the links of a mail: leave, pause, move, see what is held, be forgotten."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select

from mailer import site as parts
from mailer.bounces.models import Bounce, UnmatchedMail
from mailer.delivery.models import Delivery
from mailer.site import public_pages, seal
from mailer.traces import RECORDS
from subscribers import erasures, requests, service, store, suppressions
from subscribers.access import gather
from subscribers.address import parse_address
from subscribers.facets import FacetSet
from subscribers.letters import Letter, LetterKind, SignedLink
from subscribers.lifecycle import EventKind, Status
from subscribers.requests import RequestState, Wish
from subscribers.segment import EVERYBODY
from subscribers.service import SubscriberError

from .conftest import ANN, BOB, NOW, TEAM

if TYPE_CHECKING:
    from .conftest import Site

NEW = "ann@new.example"
WHOLE = "save=yes&name=Ann+Example&organisation=A+%26+B&sector=health&regions=wales"


def reached(site: Site) -> set[str]:
    """Whom an edition would go to now."""
    with site.opened.database.read() as connection:
        rows = connection.execute(store.audience("bulletin", EVERYBODY))
        counted = store.count_by_facets(connection, "bulletin")
        found = {row.address for row in rows}
    assert sum(counted.values()) == len(found)
    return found


# ---- leaving


def test_a_reason_can_be_given_and_is_kept_with_the_end(site: Site) -> None:
    site.ask(site.path("unsubscribe"), "leave=publication&reason=too_much")
    ended = [term for term in site.story().terms if term.ended_at]
    assert [term.end_reason for term in ended] == ["asked by the subscriber: too much"]
    site.ask(site.path("unsubscribe", BOB), "leave=publication&reason=%3Cscript%3E")
    assert site.story(BOB).terms[0].end_reason == "asked by the subscriber"


def test_who_leaves_everything_gets_one_letter_that_says_so(site: Site) -> None:
    for _ in range(2):
        site.ask(site.path("unsubscribe"), "leave=everything")
    (letter,) = site.letters(ANN)
    assert (letter.kind, letter.link) == ("goodbye", "/subscribe")
    service.suppress(site.opened.database, BOB, reason="asked", evidence="", now=NOW, actor="clerk")
    site.ask(site.path("unsubscribe", BOB), "leave=everything")
    assert site.letters(BOB) == [], "nothing is written to a suppressed address"


def test_one_publication_is_left_without_a_letter(site: Site) -> None:
    site.ask(site.path("unsubscribe", BOB), "leave=publication")
    assert site.letters(BOB) == [], "one publication is left without a word"


def test_a_form_on_another_site_changes_nothing(site: Site) -> None:
    before = site.story()
    for purpose, body in (
        ("unsubscribe", "leave=everything"), ("preferences", WHOLE), ("forget", "forget=yes"),
        ("new-address", f"address={NEW}"), ("copy-request", "send=yes"),
    ):  # fmt: skip
        answer = site.ask(site.path(purpose), body, sec_fetch_site="cross-site")
        assert answer.status == 403
    assert (site.story(), site.letters()) == (before, [])


# ---- pausing


def test_a_pause_keeps_mail_back_until_its_day(site: Site) -> None:
    later = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=40)
    pause = f"&pause-day={later.day}&pause-month={later.month}&pause-year={later.year}"
    saved = site.ask(site.path("preferences"), f"{WHOLE}&publications=bulletin{pause}")
    assert f"We send you nothing until {later.day} {later:%B %Y}." in saved.body
    assert reached(site) == {BOB}
    assert site.story().events[-2].detail == f"paused until {later}"
    page = site.ask(site.path("preferences")).body
    assert (
        f'name="pause-year" type="text" inputmode="numeric" maxlength="4" value="{later.year}"'
        in page
    )

    site.ask(site.path("preferences"), f"{WHOLE}&publications=bulletin")
    assert reached(site) == {ANN, BOB}


def test_a_pause_that_is_over_holds_nothing_back(site: Site) -> None:
    from subscribers import pauses  # noqa: PLC0415 - for this test alone

    person = site.story().person
    assert person is not None
    today = dt.datetime.now(dt.UTC).date()
    with site.opened.database.write() as connection:
        pauses.put(connection, person.id, today)
    assert reached(site) == {ANN, BOB}


def test_a_day_that_is_none_is_asked_for_again(site: Site) -> None:
    answer = site.ask(
        site.path("preferences"), f"{WHOLE}&pause-day=31&pause-month=2&pause-year=2027"
    )
    assert answer.status == 422
    assert 'href="#pause">Type a day that there is' in answer.body
    assert 'value="31"' in answer.body
    assert site.gets() == {"bulletin", "quickupdates"}


# ---- a new address


def ask_move(site: Site, address: str = NEW) -> str:
    page = site.ask(site.path("new-address"), f"address={address}")
    assert "Look into your new inbox" in page.body
    return page.body


def test_a_new_address_is_confirmed_from_there_and_told_to_the_old_one(site: Site) -> None:
    ask_move(site)
    (letter,) = site.letters()
    assert (letter.kind, letter.address) == ("new-address", NEW)
    assert ANN not in letter.text
    assert site.story().person is not None
    assert "Use this address" in site.ask(letter.link).body
    assert site.story().person is not None, "looking changes nothing"

    done = site.ask(letter.link, "confirm=yes")
    assert "Your address is changed" in done.body
    assert site.gets(NEW) == {"bulletin", "quickupdates"}
    with pytest.raises(SubscriberError):
        site.story()
    told = site.letters(ANN)[-1]
    assert told.kind == "address-changed"
    assert NEW not in told.text
    assert site.story(NEW).events[-1].detail == "address"
    assert "Your address is changed" in site.ask(letter.link, "confirm=yes").body
    assert len(site.letters()) == 2


def test_a_mail_to_an_old_address_tells_nothing_of_the_person(site: Site) -> None:
    site.ask(site.path("copy-request"), "send=yes")
    copy = site.letters(ANN)[-1].link
    ask_move(site)
    site.ask(site.letters(NEW)[-1].link, "confirm=yes")
    before = site.story(NEW)
    letters = len(site.letters())
    purposes = ("preferences", "new-address", "copy-request", "forget")
    for path in (copy, f"{copy}/data.json", *map(site.path, purposes)):
        body = site.ask(path).body
        assert "This mail went to another address" in body
        assert not [said for said in (NEW, "Ann Example", "A &amp; B") if said in body]
    for path in map(site.path, purposes):
        site.ask(path, f"{WHOLE}&address=x@new.example&send=yes&forget=yes")
    assert (site.story(NEW), len(site.letters())) == (before, letters)


def test_a_mail_to_an_old_address_still_lets_the_person_leave(site: Site) -> None:
    ask_move(site)
    site.ask(site.letters(NEW)[-1].link, "confirm=yes")
    page = site.ask(site.path("unsubscribe")).body
    assert "You can still end it from here" in page
    assert NEW not in page
    assert NEW not in site.ask(site.path("unsubscribe"), "leave=publication").body
    assert site.gets(NEW) == {"quickupdates"}
    undo = site.opened.signer.sign("undo", str(site.deliveries[ANN]), now=dt.datetime.now(dt.UTC))
    assert "This mail went to another address" in site.ask(f"/undo/{undo}", "").body
    assert site.gets(NEW) == {"quickupdates"}


def test_an_address_of_somebody_else_is_neither_taken_nor_told(site: Site) -> None:
    known, free = ask_move(site, BOB), ask_move(site, NEW)
    assert known.replace(BOB, NEW) == free
    assert [letter.address for letter in site.letters()] == [NEW]
    link = site.letters()[0].link
    service.add(
        site.opened.database, NEW, facets=FacetSet("", frozenset()),
        publications=frozenset({"bulletin"}), now=NOW, actor="clerk",
    )  # fmt: skip
    assert "This address cannot be used" in site.ask(link, "confirm=yes").body
    assert site.gets() == {"bulletin", "quickupdates"}


def test_an_old_letter_does_not_undo_a_later_change(site: Site) -> None:
    ask_move(site, NEW)
    ask_move(site, "ann@newer.example")
    first, second = (letter.link for letter in site.letters())
    site.ask(first, "confirm=yes")
    site.ask(second, "confirm=yes")
    assert "This address cannot be used" in site.ask(first, "confirm=yes").body
    assert site.gets("ann@newer.example") == {"bulletin", "quickupdates"}


def test_what_is_no_address_is_asked_for_again(still_site: Site) -> None:
    answer = still_site.ask(still_site.path("new-address"), "address=nowhere")
    assert answer.status == 422
    assert "Type an e-mail address like" in answer.body
    assert 'value="nowhere"' in answer.body


# ---- what is held


def test_what_is_held_is_shown_by_a_letters_link_as_a_page_and_as_data(site: Site) -> None:
    assert "Send me the letter" in site.ask(site.path("copy-request")).body
    assert site.letters() == []
    site.ask(site.path("copy-request"), "send=yes")
    (letter,) = site.letters(ANN)
    page = site.ask(letter.link)
    for words in (
        "Ann Example",
        "A &amp; B",
        "Health",
        "Wales",
        "Local Partnerships Bulletin",
        "clerk",
    ):
        assert words in page.body
    found = re.search(r'href="(/copy/[^"]+/data\.json)"', page.body)
    assert found
    answer = site.ask(found[1])
    assert answer.headers["content-type"] == "application/json"
    data = json.loads(answer.body)
    assert data["person"]["name"] == "Ann Example"
    assert [one["publication"] for one in data["subscriptions"]] == ["bulletin", "quickupdates"]
    assert [one["subject"] for one in data["mails"]] == ["Subject", "What we hold about you"]


def test_a_link_to_what_is_held_is_good_for_seven_days(site: Site) -> None:
    number = str(site.deliveries[ANN])
    late = site.opened.signer.sign("copy", number, now=NOW - dt.timedelta(days=400))
    undated = site.opened.signer.sign("copy", number)
    for token in (late, undated, site.path("preferences").rpartition("/")[2]):
        assert site.ask(f"/copy/{token}").status == 404
        assert site.ask(f"/copy/{token}/data.json").status == 404


def test_the_link_to_the_data_grows_as_old_as_the_letter(site: Site) -> None:
    site.ask(site.path("copy-request"), "send=yes")
    (letter,) = site.letters(ANN)
    assert f'href="{letter.link}/data.json"' in site.ask(letter.link).body


def test_what_is_held_is_that_of_earlier_addresses_too(site: Site) -> None:
    service.suppress(
        site.opened.database, ANN, reason="mailbox full", evidence="", now=NOW, actor="clerk"
    )
    service.lift(site.opened.database, ANN, reason="works again", now=NOW, actor="clerk")
    with site.opened.database.write() as connection:
        connection.execute(insert(Bounce), [bounce(ANN, site.deliveries[ANN]), bounce(BOB, None)])
    ask_move(site)
    site.ask(site.letters(NEW)[-1].link, "confirm=yes")
    held = gather(site.opened.database, NEW, RECORDS, NOW)
    data = json.loads(json.dumps(held.data()))
    assert [one["address"] for one in data["suppressions"]] == [ANN]
    assert [one["address"] for one in data["returned"]] == [ANN]
    assert [one["address"] for one in data["new_addresses"]] == [NEW]
    assert {one["address"] for one in data["mails"]} == {ANN, NEW}
    page = public_pages(site.opened).standing_page(
        "copy.html", {"holding": held, "vocabulary": site.opened.vocabulary, "json_link": ""}
    )
    assert all(words in page for words in ("mailbox full", "Mail that came back", NEW))


def test_what_was_asked_on_the_form_is_held_too(site: Site) -> None:
    with site.opened.database.write() as connection:
        wish = Wish(
            parse_address(ANN), "Annie", "", FacetSet("health", frozenset({"wales"})),
            frozenset({"bulletin"}), "Yes.", "en-GB", "192.0.2.0/24",
        )  # fmt: skip
        requests.add(connection, wish, None, RequestState.KNOWN, NOW)
    held = gather(site.opened.database, ANN, RECORDS, NOW).data()
    (asked,) = json.loads(json.dumps(held))["requests"]
    assert (asked["name"], asked["facets"]["regions"]) == ("Annie", ["wales"])


def test_three_letters_a_day_of_a_kind_are_enough(site: Site) -> None:
    for _ in range(5):
        site.ask(site.path("copy-request"), "send=yes")
        site.ask(site.path("forget"), "send=yes")
    kinds = [letter.kind for letter in site.letters(ANN)]
    assert (kinds.count("copy"), kinds.count("forget")) == (3, 3)


# ---- being forgotten


def forget(site: Site, who: str = ANN) -> str:
    """Ask to be forgotten, and press the button behind the letter's link."""
    assert "Look into your inbox" in site.ask(site.path("forget", who), "send=yes").body
    return site.ask(site.letters(who)[-1].link, "forget=yes").body


def test_who_is_forgotten_leaves_nothing_behind_but_a_fingerprint(site: Site) -> None:
    site.ask(site.path("copy-request"), "send=yes")
    assert "Ask us to forget you" in site.ask(site.path("forget")).body
    site.ask(site.path("forget"), "forget=yes")
    link = site.letters(ANN)[-1].link
    assert "Shall we forget you?" in site.ask(link).body
    assert site.gets() == {"bulletin", "quickupdates"}, "a mail that was passed on forgets nobody"
    assert "We have forgotten you" in site.ask(link, "forget=yes").body
    with pytest.raises(SubscriberError):
        site.story()
    with site.opened.database.read() as connection:
        rows = connection.execute(select(Delivery.address, Delivery.name, Delivery.state)).all()
        assert ANN not in {row.address for row in rows}
        assert "Ann Example" not in {row.name for row in rows}
        assert [row.state for row in rows if not row.address] == ["cancelled"] * 3
        assert erasures.is_erased(connection, seal(site.opened), ANN)
        assert not erasures.is_erased(connection, seal(site.opened), BOB)
        (deed,) = erasures.deeds(connection, 10)
    assert (deed.actor, deed.action, deed.detail) == (
        "subscriber",
        "erase",
        "asked by the subscriber",
    )
    assert "ann" not in deed.subject
    assert "You are not on our list" in site.ask(site.path("forget"), "forget=yes").body
    assert "Dear Ann" not in site.ask(site.path("view")).body


def test_who_left_everything_may_still_be_forgotten(site: Site) -> None:
    site.ask(site.path("unsubscribe"), "leave=everything")
    person = site.story().person
    assert person is not None
    assert person.status is Status.LEFT
    assert "We have forgotten you" in forget(site)


def test_an_erasure_reaches_everything_that_names_the_person(site: Site) -> None:
    database = site.opened.database
    service.suppress(database, ANN, reason="bounce", evidence="", now=NOW, actor="clerk")
    service.lift(database, ANN, reason="works again", now=NOW, actor="clerk")
    ask_move(site)
    site.ask(site.letters(NEW)[-1].link, "confirm=yes")
    ask_move_of(site, NEW, "ann@never.example")
    with database.write() as connection:
        connection.execute(insert(Bounce), [bounce(ANN, site.deliveries[ANN]), bounce(BOB, None)])
        unmatched = [returned(1, ANN), returned(2, NEW), returned(3, f"jo-{ANN}")]
        connection.execute(insert(UnmatchedMail), unmatched)
    parts.eraser(site.opened).erase(parse_address(NEW), actor="clerk", why="", now=NOW)
    with database.read() as connection:
        assert suppressions.history(connection, ANN) == []
        assert connection.scalars(select(Bounce.address_key)).all() == [BOB]
        assert connection.scalars(select(UnmatchedMail.digest)).all() == ["3"]
        rows = connection.execute(select(Delivery.address, Delivery.payload)).all()
        assert {row.address for row in rows} == {"", BOB, TEAM}
        assert {row.payload for row in rows} == {None}
        known = seal(site.opened)
        assert all(erasures.is_erased(connection, known, who) for who in (ANN, NEW))
        assert not erasures.is_erased(connection, known, "ann@never.example"), "only typed"


def test_an_erasure_leaves_an_old_address_to_whoever_has_it_now(site: Site) -> None:
    database = site.opened.database
    ask_move(site)
    site.ask(site.letters(NEW)[-1].link, "confirm=yes")
    service.add(
        database, ANN, facets=FacetSet("", frozenset()),
        publications=frozenset({"bulletin"}), now=NOW, actor="clerk",
    )  # fmt: skip
    service.suppress(database, ANN, reason="asked", evidence="", now=NOW, actor="clerk")
    parts.eraser(site.opened).erase(parse_address(NEW), actor="clerk", why="", now=NOW)
    with database.read() as connection:
        assert suppressions.live(connection, ANN) is not None
        assert not erasures.is_erased(connection, seal(site.opened), ANN)


def ask_move_of(site: Site, who: str, address: str) -> None:
    """Give a new address by a link that came to `who`."""
    with site.opened.database.write() as connection:
        person = store.find(connection, who)
        assert person is not None
        wanted = requests.add_move(connection, person.id, parse_address(address), "", NOW)
        link = SignedLink("address", str(wanted), NOW)
        letter = Letter(LetterKind.NEW_ADDRESS, address, subscriber_id=person.id, link=link)
        parts.letter_desk(site.opened).queue(connection, letter, NOW)


def bounce(who: str, delivery_id: int | None) -> dict[str, object]:
    """A record of a mail that came back."""
    blank = dict.fromkeys(
        ("bounce_class", "blame", "reason", "text", "found_by", "action", "why"), ""
    )
    return blank | {
        "delivery_id": delivery_id, "address_key": who, "domain": who.partition("@")[2],
        "failed_address": who, "sent_at": NOW, "recorded_at": NOW,
    }  # fmt: skip


def returned(number: int, who: str) -> dict[str, object]:
    """A mail that waits for a look, from `who`."""
    data = f"From: <{who.upper()}>\r\n\r\nHello".encode()
    return {
        "digest": str(number), "why": "", "sender": "", "subject": "", "data": data,
        "received_at": NOW,
    }  # fmt: skip


def test_preferences_are_kept_as_a_whole_or_not_at_all(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from subscribers import barring  # noqa: PLC0415 - spoiled for this test alone

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the power went")

    before = site.story()
    monkeypatch.setattr(barring, "withdraw", fail)
    assert site.ask(site.path("preferences"), WHOLE.replace("Ann", "Eve")).status == 500
    assert site.story() == before
    monkeypatch.undo()
    assert site.ask(site.path("preferences"), WHOLE.replace("Ann", "Eve")).status == 200
    assert EventKind.UNSUBSCRIBED in {event.kind for event in site.story().events}
