"""What the receiving server counted: who has the mail, who has it twice, and whose fault that was.

Knows only the server's record; must not look into a database of ours.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROGRAM = Path(__file__).with_name("taking.py")


@dataclass(frozen=True)
class Verdict:
    """A record, read. A connection was cut when it ended without a goodbye, or has not ended."""

    taken: Counter[str] = field(default_factory=Counter)
    """How often each recipient has the mail."""
    cut: frozenset[int] = frozenset()
    repeated_after: Counter[int] = field(default_factory=Counter)
    """How many of the mails of each connection came again later."""
    unexplained: tuple[str, ...] = ()
    """Repeats of mails that were not the last on a connection that was cut, or not the same mail."""

    @property
    def repeats(self) -> int:
        """Mails that came again."""
        return self.taken.total() - len(self.taken)


@dataclass
class Taking:
    """A server at work."""

    port: int
    record: Path
    _read_to: int = 0
    _mails: int = 0

    @property
    def settings(self) -> dict[str, str]:
        """The variables that let the command line send here."""
        return {
            "BULLETIN_MODE": "live",
            "BULLETIN_APPROVAL_REQUIRED": "false",
            "BULLETIN_RELAY_HOST": "127.0.0.1",
            "BULLETIN_RELAY_PORT": str(self.port),
            "BULLETIN_RELAY_SECURITY": "none",
        }

    @property
    def mails(self) -> int:
        """How many mails it has taken until now."""
        with self.record.open("rb") as record:
            record.seek(self._read_to)
            # It is written a line at a time, so that none is seen in half.
            news = record.read()
        self._read_to += len(news)
        self._mails += sum(line.startswith(b"mail ") for line in news.splitlines())
        return self._mails

    def verdict(self) -> Verdict:
        """Everything that it wrote down until now."""
        return judge(self.record.read_text(encoding="utf-8"))


def judge(record: str) -> Verdict:
    """Read a record."""
    lines = [line.split(" ") for line in record.splitlines()]
    polite = {int(line[1]) for line in lines if line[0] == "quit"}
    cut = frozenset(int(line[1]) for line in lines if line[0] == "open") - polite
    mails = [(int(line[1]), line[2], line[3]) for line in lines if line[0] == "mail"]
    last = {connection: recipient for connection, recipient, _ in mails}
    taken: Counter[str] = Counter()
    repeated_after: Counter[int] = Counter()
    before: dict[str, tuple[int, str]] = {}
    unexplained = []
    for connection, recipient, message_id in mails:
        taken[recipient] += 1
        if recipient in before:
            earlier, same_id = before[recipient]
            repeated_after[earlier] += 1
            was_cut_off = earlier in cut - {connection} and last[earlier] == recipient
            if not was_cut_off or same_id != message_id:
                unexplained.append(f"{recipient} by {earlier} and {connection}")
        before[recipient] = connection, message_id
    return Verdict(taken, cut, repeated_after, tuple(unexplained))


@contextmanager
def taking_mail(folder: Path, delay: float = 0) -> Iterator[Taking]:
    """A server in a process of its own, for as long as the block lasts."""
    record = folder / "taken.log"
    command = [sys.executable, "-S", str(_PROGRAM), str(record), "--delay", str(delay)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Taking(int(process.stdout.readline()), record)
        finally:
            process.kill()
