"""`bulletin serve` as it is started, rightly and wrongly."""

from __future__ import annotations

import signal
import socket
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from tests.journeys.conftest import CommandLine

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def work(tmp_path: Path) -> CommandLine:
    """The command line in a new workspace."""
    CommandLine(tmp_path).does("init", "work")
    return CommandLine(tmp_path / "work")


def test_it_serves_until_it_is_told_to_end(work: CommandLine) -> None:
    with work.running("serve", "--port", "0") as serving:
        url = serving.says(
            r"^Serving https://bulletin\.example\.org at (http://127\.0\.0\.1:\d+/)$"
        )
        with urlopen(f"{url}healthz", timeout=20) as answer:
            assert answer.read() == b"ok\n"
        ended = serving.end(signal.SIGTERM)
    assert ended.code == 0
    assert "End it with Ctrl-C." in ended.out
    assert ended.err.count("GET /healthz 200 ") == 1


def test_without_a_secret_key_it_does_not_start(work: CommandLine) -> None:
    (work.folder / ".env").unlink()
    refused = work("serve", "--port", "0")
    assert (refused.code, refused.out) == (1, "")
    assert (
        "secret_key: is not set, so no link can be signed; set BULLETIN_SECRET_KEY" in refused.err
    )


def test_a_port_that_is_taken_is_told_in_one_line(work: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        refused = work("serve", "--port", holder.getsockname()[1])
    assert refused.code == 1
    assert refused.err.count("\n") == 1
    assert "choose another port" in refused.err


def test_it_explains_itself_with_an_example(work: CommandLine) -> None:
    assert "Example: bulletin serve" in work.does("serve", "--help")
