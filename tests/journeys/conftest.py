"""The command line as a person uses it: a process of its own, in a folder of its own."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Timer
from typing import IO, TYPE_CHECKING

import pytest

from mailer.workspace import add_sample_edition, sample_subscribers
from tests.journeys.relay import Relay, running_relay
from tests.journeys.stable import Begun, Stable, contents, opened
from tests.samples import add_short_edition

if TYPE_CHECKING:
    import signal
    from collections.abc import Iterator, Mapping, Sequence

PATIENCE = 60  # seconds
PROGRAM = (sys.executable, "-m", "mailer.cli")


@dataclass(frozen=True)
class Ran:
    """A command that has ended."""

    code: int
    out: str
    err: str


@dataclass
class Running:
    """A command at work."""

    process: Begun
    out: IO[str]
    err: IO[str]

    def says(self, pattern: str) -> str:
        """Wait for a line with `pattern` in it; gives what its group holds."""
        return self._find(pattern, self.out)

    def warns(self, pattern: str) -> str:
        """The same for a line that must not end up in a pipe."""
        return self._find(pattern, self.err)

    def _find(self, pattern: str, lines: IO[str]) -> str:
        for line in lines:
            if found := re.search(pattern, line):
                return found[found.re.groups]
        raise AssertionError(f"it ended without {pattern}: {self.end().err}")

    def end(self, number: signal.Signals | None = None) -> Ran:
        """Send a signal, if any, and wait for the end."""
        if number is not None:
            self.process.send_signal(number)
        out, err = self.out.read(), self.err.read()
        assert "Traceback" not in err, err
        return Ran(self.process.wait(PATIENCE), out, err)


@cache
def stable() -> Stable:
    """Where commands start from; kept for all tests of a process."""
    made = Stable(CommandLine(Path()).environment)
    atexit.register(made.close)
    return made


@dataclass
class CommandLine:
    """Runs commands in one folder, with an environment that holds no setting but those given."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("BULLETIN_")}
        # A machine may be told not to keep compiled modules; each command would compile them all again.
        kept.pop("PYTHONDONTWRITEBYTECODE", None)
        manner = {"NO_COLOR": "1", "COLUMNS": "100"}
        # What the program doesn't expect shows as a traceback, and no command may end in one.
        strict = {"PYTHONWARNINGS": "error", "BULLETIN_TRACEBACK": "1"}
        return kept | manner | strict | self.variables

    def __call__(self, *arguments: object, **variables: str) -> Ran:
        return self.into(subprocess.PIPE, *arguments, **variables)

    def into(self, out: int | IO[bytes], *arguments: object, **variables: str) -> Ran:
        """Run a command that writes where it is told to."""
        return self._run(out, subprocess.DEVNULL, arguments, self.environment | variables)

    def fed(self, data: bytes, *arguments: object) -> Ran:
        """Run a command with something on its standard input."""
        with tempfile.TemporaryFile() as given:
            given.write(data)
            given.seek(0)
            return self._run(subprocess.PIPE, given, arguments, self.environment)

    def _run(
        self,
        out: int | IO[bytes],
        given: int | IO[bytes],
        arguments: Sequence[object],
        environment: Mapping[str, str],
    ) -> Ran:
        with opened(given) as stdin, opened(out) as stdout, opened(subprocess.PIPE) as stderr:
            files = (stdin.fileno(), stdout.fileno(), stderr.fileno())
            with stable().begin([*map(str, arguments)], self.folder, environment, files) as begun:
                code = begun.wait()
            told = contents(stderr).decode()
            said = contents(stdout).decode() if out == subprocess.PIPE else ""
        assert "Traceback" not in told, told
        return Ran(code, said, told)

    def does(self, *arguments: object, **variables: str) -> str:
        """Run a command that must succeed; gives what it printed."""
        ran = self(*arguments, **variables)
        assert ran.code == 0, ran.err + ran.out
        return ran.out

    @contextmanager
    def running(self, *arguments: object) -> Iterator[Running]:
        """Start a command that goes on until it is told to end; it does not outlive the block."""
        with ExitStack() as stack:
            stdin = stack.enter_context(opened(subprocess.DEVNULL))
            (out, stdout), (err, stderr) = pipe(stack), pipe(stack)
            files = (stdin.fileno(), stdout.fileno(), stderr.fileno())
            process = stack.enter_context(
                stable().begin([*map(str, arguments)], self.folder, self.environment, files)
            )
            stdout.close()
            stderr.close()
            # A command that hangs is killed, so that whoever waits for its words goes on and fails.
            watch = Timer(PATIENCE, process.kill)
            watch.start()
            stack.callback(watch.cancel)
            yield Running(process, out, err)


def pipe(stack: ExitStack) -> tuple[IO[str], IO[bytes]]:
    """A pipe's two ends, open as long as the stack stands: one to read from, one to write to."""
    read, write = os.pipe()
    return (
        stack.enter_context(os.fdopen(read, encoding="utf-8")),
        stack.enter_context(os.fdopen(write, "wb", 0)),
    )


@pytest.fixture
def bulletin(tmp_path: Path) -> CommandLine:
    """The command line in an empty folder."""
    return CommandLine(tmp_path)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the sample's subscribers, for copies to be made of."""
    place = tmp_path_factory.mktemp("prepared") / "workspace"
    CommandLine(place.parent).does("init", place)
    CommandLine(place).does("subscribers", "import", sample_subscribers())
    return place


@pytest.fixture
def workspace(prepared: Path, tmp_path: Path) -> CommandLine:
    """The command line in a new workspace with the sample edition and its subscribers."""
    place = tmp_path / "workspace"
    shutil.copytree(prepared, place)
    add_sample_edition(place)
    return CommandLine(place)


@pytest.fixture
def short(prepared: Path, tmp_path: Path) -> CommandLine:
    """The same with fewer articles, for whoever looks at how the edition is sent and not at what it says."""
    place = tmp_path / "workspace"
    shutil.copytree(prepared, place)
    add_short_edition(place)
    return CommandLine(place)


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Relay]:
    """A relay on this machine."""
    with running_relay(tmp_path) as running:
        yield running


@pytest.fixture
def live(short: CommandLine, relay: Relay) -> CommandLine:
    """The command line in a workspace that sends its mail, a short edition, to the relay."""
    short.variables |= relay.settings
    return short
