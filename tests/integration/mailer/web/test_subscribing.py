"""Subscribing as people and machines do it: the form, the letter, the link. On both databases."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import statistics
import time
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from mailer import site as parts
from mailer.app import Workspace
from mailer.site import public_site
from subscribers import service
from subscribers.address import parse_address
from subscribers.joining import JoiningError
from subscribers.lifecycle import EventKind, Status
from subscribers.service import SubscriberError

from .conftest import ANN, BOB, NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp

    from .conftest import Answer, Site

CAT = "cat@council.example"
FILLED = {
    "address": CAT,
    "name": "Cat Example",
    "organisation": "A council",
    "sector": "local-government",
    "regions": ["wales", "london"],
    "publications": ["bulletin"],
    "consent": "yes",
}
CONSENT = "I agree that The Local Partnerships team sends me by e-mail what I ticked above."


def form_token(site: Site, path: str = "/subscribe") -> str:
    found = re.search(r'name="form" value="([^"]+)"', site.ask(path).body)
    assert found
    return found[1]


def send_form(site: Site, path: str = "/subscribe", **changes: object) -> Answer:
    """Fill in the form and send it."""
    filled = {**FILLED, "form": form_token(site, path), **changes}
    kept = {name: value for name, value in filled.items() if value is not None}
    return site.ask(
        path, urlencode(kept, doseq=True), accept_language=str(changes.get("tongue", ""))
    )


def status(site: Site, who: str = CAT) -> Status:
    person = site.story(who).person
    assert person is not None
    return person.status


def with_rules(site: Site, serve: Callable[[ASGIApp], str], rules: str) -> Site:
    """The site with other rules for subscribing."""
    settings = site.opened.folder / "bulletin.toml"
    before, _, rest = settings.read_text().partition("[subscribe]")
    after = rest.partition("[retention]")[2]
    settings.write_text(f"{before}[subscribe]\n{rules}\n[retention]{after}")
    later = Workspace.open(site.opened.folder)
    return dataclasses.replace(site, url=serve(public_site(later)), opened=later)


# ---- the road


def test_a_link_to_a_publication_leads_to_the_form_with_it_ticked(still_site: Site) -> None:
    asked = still_site.ask("/subscribe?publication=quickupdates&publication=none").body
    assert re.findall(r'name="publications" value="(\w+)" checked', asked) == ["quickupdates"]


def test_who_subscribes_gets_a_letter_and_nothing_else_until_the_link_is_used(site: Site) -> None:
    answer = send_form(site)
    assert answer.status == 200
    assert "Look into your inbox" in answer.body
    assert status(site) is Status.PENDING
    assert site.gets(CAT) == set()
    (letter,) = site.letters()
    assert (letter.kind, letter.address, letter.subject) == (
        "confirm", CAT, "Confirm your subscription",
    )  # fmt: skip
    assert "this to cat@council.example: Local Partnerships Bulletin." in " ".join(
        letter.text.split()
    )

    asked = site.ask(letter.link)
    assert "Yes, send it to me" in asked.body
    assert site.ask(letter.link, method="HEAD").status == 200
    assert status(site) is Status.PENDING, "looking changes nothing"

    joined = site.ask(letter.link, "confirm=yes")
    assert "You are subscribed" in joined.body
    assert site.gets(CAT) == {"bulletin"}
    person = site.story(CAT).person
    assert person is not None
    assert (person.name, person.organisation, person.status) == (
        "Cat Example", "A council", Status.ACTIVE,
    )  # fmt: skip
    assert person.facets.regions == {"wales", "london"}
    assert [one.kind for one in site.letters(CAT)] == ["confirm", "welcome"]


def test_the_record_holds_the_words_the_network_and_the_way(site: Site) -> None:
    send_form(site)
    site.ask(site.letters()[0].link, "confirm=yes")
    asked, confirmed = site.story(CAT).events
    assert (asked.kind, asked.source, asked.actor) == (EventKind.SUBSCRIBED, "form", "subscriber")
    assert (confirmed.kind, confirmed.publication) == (EventKind.CONFIRMED, "bulletin")
    for event in (asked, confirmed):
        assert event.wording is not None
        assert event.wording.startswith(CONSENT)
        assert event.wording in site.ask("/subscribe").body, "the words on record were shown"
        assert event.network == "127.0.0.0/24"
    assert asked.wording_version == confirmed.wording_version


def test_a_link_can_be_used_again_and_brings_nobody_back(site: Site) -> None:
    send_form(site)
    link = site.letters()[0].link
    for _ in range(2):
        assert "You are subscribed" in site.ask(link, "confirm=yes").body
    assert len(site.letters(CAT)) == 2
    assert len(site.story(CAT).events) == 2
    service.unsubscribe(site.opened.database, CAT, None, reason="asked", now=NOW, actor="clerk")
    site.ask(link, "confirm=yes")
    assert status(site) is Status.LEFT


def test_the_links_of_the_welcome_letter_open_the_preferences(site: Site) -> None:
    send_form(site)
    site.ask(site.letters()[0].link, "confirm=yes")
    welcome = site.letters(CAT)[-1]
    page = site.ask(welcome.link)
    assert "Change what you get" in page.body
    assert 'value="Cat Example"' in page.body
    whole = "save=yes&name=Cat&organisation=&sector=health&publications=quickupdates"
    assert "Your changes are saved" in site.ask(welcome.link, whole).body
    assert site.gets(CAT) == {"quickupdates"}


def test_a_link_is_good_for_seven_days(site: Site) -> None:
    send_form(site)
    link = site.letters()[0].link
    signer, now = site.opened.signer, dt.datetime.now(dt.UTC)
    number = signer.verify("confirm", link.rpartition("/")[2])
    late = signer.sign("confirm", number, now=now - dt.timedelta(days=7, minutes=1))
    for body in (None, "confirm=yes"):
        assert site.ask(f"/confirm/{late}", body).status == 404
    assert status(site) is Status.PENDING
    assert site.ask(link, "confirm=yes").status == 200


def test_somebody_who_left_comes_back_by_their_own_confirmation_alone(site: Site) -> None:
    service.unsubscribe(site.opened.database, BOB, None, reason="asked", now=NOW, actor="clerk")
    send_form(site, address=BOB)
    assert status(site, BOB) is Status.LEFT, "a stranger may have typed the address"
    site.ask(site.letters(BOB)[0].link, "confirm=yes")
    assert status(site, BOB) is Status.ACTIVE
    kinds = [event.kind for event in site.story(BOB).events][-2:]
    assert kinds == [EventKind.SUBSCRIBED, EventKind.CONFIRMED]


def test_a_known_person_is_told_so_by_letter_and_left_as_they_are(site: Site) -> None:
    before = site.story()
    send_form(site, address=ANN.upper())
    (letter,) = site.letters()
    assert (letter.kind, letter.subject) == ("known", "You are subscribed already")
    assert "Change what you get" in site.ask(letter.link).body
    assert site.story() == before


def test_a_suppressed_address_gets_no_letter(site: Site) -> None:
    service.suppress(
        site.opened.database, CAT, reason="complaint", evidence="", now=NOW, actor="clerk"
    )
    assert "Look into your inbox" in send_form(site).body
    assert site.letters() == []


# ---- nobody learns who is on the list


def test_the_answer_tells_nobody_whether_an_address_is_known(site: Site) -> None:
    service.unsubscribe(site.opened.database, BOB, None, reason="asked", now=NOW, actor="clerk")
    service.suppress(
        site.opened.database, "d@example.org", reason="bounce", evidence="", now=NOW, actor="c"
    )
    heard = set()
    for who in (ANN, BOB, CAT, CAT, "d@example.org"):
        answer = send_form(site, address=who)
        headers = frozenset((answer.headers | {"date": "", "content-length": ""}).items())
        heard.add((answer.status, answer.body.replace(who, "WHO"), headers))
    assert len(heard) == 1


def test_the_answer_takes_as_long_for_a_known_address_as_for_another(sqlite_site: Site) -> None:
    token = form_token(sqlite_site)

    def timed(who: str) -> float:
        began = time.perf_counter()
        send = urlencode({**FILLED, "form": token, "address": who}, doseq=True)
        assert sqlite_site.ask("/subscribe", send).status == 200
        return time.perf_counter() - began

    pairs = [(timed(ANN), timed(f"new{n}@council.example")) for n in range(12)]
    known, unknown = (statistics.median(side) for side in zip(*pairs, strict=True))
    spread = statistics.quantiles([each for pair in pairs for each in pair], n=4)
    assert abs(known - unknown) < max(spread[2] - spread[0], 0.01)
    assert known > 0.15


# ---- what is not taken


def test_an_address_gets_three_letters_a_day_at_most(site: Site) -> None:
    answers = [send_form(site) for _ in range(5)]
    assert {answer.status for answer in answers} == {200}
    assert len(site.letters(CAT)) == 3


def test_a_network_is_told_to_come_back_later(
    sqlite_site: Site, serve: Callable[[ASGIApp], str]
) -> None:
    site = with_rules(sqlite_site, serve, "requests_an_hour = 2")
    answers = [send_form(site, address=f"x{n}@council.example") for n in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 429]
    assert "many requests from your network" in answers[-1].body
    assert len(site.letters()) == 2


def test_a_machine_that_fills_in_what_nobody_sees_is_answered_and_ignored(site: Site) -> None:
    answer = send_form(site, website="https://spam.example")
    assert "Look into your inbox" in answer.body
    assert site.letters() == []


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"address": ""}, "address", "Type your e-mail address."),
        ({"address": "cat@"}, "address", "Type an e-mail address like name@example.org."),
        ({"address": "a@b.example\r\nBcc: x@y.example"}, "address", "Type an e-mail address like"),
        ({"publications": None}, "publications", "Tick what you want to get."),
        ({"publications": ["secrets"]}, "publications", "Choose your publications from those"),
        ({"sector": ""}, "sector", "Choose your sector."),
        ({"sector": "piracy"}, "sector", "Choose your sector from those"),
        ({"consent": None}, "consent", "Tick the box if you agree."),
        ({"name": "x" * 301}, "name", "Your name is 301 characters long"),
    ],
)
def test_a_slip_is_told_and_nothing_is_kept(
    still_site: Site, changes: dict[str, object], field: str, told: str
) -> None:
    answer = send_form(still_site, **changes)
    assert answer.status == 422
    assert f'<a href="#{field}">{told}' in answer.body
    assert f'id="{field}-slip"' in answer.body
    with pytest.raises(SubscriberError):
        still_site.story(CAT)


def test_a_form_from_elsewhere_leads_to_ours(still_site: Site) -> None:
    embedded = still_site.ask("/subscribe", urlencode({"address": CAT}))
    assert embedded.status == 200
    assert f'value="{CAT}"' in embedded.body
    assert "press the button once more" in embedded.body
    foreign = send_form_from(still_site, "cross-site")
    assert "press the button once more" in foreign.body
    assert still_site.letters() == []


def send_form_from(site: Site, place: str) -> Answer:
    filled = urlencode({**FILLED, "form": form_token(site)}, doseq=True)
    return site.ask("/subscribe", filled, sec_fetch_site=place)


def test_a_closed_door_says_where_to_write(
    sqlite_site: Site, serve: Callable[[ASGIApp], str]
) -> None:
    site = with_rules(sqlite_site, serve, "open = false")
    answer = site.ask("/subscribe")
    assert "You cannot subscribe here" in answer.body
    assert site.ask("/subscribe", urlencode(FILLED, doseq=True)).status == 404
    assert site.letters() == []
    assert 'href="/subscribe"' not in site.ask("/").body


# ---- who is let in by the team


RULES = (
    'block_domains = ["throwaway.example"]\n'
    'sector_domains = { law-enforcement = ["police.example"], health = ["nhs.example"] }'
)


def test_a_blocked_domain_is_refused_with_a_reason(
    sqlite_site: Site, serve: Callable[[ASGIApp], str]
) -> None:
    site = with_rules(sqlite_site, serve, RULES)
    answer = send_form(site, address="a@mx.throwaway.example")
    assert answer.status == 422
    assert "We cannot write to addresses of this kind." in answer.body


def test_an_address_outside_its_sectors_domains_waits_for_the_team(
    site: Site, serve: Callable[[ASGIApp], str]
) -> None:
    site = with_rules(site, serve, RULES)
    send_form(site, sector="law-enforcement")
    held = site.ask(site.letters()[0].link, "confirm=yes")
    assert "We are looking at your request" in held.body
    assert site.gets(CAT) == set()
    _, to_person, to_team = site.letters()
    assert (to_person.kind, to_person.address) == ("held", CAT)
    assert (to_team.kind, to_team.address) == ("team", site.opened.settings.sender.reply_to)
    assert CAT not in to_team.text, "it outlives the person"
    assert "request 1" in to_team.text

    door = parts.door(site.opened)
    assert [one.address for one in door.waiting()] == [CAT]
    door.approve(parse_address(CAT), "clerk", NOW)
    assert site.gets(CAT) == {"bulletin"}
    event = site.story(CAT).events[-1]
    assert (event.kind, event.actor, event.source) == (
        EventKind.CONFIRMED, "clerk", "approved by the team",
    )  # fmt: skip
    assert site.letters(CAT)[-1].kind == "welcome"
    assert door.waiting() == []


def test_who_is_turned_away_is_told_and_forgotten(
    site: Site, serve: Callable[[ASGIApp], str]
) -> None:
    site = with_rules(site, serve, RULES)
    send_form(site, sector="health")
    link = site.letters()[0].link
    site.ask(link, "confirm=yes")
    door = parts.door(site.opened)
    door.refuse(parse_address(CAT), "clerk", NOW)
    assert site.letters(CAT)[-1].kind == "refused"
    with pytest.raises(SubscriberError):
        site.story(CAT)
    assert "This request is not open any more" in site.ask(link, "confirm=yes").body
    with pytest.raises(JoiningError, match="does not wait for a decision"):
        door.refuse(parse_address(CAT), "clerk", NOW)


def test_an_address_of_its_sectors_domain_is_let_in_at_once(
    sqlite_site: Site, serve: Callable[[ASGIApp], str]
) -> None:
    site = with_rules(sqlite_site, serve, RULES)
    send_form(site, address="a@north.police.example", sector="law-enforcement")
    assert "You are subscribed" in site.ask(site.letters()[0].link, "confirm=yes").body


# ---- the rules on a person's own page


def own_page(site: Site, purpose: str, who: str) -> str:
    """The path behind a link of a letter to `who`, who has just joined."""
    welcome = next(each for each in site.letters(who) if each.kind == "welcome")
    number = site.opened.signer.verify("preferences", welcome.link.rpartition("/")[2])
    return f"/{purpose}/{site.opened.signer.sign(purpose, number)}"


SAVED = "save=yes&name=Cat&organisation=&publications=bulletin"
POLICE = "cat@north.police.example"


def test_nobody_gives_themselves_a_sector_that_the_form_would_not(
    site: Site, serve: Callable[[ASGIApp], str]
) -> None:
    site = with_rules(site, serve, 'sector_domains = { law-enforcement = ["police.example"] }')
    send_form(site)
    site.ask(site.letters()[0].link, "confirm=yes")
    path = own_page(site, "preferences", CAT)
    before = site.story(CAT)
    refused = site.ask(path, f"{SAVED}&sector=law-enforcement")
    assert refused.status == 422
    assert 'href="#sector">We look at addresses for that sector ourselves' in refused.body
    assert site.story(CAT) == before
    assert site.ask(path, f"{SAVED}&sector=local-government").status == 200
    assert site.ask(path, f"{SAVED}&sector=").status == 200, "a sector can be given up"


def test_nobody_moves_to_where_their_sector_may_not_be(
    site: Site, serve: Callable[[ASGIApp], str]
) -> None:
    site = with_rules(
        site, serve, 'sector_domains = { law-enforcement = ["police.example"] }\n'
        'block_domains = ["throwaway.example"]',
    )  # fmt: skip
    send_form(site, address=POLICE, sector="law-enforcement")
    site.ask(site.letters()[0].link, "confirm=yes")
    move, page = (own_page(site, one, POLICE) for one in ("new-address", "preferences"))
    refused = site.ask(move, "address=cat@mail.example")
    assert refused.status == 422
    assert "For your sector we look at new addresses ourselves" in refused.body
    assert (
        "cannot write to addresses of this kind"
        in site.ask(move, "address=cat@throwaway.example").body
    )
    assert "Look into your new inbox" in site.ask(move, "address=c@police.example").body

    site.ask(page, f"{SAVED}&sector=")
    assert "Look into your new inbox" in site.ask(move, "address=cat@mail.example").body
    site.ask(page, f"{SAVED}&sector=law-enforcement")
    link = site.letters("cat@mail.example")[-1].link
    assert "This address cannot be used" in site.ask(link, "confirm=yes").body


def test_what_somebody_said_after_confirming_counts_for_more_than_the_request(
    site: Site, serve: Callable[[ASGIApp], str]
) -> None:
    site = with_rules(site, serve, RULES)
    database, door = site.opened.database, parts.door(site.opened)
    for who in (CAT, "dog@council.example"):
        send_form(site, address=who, sector="law-enforcement")
        site.ask(site.letters(who)[0].link, "confirm=yes")
    later = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)
    service.unsubscribe(database, CAT, None, reason="asked", now=later, actor="clerk")
    service.suppress(
        database, "dog@council.example", reason="complaint", evidence="", now=later, actor="clerk"
    )
    with pytest.raises(JoiningError, match="has left since the request was confirmed"):
        door.approve(parse_address(CAT), "clerk", later)
    with pytest.raises(JoiningError, match="is suppressed since: complaint"):
        door.approve(parse_address("dog@council.example"), "clerk", later)
    assert site.gets(CAT) == set()
    assert len(door.waiting()) == 2


# ---- in Welsh


def test_the_road_can_be_walked_in_welsh(sqlite_site: Site) -> None:
    site = sqlite_site
    page = site.ask("/subscribe?lang=cy")
    assert '<html lang="cy">' in page.body
    assert page.headers["content-language"] == "cy"
    sent = send_form(site, "/subscribe?lang=cy")
    assert "Edrychwch yn eich mewnflwch" in sent.body
    letter = site.letters()[0]
    assert letter.subject == "Cadarnhewch eich tanysgrifiad"
    asked = site.ask(letter.link, accept_language="cy, en;q=0.5")
    assert "Iawn, anfonwch ataf" in asked.body
    site.ask(letter.link, "confirm=yes", accept_language="cy")
    wording = site.story(CAT).events[-1].wording
    assert wording is not None
    assert wording.startswith("Rwy’n cytuno bod")
    assert wording in page.body
    assert site.letters()[-1].subject == "Rydych wedi tanysgrifio"
