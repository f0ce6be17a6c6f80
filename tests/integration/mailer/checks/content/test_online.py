"""Links and the hosts behind them: a real server that answers well, badly, elsewhere and not at all."""

from __future__ import annotations

import errno
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from mailer.checks.content.answers import Answer
from mailer.checks.content.online import UNREACHED, Prober, explain, is_public

if TYPE_CHECKING:
    from collections.abc import Iterator

MOVES = {
    "/old": "/page", "/far": "/old", "/round": "/round", "/mail": "mailto:a@example.org",
    "/menu": "/café", "/lost": "http://-.invalid/", "/broken": "http://[",
}  # fmt: skip
FOR_NOW = {"/today": "/page", "/older": "/today"}
NO_HEAD = {"/no-head": 405, "/guarded": 403, "/busy": 429}


class _Host(BaseHTTPRequestHandler):
    def _answer(self, *, is_head: bool) -> None:
        if self.path in MOVES:
            self.send_response(301)
            # As a host writes it that doesn't encode its addresses.
            self.send_header("Location", MOVES[self.path].encode().decode("latin-1"))
        elif self.path in FOR_NOW:
            self.send_response(301 if self.path == "/older" else 302)
            self.send_header("Location", FOR_NOW[self.path])
        elif self.path in NO_HEAD and is_head:
            self.send_response(NO_HEAD[self.path])
        elif self.path == "/hangs-up" and is_head:
            return
        else:
            known = self.path.startswith(("/page", "/caf%C3%A9", "/hangs-up", *NO_HEAD))
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


@pytest.mark.parametrize("path", ["/page", "/page?a=b&c=%20d", "/café", "/hangs-up", *NO_HEAD])
def test_a_page_that_is_there_answers(host: str, path: str) -> None:
    assert ask(host + path) == Answer(200)


def test_a_page_that_is_gone_says_so(host: str) -> None:
    assert ask(f"{host}/gone") == Answer(404)


@pytest.mark.parametrize("path", ["/old", "/far"])
def test_where_a_page_moved_to_is_told(host: str, path: str) -> None:
    assert ask(host + path) == Answer(200, moved_to=f"{host}/page")


def test_a_forwarding_for_the_time_being_is_no_move(host: str) -> None:
    page = f"{host}/page"
    assert ask(f"{host}/today") == Answer(200, leads_to=page)
    assert ask(f"{host}/older") == Answer(200, moved_to=f"{host}/today", leads_to=page)


def test_where_a_page_moved_to_keeps_the_place_in_it_and_its_letters(host: str) -> None:
    assert ask(f"{host}/old#costs").moved_to == f"{host}/page#costs"
    assert ask(f"{host}/menu") == Answer(200, moved_to=f"{host}/café")


def test_what_a_page_leads_on_to_is_named_when_it_is_gone(host: str) -> None:
    answers = Prober(timeout=5, permits=anywhere).probe([f"{host}/lost"])
    trouble = answers[f"{host}/lost"].trouble
    assert trouble == "leads on to http://-.invalid/, which names a host that doesn't exist"


def test_a_page_that_leads_round_in_circles_is_left(host: str) -> None:
    assert ask(f"{host}/round") == Answer(None, "leads on more than 10 times")


def test_a_page_that_leads_to_no_page_is_told(host: str) -> None:
    assert ask(f"{host}/mail") == Answer(None, "leads on to what is no web page")
    assert ask(f"{host}/broken") == Answer(None, "answers what is no web page")


def test_a_host_that_does_not_exist_is_told() -> None:
    assert ask("https://-.invalid/") == Answer(None, "names a host that doesn't exist")
    assert ask("https://a..invalid/") == Answer(None, "names a host that doesn't exist")


def test_hosts_that_all_seem_not_to_exist_are_not_blamed_for_a_missing_network(host: str) -> None:
    urls = ["https://-.invalid/", "https://-.example/a", "https://-.example/b"]
    assert Prober().probe(urls) == dict.fromkeys(urls, UNREACHED)
    assert Prober().probe(urls[1:])[urls[1]].links_fault
    # An address in figures needs no name server.
    with_address = Prober(timeout=5, permits=anywhere).probe([*urls, f"{host}/gone"])
    assert with_address == dict.fromkeys(urls, UNREACHED) | {f"{host}/gone": Answer(404)}
    # One that answers, though it leads on to nowhere, shows that there is a network.
    named = f"{host}/lost".replace("127.0.0.1", "localhost")
    answers = Prober(timeout=5, permits=anywhere).probe([urls[0], named])
    assert all(answer.links_fault for answer in answers.values())


@pytest.mark.parametrize(
    ("error", "is_dead"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), True),
        (socket.gaierror(socket.EAI_NODATA, "No address associated with hostname"), True),
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"), False),
        (socket.gaierror(socket.EAI_FAIL, "Non-recoverable failure in name resolution"), False),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), False),
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), True),
    ],
)
def test_only_what_a_name_server_or_a_host_said_makes_a_link_dead(
    error: OSError, is_dead: bool
) -> None:
    assert explain(error).links_fault is is_dead


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
    answer = ask(f"{host}/page", late)
    assert "took more than 0 seconds" in answer.trouble
    assert not answer.links_fault


def test_this_machine_is_not_made_to_speak_to_its_own_network(host: str) -> None:
    assert ask(f"{host}/page", Prober(timeout=5)) == Answer(None, "leads inside a private network")
    assert not is_public("169.254.169.254")
    assert is_public("1.1.1.1")


def test_what_is_no_web_page_is_not_asked_for() -> None:
    assert Prober().probe(["mailto:a@example.org", "tel:999"]) == {}
