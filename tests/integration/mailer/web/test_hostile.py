"""The site among people who mean it harm: forged links, wrong methods, large bodies, noise on every route."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailer.app import Workspace
from mailer.site import public_site

from .conftest import ANN, TEAM, open_site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from starlette.types import ASGIApp

    from .conftest import Site

PURPOSES = (
    "unsubscribe", "preferences", "view", "new-address", "address", "copy-request", "copy", "forget",
    "erase", "confirm", "undo", "back",
)  # fmt: skip
ONE_CLICK = "List-Unsubscribe=One-Click"
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "120"))


def state(site: Site) -> object:
    return site.story(), site.letters()


@pytest.mark.parametrize("purpose", ["unsubscribe", "forget", "confirm"])
def test_no_link_works_with_any_bit_of_it_flipped(still_site: Site, purpose: str) -> None:
    before, number = state(still_site), str(still_site.deliveries[ANN])
    token = still_site.opened.signer.sign(purpose, number, now=dt.datetime.now(dt.UTC)).encode()
    assert still_site.ask(f"/{purpose}/{token.decode()}").status == 200
    for place in range(len(token)):
        for bit in range(8):
            flipped = bytearray(token)
            flipped[place] ^= 1 << bit
            answer = still_site.ask(f"/{purpose}/{quote(bytes(flipped), safe='')}")
            assert answer.status == 404, (place, bit)
            assert "Traceback" not in answer.body
    assert state(still_site) == before


def test_a_link_of_one_purpose_is_good_for_no_other(still_site: Site) -> None:
    before = state(still_site)
    signer, number = still_site.opened.signer, str(still_site.deliveries[ANN])
    now = dt.datetime.now(dt.UTC)
    for made_for in (*PURPOSES, "form"):
        token = signer.sign(made_for, number, now=now)
        for used_for in PURPOSES:
            if used_for == made_for:
                continue
            for body in (None, f"{ONE_CLICK}&forget=yes&confirm=yes"):
                answer = still_site.ask(f"/{used_for}/{token}", body)
                assert answer.status in {404, 405}, (made_for, used_for)
    assert state(still_site) == before


def test_an_old_key_works_while_it_is_kept_and_not_after(
    sqlite_site: Site, serve: Callable[[ASGIApp], str]
) -> None:
    old, secrets = sqlite_site.path("unsubscribe"), sqlite_site.opened.folder / ".env"
    key = secrets.read_text().partition("=")[2].strip()
    for kept, status in ((f"{'n' * 32},{key}", 200), ("n" * 32, 404)):
        secrets.write_text(f"BULLETIN_SECRET_KEY={kept}\n")
        later = Workspace.open(sqlite_site.opened.folder)
        url = serve(public_site(later))
        answer = type(sqlite_site)(url, later, sqlite_site.deliveries).ask(old)
        assert answer.status == status
        later.database.dispose()


@pytest.mark.parametrize(
    ("method", "body", "status"),
    [
        ("GET", None, 200), ("HEAD", None, 200), ("PUT", ONE_CLICK, 405), ("PATCH", ONE_CLICK, 405),
        ("DELETE", None, 405), ("OPTIONS", None, 405), ("POST", "x" * 10_000_000, 413),
        ("POST", "List-Unsubscribe=Two-Clicks", 400), ("POST", "", 400),
    ],
)  # fmt: skip
def test_nothing_but_a_whole_one_click_unsubscribes(
    still_site: Site, method: str, body: str | None, status: int
) -> None:
    before = state(still_site)
    try:
        assert still_site.ask(still_site.path("unsubscribe"), body, method).status == status
    except (BrokenPipeError, ConnectionResetError):
        assert status == 413, "the server hangs up rather than read on"
    assert state(still_site) == before


# ---- noise

ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
TOKENS = ANY | st.sampled_from(
    ["", ".", "..", "a.b.c", "WyIxIixudWxsXQ", "null", "%00", "\x00", "🙂"]
)
NAMES = st.sampled_from(
    ["leave", "save", "name", "organisation", "sector", "regions", "publications", "pause-day",
     "pause-month", "pause-year", "address", "consent", "form", "website", "confirm", "forget", "send",
     "reason", "List-Unsubscribe", "lang", "publication", "organisation", "title", "text", "edition",
     "picture_alt", "contact_name", "contact_email", "contact_telephone", "link_url", "link_text", "share"]
) | ANY  # fmt: skip
VALUES = (
    "yes",
    "One-Click",
    "9" * 400,
    "publication",
    "everything",
    "bulletin",
    "health",
    "wales",
    "2027",
    "new@example.org",
    "ANN@example.org",
    "issue-04",
    "cy",
)
FIELDS = st.lists(st.tuples(NAMES, ANY | st.sampled_from(VALUES)), max_size=12)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "accept_language": st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60),
        "content_type": st.sampled_from(
            ["", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
             "multipart/form-data", "application/json", "text/plain; charset=nonsense"]
        ),
        "sec_fetch_site": st.sampled_from(["none", "same-origin", "cross-site", "x"]),
        "x_forwarded_for": st.sampled_from(["192.0.2.1", "nonsense", "::1", "1" * 300]),
    },
)  # fmt: skip


EVERYTHING_OPEN = {
    "BULLETIN_ARTICLES_OPEN": "true",
    "BULLETIN_ARTICLES_REQUESTS_AN_HOUR": "100000",
    "BULLETIN_SUBSCRIBE_REQUESTS_AN_HOUR": "100000",
    "BULLETIN_BOUNCES_SES_TOPIC": "arn:aws:sns:eu-west-2:1:topic",
    "BULLETIN_BOUNCES_MAILGUN_KEY": "shared",
    "BULLETIN_BOUNCES_POSTMARK_PASSWORD": "secret",
}


class Noise(NamedTuple):
    """One request that nobody in their right mind would send; `place` is the number of a route, or none's."""

    place: int
    token: str
    is_good: bool
    fields: list[tuple[str, str]]
    query: list[tuple[str, str]]
    headers: dict[str, str]
    method: str

    def path(self, site: Site, routes: list[str]) -> str:
        """The path of the route, its places filled with noise or with a link that is good."""
        route = routes[self.place] if self.place < len(routes) else "/{anything}/{at}/{all}"
        purpose, now = route.split("/")[1], dt.datetime.now(dt.UTC)
        # Ann stays, so that there is somebody to be shown and changed.
        number = site.deliveries[TEAM if purpose == "erase" else ANN]
        good = site.opened.signer.sign(purpose, str(number), now=now)
        noise = quote(self.token, safe="")
        return re.sub(
            r"\{(\w+)\}", lambda it: good if self.is_good and it[1] == "token" else noise, route
        )

    def body(self, site: Site, path: str) -> str | None:
        """The fields as a form or as JSON; one that we gave out ourselves, if all is to be good."""
        if self.method not in {"POST", "PUT"}:
            return None
        if "json" in self.headers.get("content_type", ""):
            return json.dumps(dict(self.fields))
        ours = {"/subscribe": "form", "/article": "article-form"}.get(path, "")
        token = site.opened.signer.sign(ours, "", now=dt.datetime.now(dt.UTC))
        added = [("form", token)] if self.is_good and ours else []
        return urlencode([*added, *self.fields], errors="replace")


