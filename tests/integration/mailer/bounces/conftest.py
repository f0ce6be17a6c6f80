"""The post of a workspace, and a mail server whose mailbox it comes back to."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests import dovecot
from tests.post import Post

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from subscribers.database import Database
    from tests.dovecot import Dovecot, Mailbox


@pytest.fixture
def post(database: Database) -> Post:
    """The post, on each engine in turn."""
    return Post.of(database)


@pytest.fixture
def make_post(database: Database) -> Callable[[], Post]:
    """The posts of several processes, which share a database and nothing else."""
    return lambda: Post.of(database)


@pytest.fixture(scope="session")
def dovecot_path() -> str:
    """Where Dovecot is."""
    path = dovecot.program()
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Dovecot is not installed")
        pytest.skip("Dovecot is not installed")
    return path


@pytest.fixture(scope="session")
def dovecot_server(dovecot_path: str) -> Iterator[Dovecot]:
    """A mail server."""
    with dovecot.running(dovecot_path) as server:
        yield server


@pytest.fixture
def bare_mailbox(dovecot_path: str) -> Iterator[Mailbox]:
    """A mailbox of a server that can do no more than IMAP asks of each."""
    with dovecot.running(dovecot_path, "imap_capability = IMAP4rev1") as server:
        yield server.open_mailbox()


@pytest.fixture
def mailbox(dovecot_server: Dovecot) -> Mailbox:
    """A new, empty mailbox of the mail server."""
    return dovecot_server.open_mailbox()
