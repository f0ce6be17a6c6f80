"""The clock, the person and the process: what the outside world says, read in one place and handed down."""

from __future__ import annotations

import datetime as dt
import getpass
import os
import socket
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


clock: Callable[[], dt.datetime] = partial(dt.datetime.now, dt.UTC)
"""The one clock. A rehearsal of a year in a minute sets another."""


def now() -> dt.datetime:
    """The present moment: what is handed down."""
    return clock()


def actor() -> str:
    """Who is at the keyboard, for the record."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def process_name(lane: str = "") -> str:
    """This process, for the record: where it runs, its number, and which of several things it does."""
    return f"{_place()}:{os.getpid()}" + (f"/{lane}" if lane else "")


def is_gone(process: str) -> bool:
    """Whether a process, named as `process_name` does, is known to have ended: of this place alone."""
    place, _, number = process.partition("/")[0].rpartition(":")
    if place != _place() or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _place() -> str:
    """The host, and which numbering of processes it is in: containers may share a host's name."""
    try:
        numbering = f".{Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        numbering = ""
    return f"{socket.gethostname()}{numbering}"
