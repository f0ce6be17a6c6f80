"""Commands that start at once: forked from a process that has imported the whole program already.

A command is a process of its own all the same, with its own arguments, folder, environment and files, and
runs the program's `main`. Importing is most of what a command does, and the journeys run hundreds.

Run as a program, this file is that process: it listens at the socket it is given.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, NoReturn, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PATIENCE = 120  # seconds
_LONGEST = 1 << 20
_PACKAGES = ("mailer", "scheduler", "subscribers")
_FAILED = 1


class Stable:
    """Keeps the process that commands are forked from."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._socket = f"{self._folder.name}/socket"
        # It ends when its standard input does: with us, be we killed.
        self._process = subprocess.Popen(
            [sys.executable, __file__, self._socket], stdin=subprocess.PIPE, env=environment
        )
        self._wait_until_it_listens()

    def _wait_until_it_listens(self) -> None:
        until = time.monotonic() + _PATIENCE
        while not Path(self._socket).exists():
            assert self._process.poll() is None, "the program can't be imported"
            assert time.monotonic() < until
            time.sleep(0.02)

    def begin(
        self,
        arguments: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        files: tuple[int, int, int],
    ) -> Begun:
        """Begin a command, with files for its input, output and errors."""
        asked = {"arguments": arguments, "folder": str(folder), "environment": dict(environment)}
        line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        line.settimeout(_PATIENCE)
        line.connect(self._socket)
        socket.send_fds(line, [json.dumps(asked).encode()], files)
        return Begun(line)

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(_PATIENCE)
        self._folder.cleanup()


class Begun:
    """A command at work, to be asked and told as a `Popen` is."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._code: int | None = None
        self._asking = threading.Lock()
        self.pid = int(line.recv(_LONGEST))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.wait()
        self._line.close()

    def wait(self, patience: float = _PATIENCE) -> int:
        """Wait for its end; gives its exit code.

        One that a signal ended gives the signal's number below zero, as subprocess does.
        """
        with self._asking:
            if self._code is None:
                self._line.settimeout(patience)
                try:
                    answer = self._line.recv(_LONGEST)
                except (TimeoutError, BlockingIOError):
                    raise subprocess.TimeoutExpired(f"process {self.pid}", patience) from None
                assert answer, f"nobody knows how process {self.pid} ended"
                self._code = int(answer)
            return self._code

    def poll(self) -> int | None:
        """Its exit code if it has ended."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        # Not asked for its code first: another thread may be waiting for that.
        with contextlib.suppress(ProcessLookupError):
            if self._code is None:
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


def opened(wanted: int | IO[bytes] | None) -> IO[bytes]:
    """A file for what `subprocess` would take; one to read from afterwards for a pipe."""
    if wanted == subprocess.PIPE:
        return tempfile.TemporaryFile()
    if wanted is None or wanted == subprocess.DEVNULL:
        return Path(os.devnull).open("r+b")
    number = os.dup(wanted if isinstance(wanted, int) else wanted.fileno())
    # Nothing is read from it or written to it here: it is only handed on.
    return os.fdopen(number, "rb" if fcntl.fcntl(number, fcntl.F_GETFL) == os.O_RDONLY else "wb", 0)


def contents(file: IO[bytes]) -> bytes:
    """All that was written to a file that stood for a pipe."""
    file.seek(0)
    return file.read()


# ---- the process itself


def _listen(path: str) -> NoReturn:
    _import_all()
    gc.freeze()
    # Whoever handles a command tells how it ended; nobody else wants to know.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listening.bind(path)
    listening.listen()
    _end_with_input()
    while True:
        line, _ = listening.accept()
        if os.fork() == 0:
            listening.close()
            _handle(line)
        line.close()


def _import_all() -> None:
    for package in _PACKAGES:
        for found in pkgutil.walk_packages(
            importlib.import_module(package).__path__, f"{package}."
        ):
            if not found.name.endswith("__main__") and ".migrations" not in found.name:
                importlib.import_module(found.name)


def _end_with_input() -> None:
    watched = os.getpid()
    if os.fork() == 0:
        os.read(0, 1)
        os.kill(watched, signal.SIGTERM)
        os._exit(0)


def _handle(line: socket.socket) -> NoReturn:
    data, files, _, _ = socket.recv_fds(line, _LONGEST, 3)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    number = os.fork()
    if number == 0:
        line.close()
        _become(json.loads(data), files)
    # Whoever reads from a pipe waits for the last who might write to it.
    for file in files:
        os.close(file)
    line.send(str(number).encode())
    _, status = os.waitpid(number, 0)
    with contextlib.suppress(OSError):
        line.send(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _become(asked: dict[str, object], files: Sequence[int]) -> NoReturn:
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(asked["environment"])  # type: ignore[call-overload]
    time.tzset()
    os.chdir(str(asked["folder"]))
    sys.argv = ["bulletin", *asked["arguments"]]  # type: ignore[misc]
    from mailer.cli.main import main  # noqa: PLC0415 - only the process itself needs it

    code: object = 0
    try:
        main()
    except SystemExit as ended:
        code = ended.code
    except BaseException:  # noqa: BLE001 - told as the interpreter would
        sys.excepthook(*sys.exc_info())
        code = _FAILED
    _finish(code)


def _finish(code: object) -> NoReturn:
    """End as the interpreter would: threads, then what is left to write."""
    if isinstance(code, str):
        sys.stderr.write(f"{code}\n")
        code = _FAILED
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(int(code or 0))  # type: ignore[call-overload]


if __name__ == "__main__":
    _listen(sys.argv[1])
