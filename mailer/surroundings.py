"""The clock, the person and the process: what the outside world says, read in one place and handed down."""

from __future__ import annotations

import datetime as dt
import getpass
import os
import socket


def now() -> dt.datetime:
    """The present moment: the one clock that is handed down."""
    return dt.datetime.now(dt.UTC)


def actor() -> str:
    """Who is at the keyboard, for the record."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def process_name() -> str:
    """This process, for the record: host and process number."""
    return f"{socket.gethostname()}:{os.getpid()}"


def is_gone(process: str) -> bool:
    """Whether a process, named as `process_name` does, is known to have ended: of this host alone."""
    host, _, number = process.rpartition(":")
    if host != socket.gethostname() or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
