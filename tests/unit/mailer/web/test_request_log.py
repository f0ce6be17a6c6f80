"""What a log may hold of a request."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest
from starlette.responses import PlainTextResponse

from mailer.web.request_log import LOG, RequestLog, log_failure
from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECRET = "WyIxIixudWxsXQ.token"
ADDRESS = "ann@example.org"
FINE: ASGIApp = PlainTextResponse("fine")
SORRY: ASGIApp = PlainTextResponse("sorry", status_code=500)


async def breaks(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise ValueError(f"duplicate key: {ADDRESS}")


async def breaks_late(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    raise ValueError(ADDRESS)


async def ask(app: ASGIApp, path: str, method: str = "GET") -> list[Message]:
    scope: dict[str, Any] = {"type": "http", "method": method, "path": path, "headers": []}
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await RequestLog(app, {"view", "unsubscribe", ""}, SORRY)(scope, receive, send)
    return sent


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, LOG.name)


@pytest.mark.parametrize(
    ("method", "path", "line"),
    [
        ("GET", f"/view/{SECRET}", "GET /view 200 "),
        ("POST", f"/unsubscribe/{SECRET}", "POST /unsubscribe 200 "),
        ("GET", "/", "GET / 200 "),
        ("GET", f"/{SECRET}", "GET /… 200 "),
        ("GET", "//ann@example.org", "GET / 200 "),
        ("ann@example.org", "/view", "… /view 200 "),
        ("GET", "", "GET /… 200 "),
    ],
)
async def test_a_line_names_the_page_and_nothing_that_came_with_it(
    caplog: pytest.LogCaptureFixture, method: str, path: str, line: str
) -> None:
    await ask(FINE, path, method)
    (told,) = caplog.messages
    assert told.startswith(line)
    assert told.endswith(" ms")


async def test_what_breaks_is_answered_and_told_without_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    start, body = await ask(breaks, "/view/x")
    assert (start["status"], body["body"]) == (500, b"sorry")
    assert ADDRESS not in caplog.text
    assert "failed: ValueError" in caplog.text
    assert "in breaks" in caplog.text, "where it broke is told"
    assert caplog.messages[-1].startswith("GET /view 500 ")


async def test_what_breaks_after_the_answer_began_is_not_answered_twice(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert [message["type"] for message in await ask(breaks_late, "/view/x")] == [
        "http.response.start"
    ]
    assert ADDRESS not in caplog.text


def test_an_error_for_people_is_told_by_its_code(caplog: pytest.LogCaptureFixture) -> None:
    log_failure(BulletinError("subscriber-unknown", "ann@example.org", "is not here", "look"))
    assert caplog.messages == ["failed: subscriber-unknown"]
