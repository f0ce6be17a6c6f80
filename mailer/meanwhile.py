"""Work that a second process does while this one goes on: a fork, whose answer is read back. An adapter.

For work that only computes. It starts with all that this process knows, and must not touch what both would
share: no database, no connection, no output.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Found = TypeVar("Found")

_THREADS = Path("/proc/self/task")


def meanwhile(work: Callable[[], Found]) -> Callable[[], Found]:
    """Begin `work`; call what comes back, once, for what it found.

    Where a second process can't be had, or ends without an answer, the work is done when that is called. So
    what it raises is raised here as ever.
    """
    try:
        begun = _begin(work) if _may_fork() else None
    except OSError:
        begun = None
    if begun is None:
        return work
    process, answer = begun

    def found() -> Found:
        with os.fdopen(answer, "rb") as pipe:
            told = pipe.read()
        _, status = os.waitpid(process, 0)
        return pickle.loads(told) if status == 0 else work()  # noqa: S301 - of our own making

    return found


def _may_fork() -> bool:
    """A fork keeps the locks that other threads held, closed for good; macOS has libraries that break."""
    return sys.platform == "linux" and len(list(_THREADS.iterdir())) == 1


def _begin(work: Callable[[], object]) -> tuple[int, int]:
    """The second process, and where its answer can be read. Raises OSError."""
    answer, end = os.pipe()
    try:
        process = os.fork()
    except OSError:
        os.close(answer)
        os.close(end)
        raise
    if process == 0:
        _work(work, answer, end)
    os.close(end)
    return process, answer


def _work(work: Callable[[], object], answer: int, end: int) -> NoReturn:
    code = 1
    # Nothing is said here of what goes wrong: it goes wrong again where somebody hears of it.
    with contextlib.suppress(BaseException):
        # With its own reading end open, a process would wait for ever for one that has gone.
        os.close(answer)
        with os.fdopen(end, "wb") as pipe:
            pickle.dump(work(), pipe, pickle.HIGHEST_PROTOCOL)
        code = 0
    os._exit(code)
