"""The pages that a command serves on this machine: they come up, show what they should, and end when told."""

from __future__ import annotations

import re
import signal
import smtplib
import socket
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from mailer.sandbox.mailbox import Mailbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import CommandLine

PNG = b"\x89PNG\r\n\x1a\n"


def get(url: str) -> bytes:
    with urlopen(url, timeout=20) as answer:
        content: bytes = answer.read()
        return content


def page(url: str) -> str:
    return get(url).decode()


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match, text
    return match[1]


def test_the_inbox_shows_a_mail_with_its_pictures(workspace: CommandLine) -> None:
    workspace.does("send", "issue-04", "--test", "team@example.org")
    with workspace.running("inbox", "--port", "0") as inbox:
        url = inbox.says(r"^1 mail in the inbox: (http://127\.0\.0\.1:\d+)/$")
        message = found(r'href="(/messages/[^"#]+)', page(url))
        shown = page(url + message)
        assert "team@example.org" in shown
        mail = page(url + found(r'<iframe[^>]+src="([^"]+)"', shown))
        pictures = set(re.findall(r'src="(/media/[^"]+)"', mail))
        assert len(pictures) == 13
        assert all(get(url + picture).startswith(PNG) for picture in pictures)
        ended = inbox.end(signal.SIGTERM)
    assert (ended.code, ended.err) == (0, "")


def test_the_inbox_takes_mail_by_smtp_and_is_emptied(workspace: CommandLine) -> None:
    with workspace.running("inbox", "--port", "0", "--smtp-port", "0") as inbox:
        port = int(inbox.says(r"^Taking mail by SMTP on 127\.0\.0\.1:(\d+)$"))
        url = inbox.says(r"^0 mails in the inbox: (.+)/$")
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
            client.sendmail(
                "from@example.org", ["to@example.org"], "Subject: By hand\r\n\r\nHello\r\n"
            )
        assert "By hand" in page(url)
        assert inbox.end(signal.SIGINT).code == 0
    mailbox = Mailbox(workspace.folder / "inbox")
    unasked = workspace("inbox", "--clear")
    assert (unasked.code, mailbox.count()) == (1, 1)
    assert workspace.does("inbox", "--clear", "--yes") == "Deleted 1 mail.\n"
    assert mailbox.count() == 0


def test_the_preview_shows_the_edition_as_it_is_now(workspace: CommandLine) -> None:
    with workspace.running("edition", "preview", "issue-04", "--port", "0") as preview:
        url = preview.says(r"^Preview of issue-04: (http://127\.0\.0\.1:\d+)/$")
        assert "Operation Jigsaw" in page(url)
        mail = page(f"{url}/mail?sector=health&region=wales")
        assert "Kilimanjaro" not in mail
        assert "Kilimanjaro" in page(f"{url}/mail")
        assert get(url + found(r'src="(/media/[^"]+)"', mail)).startswith(PNG)

        article = workspace.folder / "editions/issue-04/articles/01-operation-jigsaw.md"
        article.write_text(article.read_text("utf-8").replace("image: ", "image: gone-"), "utf-8")
        assert "does not exist" in page(url)
        # A browser that follows the page holds a connection open; that keeps nobody waiting.
        with urlopen(f"{url}/events", timeout=20) as events:
            assert events.readline() == b"retry: 1000\n"
            ended = preview.end(signal.SIGTERM)
    assert (ended.code, ended.err) == (0, "")


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.mark.parametrize(
    "command",
    ["edition preview issue-04 --port", "inbox --port", "inbox --port 0 --smtp-port"],
)
def test_a_port_that_is_taken_is_told(
    workspace: CommandLine, taken_port: int, command: str
) -> None:
    ran = workspace(*command.split(), taken_port)
    assert ran.code == 1
    (message,) = ran.err.splitlines()
    assert message.startswith(f"Error: port {taken_port} on 127.0.0.1: can't be listened on (")
    assert "address already in use" in message.lower()
    assert message.endswith("; stop the program that holds it, or choose another port")
