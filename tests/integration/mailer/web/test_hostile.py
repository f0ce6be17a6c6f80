"""The site among people who mean it harm: forged links, wrong methods, large bodies, noise on every route."""

from __future__ import annotations

import datetime as dt
import os
import string
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailer.app import Workspace

from .conftest import ANN

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp

    from .conftest import Site

PURPOSES = (
    "unsubscribe", "preferences", "view", "new-address", "address", "copy-request", "copy", "forget",
    "erase", "confirm", "undo",
)  # fmt: skip
SAFE = set(string.ascii_letters + string.digits + "-_.")
ONE_CLICK = "List-Unsubscribe=One-Click"
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "120"))


def state(site: Site) -> object:
    return site.story(), site.letters()


@pytest.mark.parametrize("purpose", ["unsubscribe", "forget"])
def test_no_link_works_with_any_bit_of_it_flipped(still_site: Site, purpose: str) -> None:
    before, token = state(still_site), still_site.path(purpose).rpartition("/")[2]
    for place, letter in enumerate(token):
        for bit in range(7):
            flipped = chr(ord(letter) ^ (1 << bit))
            path = f"/{purpose}/{quote(token[:place] + flipped + token[place + 1 :], safe='')}"
            assert still_site.ask(path).status == 404, (place, bit)
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
        url = serve(later.public_site())
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
     "reason", "List-Unsubscribe", "lang"]
) | ANY  # fmt: skip
FIELDS = st.lists(
    st.tuples(NAMES, ANY | st.sampled_from(["yes", "One-Click", "9" * 400])), max_size=12
)
PLACES = (
    st.sampled_from([*PURPOSES, "subscribe", "archive", "media", "static", "healthz", "", "hooks"])
    | ANY
)
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


class Noise(NamedTuple):
    """One request that nobody in their right mind would send."""

    place: str
    token: str
    is_good: bool
    fields: list[tuple[str, str]]
    query: list[tuple[str, str]]
    headers: dict[str, str]
    method: str


NOISE = st.builds(
    Noise, PLACES, TOKENS, st.booleans(), FIELDS, FIELDS, HEADERS,
    st.sampled_from(["GET", "POST", "HEAD", "PUT"]),
)  # fmt: skip


@settings(
    max_examples=EXAMPLES, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(noise=NOISE)
def test_no_noise_brings_the_site_down(still_site: Site, noise: Noise) -> None:
    place, token, is_good, fields, query, headers, method = noise
    site = still_site
    path = f"/{quote(place, safe='')}/{quote(token, safe='')}"
    if is_good and place in PURPOSES and place != "forget":
        path = site.path(place, "nobody" if method == "POST" else ANN)
    if place in {"subscribe", "archive", ""} and not token:
        path = f"/{place}"
    body = urlencode(fields, errors="replace") if method in {"POST", "PUT"} else None
    answer = site.ask(f"{path}?{urlencode(query, errors='replace')}", body, method, **headers)
    assert answer.status < 500, (method, path, answer.body)
    assert "Traceback" not in answer.body
