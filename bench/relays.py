"""Postfix's own pair of programs: a server to send to, and the yardstick beside which a rate is told."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SESSIONS = 8


@contextlib.contextmanager
def sink() -> Iterator[int]:
    """A running `smtp-sink`; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    command = [_postfix("smtp-sink"), "-u", "nobody", f"127.0.0.1:{port}", "1024"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield port
    finally:
        running.terminate()
        running.wait()


def yardstick(port: int, count: int, size: int) -> float:
    """Mails a second of `smtp-source`."""
    command = [
        _postfix("smtp-source"), "-s", str(SESSIONS), "-m", str(count), "-l", str(size),
        "-f", "bulletin@example.org", "-t", "reader@example.org", f"127.0.0.1:{port}",
    ]  # fmt: skip
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return count / (time.perf_counter() - began)


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    sys.exit("smtp-sink did not start")


def _postfix(program: str) -> str:
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin")
    if found is None:
        sys.exit(
            f"{program} is missing: it comes with Debian's package postfix; nothing was measured"
        )
    return found
