"""The public site as programs meet it: mail providers, scanners, forgers. On both databases."""

from __future__ import annotations

import dataclasses
import datetime as dt
import logging
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, text

from mailer.app import Workspace
from mailer.site import public_site
from mailer.web.public import BODY_LIMIT
from subscribers import service
from subscribers.lifecycle import EventKind, Status
from subscribers.models import Subscriber
from subscribers.store import find_to_change

from .conftest import ANN, BASE, BOB, NOW, PICTURE, TEAM

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp

    from .conftest import Answer, Site

ONE_CLICK = "List-Unsubscribe=One-Click"
MULTIPART = (
    '--xyz\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n'
    '--xyz\r\nContent-Disposition: form-data; name="extra"\r\n\r\nmore\r\n--xyz--\r\n'
)


def erase(site: Site, who: str) -> None:
    with site.opened.database.write() as connection:
        connection.execute(delete(Subscriber).where(Subscriber.address == who))


def wait_for_a_lock(site: Site) -> None:
    """Until somebody waits for what somebody else has in hand."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    while True:
        with site.opened.database.read() as connection:
            if connection.scalar(waiting):
                return


# ---- one click


def test_somebody_whom_an_import_has_in_hand_keeps_nobody_else_from_leaving(
    postgres_site: Site,
) -> None:
    site = postgres_site
    with ThreadPoolExecutor(1) as pool:
        with site.opened.database.write() as importing:
            find_to_change(importing, ANN)
            leaving = pool.submit(site.ask, site.path("unsubscribe"), ONE_CLICK)
            wait_for_a_lock(site)
            assert site.ask(site.path("unsubscribe", BOB), ONE_CLICK).status == 200
            assert site.gets(BOB) == set()
        assert leaving.result(10).status == 200
    assert site.gets() == {"quickupdates"}


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (ONE_CLICK, {}),
        (f"{ONE_CLICK}&extra=more", {}),
        (MULTIPART, {"content_type": "multipart/form-data; boundary=xyz"}),
    ],
)
def test_one_click_ends_the_one_subscription_and_can_be_repeated(
    site: Site, body: str, headers: dict[str, str]
) -> None:
    for _ in range(2):
        answer = site.ask(site.path("unsubscribe"), body, **headers)
        assert (answer.status, answer.body) == (200, "You have left Local Partnerships Bulletin.\n")
        assert answer.headers["content-type"].startswith("text/plain")
        assert "set-cookie" not in answer.headers
    assert site.gets() == {"quickupdates"}
    told = [event for event in site.story().events if event.kind is EventKind.UNSUBSCRIBED]
    assert [(one.publication, one.source, one.actor) for one in told] == [
        ("bulletin", "one-click", "subscriber")
    ]


def test_one_click_of_a_mail_to_nobody_is_answered_all_the_same(site: Site) -> None:
    erase(site, BOB)
    answers = [site.ask(site.path("unsubscribe", who), ONE_CLICK) for who in ("", TEAM, BOB)]
    assert [answer.status for answer in answers] == [200, 200, 200]
    assert [answer.body for answer in answers] == [
        "This was a test mail.\n",
        "This was a test mail.\n",
        "You are not on our list.\n",
    ]
    assert site.gets() == {"bulletin", "quickupdates"}


def test_looking_changes_nothing(site: Site) -> None:
    before = site.story()
    for purpose in ("unsubscribe", "preferences", "view"):
        for method in ("GET", "HEAD"):
            answer = site.ask(site.path(purpose), method=method)
            assert answer.status == 200
            assert bool(answer.body) is (method == "GET")
    assert site.story() == before


# ---- the page's own forms


def test_leaving_by_the_page_offers_to_undo_it(site: Site) -> None:
    left = site.ask(site.path("unsubscribe"), "leave=publication")
    assert "You have left Local Partnerships Bulletin" in left.body
    assert "You still get #quickupdates campaign" in left.body
    assert site.gets() == {"quickupdates"}
    undo = left.body.partition('action="/undo/')[2].partition('"')[0]
    assert "You are back" in site.ask(f"/undo/{undo}", "").body
    assert site.gets() == {"bulletin", "quickupdates"}
    ended, begun = site.story().events[-2:]
    assert (ended.kind, ended.source, ended.actor) == (
        EventKind.UNSUBSCRIBED, "link in a mail", "subscriber",
    )  # fmt: skip
    assert (begun.kind, begun.source, begun.actor, begun.wording) == (
        EventKind.ADDED, "link in a mail", "subscriber",
        "Undo: send me Local Partnerships Bulletin again",
    )  # fmt: skip
    assert f">{begun.wording}</button>" in left.body, (
        "the words on record are those that were shown"
    )


def test_leaving_everything_is_for_good(site: Site) -> None:
    undo = f"/undo/{site.opened.signer.sign('undo', str(site.deliveries[ANN]), now=dt.datetime.now(dt.UTC))}"
    left = site.ask(site.path("unsubscribe"), "leave=everything")
    assert "You have left everything" in left.body
    assert "/undo/" not in left.body
    person = site.story().person
    assert person is not None
    assert person.status is Status.LEFT
    again = [
        site.ask(undo, ""),
        site.ask(site.path("preferences"), "save=yes&publications=bulletin"),
        site.ask(site.path("unsubscribe")),
        site.ask(site.path("unsubscribe"), "leave=everything"),
    ]
    assert {("You have left everything" in one.body, one.status) for one in again} == {(True, 200)}
    assert site.gets() == set()


def back_link(page: str) -> str:
    return "/back/" + page.partition('action="/back/')[2].partition('"')[0]


def test_leaving_everything_by_the_page_offers_to_undo_it_too(site: Site) -> None:
    site.ask(site.path("preferences"), "save=yes&name=&organisation=&sector=&publications=bulletin")
    left = site.ask(site.path("unsubscribe"), "leave=everything")
    back, before = back_link(left.body), site.story()
    for method in ("GET", "HEAD", "PUT"):
        assert site.ask(back, method=method).status == 405
    assert site.story() == before
    for _ in range(2):
        page = site.ask(back, "")
        assert "You are back" in page.body
        assert "We will send Local Partnerships Bulletin to" in page.body
    assert site.gets() == {"bulletin"}, "what was given up before stays so"
    person, asked, confirmed = site.story().person, *site.story().events[-2:]
    assert person is not None
    assert person.status is Status.ACTIVE
    assert (asked.kind, confirmed.kind) == (EventKind.SUBSCRIBED, EventKind.CONFIRMED)
    assert (confirmed.publication, confirmed.source, confirmed.actor) == (
        "bulletin", "link in a mail", "subscriber",
    )  # fmt: skip
    assert f">{confirmed.wording}</button>" in left.body


def test_nobody_undoes_what_is_long_ago_or_was_the_teams_doing(site: Site) -> None:
    signer, database, now = site.opened.signer, site.opened.database, dt.datetime.now(dt.UTC)

    def back(who: str, signed_at: dt.datetime) -> Answer:
        return site.ask(
            f"/back/{signer.sign('back', str(site.deliveries[who]), now=signed_at)}", ""
        )

    service.unsubscribe(database, BOB, None, reason="asked", now=now, actor="clerk")
    assert "You have left everything" in back(BOB, now).body
    again = site.ask(site.path("unsubscribe", BOB), "leave=everything")
    assert 'action="/back/' not in again.body
    site.ask(site.path("unsubscribe"), "leave=everything")
    assert back(ANN, now - dt.timedelta(days=2)).status == 404
    service.suppress(database, ANN, reason="complaint", evidence="", now=now, actor="clerk")
    assert "You are back" not in back(ANN, now).body
    assert (site.gets(), site.gets(BOB)) == (set(), set())


def test_what_the_team_ended_too_is_not_undone(site: Site) -> None:
    back = back_link(site.ask(site.path("unsubscribe"), "leave=everything").body)
    service.unsubscribe(
        site.opened.database, ANN, None, reason="by telephone", now=NOW, actor="clerk"
    )
    assert "You have left everything" in site.ask(back, "").body
    assert site.gets() == set()
    assert (site.story().events[-1].kind, site.story().events[-1].actor) == (
        EventKind.LEFT,
        "clerk",
    )


def test_whoever_leaves_and_comes_back_again_and_again_is_not_flooded_with_letters(
    site: Site,
) -> None:
    for _ in range(5):
        left = site.ask(site.path("unsubscribe"), "leave=everything")
        assert "You are back" in site.ask(back_link(left.body), "").body
    assert [letter.kind for letter in site.letters(ANN)] == ["goodbye"] * 3


def test_an_undo_is_good_for_a_day(site: Site) -> None:
    site.ask(site.path("unsubscribe"), ONE_CLICK)
    late = site.opened.signer.sign(
        "undo", str(site.deliveries[ANN]), now=NOW - dt.timedelta(days=400)
    )
    assert site.ask(f"/undo/{late}", "").status == 404
    assert site.gets() == {"quickupdates"}


def test_a_suppressed_person_can_leave_and_begin_nothing(site: Site) -> None:
    service.suppress(
        site.opened.database, ANN, reason="bounce", evidence="5.1.1", now=NOW, actor="clerk"
    )
    stopped = site.ask(site.path("preferences"), "save=yes&publications=bulletin")
    assert "We have stopped writing to you" in stopped.body
    left = site.ask(site.path("unsubscribe"), "leave=publication")
    assert "You have left" in left.body
    assert "/undo/" not in left.body
    assert site.gets() == {"quickupdates"}


def test_preferences_are_kept_and_told_as_the_subscribers_own(site: Site) -> None:
    form = (
        "save=yes&name=Ann+Other&organisation=A+%26+B&sector=education&regions=london&regions=wales"
    )
    saved = site.ask(site.path("preferences"), f"{form}&publications=quickupdates")
    assert "We send #quickupdates campaign to <strong>ann@example.org</strong>" in saved.body
    story = site.story()
    assert story.person is not None
    assert (story.person.name, story.person.facets.sector) == ("Ann Other", "education")
    assert story.person.facets.regions == {"london", "wales"}
    assert site.gets() == {"quickupdates"}
    changed, ended = story.events[-2:]
    assert (changed.kind, changed.source, changed.actor) == (
        EventKind.CHANGED, "link in a mail", "subscriber",
    )  # fmt: skip
    assert (ended.kind, ended.publication) == (EventKind.UNSUBSCRIBED, "bulletin")

    site.ask(site.path("preferences"), f"{form}&publications=quickupdates&publications=bulletin")
    begun = site.story().events[-1]
    assert (begun.publication, begun.wording) == (
        "bulletin", "Which of these do you want to get?",
    )  # fmt: skip
    before = site.story()
    site.ask(site.path("preferences"), f"{form}&publications=quickupdates&publications=bulletin")
    assert site.story() == before, "saying the same again leaves no trace"


def test_answers_that_cannot_be_kept_change_nothing(site: Site) -> None:
    before = site.story()
    answer = site.ask(
        site.path("preferences"),
        f"save=yes&name={'x' * 301}&organisation=&sector=&regions=atlantis",
    )
    assert answer.status == 422
    assert "<title>Error: Change what you get" in answer.body
    assert 'href="#name"' in answer.body
    assert 'href="#regions"' in answer.body
    assert site.story() == before


@pytest.mark.parametrize("body", ["", "name=", "save", "x=1&save", "leave=more", "leave=&leave="])
@pytest.mark.parametrize("purpose", ["unsubscribe", "preferences"])
def test_a_form_that_was_cut_short_changes_nothing(
    still_site: Site, purpose: str, body: str
) -> None:
    before = still_site.story()
    assert still_site.ask(still_site.path(purpose), body).status == 400
    assert still_site.story() == before


# ---- links


@pytest.mark.parametrize("purpose", ["unsubscribe", "preferences"])
@pytest.mark.parametrize("who", [TEAM, "nobody"])
@pytest.mark.parametrize("body", [None, "leave=everything"])
def test_a_link_of_a_test_mail_says_so(
    still_site: Site, purpose: str, who: str, body: str | None
) -> None:
    assert "This was a test mail" in still_site.ask(still_site.path(purpose, who), body).body


def test_a_test_mail_can_be_read_online_and_one_that_was_never_kept_cannot(
    still_site: Site,
) -> None:
    assert "Open to all" in still_site.ask(still_site.path("view", TEAM)).body
    assert "This was a test mail" in still_site.ask(still_site.path("view", "nobody")).body


def test_somebody_who_was_erased_is_told_so(site: Site) -> None:
    erase(site, ANN)
    for purpose in ("unsubscribe", "preferences"):
        assert "You are not on our list" in site.ask(site.path(purpose)).body


def test_a_link_that_was_not_made_here_for_this_does_not_work(still_site: Site) -> None:
    site, before = still_site, still_site.story()
    good = site.path("unsubscribe")
    token = good.rpartition("/")[2]
    forged = [
        good[:-5], f"/preferences/{token}", f"/view/{token}", f"/undo/{token}", "/unsubscribe/1",
        "/unsubscribe/%00", "/unsubscribe/" + "a" * 3000, "/unsubscribe/", "/unsubscribe",
        f"{good}/", "/nowhere",
    ]  # fmt: skip
    for path in forged:
        for body in (None, ONE_CLICK):
            answer = site.ask(path, body)
            expected = {404, 405} if path.startswith(("/undo", "/view")) else {404}
            assert answer.status in expected, path
            assert "Traceback" not in answer.body
            assert "<h1>This" in answer.body
    assert site.story() == before


@pytest.mark.parametrize(
    ("path", "method", "allowed"),
    [
        ("unsubscribe", "PUT", {"GET", "HEAD", "POST"}),
        ("preferences", "DELETE", {"GET", "HEAD", "POST"}),
        ("view", "POST", {"GET", "HEAD"}),
        ("undo", "GET", {"POST"}),
    ],
)
def test_other_methods_are_refused(
    still_site: Site, path: str, method: str, allowed: set[str]
) -> None:
    answer = still_site.ask(still_site.path(path), method=method)
    assert answer.status == 405
    assert set(answer.headers["allow"].split(", ")) == allowed


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("x" * (BODY_LIMIT + 1), "application/x-www-form-urlencoded", 413),
        ("{}", "application/json", 400),
        ("&".join(["a=1"] * 300), "application/x-www-form-urlencoded", 400),
    ],
)
def test_a_body_that_is_no_form_of_ours_is_refused(
    still_site: Site, body: str, content_type: str, status: int
) -> None:
    path = still_site.path("unsubscribe")
    assert still_site.ask(path, body, content_type=content_type).status == status
    assert still_site.gets() == {"bulletin", "quickupdates"}


def test_a_body_that_does_not_tell_its_length_is_bounded_too(still_site: Site) -> None:
    chunk = "4000\r\n" + "x" * 0x4000 + "\r\n"
    head = {"transfer_encoding": "chunked", "content_type": "application/x-www-form-urlencoded"}
    answer = still_site.ask(still_site.path("unsubscribe"), f"{chunk}1\r\nx\r\n0\r\n\r\n", **head)
    assert answer.status == 413


# ---- reading


def test_a_mail_reads_online_as_it_was_sent_to_that_person(site: Site) -> None:
    for_ann, for_bob = site.ask(site.path("view")), site.ask(site.path("view", BOB))
    assert "<h1>Dear Ann Example</h1><h2>Open to all</h2><img" in for_ann.body
    assert "<h1>Dear colleague</h1><h2>Open to all</h2><h2>For the police</h2>" in for_bob.body
    assert f'src="/media/{PICTURE}"' in for_ann.body
    assert f'href="{BASE}{site.path("unsubscribe")}"' in for_ann.body
    policy = for_ann.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src 'self';")
    assert "script" not in policy
    assert for_ann.headers["x-robots-tag"] == "noindex"
    assert for_ann.headers["cache-control"] == "no-store"


def test_a_mail_of_the_past_reads_on_after_its_reader_was_erased(site: Site) -> None:
    erase(site, ANN)
    assert "Dear Ann Example" in site.ask(site.path("view")).body


def test_the_links_of_a_publication_that_was_given_up_work_on(
    sqlite_site: Site, serve: Callable[[ASGIApp], str]
) -> None:
    settings = sqlite_site.opened.folder / "bulletin.toml"
    settings.write_text(
        settings.read_text().replace("publications.bulletin]", "publications.news]")
    )
    later = Workspace.open(sqlite_site.opened.folder)
    site = dataclasses.replace(sqlite_site, url=serve(public_site(later)), opened=later)
    assert "Dear Ann Example" in site.ask(site.path("view")).body
    assert "Stop getting bulletin?" in site.ask(site.path("unsubscribe")).body
    whole = "save=yes&name=&organisation=&sector=&publications=quickupdates"
    assert "We send bulletin and #quickupdates" in site.ask(site.path("preferences"), whole).body
    assert site.ask(site.path("unsubscribe"), ONE_CLICK).body == "You have left bulletin.\n"
    later.database.dispose()


@pytest.mark.parametrize(
    ("name", "status"),
    [
        (PICTURE, 200),
        ("notes.txt", 404),
        ("..%2Fbulletin.db", 404),
        ("%2e%2e%2f.env", 404),
        ("missing.png", 404),
        ("", 404),
    ],
)
def test_pictures_are_kept_for_ever_and_nothing_else_is_given_out(
    still_site: Site, name: str, status: int
) -> None:
    answer = still_site.ask(f"/media/{name}")
    assert answer.status == status
    if status == 200:
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-type"] == "image/png"


# ---- the site


def test_every_answer_carries_the_headers_that_keep_it_safe(still_site: Site) -> None:
    site = still_site
    paths = ["/", "/healthz", "/nowhere", "/static/style.css", site.path("unsubscribe")]
    for path in [*paths, site.path("view"), site.path("preferences")]:
        headers = site.ask(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "script-src" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["strict-transport-security"] == "max-age=31536000"
        assert "set-cookie" not in headers
        assert "server" not in headers


def test_the_first_page_names_what_there_is_and_the_site_says_that_it_is_up(
    still_site: Site,
) -> None:
    home = still_site.ask("/")
    assert "Local Partnerships Bulletin" in home.body
    assert "#quickupdates campaign" in home.body
    assert home.headers["x-robots-tag"] == "all"
    healthy = still_site.ask("/healthz")
    assert (healthy.status, healthy.body) == (200, "ok\n")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("bulletin.example.org", 200),
        ("bulletin.example.org:443", 200),
        ("localhost", 200),
        ("[::1]:8000", 200),
        ("evil.example", 400),
        ("", 400),
    ],
)
def test_only_the_sites_own_name_is_answered(still_site: Site, host: str, status: int) -> None:
    assert still_site.ask("/", host=host).status == status


def test_a_database_that_fails_is_told_plainly_and_logged_without_data(
    sqlite_site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bulletin.requests")
    site = sqlite_site
    path = site.path("unsubscribe")
    site.opened.database.dispose()
    file = sqlite3.connect(site.opened.database.url.database or "")
    file.execute("ALTER TABLE subscriber RENAME TO elsewhere")
    file.close()
    answer = site.ask(path, ONE_CLICK)
    assert answer.status == 503
    assert "Please try again in a minute" in answer.body
    token = path.rpartition("/")[2]
    assert token not in caplog.text + answer.body
    assert "failed: database-missing" in caplog.text


# ---- many at once


def test_a_crowd_leaves_and_each_is_answered(site: Site) -> None:
    paths = [site.path("unsubscribe", who) for who in (ANN, BOB, TEAM, "nobody") for _ in range(6)]
    with ThreadPoolExecutor(12) as crowd:
        answers = list(crowd.map(lambda path: site.ask(path, ONE_CLICK), paths))
    left = "You have left Local Partnerships Bulletin.\n"
    test = "This was a test mail.\n"
    assert [each.body for each in answers] == [left] * 12 + [test] * 12
    assert (site.gets(), site.gets(BOB)) == ({"quickupdates"}, set())
    for who in (ANN, BOB):
        ended = [each for each in site.story(who).events if each.kind == EventKind.UNSUBSCRIBED]
        assert [each.publication for each in ended] == ["bulletin"]


def test_each_of_many_sees_a_page_of_their_own(site: Site) -> None:
    people = [ANN, BOB, ANN, BOB]
    with ThreadPoolExecutor(4) as crowd:
        pages = list(crowd.map(lambda who: site.ask(site.path("unsubscribe", who)).body, people))
    for who, page in zip(people, pages, strict=True):
        other = BOB if who == ANN else ANN
        assert who in page
        assert other not in page
        assert f'action="{site.path("unsubscribe", who)}"' in page
        assert f'href="{site.path("preferences", who)}"' in page
        assert "\ue000" not in page


def test_a_page_follows_what_was_left_and_the_language_that_is_asked_for(site: Site) -> None:
    path = site.path("unsubscribe")
    before = site.ask(path).body
    assert site.ask(path, ONE_CLICK).status == 200
    after, welsh = site.ask(path).body, site.ask(f"{path}?lang=cy")
    assert "Stop sending me" in before
    assert "Stop sending me" not in after
    assert welsh.headers["content-language"] == "cy"
    assert 'lang="cy"' in welsh.body
    assert f'{site.path("preferences")}?lang=cy"' in welsh.body
