"""An article from a partner's browser to the edition, and its owner's sign-off. On both databases."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import json
import re
import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from PIL import ExifTags, Image

from mailer.app import Workspace
from mailer.articles import submissions
from mailer.cli.main import app
from mailer.inspection import Inspector
from mailer.site import eraser, letter_desk, public_site, retention
from mailer.submissions.submission import Channel, Offer, State
from mailer.surroundings import now
from mailer.traces import RECORDS
from subscribers import erasures
from subscribers.access import gather
from subscribers.address import parse_address
from subscribers.service import suppress
from tests.samples import EDITION, SECOND, picture

from .conftest import BASE, NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp

    from mailer.submissions.submission import Submission

    from .conftest import Answer, Site

BARRED = "bob@council.example"
CAT, TEAM = "cat@council.example", "partnerships@partnerships.example.org"
FILLED = {
    "address": CAT,
    "name": "Cat Example",
    "organisation": "A council",
    "title": "Winter checks on lorry parks",
    "text": (
        "We looked for **three winters**.\r\n\r\n- Ask first.\r\n"
        "- Bring [the list](https://council.example/list).\r\n\r\n### Why\r\n\r\nIt pays."
    ),
    "picture_alt": "A lorry waits at a barrier.",
    "contact_name": "Roads team",
    "contact_email": "roads@council.example",
    "link_text": "Read the guide",
    "link_url": "https://council.example/guide",
    "share": "yes",
}
BOUNDARY = "----a-browser's-own"


@pytest.fixture
def house(site: Site, serve: Callable[[ASGIApp], str], monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site that takes articles, and an edition to put them into."""
    return opened_for_articles(site, serve, monkeypatch)


@pytest.fixture
def small_house(
    sqlite_site: Site, serve: Callable[[ASGIApp], str], monkeypatch: pytest.MonkeyPatch
) -> Site:
    """The same on SQLite alone."""
    return opened_for_articles(sqlite_site, serve, monkeypatch)


def opened_for_articles(
    site: Site, serve: Callable[[ASGIApp], str], monkeypatch: pytest.MonkeyPatch
) -> Site:
    monkeypatch.setenv("BULLETIN_ARTICLES_OPEN", "true")
    folder = site.opened.editions.root / "issue-04"
    (folder / "articles").mkdir(parents=True)
    (folder / "edition.md").write_text(EDITION)
    (folder / "articles/01-guidance.md").write_text(SECOND)
    later = Workspace.open(site.opened.folder)
    return dataclasses.replace(site, url=serve(public_site(later)), opened=later)


def token(site: Site) -> str:
    found = re.search(r'name="form" value="([^"]+)"', site.ask("/article").body)
    assert found
    return found[1]


def send_form(site: Site, data: bytes = b"", path: str = "/article", **changes: str) -> Answer:
    """Fill in the form and send it, as a browser does, with a file or none."""
    filled = {"form": token(site)} | FILLED | changes
    if not data and "picture_alt" not in changes:
        filled["picture_alt"] = ""
    parts = [(f'name="{name}"', value.encode()) for name, value in filled.items()]
    parts.append(('name="picture"; filename="../a \'b\'.png"', data))
    body = b"".join(
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; {name}\r\n\r\n".encode() + value + b"\r\n"
        for name, value in parts
    )
    return post(site, path, body + f"--{BOUNDARY}--\r\n".encode())


def post(site: Site, path: str, body: bytes) -> Answer:
    kind = f'multipart/form-data; boundary="{BOUNDARY}"'
    return site.ask(path, body, content_type=kind)  # type: ignore[arg-type]


def held(site: Site) -> list[Submission]:
    takes = submissions(site.opened, letter_desk(site.opened))
    return [
        found for one in takes.listed(everything=True) if (found := takes.look(one.id)) is not None
    ]


def types(site: Site, *words: str) -> None:
    app(["article", *words, "-w", str(site.opened.folder)], standalone_mode=False)


