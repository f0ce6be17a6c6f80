"""Links and the hosts behind them: a real server that answers well, badly, elsewhere and not at all."""

from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from mailer.checks.content.answers import Answer
from mailer.checks.content.online import Prober, is_public

if TYPE_CHECKING:
    from collections.abc import Iterator

MOVES = {"/old": "/page", "/far": "/old", "/round": "/round", "/mail": "mailto:a@example.org"}


class _Host(BaseHTTPRequestHandler):
    def _answer(self, *, is_head: bool) -> None:
        if self.path in MOVES:
            self.send_response(301)
            self.send_header("Location", MOVES[self.path])
        elif self.path == "/no-head" and is_head:
            self.send_response(405)
        else:
            known = self.path.startswith(("/page", "/no-head", "/caf%C3%A9"))
            self.send_response(200 if known else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_HEAD(self) -> None:
        self._answer(is_head=True)

    def do_GET(self) -> None:
        self._answer(is_head=False)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Host) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def anywhere(_address: str) -> bool:
    return True


def ask(url: str, prober: Prober | None = None) -> Answer:
    return (prober or Prober(timeout=5, permits=anywhere)).probe([url])[url]


@pytest.mark.parametrize("path", ["/page", "/page?a=b&c=%20d", "/no-head", "/café"])
def test_a_page_that_is_there_answers(host: str, path: str) -> None:
    assert ask(host + path) == Answer(200)


def test_a_page_that_is_gone_says_so(host: str) -> None:
    assert ask(f"{host}/gone") == Answer(404)


@pytest.mark.parametrize("path", ["/old", "/far"])
def test_where_a_page_moved_to_is_told(host: str, path: str) -> None:
    assert ask(host + path) == Answer(200, moved_to=f"{host}/page")


def test_a_page_that_leads_round_in_circles_is_left(host: str) -> None:
    assert ask(f"{host}/round") == Answer(None, "leads on more than 5 times")


def test_a_page_that_leads_to_no_page_is_told(host: str) -> None:
    assert ask(f"{host}/mail") == Answer(None, "leads on to what is no web page")


def test_a_host_that_does_not_exist_is_told() -> None:
    assert ask("https://nowhere.invalid/").trouble == "names a host that doesn't exist"


def test_a_closed_door_and_a_silent_host_are_told() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        assert ask(f"http://127.0.0.1:{port}/").trouble == "can't be reached"
        bound.listen()
        silent = Prober(timeout=0.2, permits=anywhere)
        assert ask(f"http://127.0.0.1:{port}/", silent).trouble == "is not answered"


def test_a_host_that_speaks_no_tls_is_told(host: str) -> None:
    assert ask(host.replace("http:", "https:") + "/page").trouble == "can't be read securely"


def test_when_the_time_for_all_is_over_the_rest_is_told_so(host: str) -> None:
    late = Prober(patience=0, permits=anywhere)
    assert "within 0 seconds" in ask(f"{host}/page", late).trouble


def test_this_machine_is_not_made_to_speak_to_its_own_network(host: str) -> None:
    assert ask(f"{host}/page", Prober(timeout=5)) == Answer(None, "leads inside a private network")
    assert not is_public("169.254.169.254")
    assert is_public("1.1.1.1")


def test_what_is_no_web_page_is_not_asked_for() -> None:
    assert Prober().probe(["mailto:a@example.org", "tel:999"]) == {}
