"""Health and figures, on both databases."""

from __future__ import annotations

import http.client
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mailer.site import make_site

from .conftest import ANN

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp

    from .conftest import Site


def ask(url: str, path: str) -> tuple[int, str]:
    server = urlsplit(url)
    with closing(http.client.HTTPConnection(server.netloc, timeout=10)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def test_the_figures_tell_what_was_answered_and_who_is_on_the_list(
    site: Site, serve: Callable[[ASGIApp], str]
) -> None:
    made = make_site(site.opened)
    public, watched = serve(made.public), serve(made.monitoring)
    token = site.path("unsubscribe").rpartition("/")[2]
    for path in ("/", site.path("unsubscribe"), "/nowhere/ann@example.org"):
        ask(public, path)
    status, text = ask(watched, "/metrics")
    assert status == 200
    assert 'bulletin_requests_total{page="/unsubscribe",method="GET",status="200"} 1' in text
    assert 'bulletin_requests_total{page="/…",method="GET",status="404"} 1' in text
    assert 'bulletin_subscribers{status="active"} 2' in text
    assert 'bulletin_join_requests{state="held"} 0' in text
    assert token not in text
    assert ANN not in text


def test_a_site_without_its_database_is_alive_and_not_ready(
    sqlite_site: Site, serve: Callable[[ASGIApp], str]
) -> None:
    watched = serve(make_site(sqlite_site.opened).monitoring)
    assert ask(watched, "/readyz") == (200, "ready\n")
    sqlite_site.opened.database.dispose()
    file = sqlite3.connect(sqlite_site.opened.database.url.database or "")
    file.execute("UPDATE alembic_version SET version_num = '0001'")
    file.execute("ALTER TABLE join_request RENAME TO elsewhere")
    file.commit()
    file.close()
    assert ask(watched, "/readyz") == (503, "database-older\n")
    assert ask(watched, "/healthz") == (200, "ok\n")
    status, text = ask(watched, "/metrics")
    assert status == 200
    assert "bulletin_subscribers" not in text


def test_the_public_site_does_not_give_its_figures_away(still_site: Site) -> None:
    for path in ("/metrics", "/readyz"):
        assert still_site.ask(path).status == 404