def problems(site: Site) -> list[str]:
    folder = site.opened.editions.root / "issue-04"
    found = Inspector(site.opened).inspect_edition(folder)
    return [one.what for one in found.problems if one.rule.name == "sign-off"]


# ---- the road


def test_an_article_goes_from_the_form_to_an_edition_and_is_signed_off(
    house: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = send_form(house, picture())
    assert (answer.status, "Look into your inbox" in answer.body) == (200, True)
    (kept,) = held(house)
    assert (kept.state, kept.network, kept.picture) == (State.OPEN, "127.0.0.0/24", picture())
    assert kept.agreed in house.ask("/article").body, "the words on record were shown"
    (letter,) = house.letters()
    assert (letter.kind, letter.address) == ("article-confirm", CAT)
    assert "lorry" not in letter.text, "of what a stranger typed nothing goes to the address"

    assert "Yes, send it to the team" in house.ask(letter.link).body
    assert house.ask(letter.link, method="HEAD").status == 200
    assert held(house)[0].state is State.OPEN, "looking changes nothing"
    for _ in range(2):
        assert "We have your article" in house.ask(letter.link, "confirm=yes").body
    (team,) = house.letters(TEAM)
    assert "“Winter checks on lorry parks”, from Cat Example, A council." in " ".join(
        team.text.split()
    )

    types(house, "accept", str(kept.id), "--edition", "issue-04")
    article = house.opened.editions.root / "issue-04/articles/02-winter-checks-on-lorry-parks.md"
    assert "issue-04/winter-checks-on-lorry-parks" in capsys.readouterr().out
    reading = house.opened.editions.read(house.opened.editions.root / "issue-04")
    assert reading.edition is not None
    placed = next(one for one in reading.edition.articles if one.slug.startswith("winter"))
    assert (placed.title, placed.owner, placed.section) == (FILLED["title"], CAT, "Guidance")
    assert placed.image is not None
    assert (placed.image.alt, placed.image.data) == (FILLED["picture_alt"], picture())
    assert [contact.organisation for contact in placed.contacts] == ["A council"]
    assert held(house)[0].picture is None
    assert [one.kind for one in house.letters(CAT)] == ["article-confirm", "article-accepted"]
    assert problems(house) == [f"{CAT} has not signed the article off"]

    types(house, "ask", "issue-04/winter-checks-on-lorry-parks")
    asked = house.letters(CAT)[-1]
    assert asked.kind == "sign-off"
    page = house.ask(asked.link)
    assert "<strong>three winters</strong>" in page.body
    assert "<h3>Why</h3>" in page.body
    assert "I agree that it goes out like this" in page.body
    (shown,) = re.findall(r'<img src="([^"]+)"', page.body)
    assert house.ask(shown).status == 200
    assert "has not done so" in problems(house)[0]
    for _ in range(2):
        assert "You have signed off this article" in house.ask(asked.link, "sign=yes").body
    assert problems(house) == []
    capsys.readouterr()
    types(house, "sign-offs", "issue-04", "--json")
    _, row = json.loads(capsys.readouterr().out)
    assert (row["standing"], row["by"]) == ("signed off", CAT)
    assert row["note"] == "by the link of a letter, from 127.0.0.0/24"

    article.write_text(article.read_text().replace("three", "four"))
    assert "was changed after" in problems(house)[0]
    types(house, "sign-off", "issue-04/winter-checks-on-lorry-parks", "--note", "by phone", "--yes")
    assert problems(house) == []
    article.write_text(article.read_text().replace(f'owner: "{CAT}"\n', ""))
    assert "was changed after" in problems(house)[0], "a partner's article needs it all the same"


def test_a_link_of_an_older_text_signs_nothing(small_house: Site) -> None:
    site = small_house
    article = site.opened.editions.root / "issue-04/articles/01-guidance.md"
    article.write_text(SECOND.replace("---\n\n", "owner: ann@example.org\n---\n\n"))
    types(site, "ask", "issue-04/guidance")
    article.write_text(article.read_text().replace("is out", "is in"))
    types(site, "ask", "issue-04/guidance", "--to", "bob@example.org")
    first, second = (one.link for one in site.letters())
    assert "There is a newer text" in site.ask(first).body
    assert "There is a newer text" in site.ask(first, "sign=yes").body
    assert "has not done so" in problems(site)[0]
    assert "You have signed off" in site.ask(second, "sign=yes").body
    assert problems(site) == []
    assert site.ask(second.replace("sign-off", "article-confirm")).status == 404


def test_the_team_turns_an_article_down_and_says_why(small_house: Site) -> None:
    site = small_house
    send_form(site)
    site.ask(site.letters()[0].link, "confirm=yes")
    number = str(held(site)[0].id)
    types(site, "decline", number, "--reason", "We had the same\nin May.", "--yes")
    (told,) = [one for one in site.letters(CAT) if one.kind == "article-declined"]
    assert "Our reason: We had the same in May." in told.text
    assert "We have your article" in site.ask(site.letters()[0].link).body
    with site.opened.database.read() as connection:
        assert [deed.action for deed in erasures.deeds(connection, 10)] == ["decline"]


# ---- what a form must stand


def test_there_is_no_form_unless_the_settings_open_it(sqlite_site: Site) -> None:
    assert sqlite_site.ask("/article").status == 404
    assert sqlite_site.ask("/article", "title=x").status == 404


def test_a_form_that_can_not_be_taken_comes_back_with_what_was_typed(small_house: Site) -> None:
    answer = send_form(small_house, b"not a picture", title="", text="<b>Bold</b> & more")
    assert answer.status == 422
    assert "This picture cannot be used. It is not a picture" in answer.body
    assert '<a href="#title">Type a title.</a>' in answer.body
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; more</textarea>" in answer.body
    assert held(small_house) == []
    kept = send_form(small_house, picture(), title="")
    assert "Please choose your picture again" in kept.body


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (picture(kind="GIF"), "GIF file: save it as JPEG or PNG"),
        (picture(9000, 9000), "pixels"),
    ],
    ids=["moving", "vast"],
)
def test_a_picture_that_can_not_be_mailed_is_told(
    small_house: Site, data: bytes, told: str
) -> None:
    answer = send_form(small_house, data)
    assert answer.status == 422
    assert told in answer.body


