"""The inbox's pages as a client without a browser meets them."""

from __future__ import annotations

import http.client
import json
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import pytest

from mailer.sandbox.viewer import PAGE

if TYPE_CHECKING:
    from .conftest import Inbox


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


def ask(url: str, path: str, method: str = "GET", host: str | None = None) -> Answer:
    server = urlsplit(url)
    connection = http.client.HTTPConnection(server.hostname or "", server.port, timeout=10)
    connection.request(method, path, headers={"Host": host} if host else {})
    response = connection.getresponse()
    headers = {name.lower(): value for name, value in response.getheaders()}
    answer = Answer(response.status, headers, response.read())
    connection.close()
    return answer


def test_the_list_as_data_is_the_newest_first(inbox: Inbox) -> None:
    listed = json.loads(ask(inbox.url, "/messages.json").body)
    assert listed["count"] == 5
    assert [row["id"] for row in listed["messages"]] == inbox.ids[::-1]
    assert listed["messages"][0]["to"] == "clerk4@harbour.example"
    assert listed["messages"][0]["subject"] == "Issue 4 – what changed (4)"


def test_a_search_narrows_the_list(inbox: Inbox) -> None:
    listed = json.loads(ask(inbox.url, "/messages.json?q=CLERK2").body)
    assert [row["id"] for row in listed["messages"]] == [inbox.ids[2]]


def test_a_long_list_comes_in_pages_that_leave_nothing_out(inbox: Inbox) -> None:
    for number in range(PAGE):
        inbox.mailbox.deliver(b"Subject: more\r\n\r\n", "a@b.example", f"r{number}@d.example")
    first = json.loads(ask(inbox.url, "/messages.json").body)["messages"]
    rest = json.loads(ask(inbox.url, f"/messages.json?before={first[-1]['id']}").body)["messages"]
    assert (len(first), len(rest)) == (PAGE, 5)
    assert f"before={first[-1]['id']}".encode() in ask(inbox.url, "/").body
    assert b"Older" not in ask(inbox.url, f"/?before={first[-1]['id']}").body


def test_the_source_is_the_mail_as_it_lies_on_disk(inbox: Inbox) -> None:
    answer = ask(inbox.url, f"/messages/{inbox.ids[0]}/source")
    assert answer.body == inbox.mailbox.source(inbox.ids[0])
    assert answer.headers["content-disposition"].startswith("attachment")


def test_an_attachment_is_handed_out_but_never_opened_here(inbox: Inbox) -> None:
    answer = ask(inbox.url, f"/messages/{inbox.ids[0]}/attachments/0")
    assert answer.body == b"a,b\r\n1,2\r\n"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''figures.csv"
    assert ask(inbox.url, f"/messages/{inbox.ids[0]}/attachments/1").status == 404


def test_a_picture_may_be_kept_for_good(inbox: Inbox) -> None:
    answer = ask(inbox.url, "/media/harbour.png")
    assert (answer.status, answer.headers["content-type"]) == (200, "image/png")
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "path",
    [
        "/media/absent.png",
        "/media/../secret.png",
        "/media/..%2Fsecret.png",
        "/media/%2e%2e%2fsecret.png",
        "/media/.hidden.png",
        "/media/harbour.png%00",
        "/messages/nothing",
        "/messages/..%2F..%2Fsecret.png/source",
        "/messages/nothing/html",
        "/static/layout.html",
        "/static/../layout.html",
        "/nowhere",
    ],
)
def test_what_is_not_there_is_a_page_that_leads_back(inbox: Inbox, path: str) -> None:
    answer = ask(inbox.url, path)
    assert answer.status == 404
    assert b"Page not found" in answer.body
    assert b"Go to the inbox" in answer.body


def test_nothing_is_changed_by_a_post(inbox: Inbox) -> None:
    answer = ask(inbox.url, "/", method="POST")
    assert answer.status == 405
    assert "can’t be done here" in answer.body.decode()


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", ""]
)
def test_a_name_that_is_not_this_machines_is_not_answered(inbox: Inbox, host: str) -> None:
    assert ask(inbox.url, "/", host=host or " ").status == 400


def test_the_names_of_this_machine_are_answered(inbox: Inbox) -> None:
    port = urlsplit(inbox.url).port
    for host in (f"localhost:{port}", f"127.0.0.1:{port}", f"[::1]:{port}"):
        assert ask(inbox.url, "/", host=host).status == 200


@pytest.mark.parametrize("path", ["/", "/nowhere", "/media/harbour.png", "/static/style.css"])
def test_every_answer_carries_the_headers_that_keep_it_safe(inbox: Inbox, path: str) -> None:
    headers = ask(inbox.url, path).headers
    assert "unsafe-inline" not in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "SAMEORIGIN"


def test_the_mail_in_its_frame_has_a_policy_of_its_own(inbox: Inbox) -> None:
    policy = ask(inbox.url, f"/messages/{inbox.ids[0]}/html").headers["content-security-policy"]
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy


def test_the_style_sheet_is_asked_for_again_and_not_sent_twice(inbox: Inbox) -> None:
    answer = ask(inbox.url, "/static/style.css")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["etag"]


def test_a_subject_with_markup_is_shown_as_words(inbox: Inbox) -> None:
    mail_id = inbox.mailbox.deliver(b"Subject: <b>bold</b>\r\n\r\nx", "a@b.example", "c@d.example")
    for path in ("/", f"/messages/{mail_id}", "/?q=%3Cb%3E"):
        body = ask(inbox.url, path).body
        assert b"<b>" not in body
        assert b"&lt;b&gt;bold" in body


@pytest.mark.parametrize("view", ["html", "text", "source", "headers", "nonsense"])
@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"Content-Type: image/png\r\n\r\n\x89PNG"])
def test_the_most_awkward_mail_still_has_every_page(inbox: Inbox, raw: bytes, view: str) -> None:
    mail_id = inbox.mailbox.deliver(raw, "", "c@d.example")
    assert ask(inbox.url, f"/messages/{mail_id}?view={view}").status == 200
