"""A provider's report, over HTTP, to what follows from it."""

from __future__ import annotations

import base64
import hmac
import json
from contextlib import closing
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from starlette.applications import Starlette

from mailer.bounces import mailroom
from mailer.bounces.notice import NoticeError
from mailer.web.bounce_hooks import BODY_LIMIT, BounceHooks, ProviderKeys
from mailer.web.public import BODY_LIMIT as SITE_LIMIT
from tests.post import PATHS

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp

    from tests.post import Post

ANN = "ann@example.org"
KEYS = ProviderKeys(mailgun_key="shared", postmark_password="secret", ses_topic="arn:aws:sns:a")


def no_network(url: str) -> bytes:
    raise NoticeError("fetch-failed", url, "can't be fetched", "later")


@pytest.fixture
def url(post: Post, serve: Callable[[ASGIApp], str]) -> str:
    """Where the hooks are, in a site with the limit of ours."""
    post.list(ANN)
    hooks = BounceHooks(post.bounces, KEYS, no_network, lambda: post.now)
    return serve(Starlette(routes=hooks.routes(), max_body_size=SITE_LIMIT))


def posted(url: str, name: str, body: bytes, **headers: str) -> int:
    request = Request(f"{url}hooks/{name}", body, headers, method="POST")
    try:
        with urlopen(request, timeout=20) as answer:
            status: int = answer.status
            return status
    except HTTPError as error:
        with error:
            return error.code


def from_mailgun(post: Post, *, token: str = "t1", **event: object) -> bytes:
    stamp = str(int(post.now.timestamp()))
    signature = hmac.digest(b"shared", f"{stamp}{token}".encode(), "sha256").hex()
    failed = {
        "event": "failed",
        "severity": "permanent",
        "recipient": "alias@elsewhere.example",
        "delivery-status": {"code": 550, "message": "5.1.1 No such user"},
        **event,
    }
    told = {"timestamp": stamp, "token": token, "signature": signature}
    return json.dumps({"signature": told, "event-data": failed}).encode()


def test_a_failure_that_a_provider_tells_suppresses_once(post: Post, url: str) -> None:
    (number,) = post.mail(ANN)
    mid = PATHS.message_id(number, "example.org").strip("<>")
    body = from_mailgun(post, message={"headers": {"message-id": mid}})
    assert [posted(url, "mailgun", body) for _ in range(2)] == [200, 200]
    assert post.is_suppressed(ANN)


def test_a_domain_that_is_held_by_reports_is_told_in_the_log(
    post: Post, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    people = [f"person{n}@moved.example" for n in range(6)]
    post.list(*people)
    for number, address in zip(post.mail(*people), people, strict=True):
        mid = PATHS.message_id(number, "example.org").strip("<>")
        told = {"recipient": address, "message": {"headers": {"message-id": mid}}}
        assert posted(url, "mailgun", from_mailgun(post, token=address, **told)) == 200
    assert not any(map(post.is_suppressed, people))
    assert caplog.text.count("moved.example: nobody there is written to any more") == 1


def test_a_failure_of_nobody_known_waits_for_a_person(post: Post, url: str) -> None:
    assert posted(url, "mailgun", from_mailgun(post)) == 200
    with post.database.read() as connection:
        (waits,) = mailroom.waiting(connection)
        kept = mailroom.find(connection, waits.id)
    assert kept is not None
    assert b"alias@elsewhere.example" in kept.data


def test_a_request_that_is_not_the_providers_is_refused(post: Post, url: str) -> None:
    assert posted(url, "mailgun", from_mailgun(post).replace(b'"t1"', b'"t2"')) == 403
    assert posted(url, "postmark", b"{}") == 403
    assert posted(url, "mailgun", b"{") == 400
    for name in ("ses", "mailgun"):
        assert posted(url, name, b"[" * 100_000) == 400
    stranger = {"Type": "Notification", "TopicArn": KEYS.ses_topic, "SigningCertURL": "https://["}
    assert posted(url, "ses", json.dumps(stranger).encode()) == 403


def test_a_provider_without_a_key_has_no_address(url: str) -> None:
    assert posted(url, "sendgrid", b"[]") == 404


def test_a_report_may_be_larger_than_a_form_and_still_has_a_limit(post: Post, url: str) -> None:
    credentials = base64.b64encode(b"x:secret").decode()
    event = {"RecordType": "Bounce", "Type": "HardBounce", "ID": 1, "Email": ANN}
    post.mail(ANN)
    large = json.dumps(event | {"Content": "x" * 5 * SITE_LIMIT}).encode()
    assert posted(url, "postmark", large, authorization=f"Basic {credentials}") == 200
    assert post.is_suppressed(ANN)
    with closing(HTTPConnection(urlsplit(url).netloc, timeout=20)) as connection:
        connection.putrequest("POST", "/hooks/postmark")
        connection.putheader("content-length", str(BODY_LIMIT + 1))
        connection.endheaders()
        assert connection.getresponse().status == 413
