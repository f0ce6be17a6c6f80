"""What has to be done every few minutes and every night, beside whatever a scheduler fires.

Any number of them is harmless: a returned mail is handled once, and what is too old is deleted once.
"""

from __future__ import annotations

import datetime as dt
import threading
import traceback
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from mailer.surroundings import now
from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mailer.app import Workspace

NIGHT = dt.time(3)
"""Local time from which on a night's work is due."""

PATIENCE = 5.0
"""Seconds that the end waits for a mail that is being fetched."""


@dataclass
class Housekeeping:
    """Fetches what came back, and deletes what is too old; `tell` hears of what a person should know.

    Once `stopping` is set, the mail in hand is the last.
    """

    opened: Workspace
    tell: Callable[[str], None]
    stopping: threading.Event = field(default_factory=threading.Event)
    handled: int = 0
    """Mails that came back and were handled so far."""
    _night: dt.date | None = None

    def round(self, moment: dt.datetime) -> None:
        """Do what is due."""
        self._try(self._collect_all)
        day = self._night_of(moment)
        if self._night is None:
            # One that begins at noon has no night to make up for.
            self._night = day
        if day != self._night and not self.stopping.is_set() and self._try(self._delete):
            self._night = day

    def _night_of(self, moment: dt.datetime) -> dt.date:
        local = moment.astimezone(ZoneInfo(self.opened.settings.hours.time_zone))
        return local.date() if local.time() >= NIGHT else local.date() - dt.timedelta(days=1)

    def _try(self, work: Callable[[], None]) -> bool:
        """Do it; what goes wrong is told, and left to the next round."""
        try:
            work()
        except (BulletinError, OSError) as error:
            self.tell(str(error))
            return False
        except Exception as error:  # noqa: BLE001 - the rounds go on for months, whatever befalls one of them
            # Its message may quote an address, and this is told to a log.
            place = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{Path(place.filename).name}, line {place.lineno}"
            self.tell(f"Housekeeping stumbled: {type(error).__name__} in {where}")
            return False
        return True

    def _collect_all(self) -> None:
        for text in self.opened.settings.bounces.sources:
            if not self.stopping.is_set():
                self._try(partial(self._collect, text))

    def _collect(self, text: str) -> None:
        from mailer.bounces.collect import collect
        from mailer.bounces.sources import unreadable
        from mailer.returns import in_workspace

        named = in_workspace(self.opened.folder, text)
        try:
            source = self.opened.bounce_source(named)
            with source.open() as mails:
                collected = collect(self.opened.bounces, mails, now, is_over=self.stopping.is_set)
        except OSError as error:
            raise unreadable(named, error) from error
        self.handled += collected.fates.total()
        for domain, why in collected.held.items():
            self.tell(f"{domain}: nobody there is written to any more: {why}")
        for what, count in collected.failed.items():
            self.tell(
                f"{source.name}: mails that can't be handled and stay there ({what}): {count}"
            )

    def _delete(self) -> None:
        from mailer.site import retention

        found = retention(self.opened).run(now(), dry_run=False)
        deleted = ", ".join(f"{one.found} {one.what}" for one in found if one.found)
        if deleted:
            self.tell(f"Deleted as too old: {deleted}")


@contextmanager
def keeping_house(opened: Workspace, tell: Callable[[str], None]) -> Iterator[Housekeeping]:
    """Do what is due, round after round, for as long as the block lasts.

    A host that doesn't answer is waited for no longer than `PATIENCE` then: to be cut off while a mail is
    fetched is harmless, as being killed is.
    """
    pause = opened.settings.bounces.every_minutes * 60
    house = Housekeeping(opened, tell)

    def go_round() -> None:
        house.round(now())
        while not house.stopping.wait(pause):
            house.round(now())

    working = threading.Thread(target=go_round, name="housekeeping", daemon=True)
    working.start()
    try:
        yield house
    finally:
        house.stopping.set()
        working.join(PATIENCE)
