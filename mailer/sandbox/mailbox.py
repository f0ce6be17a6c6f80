"""A folder of mail in Maildir layout: the inbox on disk.

An adapter: it touches files and the clock. How bytes become rows and messages, `envelope` knows.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
import time
from typing import TYPE_CHECKING, Final

from mailer.sandbox.envelope import Message, Summary, parse_message, summarise
from mailer.sandbox.errors import MailNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Nanoseconds since 1970 in a fixed width, so that names sort by age; then chance, so that no two
# processes choose the same.
_ID: Final = re.compile(r"[0-9]{19}-[0-9a-f]{8}")

# Signed bulk mail carries about 3 KB of headers.
_HEAD_BYTES: Final = 16_384

_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f]")


class Mailbox:
    """The mail in one folder, newest first. Other Maildir readers may look in at the same time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rows: dict[str, Summary] = {}
        self._last = 0
        for name in ("tmp", "new", "cur"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def deliver(self, mail: bytes, envelope_from: str, envelope_to: str) -> str:
        """Keep a mail for one recipient and return its id.

        The envelope goes on top in three lines of its own; what was received stays as it is.
        """
        mail_id = self._next_id()
        draft = self._folder / "tmp" / mail_id
        draft.write_bytes(_envelope_lines(envelope_from, envelope_to) + mail)
        draft.rename(self._folder / "new" / mail_id)
        return mail_id

    def listing(self, limit: int, before: str | None = None, query: str = "") -> list[Summary]:
        """At most `limit` rows, newest first; `before` is the id of the last row already seen.

        With a `query`, only mail whose sender, recipient and subject hold each of its words.
        """
        words = query.casefold().split()
        found: list[Summary] = []
        for mail_id, path in self._newest_first(before):
            if len(found) >= limit:
                break
            row = self._row(mail_id, path)
            if row and row.matches(words):
                found.append(row)
        return found

    def read(self, mail_id: str) -> Message:
        """One whole mail. Raises MailNotFoundError for an id that names none."""
        source = self.source(mail_id)
        return parse_message(mail_id, _received(mail_id), source)

    def source(self, mail_id: str) -> bytes:
        """The bytes of one mail. Raises MailNotFoundError for an id that names none."""
        try:
            return self._path(mail_id).read_bytes()
        except OSError as error:
            raise MailNotFoundError(mail_id) from error

    def count(self) -> int:
        """How many mails lie here."""
        return len(self._paths())

    def clear(self) -> int:
        """Throw everything away and return how many mails there were."""
        paths = self._paths()
        for path in paths.values():
            path.unlink(missing_ok=True)
        self._rows.clear()
        return len(paths)

    def _next_id(self) -> str:
        self._last = max(self._last + 1, time.time_ns())
        return f"{self._last:019d}-{secrets.token_hex(4)}"

    def _paths(self) -> dict[str, Path]:
        # A reader of Maildir moves what it has seen into cur/ and hangs its flags behind a colon.
        names = ((path.name.partition(":")[0], path) for path in self._files())
        return {name: path for name, path in names if _ID.fullmatch(name)}

    def _files(self) -> Iterator[Path]:
        for folder in ("cur", "new"):
            yield from (self._folder / folder).iterdir()

    def _newest_first(self, before: str | None) -> list[tuple[str, Path]]:
        chosen = self._paths().items()
        return sorted((item for item in chosen if before is None or item[0] < before), reverse=True)

    def _path(self, mail_id: str) -> Path:
        if not _ID.fullmatch(mail_id):
            raise MailNotFoundError(mail_id)
        fresh = self._folder / "new" / mail_id
        return fresh if fresh.exists() else self._paths().get(mail_id, fresh)

    def _row(self, mail_id: str, path: Path) -> Summary | None:
        # Mail never changes once it lies here, so a row is read from disk once.
        row = self._rows.get(mail_id) or _read_row(mail_id, path)
        if row:
            self._rows[mail_id] = row
        return row


def _read_row(mail_id: str, path: Path) -> Summary | None:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
            size = path.stat().st_size
    except OSError:
        return None  # Emptied, or moved by another reader, between the look and the grasp.
    return summarise(mail_id, _received(mail_id), head, size)


def _received(mail_id: str) -> dt.datetime:
    return dt.datetime.fromtimestamp(int(mail_id[:19]) / 1e9, dt.UTC)


def _envelope_lines(envelope_from: str, envelope_to: str) -> bytes:
    given = (envelope_from, envelope_to)
    sender, recipient = (_CONTROLS.sub("", each).strip("<>") for each in given)
    lines = f"Return-Path: <{sender}>\nDelivered-To: {recipient}\nX-Original-To: {recipient}\n"
    return lines.replace("\n", "\r\n").encode("utf-8", "surrogateescape")
