"""Mail that came back into files: a Maildir, an mbox, a folder of files, a single file, standard input.

An adapter: it reads and moves files. Must not know what a mail says.
"""

from __future__ import annotations

import mailbox
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from mailer.bounces.place import LARGEST_MAIL, Incoming, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO, Self

    from mailer.bounces.place import Source, Tidying

_FROM_LINE: Final = b"From "
_MAILDIR: Final = ("cur", "new")


@dataclass(frozen=True)
class _Place:
    """What all places on this disk have in common."""

    path: Path
    tidying: Tidying

    @property
    def name(self) -> str:
        """The path."""
        return str(self.path)

    @contextmanager
    def open(self) -> Iterator[Self]:
        """There is nothing to open."""
        yield self

    def wait(self, seconds: float) -> None:
        """Look again after a while."""
        time.sleep(seconds)


@dataclass(frozen=True)
class Maildir(_Place):
    """A Maildir: mails without the flag `S` (seen) are unhandled."""

    def unhandled(self) -> Iterator[Incoming]:
        """Those in `new`, and those in `cur` that are not marked."""
        for folder in ("new", "cur"):
            for path in sorted((self.path / folder).iterdir()):
                if "S" in path.name.partition(":2,")[2] or path.name.startswith("."):
                    continue
                data = _read(path)
                if data is not None:
                    yield Incoming(data, partial(self._put_away, path))

    def _put_away(self, path: Path) -> None:
        match self.tidying.after:
            case "delete":
                path.unlink(missing_ok=True)
            case "move":
                _move(path, self._subfolder() / "cur" / _seen(path.name))
            case "mark":
                _move(path, self.path / "cur" / _seen(path.name))

    def _subfolder(self) -> Path:
        folder = self.path / f".{self.tidying.move_to}"
        for name in ("cur", "new", "tmp"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        return folder


def _seen(name: str) -> str:
    unique, _, flags = name.partition(":2,")
    return f"{unique}:2,{''.join(sorted({*flags, 'S'}))}"


@dataclass(frozen=True)
class Folder(_Place):
    """A folder with one mail a file. Marking leaves a file where it is: its digest is known."""

    def unhandled(self) -> Iterator[Incoming]:
        """Every file, but hidden ones and those in folders."""
        for path in sorted(self.path.iterdir()):
            if path.is_file() and not path.name.startswith("."):
                data = _read(path)
                if data is not None:
                    yield Incoming(data, partial(self._put_away, path))

    def _put_away(self, path: Path) -> None:
        if self.tidying.after == "delete":
            path.unlink(missing_ok=True)
        elif self.tidying.after == "move":
            handled = self.path / self.tidying.move_to
            handled.mkdir(exist_ok=True)
            _move(path, handled / path.name)


@dataclass(frozen=True)
class MailFile(_Place):
    """One mail in a file, which is left as it is."""

    def unhandled(self) -> Iterator[Incoming]:
        """The mail."""
        data = _read(self.path)
        if data:
            yield Incoming(data, _leave)


@dataclass(frozen=True)
class Mbox(_Place):
    """An mbox, which is left as it is: rewriting it while mail comes in has lost many a mail."""

    def unhandled(self) -> Iterator[Incoming]:
        """Every mail in it; the digests know which were handled."""
        box = mailbox.mbox(self.path, create=False)
        try:
            for key in box.keys():  # noqa: SIM118 - a mailbox's own iteration parses every mail
                yield Incoming(box.get_bytes(key)[:LARGEST_MAIL], _leave)
        finally:
            box.close()


@dataclass(frozen=True)
class Standard:
    """One mail on standard input, as a mail server pipes it, with the addresses it came to."""

    stream: BinaryIO
    envelope: tuple[str, ...] = ()
    name: str = "standard input"

    @contextmanager
    def open(self) -> Iterator[Self]:
        """It is open."""
        yield self

    def unhandled(self) -> Iterator[Incoming]:
        """The mail, if there is one."""
        data = self.stream.read(LARGEST_MAIL)
        if data.strip():
            yield Incoming(_without_from_line(data), _leave, self.envelope)

    def wait(self, seconds: float) -> None:
        """Nothing more comes."""


def standard_input(envelope: tuple[str, ...]) -> Standard:
    """The standard input of this process."""
    return Standard(sys.stdin.buffer, envelope)


def on_disk(path: Path, tidying: Tidying) -> Source:
    """What there is at a path; raises `SourceError` when that is nothing."""
    if all((path / name).is_dir() for name in _MAILDIR):
        return Maildir(path, tidying)
    if path.is_dir():
        return Folder(path, tidying)
    if not path.is_file():
        raise SourceError(
            "source-missing",
            str(path),
            "there is no such file or folder",
            "name the place where mail comes back to, or set bounces.sources to it",
        )
    with path.open("rb") as file:
        is_mbox = file.read(len(_FROM_LINE)) == _FROM_LINE
    return Mbox(path, tidying) if is_mbox else MailFile(path, tidying)


def _read(path: Path) -> bytes | None:
    """The mail, or None when somebody else took it away in the meantime."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_MAIL)
    except FileNotFoundError:
        return None


def _move(path: Path, target: Path) -> None:
    if path == target:
        return
    try:
        path.replace(target)
    except FileNotFoundError:
        # Another process may have put it away first.
        if path.exists():
            raise


def _without_from_line(data: bytes) -> bytes:
    # A mail server may put the line of an mbox before a mail that it pipes.
    return data.partition(b"\n")[2] if data.startswith(_FROM_LINE) else data


def _leave() -> None:
    """Nothing is done to the mail at its source."""