def test_a_photograph_is_kept_without_where_it_was_taken(small_house: Site) -> None:
    taken = Image.new("RGB", (1200, 675))
    told = taken.getexif()
    told.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    told[ExifTags.Base.Artist] = "Cat"
    data = io.BytesIO()
    taken.save(data, "JPEG", exif=told)
    assert b"Cat" in data.getvalue()
    send_form(small_house, data.getvalue())
    (kept,) = held(small_house)
    assert kept.picture is not None
    with Image.open(io.BytesIO(kept.picture)) as picture_kept:
        assert not picture_kept.getexif()


def test_a_machine_and_another_site_get_nowhere(small_house: Site) -> None:
    assert "Look into your inbox" in send_form(small_house, website="https://spam.example").body
    assert "press the button once more" in send_form(small_house, form="forged").body
    foreign = small_house.ask("/article", "title=x", sec_fetch_site="cross-site")
    assert "press the button once more" in foreign.body
    assert held(small_house) == []
    assert small_house.letters() == []


def test_a_body_that_is_too_large_or_no_form_is_refused(small_house: Site) -> None:
    assert post(small_house, "/article", bytes(8_500_001)).status == 413
    assert post(small_house, "/article", b"--nothing").status == 200
    assert small_house.ask("/article", "x", content_type="text/plain").status == 400
    assert small_house.ask("/subscribe", "x=" + "y" * 20_000).status == 413


def test_an_address_gets_three_letters_a_day_and_a_suppressed_one_none(house: Site) -> None:
    bodies = {send_form(house).body for _ in range(4)}
    assert len(bodies) == 1
    assert len(house.letters(CAT)) == 3
    suppress(house.opened.database, BARRED, reason="asked", evidence="", now=NOW, actor="clerk")
    assert "Look into your inbox" in send_form(house, address=BARRED).body
    assert house.letters(BARRED) == []


