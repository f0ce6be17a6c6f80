"""Work that a second process does while this one goes on: a fork, whose answer is read back. An adapter.

For work that only computes. It starts with all that this process knows, and must not touch what both would
share: no database, no connection, no output.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

Found = TypeVar("Found")


def meanwhile(work: Callable[[], Found]) -> Callable[[], Found]:
    """Begin `work`; call what comes back for what it found.

    Where a second process can't be had, or ends without an answer, the work is done when that is called. So
    what it raises is raised here as ever.
    """
    if not _may_fork():
        return work
    from multiprocessing import get_context  # noqa: PLC0415 - slow to import

    context = get_context("fork")
    answer, end = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(work, end), daemon=True)
    process.start()
    end.close()

    def found() -> Found:
        with answer:
            try:
                return answer.recv()  # type: ignore[no-any-return]
            except EOFError:
                return work()
            finally:
                process.join()

    return found


def _may_fork() -> bool:
    """A fork keeps the locks that other threads held, closed for good; macOS has libraries that break."""
    return sys.platform == "linux" and threading.active_count() == 1


def _work(work: Callable[[], object], end: Connection) -> None:
    # Nothing is said here of what goes wrong: it goes wrong again where somebody hears of it.
    with contextlib.suppress(BaseException):
        end.send(work())
    end.close()
    os._exit(0)
