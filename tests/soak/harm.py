"""Processes of the product, and what is done to them at random moments."""

from __future__ import annotations

import random
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.journeys.conftest import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.journeys.conftest import CommandLine
    from tests.soak.judge import Taking

SEED = random.SystemRandom().randrange(2**32)
"""Another each time; a run that fails tells it."""

_PATIENCE = 120  # seconds
_EARLY = 0.15
_STARTING = 1.5  # seconds
_JITTER = 0.02  # seconds


@dataclass
class Fate:
    """Chooses moments: mostly amid the mails, sometimes while a process is still starting."""

    taking: Taking
    readers: int
    strikes: int
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))

    def wait(self, process: subprocess.Popen[bytes], done: int) -> bool:
        """Wait for the moment of a strike after `done` others; whether the process is still there."""
        if self.chance.random() < _EARLY:
            time.sleep(self.chance.uniform(0, _STARTING))
        else:
            before = self.taking.mails
            share = max(1, (self.readers - before) // (self.strikes - done + 1))
            self._wait_for(process, before + self.chance.randrange(2 * share))
            time.sleep(self.chance.uniform(0, _JITTER))
        return process.poll() is None

    def _wait_for(self, process: subprocess.Popen[bytes], mails: int) -> None:
        until = time.monotonic() + _PATIENCE
        while process.poll() is None and self.taking.mails <= mails:
            assert time.monotonic() < until, f"nothing is sent: {self.taking.mails:,} of {mails:,}"
            time.sleep(0.002)


@contextmanager
def begun(work: CommandLine, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A command at work, which does not outlive the block. What it prints goes to a file."""
    with (work.folder / "said.log").open("ab") as said:
        process = subprocess.Popen(
            [*PROGRAM, *arguments],
            cwd=work.folder,
            env=work.environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait(_PATIENCE)