def test_a_network_that_sends_too_much_is_told_to_wait(
    small_house: Site, serve: Callable[[ASGIApp], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BULLETIN_ARTICLES_REQUESTS_AN_HOUR", "2")
    later = Workspace.open(small_house.opened.folder)
    site = dataclasses.replace(small_house, url=serve(public_site(later)), opened=later)
    suppress(site.opened.database, BARRED, reason="asked", evidence="", now=NOW, actor="clerk")
    # The share of a network is no way to learn of an address that it is suppressed.
    answers = [send_form(site, address=each).status for each in (CAT, BARRED, "a@council.example")]
    assert answers == [200, 200, 429]


def test_one_network_that_sends_slowly_keeps_nobody_else_waiting(small_house: Site) -> None:
    server = urlsplit(small_house.url)
    half_a_form = (
        f"POST /article HTTP/1.1\r\nHost: {server.netloc}\r\nContent-Length: 99\r\n\r\nname="
    )
    with ExitStack() as slow:
        for _ in range(4):
            sending = socket.create_connection((server.hostname, server.port), timeout=10)
            slow.enter_context(sending)
            sending.sendall(half_a_form.encode())
        while small_house.ask("/article", "name=Cat").status != 429:
            pass
    while small_house.ask("/article", "name=Cat").status == 429:
        pass


def test_one_network_can_not_fill_all_the_room_there_is_for_articles(small_house: Site) -> None:
    takes = submissions(small_house.opened, letter_desk(small_house.opened))
    offer = Offer(Channel.FORM, parse_address(CAT), "Cat", "", "Title", "Text", "I agree.")
    for number in range(60):
        flood = dataclasses.replace(offer, network="192.0.2.0/24")
        takes.offer(flood, NOW + dt.timedelta(hours=number))
    assert len(held(small_house)) == 50
    assert takes.offer(dataclasses.replace(offer, network="198.51.100.0/24"), NOW) == "sent"


def test_the_editions_that_are_open_can_be_chosen(
    small_house: Site, serve: Callable[[ASGIApp], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BULLETIN_ARTICLES_EDITIONS", '{"issue-04": "October, by 1 September"}')
    later = Workspace.open(small_house.opened.folder)
    site = dataclasses.replace(small_house, url=serve(public_site(later)), opened=later)
    assert "October, by 1 September" in site.ask("/article").body
    assert "Choose an issue." in send_form(site, edition="issue-09").body
    send_form(site, edition="issue-04")
    site.ask(site.letters()[0].link, "confirm=yes")
    types(site, "accept", str(held(site)[0].id))
    assert len(list(site.opened.editions.root.glob("issue-04/articles/02-*.md"))) == 1


# ---- a person's rights


def test_what_somebody_offered_is_shown_forgotten_and_grows_old(house: Site) -> None:
    send_form(house)
    send_form(house, address="dan@council.example", contact_email=CAT.upper())
    found = gather(house.opened.database, CAT, RECORDS, NOW)
    assert [(one.title, one.state) for one in found.articles] == [
        (FILLED["title"], "offered, open"), (FILLED["title"], "offered, open"),
    ]  # fmt: skip
    assert found.data()["articles"][0]["text"].startswith("We looked")

    eraser(house.opened).erase(parse_address(CAT), actor="clerk", why="asked", now=NOW)
    (left,) = held(house)
    assert (left.address, left.contact_name, left.contact_email) == ("dan@council.example", "", "")

    later = now() + dt.timedelta(days=31)
    aged = {one.what: one.found for one in retention(house.opened).run(later, dry_run=False)}
    assert aged["articles that were never confirmed"] == 1
    assert held(house) == []


def test_the_pages_say_what_they_are_for_in_their_titles(small_house: Site) -> None:
    page = small_house.ask("/article")
    assert "<title>Offer an article – " in page.body
    assert page.headers["x-robots-tag"] == "noindex"
    assert urlsplit(BASE).netloc not in page.body
