"""Work that a second process does: its answer comes back, or the work is done here."""

from __future__ import annotations

import os
import signal
import sys
import threading

import pytest

from mailer.meanwhile import meanwhile
from subscribers.errors import BulletinError

HERE = os.getpid()

alone = pytest.mark.skipif(
    sys.platform != "linux" or threading.active_count() > 1,
    reason="a second process is begun on Linux, by a process of one thread",
)


@alone
def test_a_second_process_does_the_work_and_tells_what_it_found() -> None:
    found = meanwhile(lambda: (os.getpid(), "x" * 1_000_000))
    other, text = found()
    assert other != HERE
    assert len(text) == 1_000_000


def test_what_goes_wrong_is_raised_where_it_is_asked_for() -> None:
    def work() -> None:
        raise BulletinError("code", "subject", "goes wrong", "do otherwise")

    found = meanwhile(work)
    with pytest.raises(BulletinError, match="goes wrong"):
        found()


@alone
def test_the_work_of_a_process_that_was_killed_is_done_here() -> None:
    def work() -> int:
        if os.getpid() != HERE:
            os.kill(os.getpid(), signal.SIGKILL)
        return os.getpid()

    assert meanwhile(work)() == HERE


def test_no_process_is_begun_beside_other_threads() -> None:
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        assert meanwhile(os.getpid)() == HERE
    finally:
        done.set()
        other.join()