NOISE = st.builds(
    Noise, st.integers(0, 45), TOKENS, st.booleans(), FIELDS, FIELDS, HEADERS,
    st.sampled_from(["GET", "POST", "POST", "HEAD", "PUT"]),
)  # fmt: skip


@pytest.fixture(scope="module")
def open_house(
    sqlite_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
    serve: Callable[[ASGIApp], str],
) -> Iterator[Site]:
    """A site of which every part is open, and that noise may change."""
    folder = tmp_path_factory.mktemp("open")
    shutil.copyfile(sqlite_template, folder / "bulletin.db")
    with pytest.MonkeyPatch.context() as variables:
        for name, value in EVERYTHING_OPEN.items():
            variables.setenv(name, value)
        yield from open_site(f"sqlite:///{folder}/bulletin.db", folder / "workspace", serve)


@pytest.fixture(scope="module")
def routes(open_house: Site) -> list[str]:
    """The path of every route of the site."""
    paths = [str(getattr(route, "path", "")) for route in public_site(open_house.opened).routes]
    return ["/static/{name}" if path == "/static" else path for path in paths]


@settings(
    max_examples=EXAMPLES, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(noise=NOISE)
def test_no_noise_brings_the_site_down(open_house: Site, routes: list[str], noise: Noise) -> None:
    assert 25 < len(routes) <= 45, "there is noise on each of them, and on a few that are not there"
    path = noise.path(open_house, routes)
    query = urlencode(noise.query, errors="replace")
    answer = open_house.ask(
        f"{path}?{query}", noise.body(open_house, path), noise.method, **noise.headers
    )
    assert answer.status < 500, (noise.method, path, answer.body)
    assert "Traceback" not in answer.body
