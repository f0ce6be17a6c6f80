"""What is seen of a relay, a web server and this machine."""

from __future__ import annotations

import dataclasses
import datetime as dt
import socket
from typing import TYPE_CHECKING

import pytest

from mailer.delivery.smtp import RelayAddress, RelayError
from mailer.doctor import probing
from mailer.doctor.names import RecordError
from mailer.doctor.pages import Page
from mailer.doctor.probing import ask_relay, fetch, fetch_policy
from tests.journeys.relay import PASSWORD, USERNAME, running_relay
from tests.web_server import serving

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_relay_tells_its_terms(tmp_path: Path) -> None:
    with running_relay(tmp_path) as relay:
        address = RelayAddress(
            "127.0.0.1", relay.port, "starttls", USERNAME, PASSWORD, relay.authority, timeout=5
        )
        terms = await ask_relay(address)
        with pytest.raises(RelayError, match="login was refused"):
            await ask_relay(dataclasses.replace(address, password="wrong"))
        with pytest.raises(RelayError, match="certificate is not trusted"):
            await ask_relay(dataclasses.replace(address, ca_file=None))
    assert relay.mails == []
    assert terms.protocol in ("TLSv1.2", "TLSv1.3")
    assert terms.size_limit == 33_554_432
    assert terms.expires_at is not None
    assert terms.expires_at > dt.datetime.now(dt.UTC)


def test_a_web_server_tells_its_page_its_clock_and_its_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(tmp_path) as web:
        web.texts |= {"/healthz": "ok\n", "/moved": "https://elsewhere.example/"}
        assert "not trusted" in str(fetch(f"{web.url}/healthz"))
        monkeypatch.setenv("SSL_CERT_FILE", str(web.authority))
        seen, moved = fetch(f"{web.url}/healthz"), fetch(f"{web.url}/moved")
        assert fetch_policy(f"{web.url}/healthz") == "ok\n"
        with pytest.raises(RecordError, match="302"):
            fetch_policy(f"{web.url}/moved")
    assert isinstance(seen, Page)
    assert isinstance(moved, Page)
    assert (seen.status, seen.text, moved.status) == (200, "ok\n", 302)
    now = dt.datetime.now(dt.UTC)
    assert seen.said_at is not None
    assert abs(now - seen.said_at) < dt.timedelta(minutes=1)
    assert seen.expires_at is not None
    assert seen.expires_at > now


def test_a_web_server_that_is_not_there_or_says_nothing_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(probing, "_PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert "no answer" in str(fetch(f"http://127.0.0.1:{port}/"))
    assert "can't be reached" in str(fetch(f"http://127.0.0.1:{port}/"))
    with pytest.raises(RecordError, match="can't be reached"):
        fetch_policy(f"http://127.0.0.1:{port}/")


def test_this_machine_says_what_it_knows(tmp_path: Path) -> None:
    assert probing.free_bytes(tmp_path) > 0
    assert probing.is_clock_set() in (True, False, None)
    assert all("." in each or ":" in each for each in probing.own_addresses())
