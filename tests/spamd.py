"""A running SpamAssassin daemon on this machine, and the `spamc` that finds it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 120  # seconds
_DAEMON = "/usr/sbin/spamd"


def obstacle() -> str | None:
    """Why it can't be run here; None when it can."""
    if not Path(_DAEMON).exists():
        return "spamd is not installed"
    return None if shutil.which("spamc") else "spamc is not installed"


@contextmanager
def running(folder: Path) -> Iterator[Path]:
    """Run it; gives a folder whose `spamc` asks it, to be the first of the PATH."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    client = folder / "spamc"
    client.write_text(f'#!/bin/sh\nexec {shutil.which("spamc")} -d 127.0.0.1 -p {port} "$@"\n')
    client.chmod(0o755)
    # As in the tests of the program: without the lists that it could look up.
    options = ["--local", "--nouser-config", "--max-children=1", "--listen=127.0.0.1"]
    with subprocess.Popen(
        [_DAEMON, *options, f"--port={port}", f"--helper-home-dir={folder}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | {"HOME": str(folder)},
    ) as daemon:  # fmt: skip
        try:
            _wait_for(port, daemon)
            yield folder
        finally:
            daemon.terminate()
            daemon.wait(PATIENCE)


def _wait_for(port: int, daemon: subprocess.Popen[bytes]) -> None:
    ends = monotonic() + PATIENCE
    while monotonic() < ends:
        assert daemon.poll() is None, "spamd did not start"
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        sleep(0.05)
    raise AssertionError("spamd doesn't listen")
